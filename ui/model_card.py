"""The card of the learned score: what it was made from, with what, and what weighs in it."""

import pandas as pd
import streamlit as st

from queries import reports
from queries.warehouse import Scope
from ui import export, formats, record, tables
from ui.i18n import name, t
from ui.tables import Column


def without(scope: Scope, cards: pd.DataFrame) -> None:
    """Why there is no model, and what there was to learn from."""
    if cards.empty:
        st.info(t(WITHOUT["no_history"]), icon=":material/school:")
        return
    card = cards.iloc[0]
    st.info(t(WITHOUT[str(card["state"])]), icon=":material/school:")
    record.facts([*_windows(card), *_rows(card)])
    title = t("Model card")
    export.offer(export.sheet("model_card", title, CARD, lambda: cards, scope))


WITHOUT = {
    "no_history": "There is no learned score: the book is too young. Thirty month ends are needed:"
    " twelve to see what becomes of the loans it is trained on, six to test, twelve to see what"
    " became of those.",
    "few_defaults": "There is no learned score: fewer than 50 loans of the training months"
    " defaulted within twelve months, too few to learn from.",
    "few_tested": "There is no learned score: fewer than 10 loans of the tested months defaulted"
    " within twelve months, so nobody could tell whether it is any good.",
}


def draw(scope: Scope, cards: pd.DataFrame, reading: str) -> None:
    """Windows, rows, library, settings; and the weights of every term."""
    chosen = cards[cards["reading"] == reading]
    card = chosen.iloc[0]
    title = t("Model card: {model}", model=name("reading", reading))
    st.subheader(title, anchor=False)
    record.facts([*_windows(card), *_rows(card), *_made(card)])
    st.caption(t(MADE))
    export.offer(export.sheet("model_card", title, CARD, lambda: chosen, scope))
    _weights(scope, reading)
    _trees(scope, reading)


MADE = (
    "Every label of the training months was known before the first tested month. A borrower is"
    " trained on or tested on, never both. Of more than 200,000 rows a sample is drawn by a hash of"
    " loan and month end; the same book gives the same model. These figures, every weight, every"
    " node of the trees and the scores are stored with the build, and the stored model gives the"
    " stored scores; the model that scores is the one that was tested."
)


def _windows(card: pd.Series) -> list[record.Fact]:
    trained = (formats.day(card[each])[:7] for each in ("trained_from", "trained_to"))
    tested = (formats.day(card[each])[:7] for each in ("tested_from", "tested_to"))
    return [
        (t("Trained on month ends"), " – ".join(trained)),
        (t("Tested on month ends"), " – ".join(tested)),
        (t("Scored at"), formats.day(card["scored_on"])),
    ]


def _rows(card: pd.Series) -> list[record.Fact]:
    return [
        (t("Training loan-months"), formats.count(card["training_rows"])),
        (t("Training loans"), formats.count(card["training_loans"])),
        (t("Training borrowers"), formats.count(card["training_borrowers"])),
        (t("Of these loans defaulted"), formats.count(card["training_defaults"])),
        (t("Tested loan-months"), formats.count(card["test_rows"])),
        (t("Tested loans"), formats.count(card["test_loans"])),
        (t("Tested borrowers"), formats.count(card["test_borrowers"])),
        (t("Of the tested loans defaulted"), formats.count(card["test_defaults"])),
    ]


def _made(card: pd.Series) -> list[record.Fact]:
    return [
        (t("Version"), formats.text(card["version"])),
        (t("Library"), formats.text(card["library"])),
        (t("Seed"), formats.count(card["seed"])),
        (t("Features"), formats.count(card["features"])),
        (t("AUC"), formats.index(card["auc"])),
        (t("KS"), formats.index(card["ks"])),
        (t("Brier"), formats.index(card["brier"])),
        (t("Settings"), formats.text(card["settings"])),
    ]


