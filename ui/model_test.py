"""How good the learned score was on months and borrowers it had not seen, beside what is simple."""

import pandas as pd
import streamlit as st

from queries import reports
from queries.warehouse import Scope
from ui import drill, export, formats, links, model_charts, model_loans, pictures, tables
from ui.i18n import name, t
from ui.tables import Column
from ui.theme import palette


def sentence(cards: pd.DataFrame, reading: str) -> str:
    """Whether a reading beats the benchmark, with the figures that say so."""
    card = cards.set_index("reading").loc[reading]
    against = cards.set_index("reading").loc[card["benchmark"]]
    return t(
        VERDICTS[str(card["verdict"])],
        model=name("reading", reading),
        other=name("benchmark", card["benchmark"]),
        auc=formats.index(card["auc"]),
        other_auc=formats.index(against["auc"]),
        error=formats.index(card["auc_gain_error"]),
        brier=formats.index(card["brier"]),
        other_brier=formats.index(against["brier"]),
    )


VERDICTS = {
    "better": "{model} did better than {other}: AUC {auc} against {other_auc} (standard error of"
    " the difference {error}), Brier {brier} against {other_brier}.",
    "mixed": "{model} did not do better than {other}: better at ranking (AUC {auc} against"
    " {other_auc}, standard error of the difference {error}), but with probabilities that err"
    " more (Brier {brier} against {other_brier}).",
    "same": "{model} did not surely do better than {other}: AUC {auc} against {other_auc}, within"
    " two standard errors of the difference ({error}); Brier {brier} against {other_brier}.",
    "worse": "{model} did worse than {other}: AUC {auc} against {other_auc} (standard error of the"
    " difference {error}), Brier {brier} against {other_brier}. Do not rely on it.",
    "unknown": "Whether {model} did better than {other} cannot be told: AUC {auc} against"
    " {other_auc}, Brier {brier} against {other_brier}.",
}


def draw(scope: Scope, cards: pd.DataFrame, reading: str) -> None:
    """The figures of all readings on the same rows, calibration, and the loans of one tenth."""
    _figures(scope, cards)
    _calibration(scope, reading)
    model_loans.band(scope, reading)


def _figures(scope: Scope, cards: pd.DataFrame) -> None:
    title = t("On the same tested rows")
    st.subheader(title, anchor=False)
    card = cards.iloc[0]
    st.caption(
        t(
            TESTED,
            first=formats.day(card["tested_from"]),
            last=formats.day(card["tested_to"]),
            rows=formats.count(card["test_rows"]),
            borrowers=formats.count(card["test_borrowers"]),
            defaults=formats.count(card["test_defaults"]),
        )
    )
    tables.show(cards, FIGURES, key="model_figures", alt=title)
    export.offer(export.sheet("model_figures", title, FIGURES, lambda: cards, scope))


TESTED = (
    "Tested on the months {first} to {last}: {rows} loan-months of {borrowers} borrowers, none of"
    " whom it was trained on; {defaults} of their loans defaulted. Of the whole book, whatever is"
    " selected."
)
FIGURES = {
    "reading": Column("Score", codes="reading", width=190),
    "auc": Column(
        "AUC",
        "index",
        help="The chance that a loan that defaulted was ranked above one that did not; ties count"
        " half. 0.5 is guessing.",
    ),
    "ks": Column("KS", "index", help="The largest gap between defaults caught and false alarms."),
    "brier": Column(
        "Brier",
        "index",
        help="Mean squared distance of the probability from what happened; smaller is better. A"
        " benchmark has the default rates of its bands in training for probabilities.",
    ),
    "mean_pd": Column("Foretold on average", "ratio"),
    "test_rate": Column("Happened", "ratio"),
    "auc_gain": Column("AUC gained", "index", help="Over the benchmark, on the same rows."),
    "auc_gain_error": Column(
        "Standard error", "index", help="Of the gain: a jackknife over twenty groups of borrowers."
    ),
    "verdict": Column("Against the benchmark", codes="verdict", width=170),
}


def _calibration(scope: Scope, reading: str) -> None:
    title = t("Foretold and happened, by tenth of the tested rows")
    st.subheader(title, anchor=False)
    st.caption(t(CALIBRATED))
    frame = reports.model_calibration(scope, reading)
    picture = model_charts.calibration(frame, palette=palette())
    said = drill.described(frame, title, "default_rate", "band", "ratio", str)
    target = drill.drill_target(
        pictures.draw(picture, "model_calibration", said), ["band"], [frame["band"].tolist()]
    )
    if target:
        links.go("model", **target)
    export.twin(frame, BANDS, "model_calibration", title, scope)


CALIBRATED = (
    "Safest tenth left. Bars: the share that defaulted, with two standard errors either way (too"
    " narrow: the months of one loan are not independent). Diamonds: the mean probability foretold."
    " A click opens the tested loans of a tenth."
)
BANDS = {
    "band": Column("Tenth", "count"),
    "rows": Column("Loan-months", "count"),
    "defaults": Column("Defaulted", "count"),
    "pd_from": Column("Probability from", "ratio"),
    "pd_to": Column("Probability to", "ratio"),
    "mean_pd": Column("Foretold", "ratio"),
    "default_rate": Column("Happened", "ratio"),
    "standard_error": Column("Standard error", "ratio"),
}
