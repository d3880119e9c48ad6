"""What a house calls its own departments, duties, contact steps and auditable units."""

from collections.abc import Callable, Mapping
from functools import lru_cache, partial

import pandas as pd
import streamlit as st

from queries import reports
from queries.warehouse import BuildOutdated, WarehouseMissing, folder, newest_build
from ui import visit

Names = Mapping[str, tuple[str, str]]
# The reading, and its columns: the code, the English name, the Chinese name.
READINGS: dict[str, tuple[Callable[[str], pd.DataFrame], str, str, str]] = {
    "department_id": (reports.departments, "department_id", "name", "name_zh"),
    "duty": (reports.duty_names, "duty_id", "name", "name_zh"),
    "step_id": (reports.contact_step_names, "step_id", "name", "name_zh"),
    "unit_id": (reports.unit_names, "unit_id", "unit", "unit_zh"),
}


def names(dimension: str) -> Names:
    """Code -> (English, Chinese) as the build that is looked at has it; empty without a build."""
    looked_at = st.session_state.get(visit.KEY)
    try:
        build = (looked_at.scope.build if looked_at else "") or newest_build().name
        return _names(dimension, build, str(folder()))
    except (WarehouseMissing, BuildOutdated):
        return {}


# A build never changes, and a list asks for the name of every row.
@lru_cache(maxsize=32)
def _names(dimension: str, build: str, _folder: str) -> Names:
    reading, code, english, chinese = READINGS[dimension]
    rows = reading(build).astype(str).to_dict("records")
    return {row[code]: (row[english], row[chinese]) for row in rows}


OWN: dict[str, Callable[[], Names]] = {key: partial(names, key) for key in READINGS}
"""For `ui.i18n.OWN`: what is named so goes before our own words."""