CARD = {
    "reading": Column("Score", codes="reading"),
    "state": Column("State", codes="model_state"),
    "trained_from": Column("Trained from", "date"),
    "trained_to": Column("Trained to", "date"),
    "tested_from": Column("Tested from", "date"),
    "tested_to": Column("Tested to", "date"),
    "scored_on": Column("Scored at", "date"),
    "training_rows": Column("Training loan-months", "count"),
    "training_loans": Column("Training loans", "count"),
    "training_borrowers": Column("Training borrowers", "count"),
    "training_defaults": Column("Of these loans defaulted", "count"),
    "test_rows": Column("Tested loan-months", "count"),
    "test_loans": Column("Tested loans", "count"),
    "test_borrowers": Column("Tested borrowers", "count"),
    "test_defaults": Column("Of the tested loans defaulted", "count"),
    "version": Column("Version", help="Of its data, settings and what it foretells."),
    "library": Column("Library"),
    "seed": Column("Seed", "count"),
    "settings": Column("Settings"),
    "features": Column("Features", "count"),
    "intercept": Column("Intercept", "index"),
    "auc": Column("AUC", "index"),
    "ks": Column("KS", "index"),
    "brier": Column("Brier", "index"),
}


def _weights(scope: Scope, reading: str) -> None:
    title = t("What weighs in it")
    st.subheader(title, anchor=False)
    frame = reports.model_terms(scope, reading)
    levels = zip(frame["feature"], frame["level"], strict=True)
    said = pd.Series([_level(*each) for each in levels], index=frame.index, dtype="object")
    frame = frame.assign(level=said)
    columns = TERMS if frame["coefficient"].notna().any() else TREES
    tables.show(frame, columns, key="model_terms", alt=title, rows=15)
    export.offer(export.sheet("model_terms", title, columns, lambda: frame, scope))


def _trees(scope: Scope, reading: str) -> None:
    """The model itself, of a reading that is made of trees."""
    frame = reports.model_nodes(scope, reading)
    if frame.empty:
        return
    title = t("The trees, node by node")
    st.subheader(title, anchor=False)
    st.caption(t(WALK, trees=frame["tree"].nunique(), nodes=len(frame)))
    levels = zip(frame["feature"], frame["level"], strict=True)
    said = pd.Series([_level(*each) for each in levels], index=frame.index, dtype="object")
    frame = frame.assign(level=said)
    tables.show(frame, NODES, key="model_nodes", alt=title, rows=13)
    export.offer(export.sheet("model_nodes", title, NODES, lambda: frame, scope))


WALK = (
    "{trees} trees of {nodes} nodes. A loan begins at node 0 of each tree and goes left where its"
    " value is at most the threshold; what the leaves add, with the intercept, is its log odds."
)
NODES = {
    "tree": Column("Tree", "count", width=60),
    "node": Column("Node", "count", width=60),
    "feature": Column("Feature", codes="subject", width=230),
    "level": Column("Is"),
    "threshold": Column("Left up to", "index", help="Days and amounts as log(1 + value)."),
    "is_missing_left": Column("Missing goes left", "flag"),
    "left_node": Column("Left node", "count"),
    "right_node": Column("Right node", "count"),
    "value": Column("Adds to the log odds", "index"),
}


def _level(feature: str, level: str | None) -> str | None:
    return None if formats.missing(level) else name(feature, level)


TERMS = {
    "feature": Column("Feature", codes="subject", width=260),
    "level": Column("Is"),
    "coefficient": Column(
        "Coefficient", "index", help="Of the value in standard deviations from the training mean."
    ),
    "importance": Column(
        "AUC lost without", "index", help="When the feature's tested values are shuffled."
    ),
    "mean": Column("Training mean", "index", help="Days and amounts as log(1 + value)."),
    "deviation": Column("Standard deviation", "index"),
}
TREES = {key: column for key, column in TERMS.items() if key != "coefficient"}
