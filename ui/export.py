"""Tables leave the screen whole: typed Excel with a cover sheet, or CSV; harmless, and logged."""

import csv
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import streamlit as st
import xlsxwriter

from queries.metrics import Metric
from queries.warehouse import Scope, freshness, newest_build
from ui import access, formats, tables, visit
from ui.i18n import in_language, language, name, t

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Excel holds 1,048,576 rows; one is the heading.
EXCEL_ROWS = 1_048_575
_FORMULA = re.compile(r"^\s*[=+\-@\t\r]")
_STYLES = {
    "money": "#,##0.00",
    "amount": "#,##0.00",
    "number": "#,##0.00",
    "count": "#,##0",
    "days": "#,##0",
    "ratio": "0.00%",
    "date": "yyyy-mm-dd",
    "time": "yyyy-mm-dd hh:mm",
}
# In text: cents always, whole numbers without a point.
_PLAIN = {"money": ".2f", "amount": ".2f", "count": ".0f", "days": ".0f"}


@dataclass(frozen=True)
class Sheet:
    """A table to take away: `rows` gives the whole result, not the page on the screen."""

    name: str
    title: str
    columns: tables.Columns
    rows: Callable[[], pd.DataFrame]
    facts: tuple[tuple[str, str], ...] = ()
    definitions: tuple[tuple[str, str], ...] = ()


