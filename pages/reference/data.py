"""How fresh and how clean is the data, and by which rules was it computed?"""

from pathlib import PurePath

import pandas as pd
import streamlit as st

from queries import reports, warehouse
from queries.warehouse import Scope
from ui import export, formats, record, tables
from ui.i18n import language, t
from ui.tables import Column

RULES: dict[str, Column] = {
    "severity": Column("Severity"),
    "rule": Column("Rule", width=420),
    "dimension": Column("Dimension", codes="quality_dimension"),
    "tested": Column("Tested", "count"),
    "failed": Column("Failed", "count"),
    "score": Column("Score", "ratio"),
    "rule_id": Column("Number"),
}
LOADS: dict[str, Column] = {
    "table_name": Column("Table"),
    "file_name": Column("File"),
    "rows": Column("Rows in the file", "count"),
    "loaded": Column("Loaded", "count"),
    "rejected": Column("Rejected", "count"),
    "duplicates": Column("Duplicates", "count"),
    "extra_columns": Column("Columns not used"),
}
REJECTED: dict[str, Column] = {
    "table_name": Column("Table"),
    "rule": Column("Reason", width=420),
    "rows": Column("Rows", "count"),
    "first_row": Column("First row in the file", "count"),
}
PARAMETERS: dict[str, Column] = {
    "param_id": Column("Parameter", width=240),
    "regime": Column("Regime"),
    "product": Column("Product"),
    "value": Column("Value"),
    "valid_from": Column("Valid from", "date"),
    "valid_to": Column("Valid to", "date"),
    "source": Column("Source", width=320),
    "is_in_force": Column("In force", "flag"),
}
BUILDS: dict[str, Column] = {
    "build": Column("Build", width=260),
    "size": Column("Megabytes", "number"),
    "serving": Column("In service", "flag"),
}


def render(scope: Scope) -> None:
    """Freshness, quality rules, what was loaded and rejected, parameters, builds."""
    fresh = warehouse.freshness(scope.build)
    record.facts(
        [
            (t("Data to"), formats.day(fresh.as_of)),
            (t("Loaded, UTC"), formats.minute(fresh.loaded_at)),
            (t("Source"), PurePath(fresh.source or "—").name),
            (t("Loans"), formats.count(fresh.loans)),
            (t("Borrowers"), formats.count(fresh.borrowers)),
            (
                t("Month ends"),
                f"{formats.day(fresh.first_month)} – {formats.day(fresh.last_month)}",
            ),
        ]
    )
    rules = reports.quality_rules(scope)
    titles = rules["title_zh"].fillna(rules["title"]) if language() == "zh" else rules["title"]
    rules = rules.assign(rule=titles)
    _table(scope, "quality", t("Quality rules"), RULES, rules, t("No rule was tested."))
    loads = reports.load_tables(scope)
    _table(scope, "loads", t("What was loaded"), LOADS, loads, t("Nothing was loaded."))
    reasons = reports.rejected_reasons(scope)
    title = t("Why rows were rejected")
    _table(scope, "rejected", title, REJECTED, reasons, t("No row was rejected."))
    parameters = reports.parameters_list(scope)
    parameters = parameters.assign(source=parameters["source"].fillna("").map(t))
    title = t("Rules and limits with their dates and sources")
    _table(scope, "parameters", title, PARAMETERS, parameters, t("There are no parameters."))
    _table(scope, "builds", t("Builds"), BUILDS, _builds(fresh.build_id), t("There is no build."))


def _builds(serving: str) -> pd.DataFrame:
    found = [(path.stem, path.stat().st_size / 1e6) for path in warehouse.builds()]
    frame = pd.DataFrame(found, columns=["build", "size"])
    return frame.assign(serving=frame["build"] == serving)


def _table(
    scope: Scope,
    key: str,
    title: str,
    columns: dict[str, Column],
    frame: pd.DataFrame,
    empty: str,
) -> None:
    st.subheader(title, anchor=False)
    if frame.empty:
        st.caption(empty)
        return
    tables.show(frame, columns, key=f"data_{key}", alt=title)
    export.offer(export.sheet(f"data_{key}", title, columns, lambda: frame, scope))
