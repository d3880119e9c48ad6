"""How fresh and how clean is the data, and by which rules was it computed?"""

from collections.abc import Callable
from pathlib import PurePath

import pandas as pd
import streamlit as st

from queries import reports, warehouse
from queries.warehouse import Scope
from ui import data_ledger, data_loads, data_quality, export, filters, formats, record, tables
from ui.i18n import t
from ui.tables import Column

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


CHAPTERS: dict[str, str] = {
    "quality": "Data quality",
    "loads": "Load history",
    "ledger": "Reconciliation with the ledger",
    "rules": "Rules, limits and builds",
}


def render(scope: Scope) -> None:
    """Freshness, and one chapter: quality rules, what was loaded, the ledger, parameters."""
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
                f"{formats.day(fresh.first_month)[:7]} – {formats.day(fresh.last_month)[:7]}",
            ),
        ]
    )
    chapter = filters.switch(
        t("Chapter"),
        "chapter",
        list(CHAPTERS),
        lambda key: t(CHAPTERS[key]),
        clears=("rule_id", "source_rows", "source_row"),
    )
    SHOWN[chapter](scope)


def _rules(scope: Scope) -> None:
    parameters = reports.parameters_list(scope)
    parameters = parameters.assign(source=parameters["source"].fillna("").map(t))
    title = t("Rules and limits with their dates and sources")
    _table(scope, "parameters", title, PARAMETERS, parameters, t("There are no parameters."))
    serving = warehouse.freshness(scope.build).build_id
    _table(scope, "builds", t("Builds"), BUILDS, _builds(serving), t("There is no build."))


SHOWN: dict[str, Callable[[Scope], None]] = {
    "quality": data_quality.show,
    "loads": data_loads.show,
    "ledger": data_ledger.show,
    "rules": _rules,
}


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
