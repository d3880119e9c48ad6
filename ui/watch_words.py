"""Why a borrower is on the watchlist, in words: its signals with the values that tripped them."""

from collections.abc import Mapping
from dataclasses import dataclass

from queries import reports
from queries.warehouse import Scope
from ui import formats
from ui.i18n import language, name, t

# What a rule shows is a share of something, or days; all else is a plain number or a word.
SHARES = {
    *("least_utilisation_3m", "inflow_change", "ltv", "value_change", "revenue_change"),
    *("debt_ratio", "turnover_days_change", "lawsuit_share", "bureau_debt_growth"),
    *("debt_change_without_growth",),
}
DAYS = {"days_past_due", "worst_delay_in_month", "settled_old_within", "returned_within"}


@dataclass(frozen=True)
class Rules:
    """What the rules are called, and what each of them shows of a borrower."""

    names: Mapping[str, str]
    shown: Mapping[str, str]
    conditions: Mapping[str, str]

    def name(self, rule_id: str) -> str:
        """The rule's name in the reader's language."""
        return self.names.get(rule_id, rule_id)

    def value(self, rule_id: str, value: str) -> str:
        """The value that tripped a rule, as its unit is read; nothing when there is none."""
        return said_value(self.shown.get(rule_id, ""), value)

    def limit(self, rule_id: str, threshold: object) -> str:
        """The threshold of a rule, in the unit of what it shows when that is what it asks about."""
        shown = self.shown.get(rule_id, "")
        return said_value(shown if shown in self.conditions.get(rule_id, "") else "", threshold)


def rules(scope: Scope) -> Rules:
    """The rules in force at the month end, by their numbers."""
    found = reports.rules_in_force(scope)
    spoken = found["name_zh" if language() == "zh" else "name"]
    return Rules(
        dict(zip(found["rule_id"], spoken, strict=True)),
        dict(zip(found["rule_id"], found["shown"], strict=True)),
        dict(zip(found["rule_id"], found["condition"], strict=True)),
    )


def said_value(shown: str, value: object) -> str:
    """`31 days`, `95.00%`, `1,500.00` or a word: a value that the build kept as text."""
    if formats.missing(value) or value == "":
        return ""
    try:
        figure = float(str(value))
    except ValueError:
        return name("signal_value", str(value))
    if shown in SHARES:
        return formats.percent(figure)
    if shown in DAYS or "_days" in shown or shown.startswith("days_") or shown.endswith("_age"):
        return formats.days(figure)
    return formats.count(figure) if figure.is_integer() else formats.number(figure)


def why(signal_values: object, codes: object, of: Rules) -> str:
    """Every signal of a borrower with its value, the weightiest first; without one, the reasons.

    `signal_values` and `codes` as the report has them: `B02=17 · B06=3` and `level,late`.
    """
    said = []
    for part in str(signal_values or "").split(" · "):
        rule_id, _, value = part.partition("=")
        if rule_id:
            figure = of.value(rule_id, value)
            said.append(f"{of.name(rule_id)} ({figure})" if figure else of.name(rule_id))
    return t("; ").join(said) or reasons(codes)


def reasons(codes: object) -> str:
    """The reasons for which a borrower is listed; of one that is calm, that it waits to leave."""
    kept = [code for code in ("" if formats.missing(codes) else str(codes)).split(",") if code]
    if not kept:
        return name("watch_reason", "none")
    return t(", ").join(name("watch_reason", code) for code in kept)
