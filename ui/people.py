"""The people of a department as a list, and the one whose cases the address asks for."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from queries import reports
from queries.warehouse import Scope
from ui import filters, long_lists, paging, tables
from ui.i18n import md, t
from ui.tables import Target


def ahead(scope: Scope, department: str) -> tuple[Callable[[], object], ...]:
    """The questions of `show`, whose answers are kept: to be asked at once with others."""
    return (
        lambda: reports.desk_sums(scope, department),
        lambda: reports.workload_by_person(scope, department, "", None, paging.SIZE),
    )


def show(scope: Scope, department: str, word: str, columns: tables.Columns) -> None:
    """Who is there, those with most that is late first; a row opens what is on the desk."""
    title = t("{department}: people", department=word)
    st.subheader(md(title), anchor=False)
    sums = reports.desk_sums(scope, department)
    if sums.empty:
        st.caption(_nobody(scope))
        return

    def part(after: str | None, limit: int) -> pd.DataFrame:
        return reports.workload_by_person(scope, department, "", after, limit)

    def desk(row: pd.Series) -> Target:
        asked = {"department_id": department, "owner": row["staff_id"], "state": "open"}
        return "workload", asked

    long_lists.draw(
        "people",
        title,
        columns,
        part,
        "staff_id",
        int(sums["people"].iloc[0]),
        scope,
        facts=((t("Department"), word),),
        open_row=desk,
        rows=10,
    )


def _nobody(scope: Scope) -> str:
    if "" in scope.branches and "" in scope.products:
        return t("Nobody of this department is known.")
    return t(
        "Its people work for every branch and product: they are listed where the whole book is in"
        " view."
    )


def asked(scope: Scope, department: str) -> tuple[str, str]:
    """Number and name of the person of the department whose cases are asked for; empty if none."""
    wanted = st.query_params.get("owner", "")
    if not wanted:
        return "", ""
    found = reports.workload_by_person(scope, department, wanted)
    known = filters.asked("owner", found["staff_id"].tolist())
    return (wanted, str(found["name"].iloc[0])) if wanted in known else ("", "")
