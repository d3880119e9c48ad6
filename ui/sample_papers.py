"""One sample: what it rests on, its work papers, what they say, and the proof by drawing again."""

import json
from typing import Any

import pandas as pd
import streamlit as st

from queries.sampling import TOP
from queries.warehouse import Scope, WarehouseMissing
from ui import drafts, evidence, export, formats, record, sample_forms, samples, tables, visit
from ui.accounts import AUDITOR
from ui.evidence_file import Part
from ui.i18n import md, name, t
from ui.rights import Refused
from ui.samples import AGREED, WRONG, Sample
from ui.store import Unavailable
from ui.tables import Column

ITEMS: dict[str, Column] = {
    "item_id": Column("Item"),
    "position": Column("Place", "count", width=60),
    "loan_id": Column("Loan"),
    "stratum_name": Column("Stratum"),
    "booked": Column("Book value", "money"),
    "hits": Column("Hits", "count", help="How often its money was hit; one where rows are drawn."),
    "outcome": Column("Found", codes="sample_outcome"),
    "audited_amount": Column("Should be", "money"),
    "error": Column("Misstatement", "money"),
    "note": Column("Note", width=240),
    "by": Column("By"),
    "at": Column("At (UTC)", "time"),
}
PARTS: dict[str, Column] = {
    "item_id": Column("Item"),
    "stratum": Column("Stratum"),
    "population": Column("Population", "count"),
    "tested": Column("Tested", "count"),
    "error_amount": Column("Misstatement", "money"),
    "taint": Column("Share that is wrong", "ratio"),
    "projected_amount": Column("Projected", "money"),
    "allowed_amount": Column("With its allowance", "money"),
}


def show(scope: Scope, sample: Sample) -> None:
    """Head, proof, work papers and what they say."""
    st.subheader(t("Sample {n}: {title}", n=sample.sample_id, title=md(sample.title)), anchor=False)
    record.facts(_facts(sample))
    _again(sample)
    items = papers(sample)
    _evaluation(scope, sample, items)
    title = t("Work papers")
    columns = ITEMS
    if sample.plan.method != "stratified":
        columns = {key: column for key, column in ITEMS.items() if key != "stratum_name"}
    st.markdown(f"**{title}**")
    done = int((items["outcome"] != "").sum())
    st.caption(t("{n} of {all} rows are worked.", n=done, all=len(items)))
    tables.show(
        items,
        columns,
        key="sample_items",
        alt=title,
        open_row=lambda row: ("loan", {"loan_id": row["loan_id"]}),
        rows=15,
    )
    export.offer(
        export.sheet(
            "sample_items", title, columns, lambda: items, scope, filters=tuple(_facts(sample))
        )
    )
    facts = ((t("Title"), sample.title), *_facts(sample), *_question(sample))
    told = tuple(_said(sample, items))
    parts = [Part(title, columns, items)]
    limit = _parts(sample, items)
    if limit is not None:
        parts.append(Part(t("How the limit comes about"), PARTS, limit))
    evidence.offer(
        "sample",
        f"sample_id={sample.sample_id}",
        sample.scope,
        lambda head: evidence.of_sample(head, sample.sample_id, facts, told, tuple(parts)),
    )
    if AUDITOR in visit.now().user.roles:
        _form(sample, items)


def papers(sample: Sample) -> pd.DataFrame:
    """The items with amounts in the loans' currency and strata in words."""
    found = samples.items(sample)
    by = sample.bound["stratify"]
    found["stratum_name"] = [_stratum(by, str(each)) for each in found["stratum"]]
    found["booked"] = found["cents"] / 100
    found["audited_amount"] = found["audited"].astype("Float64") / 100
    found["error"] = found["booked"] - found["audited_amount"]
    return found


def _stratum(by: str, code: str) -> str:
    if code == TOP:
        return t("Above the interval")
    return name(by, code) if code else ""


