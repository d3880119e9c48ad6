"""A sample that can be drawn again: what was drawn, what was found, and what does it say?"""

import logging

import streamlit as st

from queries import reports
from queries.sampling import FEWEST_DIGITS, first_digits
from queries.warehouse import Scope
from ui import (
    audit_charts,
    drill,
    export,
    filters,
    formats,
    pictures,
    sample_forms,
    sample_papers,
    samples,
    tables,
    visit,
)
from ui.i18n import name, t
from ui.store import Unavailable
from ui.tables import Column
from ui.theme import palette

VIEWS: dict[str, str] = {
    "samples": "Samples",
    "draw": "Draw a sample",
    "digits": "First digits",
}
SAMPLES: dict[str, Column] = {
    "sample_id": Column("Sample", "count", width=80),
    "title": Column("Title", width=280),
    "method": Column("Method", codes="sample_method"),
    "kind": Column("Drawn of", codes="sample_kind"),
    "as_of": Column("As of", "date"),
    "rows": Column("Rows", "count"),
    "number": Column("Population", "count"),
    "book": Column("Its value", "money"),
    "user": Column("Drawn by"),
    "at": Column("Drawn at (UTC)", "time"),
}
DIGITS: dict[str, Column] = {
    "digit": Column("First digits", "count"),
    "number": Column("Amounts", "count"),
    "share": Column("Share", "ratio"),
    "expected": Column("Expected share", "ratio"),
    "difference": Column("Difference", "points"),
}
REFUSED = {
    "few": "{n} amounts, of {least} that it takes: a test of first digits would say nothing.",
    "narrow": "The amounts span less than two powers of ten: a test of first digits would say"
    " nothing.",
}
log = logging.getLogger(__name__)


def render(scope: Scope) -> None:
    """The samples of this reader's rights, a form to draw one, and the screen of first digits."""
    view = filters.switch(t("View"), "view", list(VIEWS), lambda key: t(VIEWS[key]))
    try:
        {"samples": _samples, "draw": sample_forms.draw, "digits": _digits}[view](scope)
    except Unavailable as error:
        log.error("samples: %s", error)
        st.warning(
            t("Samples are not available: the workspace store cannot be reached."),
            icon=":material/cloud_off:",
        )


def _samples(scope: Scope) -> None:
    sample_forms.said()
    whole = visit.now().rights
    asked = st.query_params.get("sample_id", "")
    chosen = samples.by_number(whole, int(asked)) if asked.isascii() and asked.isdigit() else None
    if asked and chosen is None:
        st.info(t("There is no sample {n} that you may open.", n=asked[:12]))
    frame = samples.table(whole)
    if frame.empty:
        st.info(t("No sample has been drawn yet."), icon=":material/casino:")
        return
    if chosen:
        sample_papers.show(scope, chosen)
    title = t("Samples")
    st.subheader(title, anchor=False)
    tables.show(
        frame,
        SAMPLES,
        key="samples",
        alt=title,
        open_row=lambda row: ("sampling", {"sample_id": int(row["sample_id"])}),
    )
    export.offer(export.sheet("samples", title, SAMPLES, lambda: frame, scope))


def _digits(scope: Scope) -> None:
    st.caption(
        t(
            "First digits of payments in twelve months against Benford's law: a screen, no proof."
            " Instalments due, principals and limits are set by contract and are not screened."
        )
    )
    for places, title in SCREENS.items():
        st.subheader(t(title), anchor=False)
        _screen(scope, places)


SCREENS = {1: "First digit", 2: "First two digits"}


def _screen(scope: Scope, places: int) -> None:
    """The deviation and its verdict beside what chance alone makes, and each digit's share."""
    counted = reports.first_digits(scope, places)
    counts = dict(zip(counted["digit"], counted["number"], strict=True))
    ends = [float(counted[end].iloc[0]) if len(counted) else 0.0 for end in ("smallest", "largest")]
    found, least = first_digits(counts, ends[0], ends[1], places), FEWEST_DIGITS[places]
    if places > 1:
        st.caption(
            t(
                "Ninety pairs of digits take more amounts than nine digits do: of 1,000, which the"
                " source asks for, chance alone would make a deviation that is called no"
                " conformity. {least} are asked here, of which it makes half of that.",
                least=formats.count(least),
            )
        )
    if found.refused:
        said = t(REFUSED[found.refused], n=formats.count(found.number), least=formats.count(least))
        st.info(said, icon=":material/block:")
        return
    st.markdown(
        t(
            "Of {n} amounts the shares of the digits are {mad} off on average: {verdict}. Chance"
            " alone makes some {chance}. Chi-square is {chi}, which with so many amounts rejects"
            " almost anything.",
            n=formats.count(found.number),
            mad=formats.index(found.deviation),
            verdict=f"**{name('benford', found.verdict)}**",
            chance=formats.index(found.by_chance),
            chi=formats.number(found.chi_square),
        )
    )
    title, key = t("Share of each of the first digits"), f"digits_{places}"
    figure = audit_charts.digits(found.frame, palette=palette())
    told = found.frame if places == 1 else found.frame.nlargest(9, "share")
    pictures.still(figure, key, drill.described(told, title, "share", "digit", "ratio"))
    export.twin(found.frame, DIGITS, key, title, scope)
