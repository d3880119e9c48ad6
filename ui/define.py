"""What a figure means: definition, owner, rule, source, convention, limits, and its two parts."""

import streamlit as st

from queries.metrics import Comparison, Metric
from ui import formats, lists, record, tiles, visit
from ui.i18n import md, t


def parts(compared: Comparison) -> None:
    """The figure in full, with the numerator over the denominator."""
    metric = compared.metric
    st.metric(
        t("At {day}", day=formats.day(visit.now().scope.as_of)),
        formats.exact(metric.unit, compared.now),
    )
    if compared.now is None and compared.is_told and metric.without:
        st.caption(t(metric.without))
    over = lists.unit_of(metric, "numerator")
    pairs = [(t("Numerator"), formats.exact(over, compared.numerator))]
    if metric.denominator:
        under = lists.unit_of(metric, "denominator")
        pairs.append((t("Denominator"), formats.exact(under, compared.denominator)))
    record.facts(pairs, columns=2)


def definition(metric: Metric) -> None:
    """Meaning, columns, rule, source, owner; the house's own conventions say so."""
    st.markdown(t(metric.meaning))
    if metric.is_convention:
        st.badge(t("internal convention"), icon=":material/home_work:", color="gray")
    facts = [
        (t("Rule"), t("section {section} of the metric dictionary", section=metric.rule)),
        (t("Source"), t(metric.reference or "—")),
        (t("Owner"), t(metric.owner)),
        (t("Computed as"), metric.formula),
    ]
    st.markdown("\n".join(f"- {label}: {md(said)}" for label, said in facts))


def limits(compared: Comparison) -> None:
    """The lines that hold on the day, each with its source, and how the figure stands to them."""
    lines, unit = compared.lines, compared.metric.unit
    named = (
        (t("Early line"), lines.amber),
        (t("House limit"), lines.red),
        (t("Regulatory limit"), lines.limit),
    )
    said_lines = [
        f"- {label}: {md(formats.value(unit, line.value))} ({md(t(line.source or '—'))})"
        + (f" · {md(tiles.binds(line))}" if line.by else "")
        for label, line in named
        if line
    ]
    st.markdown("\n".join(said_lines))
    if compared.light:
        light = tiles.LIGHTS[compared.light]
        said = t(light.word)
        if compared.broken_since:
            said += " · " + t("since {day}", day=formats.day(compared.broken_since))
        st.badge(said, icon=light.icon, color=light.colour)
