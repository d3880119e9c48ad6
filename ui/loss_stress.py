"""What if: shocks on PD, LGD and collateral, and three scenarios, beside the recorded allowance."""

import streamlit as st

from queries import reports
from queries.expected_loss import Shock, outcomes, scenarios, weighted
from queries.warehouse import Scope
from ui import drill, export, filters, formats, layout, loss_charts, pictures, tables
from ui.i18n import md, t
from ui.tables import Column
from ui.theme import BROKEN, WITHIN, palette


def draw(scope: Scope) -> None:
    """The reader's own shock beside the three scenarios; all from a few hundred cells."""
    title = t("Expected loss under stress")
    st.subheader(title, anchor=False)
    st.caption(t(READ))
    cells = reports.stress_cells(scope)
    shock = _chosen()
    shocks = {"yours": shock, **scenarios(reports.ecl_parameters(scope))}
    frame = outcomes(cells, shocks)
    left, right = layout.beside()
    with left:
        figure = loss_charts.beside(frame, palette=palette())
        said = drill.described(frame, title, "ecl", "scenario", "money")
        pictures.still(figure, "loss_stress", said)
    with right:
        _result(frame.iloc[0], weighted(frame))
    tables.show(frame, COLUMNS, key="loss_stress_table", alt=title)
    facts = (
        (t("PD times"), formats.number(shock.pd)),
        (t("LGD plus, points"), formats.number(shock.lgd * 100)),
        (t("Collateral down, %"), formats.number(shock.collateral * 100)),
    )
    export.offer(export.sheet("loss_stress", title, COLUMNS, lambda: frame, scope, filters=facts))
    _assumed(scope)


READ = (
    "Stages, balances and the allowance stay as they are. PD is multiplied, LGD raised by points,"
    " and what collateral covers no more after its fall is recovered no more. In stage 3 the"
    " default has happened: only LGD and collateral tell."
)


# Label, least, most, step and what stands there at first, in what a person reads: graver than the
# scenario "worse" as it comes, or the first bar would say what the last one says.
SLIDERS: dict[str, tuple[str, float, float, float, float]] = {
    "pd_times": ("PD times", 0.5, 3.0, 0.1, 2.0),
    "lgd_plus": ("LGD plus, points", -10.0, 40.0, 1.0, 10.0),
    "collateral_down": ("Collateral down, %", 0.0, 50.0, 5.0, 30.0),
}


def _chosen() -> Shock:
    with st.container(horizontal=True, gap="large"):
        return Shock.of_percents(*(_slider(key) for key in SLIDERS))


def _slider(key: str) -> float:
    """One shock, which lives in the address: a link opens the same stress."""
    label, least, most, step, first = SLIDERS[key]
    widget = f"shock_{key}"
    try:
        chosen = min(max(float(st.query_params.get(key, first)), least), most)
    except ValueError:
        chosen = first
    st.session_state[widget] = chosen if chosen == chosen else first
    return st.slider(
        t(label), least, most, step=step, key=widget, on_change=_to_address, args=(key, widget)
    )


def _to_address(key: str, widget: str) -> None:
    filters.write(key, f"{st.session_state[widget]:g}", f"{SLIDERS[key][-1]:g}")


def _result(yours, mean: float | None) -> None:
    st.metric(
        t("Expected loss under your shock"),
        formats.money(yours["ecl"]),
        delta=formats.difference("money", yours["ecl"], yours["ecl_now"]),
        delta_color="gray",
        delta_description=t("against as estimated"),
        border=True,
    )
    if not formats.missing(yours["allowance"]):
        held = yours["gap"] >= 0
        light = WITHIN if held else BROKEN
        words = "the allowance would hold: {amount} above" if held else SHORT
        said = t(words, amount=formats.money(abs(yours["gap"])))
        st.badge(said, icon=light.icon, color=light.colour)
        covered = formats.percent(yours["coverage"])
        st.caption(md(t("Allowance to expected loss under the shock: {share}", share=covered)))
    if mean is None:
        st.caption(
            t("The weights of the scenarios do not add up to one: there is no weighted loss.")
        )
        return
    st.metric(t("Weighted over the scenarios"), formats.money(mean), border=True)
    st.caption(t("Better, base and worse by the weights in force. An internal convention."))


SHORT = "the allowance would fall {amount} short"
COLUMNS: dict[str, Column] = {
    "scenario": Column("Scenario", codes="scenario"),
    "weight": Column("Weight", "ratio"),
    "pd_times": Column("PD times", "number"),
    "lgd_plus": Column("LGD plus", "points"),
    "collateral_down": Column("Collateral down", "ratio"),
    "ecl_1": Column("Stage 1", "money"),
    "ecl_2": Column("Stage 2", "money"),
    "ecl_3": Column("Stage 3", "money"),
    "ecl": Column("Expected loss", "money"),
    "ecl_now": Column("As estimated", "money"),
    "allowance": Column("Allowance on record", "money"),
    "gap": Column("Allowance less expected loss", "money"),
    "coverage": Column("Allowance to expected loss", "ratio"),
}


def _assumed(scope: Scope) -> None:
    title = t("Parameters of the scenarios")
    st.subheader(title, anchor=False)
    frame = reports.ecl_parameters(scope)
    frame = frame[frame["param_id"].str.startswith("scenario.")]
    shown = frame.assign(source=[t(source) for source in frame["source"]])
    tables.show(shown, PARAMETERS, key="scenario_parameters", alt=title)
    export.offer(export.sheet("scenario_parameters", title, PARAMETERS, lambda: shown, scope))


PARAMETERS: dict[str, Column] = {
    "param_id": Column("Parameter", width=220),
    "product": Column("Product"),
    "value": Column("Value"),
    "valid_from": Column("Valid from", "date"),
    "source": Column("Source", width=420),
}
