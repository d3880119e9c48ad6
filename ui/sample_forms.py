"""The form that draws a sample, and what is said after it."""

import streamlit as st

from queries.sampling import Plan
from queries.warehouse import Scope
from ui import formats, samples, visit
from ui.accounts import AUDITOR
from ui.i18n import md, name, t
from ui.rights import Refused
from ui.store import Unavailable

AMONG = {"loans": ("all", "late", "npl", "restructured"), "payments": ("all", "late")}
STRATIFY = {
    "loans": ("classification", "bucket", "product", "branch"),
    "payments": ("channel", "product", "branch"),
}
METHODS = ("mus", "attribute", "random", "stratified")
CONFIDENCES = (0.95, 0.90, 0.99, 0.85, 0.80)
_SAID = "_sample_said"


def draw(scope: Scope) -> None:
    """Asks for the population, the method and its figures; draws on the button."""
    said()
    if AUDITOR not in visit.now().user.roles:
        st.info(t("Only an auditor draws samples and fills in work papers."))
        return
    st.caption(
        t(
            "Drawn of what is chosen on the left: {day}, {branches} branches. Seed and rows are"
            " kept for good, and the same seed draws the same rows on any machine.",
            day=formats.day(scope.as_of),
            branches=len([each for each in scope.branches if each]),
        )
    )
    left, right = st.columns(2)
    with left:
        kind = _choice(t("Drawn of"), "kind", samples.KINDS, "sample_kind")
        among = _choice(t("Of these"), "among", AMONG[kind], "sample_among")
    with right:
        method = _choice(t("Method"), "method", METHODS, "sample_method")
        st.selectbox(
            t("Confidence"), CONFIDENCES, key="sample_confidence", format_func=formats.percent
        )
    with st.form("draw_sample"):
        st.text_input(t("Title"), key="sample_title", max_chars=samples.MOST_TITLE)
        st.text_input(
            t("Seed"),
            key="sample_seed",
            max_chars=samples.MOST_SEED,
            help=t("Any words, such as the number of the engagement."),
        )
        _figures(method, kind)
        st.form_submit_button(
            t("Draw"),
            type="primary",
            icon=":material/casino:",
            on_click=_drawn,
            args=(scope, kind, among, method),
        )


def _choice(label: str, key: str, options: tuple[str, ...], words: str) -> str:
    return st.selectbox(
        label, options, key=f"sample_{key}", format_func=lambda code: name(words, code)
    )


def _figures(method: str, kind: str) -> None:
    """Draws the inputs of a method."""
    if method == "mus":
        st.number_input(
            t("Tolerable error, in the currency of the book"),
            0.0,
            step=10_000.0,
            key="sample_tolerable",
        )
        st.number_input(
            t("Expected error, in the currency of the book"),
            0.0,
            step=1_000.0,
            key="sample_expected",
        )
        st.radio(
            t("Form"),
            ("exact", "expansion"),
            key="sample_form",
            format_func=lambda code: name("sample_form", code),
            horizontal=True,
        )
    elif method == "attribute":
        st.number_input(
            t("Tolerable rate of deviations, per cent"), 0.1, 50.0, 5.0, 0.5, key="sample_rate"
        )
        st.number_input(t("Expected deviations"), 0, 50, 0, 1, key="sample_deviations")
    else:
        st.number_input(t("Rows"), 1, 2000, 60, 1, key="sample_size")
    if method == "stratified":
        _choice(t("Strata"), "stratify", STRATIFY[kind], "sample_stratify")
        st.radio(
            t("Allocation"),
            ("proportional", "neyman"),
            key="sample_allocation",
            format_func=lambda code: name("sample_allocation", code),
            horizontal=True,
        )
        st.checkbox(
            t("Take every item above the interval"),
            True,
            key="sample_top",
            help=t("The interval is the book value over the rows asked for."),
        )


def plan_of(method: str, confidence: float) -> tuple[Plan, str]:
    """What stands in the inputs."""
    held = st.session_state
    if method == "mus":
        tolerable, expected = held["sample_tolerable"] * 100, held["sample_expected"] * 100
        form = held["sample_form"]
        return Plan("mus", confidence, round(tolerable), round(expected), form=form), "none"
    if method == "attribute":
        rate, expected = held["sample_rate"] / 100, held["sample_deviations"]
        return Plan("attribute", confidence, round(rate, 6), expected), "none"
    if method == "stratified":
        size, allocation = held["sample_size"], held["sample_allocation"]
        top = held["sample_top"]
        plan = Plan("stratified", confidence, size=size, allocation=allocation, top=top)
        return plan, held["sample_stratify"]
    return Plan("random", confidence, size=held["sample_size"]), "none"


def _drawn(scope: Scope, kind: str, among: str, method: str) -> None:
    held = st.session_state
    plan, stratify = plan_of(method, held["sample_confidence"])
    title, seed = held["sample_title"], held["sample_seed"]
    try:
        user = visit.now().user
        sample = samples.draw(user, scope, title, kind, among, stratify, seed, plan)
    except Refused as refused:
        say("warning", str(refused))
        return
    except Unavailable:
        say("warning", t("Not written: the workspace store cannot be reached."))
        return
    say("success", t("Sample {n} was drawn.", n=sample.sample_id))
    st.query_params["sample_id"] = str(sample.sample_id)
    st.query_params["view"] = "samples"


def say(kind: str, text: str) -> None:
    """Keeps what is to be said on the next run."""
    st.session_state[_SAID] = (kind, text)


def said() -> None:
    """What the last click came to."""
    told = st.session_state.pop(_SAID, None)
    if told:
        (st.success if told[0] == "success" else st.warning)(md(told[1]))
