"""Which borrowers need attention, and why each?"""

from decimal import Decimal

import streamlit as st

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
    number, exposure = reports.watch_list_total(scope, **asked.report)
    with row:
        by, columns = _headline(number, exposure, part)
    if not number:
        if scope.branches and scope.products:
            lists.nobody()
        else:
            lists.nothing()
        return
    if part == "map":
        watch_map.draw(scope, asked)
        return
    # Always there, so that what stands below keeps its place and stays open.
    with st.container():
        desk_forms.said(watch_acts.PLACE)
    acts = st.container()
    chosen = watch_table.show(scope, asked, snapshot, rules, columns, by, number)
    with acts:
        watch_acts.bar(chosen, snapshot, scope.as_of)
    _one(chosen, rules, scope)
    watch_table.offer(scope, asked, snapshot, rules, columns, by, number)
    watch_acts.recent(snapshot)


def _headline(number: int, exposure: Decimal, part: str) -> tuple[str, dict[str, Column]]:
    """How many the filters leave, and what they owe; how the rows come, and with what."""
    by, columns = "worst", {}
    st.markdown(
        t(
            "**{n}** borrowers with an exposure of **{amount}** need attention.",
            n=formats.count(number),
            amount=formats.money(exposure),
        ),
        width="content",
    )
    if part == "list":
        label = t("Order and columns")
        with st.popover(label, icon=":material/view_column:", type="tertiary"):
            by, columns = watch_table.order(), watch_table.columns()
    return by, columns


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
            borrower_id, scope, level=str(row["level"]), owner=str(row["owner"]), key="desk"
        )
