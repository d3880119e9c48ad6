"""Tables leave the screen whole: as Excel with a cover sheet, or as CSV, and never unlogged."""

import io
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO

import pandas as pd
import streamlit as st

from queries.metrics import Metric
from queries.warehouse import Scope, freshness, newest_build
from ui import access, connection, files, formats, links, tables, visit
from ui.i18n import in_language, language, name, t

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KINDS = (("xlsx", "Excel", EXCEL), ("csv", "CSV", "text/csv"))
# Longer lists are read a part at a time, and made before they can be taken.
PART = 20_000
LONG = 50_000
_READY = "_export_ready"

Facts = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Sheet:
    """A table to take away: `rows` gives the whole result, not the page on the screen.

    They come in parts; `number` is how many rows there are, where that is known.
    """

    name: str
    title: str
    columns: tables.Columns
    rows: Callable[[], Iterable[pd.DataFrame]]
    facts: Facts = ()
    definitions: Facts = ()
    number: int = 0
    with_cover: bool = True


@dataclass(frozen=True)
class Taken:
    """Where and by whom a file is taken: the page, the view's address, the network's."""

    here: visit.Visit
    view: links.Address
    link: str
    address: str
    speaks: str


def sheet(
    name: str,
    title: str,
    columns: tables.Columns,
    rows: Callable[[], pd.DataFrame],
    scope: Scope,
    *metrics: Metric,
    filters: Facts = (),
) -> Sheet:
    """A table to take away, with the scope it was made in and what its columns mean.

    `filters` say what else its rows were narrowed to (`filters.told`), and nothing that was not.
    """
    facts = (*scope_facts(scope), *filters)
    return Sheet(name, title, columns, lambda: (rows(),), facts, _definitions(columns, metrics))


def listing(
    name: str,
    title: str,
    columns: tables.Columns,
    part: Callable[[str | None, int], pd.DataFrame],
    key: str,
    number: int,
    scope: Scope,
    *metrics: Metric,
    filters: Facts = (),
) -> Sheet:
    """A list of any length: `part` gives the rows after a key, and `number` is how many in all."""

    def rows() -> Iterator[pd.DataFrame]:
        last, left = None, True
        while left:
            frame = part(last, PART)
            yield frame
            left = len(frame) == PART
            last = str(frame[key].iloc[-1]) if left else None

    facts = (*scope_facts(scope), *filters)
    return Sheet(name, title, columns, rows, facts, _definitions(columns, metrics), number)


def bare(name: str, title: str, columns: tables.Columns, rows: Callable[[], pd.DataFrame]) -> Sheet:
    """A table to be loaded again: the table alone, on the first sheet, without a cover."""
    return Sheet(name, title, columns, lambda: (rows(),), with_cover=False)


def scope_facts(scope: Scope) -> Facts:
    """As-of, branches, products and build in words; `all` where nothing was narrowed."""
    whole = visit.now().rights
    fresh = freshness(scope.build)
    demo = t("Demo data: a fictional bank") if fresh.is_demo else t("Own data")
    return (
        (t("As of"), formats.day(scope.as_of)),
        (t("Branches"), _names("branch", scope.branches, whole.branches)),
        (t("Products"), _names("product", scope.products, whole.products)),
        (t("Build"), scope.build or newest_build().stem),
        (t("Data"), demo),
    )


def _names(dimension: str, codes: Sequence[str], whole: Sequence[str]) -> str:
    if set(codes) == set(whole):
        return t("all that you may see")
    return t(", ").join(name(dimension, code) for code in codes)


def _definitions(columns: tables.Columns, metrics: Sequence[Metric]) -> Facts:
    """Every metric, and every other column that has a word of help."""
    defined = {t(m.name): _definition(m) for m in metrics}
    told = {t(column.label): t(column.help) for column in columns.values() if column.help}
    return tuple((told | defined).items())


def _definition(metric: Metric) -> str:
    mark = f" ({t('internal convention')})" if metric.is_convention else ""
    said = t(metric.meaning)
    rule, owner = t("rule {n}", n=metric.rule), t("owner {who}", who=t(metric.owner))
    return f"{said}{mark} · {rule} · {owner}"


# --- On the screen ---


def offer(sheet: Sheet) -> None:
    """Two buttons. The file is made on the click; the log is written before it is handed over."""
    taken = taken_here()
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        if sheet.number > LONG:
            _offer_long(sheet, taken)
            return
        for kind, label, mime in KINDS:
            _button(sheet, kind, label, mime, made(sheet, kind, taken))


def twin(
    frame: pd.DataFrame,
    columns: tables.Columns,
    name: str,
    title: str,
    scope: Scope,
    *metrics: Metric,
    filters: Facts = (),
) -> None:
    """The figures of a picture as a table, folded away under it, with the file."""
    with st.expander(t("The same as a table"), icon=":material/table:"):
        tables.show(frame, columns, key=f"{name}_table", alt=title)
        offer(sheet(name, title, columns, lambda: frame, scope, *metrics, filters=filters))