def _facts(sample: Sample) -> list[record.Fact]:
    plan, figures = sample.plan, sample.figures
    said = [
        (t("Method"), name("sample_method", plan.method)),
        (t("Drawn of"), _population(sample)),
        (t("Population"), formats.count(sample.number)),
        (t("Its value"), formats.amount(sample.book_cents / 100)),
        (t("As of"), sample.bound["as_of"]),
        (t("Rows"), formats.count(figures["size"])),
        (t("Confidence"), formats.percent(plan.confidence)),
        (t("Seed"), sample.seed),
    ]
    if plan.method == "mus":
        said += [
            (t("Form"), name("sample_form", plan.form)),
            (t("Tolerable error"), formats.amount(plan.tolerable / 100)),
            (t("Expected error"), formats.amount(plan.expected / 100)),
            (t("Factors"), _factors(figures)),
            (t("Interval"), formats.amount(figures["interval"] / 100)),
            (t("Random start"), formats.amount(figures["start"] / 100)),
        ]
    if plan.method == "attribute":
        said += [
            (t("Tolerable rate"), formats.percent(plan.tolerable)),
            (t("Expected deviations"), formats.count(plan.expected)),
        ]
    if plan.method == "stratified":
        said.append((t("Allocation"), name("sample_allocation", plan.allocation)))
    if plan.top:
        said.append((t("Taken whole above"), formats.amount(figures["interval"] / 100)))
    return [
        *said,
        (t("Population hash"), sample.population_hash[:16]),
        (t("Build"), sample.build),
        (t("Drawn by"), f"{sample.user}, {formats.minute(sample.when)} UTC"),
    ]


def _question(sample: Sample) -> list[record.Fact]:
    """What it takes to draw the sample again: the whole hash, the question and what was bound."""
    return [
        (t("Population hash, whole"), sample.population_hash),
        (t("The population's question"), sample.question),
        (t("Asked with"), json.dumps(sample.bound, ensure_ascii=False, sort_keys=True)),
    ]


def _population(sample: Sample) -> str:
    among = name("sample_among", sample.bound["among"])
    return f"{name('sample_kind', sample.kind)}, {among}"


def _factors(figures: dict[str, float]) -> str:
    if "factor" in figures:
        return f"{figures['factor']:.4f}"
    return f"{figures['reliability']:.2f} / {figures['expansion']:.2f}"


def _again(sample: Sample) -> None:
    if not st.button(t("Draw again and compare"), icon=":material/replay:", type="tertiary"):
        return
    try:
        found = samples.again(sample)
    except WarehouseMissing:
        st.warning(t("There is no build to draw from."))
        return
    if found.same_rows and found.same_population and found.same_question:
        st.success(
            t(
                "Drawn again of build {build}: the same population and the same rows.",
                build=found.build,
            ),
            icon=":material/check:",
        )
        return
    if not found.is_same_build:
        st.warning(
            t(
                "Its build {old} is gone. Of build {build} the population is another one: what was"
                " drawn stands in the work papers.",
                old=sample.build,
                build=found.build,
            )
        )
        return
    st.error(t("Drawn again of build {build}: not the same.", build=found.build))


def _evaluation(scope: Scope, sample: Sample, items: pd.DataFrame) -> None:
    found = samples.evaluate(sample, items)
    if found is None:
        st.caption(t("It says nothing of the population before every row is worked."))
        return
    plan = sample.plan
    rate = plan.method == "attribute"
    said = formats.percent if rate else lambda cents: formats.amount(cents / 100)
    record.facts(
        [
            (t("Most likely rate") if rate else t("Most likely error"), said(found.likely)),
            (t("Upper limit at {p}", p=formats.percent(plan.confidence)), said(found.upper)),
            (t("Tolerable"), said(plan.tolerable) if plan.tolerable else "—"),
        ]
    )
    if plan.tolerable:
        if found.upper <= plan.tolerable:
            st.success(t("Within what is tolerable: accept."), icon=":material/check:")
        else:
            st.warning(t("Above what is tolerable: do not accept."), icon=":material/error:")
    if plan.method == "mus":
        st.caption(t(ONE_SIDED))
    parts = _parts(sample, items)
    if parts is None:
        return
    title = t("How the limit comes about")
    tables.show(parts, PARTS, key="sample_parts", alt=title, rows=8)
    export.offer(export.sheet("sample_parts", title, PARTS, lambda: parts, scope))


