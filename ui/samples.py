"""Samples that auditors draw, and their work papers: rows that are only added.

A sample keeps all that it takes to draw it again: the question and what was bound to it, seed, plan
and figures, the population's hash, number and value, the build, and the rows. It is opened by who
may see everything that it was drawn of.
"""

import json
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from queries import reports, sampling, warehouse
from queries.sampling import Evaluation, NotPossible, Plan
from queries.warehouse import Scope
from ui import connection as here
from ui import rights, standing, store, workspace
from ui.accounts import AUDITOR, AuthFileBroken, User
from ui.i18n import t
from ui.rights import Refused
from ui.store import sample_items, sample_papers, samples

KINDS = ("loans", "payments")
QUESTIONS = {"loans": reports.sampling_loans, "payments": reports.sampling_payments}
AGREED, WRONG = "agreed", "error"
MOST_TITLE, MOST_SEED, MOST_NOTE = 120, 60, 1000
PAGE = "sampling"
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sample:
    """One sample as it was drawn. `bound` is what the population's question was asked with."""

    sample_id: int
    at: float
    user: str
    title: str
    kind: str
    question: str
    bound: dict[str, Any]
    seed: str
    plan: Plan
    figures: dict[str, float]
    strata: dict[str, int]
    population_hash: str
    number: int
    book_cents: int
    build: str

    @property
    def when(self) -> datetime:
        """The time of the draw, UTC."""
        return datetime.fromtimestamp(self.at, UTC)

    @property
    def scope(self) -> Scope:
        """What it was drawn of."""
        day = date.fromisoformat(self.bound["as_of"])
        branches, products = tuple(self.bound["branches"]), tuple(self.bound["products"])
        return Scope(branches, products, day, self.build)

    def may_open(self, whole: Scope) -> bool:
        """Whether these rights hold all that it was drawn of."""
        of = self.scope
        return {*of.branches} <= {*whole.branches} and {*of.products} <= {*whole.products}


@dataclass(frozen=True)
class Redrawn:
    """What came of drawing again: of the build of then, or of today's where that is gone."""

    build: str
    is_same_build: bool
    same_question: bool
    same_population: bool
    same_rows: bool


# --- Drawing ---


def draw(
    user: User,
    scope: Scope,
    title: str,
    kind: str,
    among: str,
    stratify: str,
    seed: str,
    plan: Plan,
) -> Sample:
    """Draws and keeps a sample; raises Refused and Unavailable."""
    _permitted(user)
    title, seed = " ".join(workspace.without_numbers(title).split()), seed.strip()
    if not title or len(title) > MOST_TITLE:
        raise Refused(t("Give the sample a title of at most {n} characters.", n=MOST_TITLE))
    if not seed or len(seed) > MOST_SEED:
        raise Refused(t("Give a seed of at most {n} characters.", n=MOST_SEED))
    bound = {
        "branches": list(scope.branches),
        "products": list(scope.products),
        "as_of": scope.as_of.isoformat(),
        "among": among,
        "stratify": stratify,
    }
    population = QUESTIONS[kind](scope, among, stratify)
    digest = sampling.population_hash(population)
    try:
        drawn, figures = sampling.draw(population, seed, plan)
    except NotPossible as error:
        raise Refused(t("No sample: {why}.", why=t(str(error)))) from error
    if plan.top:
        population = sampling.top_stratum(population, plan.size)
    counts = population["stratum"].value_counts()
    sample = Sample(
        0,
        store.now(),
        user.username,
        title,
        kind,
        warehouse.report_sql(f"sampling_{kind}"),
        bound,
        seed,
        plan,
        figures,
        {str(k): int(n) for k, n in counts.items()},
        digest,
        len(population),
        int(population["cents"].sum()),
        scope.build or here.build(),
    )
    with _writing() as connection:
        return _keep(connection, user, sample, drawn.items)


def again(sample: Sample) -> Redrawn:
    """Draws the sample again from its question, and compares hash and rows with what was kept.

    Raises WarehouseMissing when there is no build at all, Unavailable without the store.
    """
    known = {path.stem for path in warehouse.builds()}
    build = sample.build if sample.build in known else here.build()
    scope = replace(sample.scope, build=build)
    question = QUESTIONS[sample.kind]
    population = question(scope, sample.bound["among"], sample.bound["stratify"])
    kept = items(sample)
    same = sampling.population_hash(population) == sample.population_hash
    try:
        drawn = sampling.draw(population, sample.seed, sample.plan)[0].items
        rows = list(zip(drawn["item_id"], drawn["cents"], drawn["hits"], strict=True))
    except NotPossible:
        rows = []
    return Redrawn(
        build,
        build == sample.build,
        sample.question == warehouse.report_sql(f"sampling_{sample.kind}"),
        same,
        rows == list(zip(kept["item_id"], kept["cents"], kept["hits"], strict=True)),
    )


