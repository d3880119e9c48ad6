"""Every rule of early warning as the build used it: condition, points, validity, owner."""

import pandas as pd
import streamlit as st

from queries import reports
from queries.warehouse import Scope
from ui import export, filters, formats, tables, warning_rows
from ui.i18n import name, t
from ui.names import LABELS
from ui.tables import Column, Target

COLUMNS: dict[str, Column] = {
    "rule_id": Column("Rule", width=80),
    "rule": Column("What it says", width=210),
    "condition": Column("Condition", width=230),
    "threshold": Column("Threshold", "number"),
    "points": Column("Points", "number"),
    "is_hard": Column("Red at once", "flag", help="Whoever it holds on is red."),
    "severity": Column("Severity", codes="severity"),
    "family": Column("Family", codes="rule_family"),
    "subject": Column("Looks at", codes="rule_subject"),
    "kinds": Column("Customer segment", help="Types of borrower that it is for; empty means all."),
    "fades": Column("Fades", "flag", help="An event: half after 30 days, a quarter after 90."),
    "overrides": Column("Stands in for", help="Where both hold, only this one counts."),
    "valid_from": Column("Valid from", "date"),
    "valid_to": Column("Valid to", "date"),
    "origin": Column("Origin", codes="rule_origin"),
    "source": Column("Source", width=230),
    "owner": Column("Owner"),
}
FAMILIES = tuple(LABELS["rule_family"])


def draw(scope: Scope) -> None:
    """The rules in force, of one family or of all; a row opens its dry run."""
    title = t("The rules as they are used")
    st.subheader(title, anchor=False)
    frame = told(reports.rules_in_force(scope))
    families = filters.pick(
        t("Family"),
        "rule_family",
        FAMILIES,
        shown=lambda code: name("rule_family", code),
        all_label=t("All"),
    )
    shown = frame[frame["family"].isin(families)] if families else frame
    own = int((shown["origin"] == "own").sum())
    st.caption(
        t(
            "{n} rules are in force, {own} of them own rows of the folder's signal_rules; the"
            " others come with the product. A row opens its dry run.",
            n=len(shown),
            own=own,
        )
    )
    if shown.empty:
        return
    tables.show(shown, COLUMNS, key="rules_in_force", alt=title, open_row=_open_rule, rows=18)
    facts = filters.told(("rule_family", family) for family in families)
    export.offer(
        export.sheet("rules_in_force", title, COLUMNS, lambda: shown, scope, filters=facts)
    )


def told(rules: pd.DataFrame) -> pd.DataFrame:
    """The rules with words where they have codes, and no end where there is none."""
    forever = rules["valid_to"].astype("string").str.startswith("9999")
    return warning_rows.in_language(rules).assign(
        kinds=[kinds(segment) for segment in rules["segment"]],
        fades=rules["age"].notna() & (rules["age"].astype("string") != ""),
        origin=["default" if is_default else "own" for is_default in rules["is_default"]],
        valid_to=rules["valid_to"].where(~forever.fillna(False)),
        source=[t(source) if isinstance(source, str) else "" for source in rules["source"]],
        owner=[t(owner) if isinstance(owner, str) else "" for owner in rules["owner"]],
    )


def kinds(segment: str) -> str:
    """The types of borrower that a rule is for, in words."""
    if formats.missing(segment):
        return ""
    codes = [code.strip() for code in segment.split(",") if code.strip()]
    return t(", ").join(name("borrower_kind", code) for code in codes)


def _open_rule(row: pd.Series) -> Target:
    gone = dict.fromkeys(("threshold", "points", "threshold_2", "points_2", "settings"))
    return "early_warning", gone | {"chapter": "dry_run", "rule": row["rule_id"]}