def harmless(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula gets an apostrophe before it."""
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def csv_bytes(frame: pd.DataFrame, columns: tables.Columns) -> bytes:
    """The table as UTF-8 with a byte-order mark, so that Excel reads Chinese."""
    shown = tables.readable(frame, columns)
    keys = [str(key) for key in shown]
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([harmless(t(columns[key].label)) for key in keys])
    units = [columns[key].unit for key in keys]
    for row in shown.itertuples(index=False):
        writer.writerow([_cell(v, unit) for v, unit in zip(row, units, strict=True)])
    return out.getvalue().encode("utf-8-sig")


def _cell(value: Any, unit: str) -> Any:
    if formats.missing(value):
        return ""
    if isinstance(value, pd.Timestamp | datetime):
        return value.strftime("%Y-%m-%d" if unit == "date" else "%Y-%m-%d %H:%M:%S")
    if unit in _PLAIN and isinstance(value, int | float):
        return format(value, _PLAIN[unit])
    return harmless(value)


def excel_bytes(sheet: Sheet, frame: pd.DataFrame, cover: list[tuple[str, str]]) -> bytes:
    """A workbook of a cover sheet and the table, every cell of its type."""
    out = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "constant_memory": True}
    with xlsxwriter.Workbook(out, options) as book:
        _cover(book, sheet, cover)
        _table(book, sheet, frame)
    return out.getvalue()


def _cover(book: xlsxwriter.Workbook, sheet: Sheet, cover: list[tuple[str, str]]) -> None:
    page = book.add_worksheet(t("Cover"))
    bold, wrap = (
        book.add_format({"bold": True}),
        book.add_format({"text_wrap": True, "valign": "top"}),
    )
    page.set_column(0, 0, 26, bold)
    page.set_column(1, 1, 90, wrap)
    page.write_string(0, 0, sheet.title, book.add_format({"bold": True, "font_size": 14}))
    place = 2
    for label, said in cover:
        page.write_string(place, 0, str(harmless(label)))
        page.write_string(place, 1, str(harmless(said)))
        place += 1


def _table(book: xlsxwriter.Workbook, sheet: Sheet, frame: pd.DataFrame) -> None:
    """Row by row, since with constant memory a row is gone once the next is begun."""
    shown = tables.readable(frame, sheet.columns)
    page = book.add_worksheet(t("Table"))
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    about = [sheet.columns[str(key)] for key in shown]
    forms = [_STYLES.get(column.unit) for column in about]
    styles = [book.add_format({"num_format": form}) if form else None for form in forms]
    for place, column in enumerate(about):
        page.set_column(place, place, 18 if forms[place] else 24)
        page.write_string(0, place, t(column.label), head)
    for row, values in enumerate(shown.itertuples(index=False), start=1):
        for place, value in enumerate(values):
            _write(page, row, place, value, styles[place])
    page.freeze_panes(1, 0)
    if len(shown):
        page.autofilter(0, 0, len(shown), max(len(about) - 1, 0))


def _write(page: Any, row: int, column: int, value: Any, style: Any) -> None:
    if formats.missing(value):
        page.write_blank(row, column, None, style)
    elif isinstance(value, bool):
        page.write_boolean(row, column, value, style)
    elif isinstance(value, int | float):
        page.write_number(row, column, value, style)
    elif isinstance(value, datetime | date):
        page.write_datetime(row, column, value, style)
    else:
        page.write_string(row, column, str(harmless(str(value))), style)


def sheet(
    name: str,
    title: str,
    columns: tables.Columns,
    rows: Callable[[], pd.DataFrame],
    scope: Scope,
    *metrics: Metric,
    filters: tuple[tuple[str, str], ...] = (),
) -> Sheet:
    """A table to take away, with the scope it was made in and the definition of each metric."""
    defined = tuple((t(m.name), _definition(m)) for m in metrics)
    return Sheet(name, title, columns, rows, (*_scope_facts(scope), *filters), defined)


def _scope_facts(scope: Scope) -> tuple[tuple[str, str], ...]:
    """As-of, branches, products and build in words; `all` where nothing was narrowed."""
    whole = visit.now().rights
    branches = _names("branch", scope.branches, whole.branches)
    products = _names("product", scope.products, whole.products)
    build = scope.build or newest_build().stem
    return (
        (t("As of"), formats.day(scope.as_of)),
        (t("Branches"), branches),
        (t("Products"), products),
        (t("Build"), build),
        (
            t("Data"),
            t("Demo data: a fictional bank") if freshness(scope.build).is_demo else t("Own data"),
        ),
    )


def _names(dimension: str, codes: Sequence[str], whole: Sequence[str]) -> str:
    if set(codes) == set(whole):
        return t("all that you may see")
    return t(", ").join(name(dimension, code) for code in codes)


def _definition(metric: Metric) -> str:
    mark = f" ({t('internal convention')})" if metric.is_convention else ""
    said = t(metric.meaning)
    rule, owner = t("rule {n}", n=metric.rule), t("owner {who}", who=t(metric.owner))
    return f"{said}{mark} · {rule} · {owner}"


def offer(sheet: Sheet) -> None:
    """Two buttons. The file is made on the click; the log is written before it is handed over."""
    here, speaks = visit.now(), language()
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        for kind, label, mime in (("xlsx", "Excel", EXCEL), ("csv", "CSV", "text/csv")):
            st.download_button(
                label,
                data=made(sheet, kind, here, speaks),
                # The time keeps two files of one length from sharing a media address.
                file_name=f"{sheet.name}_{stamp}.{kind}",
                mime=mime,
                key=f"export_{sheet.name}_{kind}",
                type="tertiary",
                icon=":material/download:",
                on_click="ignore",
                help=t("The whole result, as you may see it. The export is logged."),
            )


def made(sheet: Sheet, kind: str, here: visit.Visit, speaks: str) -> Callable[[], bytes]:
    """What makes the file when it is asked for; logged, or not handed out."""

    def make() -> bytes:
        with in_language(speaks):
            frame = sheet.rows()
            if kind == "csv":
                content = csv_bytes(frame, sheet.columns)
            else:
                frame = frame.head(EXCEL_ROWS)
                content = excel_bytes(sheet, frame, cover(sheet, here, len(frame)))
            access.export(here.user, here.page, f"{sheet.name}.{kind}", len(frame))
        return content

    return make


def twin(
    frame: pd.DataFrame,
    columns: tables.Columns,
    name: str,
    title: str,
    scope: Scope,
    *metrics: Metric,
) -> None:
    """The figures of a picture as a table, folded away under it, with the file."""
    with st.expander(t("The same as a table"), icon=":material/table:"):
        tables.show(frame, columns, key=f"{name}_table", alt=title)
        offer(sheet(name, title, columns, lambda: frame, scope, *metrics))


def cover(sheet: Sheet, here: visit.Visit, rows: int) -> list[tuple[str, str]]:
    """The lines of the cover sheet: page, filters, reader, rows, time, definitions."""
    return [
        (t("Page"), here.title),
        *sheet.facts,
        (t("Reader"), f"{here.user.name} ({here.user.username})"),
        (t("Rows"), f"{rows:,}"),
        (t("Written at"), datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")),
        *sheet.definitions,
    ]