# --- Reading ---


def listed(whole: Scope) -> list[Sample]:
    """The samples of which these rights hold everything, newest first; raises Unavailable."""
    with store.reading() as connection:
        rows = connection.execute(sa.select(samples).order_by(samples.c.seq.desc())).all()
    return [each for each in map(_sample, rows) if each.may_open(whole)]


def table(whole: Scope) -> pd.DataFrame:
    """`listed` as a table: sample_id, title, method, kind, as_of, rows, number, book, user, at."""
    rows = [
        (
            each.sample_id,
            each.title,
            each.plan.method,
            each.kind,
            pd.Timestamp(each.bound["as_of"]),
            int(each.figures["size"]),
            each.number,
            each.book_cents / 100,
            each.user,
            each.when.replace(tzinfo=None),
        )
        for each in listed(whole)
    ]
    columns = ["sample_id", "title", "method", "kind", "as_of", "rows", "number", "book", "user"]
    return pd.DataFrame(rows, columns=[*columns, "at"])


def by_number(whole: Scope, sample_id: int) -> Sample | None:
    """One sample, or None where there is none or it is not within these rights."""
    with store.reading() as connection:
        row = connection.execute(sa.select(samples).where(samples.c.seq == sample_id)).first()
    sample = _sample(row) if row else None
    return sample if sample and sample.may_open(whole) else None


def items(sample: Sample) -> pd.DataFrame:
    """position, item_id, loan_id, stratum, cents, hits, outcome, audited, note, by, at.

    One row per item, in the order of the draw; outcome is empty where nothing was found yet.
    """
    mine = sample_papers.c.sample_id == sample.sample_id
    newest = sa.select(sa.func.max(sample_papers.c.seq)).where(mine)
    newest = newest.group_by(sample_papers.c.item_id)
    asked = sa.select(sample_items).where(sample_items.c.sample_id == sample.sample_id)
    papers = sa.select(sample_papers).where(sample_papers.c.seq.in_(newest))
    with store.reading() as connection:
        rows = connection.execute(asked.order_by(sample_items.c.position)).mappings().all()
        found = {row.item_id: row for row in connection.execute(papers)}
    frame = pd.DataFrame([dict(row) for row in rows])
    told = [found.get(each) for each in frame["item_id"]]
    frame["outcome"] = [row.outcome if row else "" for row in told]
    frame["audited"] = [row.audited_cents if row else None for row in told]
    frame["note"] = [row.note if row else "" for row in told]
    frame["by"] = [row.user if row else "" for row in told]
    frame["at"] = [
        datetime.fromtimestamp(row.at, UTC).replace(tzinfo=None) if row else pd.NaT for row in told
    ]
    return frame.drop(columns=["seq", "sample_id"])


# --- Work papers ---


def note(
    user: User,
    whole: Scope,
    sample_id: int,
    item_ids: Iterable[str],
    outcome: str,
    audited_cents: int | None = None,
    text: str = "",
) -> int:
    """Writes what was found of some items: agreed, or an error and what the amount should be.

    Gives how many were written; raises Refused and Unavailable.
    """
    _permitted(user)
    sample, wanted = by_number(whole, sample_id), list(dict.fromkeys(item_ids))
    text = workspace.without_numbers(text.strip())
    if sample is None:
        raise Refused(t("There is no such sample."))
    if outcome not in (AGREED, WRONG) or not wanted:
        raise ValueError("an outcome of an item")
    if len(text) > MOST_NOTE:
        raise Refused(t("At most {n} characters.", n=MOST_NOTE))
    if outcome == WRONG and (len(wanted) != 1 or audited_cents is None or not text):
        raise Refused(t("An error is of one item: say what the amount should be, and why."))
    if audited_cents is not None and audited_cents < 0:
        raise Refused(t("An amount cannot be less than nothing."))
    with _writing() as connection:
        mine = sa.select(sample_items).where(
            sample_items.c.sample_id == sample_id, sample_items.c.item_id.in_(wanted)
        )
        booked = {row.item_id: row.cents for row in connection.execute(mine)}
        if booked.keys() != {*wanted}:
            raise Refused(t("The sample has no such item."))
        first = _next(connection, sample_papers)
        rows = [
            {
                "seq": first + place,
                "sample_id": sample_id,
                "at": store.now(),
                "user": user.username,
                "roles": ",".join(user.roles),
                "item_id": item,
                "outcome": outcome,
                "note": text,
                "build": here.build(),
                "audited_cents": booked[item] if audited_cents is None else audited_cents,
            }
            for place, item in enumerate(wanted)
        ]
        connection.execute(sample_papers.insert(), rows)
        _log(connection, user, "sample.paper", sample_id, len(rows))
    return len(rows)