ONE_SIDED = (
    "It tells of amounts booked too high. What is booked too low, and items of nothing, need a"
    " sample of their own."
)


def _parts(sample: Sample, items: pd.DataFrame) -> pd.DataFrame | None:
    """What the upper limit is made of; None where it is a rate, or nothing is wrong."""
    found = samples.evaluate(sample, items)
    if found is None or sample.plan.method == "attribute" or found.parts.empty:
        return None
    amounts = [each for each in ("error", "projected", "allowed") if each in found.parts]
    return found.parts.assign(**{f"{each}_amount": found.parts[each] / 100 for each in amounts})


def _said(sample: Sample, items: pd.DataFrame) -> list[str]:
    """What the work papers say, in sentences for the file."""
    found = samples.evaluate(sample, items)
    if found is None:
        return [t("It says nothing of the population before every row is worked.")]
    rate = sample.plan.method == "attribute"
    said = formats.percent if rate else lambda cents: formats.amount(cents / 100)
    told = [
        f"{t('Most likely rate') if rate else t('Most likely error')}: {said(found.likely)}",
        f"{t('Upper limit at {p}', p=formats.percent(sample.plan.confidence))}:"
        f" {said(found.upper)}",
    ]
    if sample.plan.tolerable:
        is_within = found.upper <= sample.plan.tolerable
        told.append(
            t("Within what is tolerable: accept.")
            if is_within
            else t("Above what is tolerable: do not accept.")
        )
    return [*told, t(ONE_SIDED)] if sample.plan.method == "mus" else told


def _paper() -> dict[str, Any]:
    """What the form asks, and what each field begins with."""
    return {"items": [], "outcome": AGREED, "amount": None, "note": ""}


def _form(sample: Sample, items: pd.DataFrame) -> None:
    is_open = items["outcome"] == ""
    form = f"paper_{sample.sample_id}"
    drafts.restore(form, _paper())
    with st.form("sample_paper"):
        st.markdown(f"**{t('Fill in')}**")
        st.multiselect(
            t("Items"),
            [*items.loc[is_open, "item_id"], *items.loc[~is_open, "item_id"]],
            key=drafts.key(form, "items"),
            placeholder=t("Choose items"),
        )
        st.radio(
            t("Found"),
            (AGREED, WRONG),
            key=drafts.key(form, "outcome"),
            format_func=lambda code: name("sample_outcome", code),
            horizontal=True,
        )
        st.number_input(
            t("Should be, in the currency of the loan"),
            0.0,
            value=None,
            step=100.0,
            key=drafts.key(form, "amount"),
        )
        st.text_area(
            t("Note"),
            key=drafts.key(form, "note"),
            max_chars=samples.MOST_NOTE,
            height="content",
        )
        st.caption(t("Kept for good, with your name and the time. Long numbers are taken out."))
        st.form_submit_button(t("Write"), type="primary", on_click=_write, args=(sample,))


def _write(sample: Sample) -> None:
    form, here = f"paper_{sample.sample_id}", visit.now()
    typed = drafts.keep(form, _paper())
    chosen, outcome = typed["items"], typed["outcome"]
    if not chosen:
        sample_forms.say("warning", t("Choose the items first."))
        return
    amount = typed["amount"] if outcome == WRONG else None
    cents = None if amount is None else round(amount * 100)
    try:
        args = (sample.sample_id, chosen, outcome, cents, typed["note"] or "")
        number = samples.note(here.user, here.rights, *args)
    except Refused as refused:
        sample_forms.say("warning", str(refused))
        return
    except Unavailable:
        sample_forms.say("warning", t("Not written: the workspace store cannot be reached."))
        return
    drafts.done(form)
    sample_forms.say("success", t("{n} rows were written.", n=number))