def _button(sheet: Sheet, kind: str, label: str, mime: str, data: Callable[[], bytes]) -> None:
    # The time keeps two files of one length from sharing a media address.
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    st.download_button(
        label,
        data=data,
        file_name=f"{sheet.name}_{stamp}.{kind}",
        mime=mime,
        key=f"export_{sheet.name}_{kind}",
        type="tertiary",
        icon=":material/download:",
        on_click="ignore",
        help=t("The whole result, as you may see it. The export is logged."),
    )


def _offer_long(sheet: Sheet, taken: Taken) -> None:
    """A long table is written first, under the reader's eyes, and can then be taken."""
    ready = st.session_state.get(_READY)
    for kind, label, mime in KINDS:
        question = (sheet.name, kind, taken.link, taken.speaks, taken.here.scope)
        if ready and ready.question == question:
            _button(sheet, kind, label, mime, ready.hand_over)
            continue
        asked = st.button(
            t("Make {kind} of {n} rows", kind=label, n=formats.count(sheet.number)),
            key=f"make_{sheet.name}_{kind}",
            type="tertiary",
            icon=":material/table_convert:",
            help=t("A long table takes a moment to write; then it can be downloaded."),
        )
        if asked:
            st.session_state.pop(_READY, None)
            st.session_state[_READY] = _prepare(sheet, kind, taken, question)
            st.rerun()


@dataclass(frozen=True)
class _Ready:
    """A file that waits to be taken; it goes with the session, or when another is made."""

    question: tuple
    content: BinaryIO
    log: Callable[[], None]

    def hand_over(self) -> bytes:
        self.log()
        self.content.seek(0)
        return self.content.read()


def _prepare(sheet: Sheet, kind: str, taken: Taken, question: tuple) -> _Ready:
    """Writes the file to disk with a bar for how far it is; any other click ends it."""
    bar = st.progress(0.0, t("Writing the file"))
    st.button(t("Stop"), key=f"stop_{sheet.name}", type="tertiary", icon=":material/close:")
    out = tempfile.TemporaryFile()  # noqa: SIM115 it outlives this run, and goes when it is let go

    def told(done: int) -> None:
        n, total = formats.count(done), formats.count(sheet.number)
        said = t("Writing the file: {n} of {total} rows", n=n, total=total)
        bar.progress(min(done / sheet.number, 1.0), said)

    written = _write(out, sheet, kind, taken, told)
    return _Ready(question, out, lambda: _log(sheet, kind, taken, written))


# --- The file ---


def made(sheet: Sheet, kind: str, taken: Taken) -> Callable[[], bytes]:
    """What makes the file when it is asked for; logged, or not handed out."""

    def make() -> bytes:
        out = io.BytesIO()
        with in_language(taken.speaks):
            written = _write(out, sheet, kind, taken)
        _log(sheet, kind, taken, written)
        return out.getvalue()

    return make


def _write(
    out: BinaryIO,
    sheet: Sheet,
    kind: str,
    taken: Taken,
    told: Callable[[int], None] = lambda _done: None,
) -> files.Written:
    parts = _parts(sheet, told)
    if kind == "csv":
        return files.write_csv(out, sheet.columns, parts)
    told_on = (lambda written: cover(sheet, taken, written)) if sheet.with_cover else None
    return files.write_excel(out, sheet.title, sheet.columns, parts, told_on)


def _parts(sheet: Sheet, told: Callable[[int], None]) -> Iterator[pd.DataFrame]:
    done = 0
    for part in sheet.rows():
        yield part
        done += len(part)
        told(done)


def _log(sheet: Sheet, kind: str, taken: Taken, written: files.Written) -> None:
    access.export(
        taken.here.user,
        taken.here.page,
        f"{sheet.name}.{kind}",
        taken.view,
        row_count=written.rows,
        result=f"ok {files.CHECKSUM} {written.checksum}",
        address=taken.address,
    )


def taken_here() -> Taken:
    """What only the run knows: the click on a file is answered outside of it."""
    return Taken(visit.now(), links.here(), links.shareable(), connection.address(), language())


def cover(sheet: Sheet, taken: Taken, written: files.Written) -> files.Cover:
    """The cover's lines: page, filters, link, reader, rows, checksum, time, definitions."""
    user = taken.here.user
    return [
        (t("Page"), taken.here.title),
        *sheet.facts,
        (t("Link"), taken.link),
        (t("Reader"), f"{user.name} ({user.username})"),
        (t("Rows"), written.rows),
        (t("Checksum ({kind})", kind=files.CHECKSUM), written.checksum),
        (t("Written at"), datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")),
        (t("About the checksum"), t(ABOUT)),
        *sheet.definitions,
    ]


ABOUT = (
    "It is taken of the table as CSV, as this page exports it. `python -m ui.files FILE` works it"
    " out again from this file."
)