def evaluate(sample: Sample, found: pd.DataFrame) -> Evaluation | None:
    """What the worked sample says of its population; None while an item is not yet worked.

    With attributes the rates of deviations, else errors in cents.
    """
    if (found["outcome"] == "").any():
        return None
    worked = found.assign(audited=found["audited"].astype("int64"))
    confidence, plan = sample.plan.confidence, sample.plan
    if plan.method == "attribute":
        wrong = int((worked["outcome"] == WRONG).sum())
        upper = sampling.attribute_upper(len(worked), wrong, confidence)
        return Evaluation(wrong / len(worked), upper, worked[worked["outcome"] == WRONG])
    if plan.method == "mus":
        return sampling.evaluate_mus(worked, sample.figures["interval"], confidence)
    strata = sample.strata
    if plan.method == "random":
        worked, strata = worked.assign(stratum=""), {"": sample.number}
    return sampling.evaluate_means(worked, strata, confidence)


# --- The store ---


def _permitted(user: User) -> None:
    try:
        if not standing.still(user):
            raise Refused(t("The session has ended. Please sign in again."))
    except AuthFileBroken as error:
        log.error("file of users: %s", error)
        raise Refused(t("Not possible now: the file of users cannot be read.")) from error
    if AUDITOR not in user.roles:
        rights.deny(user, PAGE, "sample")
        raise Refused(t("Only an auditor draws samples and fills in work papers."))


@contextmanager
def _writing() -> Iterator[Connection]:
    with store.writing() as connection:
        store.lock(connection)
        yield connection


def _next(connection: Connection, table: sa.Table) -> int:
    return (connection.execute(sa.select(sa.func.max(table.c.seq))).scalar() or 0) + 1


def _keep(connection: Connection, user: User, sample: Sample, rows: pd.DataFrame) -> Sample:
    number = _next(connection, samples)
    sample = replace(sample, sample_id=number)
    text = {
        name: json.dumps(value, ensure_ascii=False, sort_keys=True)
        for name, value in (
            ("bound", sample.bound),
            ("plan", asdict(sample.plan)),
            ("figures", sample.figures),
            ("strata", sample.strata),
        )
    }
    same = ("at", "user", "title", "kind", "question", "seed", "population_hash", "number")
    values = {name: getattr(sample, name) for name in (*same, "book_cents", "build")}
    roles = ",".join(user.roles)
    connection.execute(samples.insert().values(seq=number, roles=roles, **values, **text))
    first = _next(connection, sample_items)
    records = rows[["position", "item_id", "loan_id", "stratum", "cents", "hits"]]
    connection.execute(
        sample_items.insert(),
        [
            {"seq": first + place, "sample_id": number, **_plain(row)}
            for place, row in enumerate(records.to_dict("records"))
        ],
    )
    _log(connection, user, "sample", number, len(rows))
    return sample


def _plain(row: dict[Any, Any]) -> dict[str, Any]:
    return {str(k): int(v) if k in ("position", "cents", "hits") else v for k, v in row.items()}


def _log(connection: Connection, user: User, kind: str, sample_id: int, rows: int) -> None:
    told = {"object_type": kind, "object_id": f"sample_id={sample_id}", "page": PAGE}
    workspace.log_beside(connection, user, "edit", **told, row_count=rows)


def _sample(row: Any) -> Sample:
    bound, plan, figures, strata = (
        json.loads(each) for each in (row.bound, row.plan, row.figures, row.strata)
    )
    return Sample(
        row.seq,
        row.at,
        row.user,
        row.title,
        row.kind,
        row.question,
        bound,
        row.seed,
        Plan(**plan),
        figures,
        strata,
        row.population_hash,
        row.number,
        row.book_cents,
        row.build,
    )
