"""Which borrowers need attention, and why each?"""

from decimal import Decimal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from queries import reports
from queries.warehouse import Scope
from ui import (
    borrower_desk,
    desk,
    desk_forms,
    filters,
    formats,
    links,
    lists,
    named_views,
    watch_acts,
    watch_desk,
    watch_filters,
    watch_flow,
    watch_map,
    watch_order,
    watch_table,
    watch_words,
)
from ui.i18n import md, t
from ui.tables import Column
from ui.watch_table import Chosen
from ui.watch_words import Rules

# What a view keeps beside the filters.
KEYS = ("part", "order", "columns", "map_by", "measure")
PARTS = {"list": "List", "map": "Where they stand", "flow": "Coming and going"}


def render(scope: Scope) -> None:
    """Views under a name; the list with its filters and acts, or how it changed over months."""
    named_views.opened("watchlist", KEYS)
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    ):
        part = filters.switch(t("Part"), "part", list(PARTS), lambda key: t(PARTS[key]))
        named_views.row("watchlist", KEYS)
    if part == "flow":
        if watch_filters.any_on():
            st.caption(t("The filters of the list do not narrow what came and left."))
        watch_flow.draw(scope)
    else:
        _list(scope, part)


def _list(scope: Scope, part: str) -> None:
    snapshot = desk.everything()
    desk_forms.unavailable(snapshot)
    rules = watch_words.rules(scope)
    owners = watch_desk.owners(scope, snapshot)
    asked, row = watch_filters.draw(scope, snapshot, rules, owners)
    with row:
        line = st.container(width="content")
        by, columns = _order_and_columns() if part == "list" else ("worst", {})
    if part == "map":
        number, exposure = reports.watch_list_total(scope, **asked.report)
        _headline(line, number, exposure)
        if _anybody(number, scope):
            watch_map.draw(scope, asked)
        return
    listed = watch_table.read(scope, asked, by)
    _headline(line, listed.number, listed.exposure)
    _leaving(len(watch_desk.leaving(scope, snapshot)))
    if not _anybody(listed.number, scope):
        return
    # Always there, so that what stands below keeps its place and stays open.
    with st.container():
        desk_forms.said(watch_acts.PLACE)
    acts = st.container()
    chosen = watch_table.show(listed, scope, snapshot, rules, columns, by)
    with acts:
        watch_acts.bar(chosen, listed.number, asked, snapshot, scope)
    _one(chosen, rules, scope)
    watch_table.offer(scope, asked, snapshot, rules, columns, by, listed.number)
    watch_acts.recent(snapshot)


def _anybody(number: int, scope: Scope) -> bool:
    """Whether somebody is left; says so when not."""
    if not number:
        if scope.branches and scope.products:
            lists.nobody()
        else:
            lists.nothing()
    return bool(number)


def _headline(place: DeltaGenerator, number: int, exposure: Decimal) -> None:
    """How many the filters leave, and what they owe."""
    place.markdown(
        t(
            "**{n}** borrowers with an exposure of **{amount}** need attention.",
            n=formats.count(number),
            amount=formats.money(exposure),
        ),
        width="content",
    )


def _leaving(number: int) -> None:
    """How many stand here only until the next load: their exit is approved."""
    if not number:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        said = t("Exits approved: {n}; off the list with the next load.", n=formats.count(number))
        st.caption(said, width="content")
        label = t("who leaves")
        links.link("watchlist", label, icon=":material/logout:", desk_exit="approved")


def _order_and_columns() -> tuple[str, dict[str, Column]]:
    """How the rows come, and with what; the button says the order."""
    own = [code for code in st.query_params.get_all("order") if code in reports.WATCH_ORDERS]
    said = watch_order.told((own or ["worst"])[0], watch_table.COLUMNS)
    label = t("{order}; columns", order=said)
    with st.popover(label, icon=":material/view_column:", type="tertiary"):
        return watch_order.pick(watch_table.COLUMNS), watch_table.columns()


def _one(chosen: Chosen, rules: Rules, scope: Scope) -> None:
    """The panel of the one borrower that was chosen."""
    place = st.container()
    if len(chosen.ids) != 1:
        return
    row = chosen.rows.iloc[0]
    borrower_id = chosen.ids[0]
    with place, st.container(border=True, key="watch_chosen"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{md(borrower_id)} · {md(formats.text(row['name']))}**", width="content")
            links.link(
                "borrower", t("Borrower"), icon=":material/arrow_forward:", borrower_id=borrower_id
            )
            links.link(
                "loan",
                t("Worst loan"),
                icon=":material/arrow_forward:",
                loan_id=row["worst_loan_id"],
            )
        # Whole, since the table cuts it short.
        st.text(watch_words.why(row["signal_values"], row["reasons"], rules))
        st.caption(watch_words.reasons(row["reasons"]))
        borrower_desk.panel(
            borrower_id,
            scope,
            level=str(row["level"]),
            owner=str(row["owner"]),
            may_exit=bool(row["may_exit"]),
            key="desk",
        )
