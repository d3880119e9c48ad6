"""What a department's page shows beyond its duties: one section per kind of work it has.

Chosen by data: a section belongs to a type of case, and is drawn for whoever has that type.
"""

from collections.abc import Callable, Iterable

from queries.warehouse import Scope
from ui import appraisals, contract_review, links, service_panel, use_of_funds
from ui.i18n import t

# The scope, the department's number and name, and whether the reader sees its cases and people.
Section = Callable[[Scope, str, str, bool], None]


def _law(scope: Scope, department: str, word: str, in_full: bool) -> None:
    links.link("legal", t("The law's clocks and proceedings"), icon=":material/gavel:")


def _recovery(scope: Scope, department: str, word: str, in_full: bool) -> None:
    links.link("recovery", t("What becomes of defaults"), icon=":material/real_estate_agent:")


def _collections(scope: Scope, department: str, word: str, in_full: bool) -> None:
    links.link("collections", t("Collections"), icon=":material/arrow_forward:")


def _audits(scope: Scope, department: str, word: str, in_full: bool) -> None:
    links.link("audit_plan", t("Audit plan"), icon=":material/event_note:")


def _contracts(scope: Scope, department: str, word: str, in_full: bool) -> None:
    contract_review.draw(scope, department)


def _uses(scope: Scope, department: str, word: str, in_full: bool) -> None:
    use_of_funds.draw(scope, department)


SECTIONS: dict[str, Section] = {
    "complaint": service_panel.section,
    "overdue_case": _collections,
    "litigation": _law,
    "default_case": _recovery,
    "audit_engagement": _audits,
    "contract_validity_check": _contracts,
    "use_of_funds_check": _uses,
}


def draw(
    scope: Scope, department: str, word: str, in_full: bool, case_types: Iterable[str]
) -> None:
    """The sections of its types of case, each once, in this order; then its appraisal."""
    held = set(case_types)
    for case_type, section in SECTIONS.items():
        if case_type in held:
            section(scope, department, word, in_full)
    appraisals.section(scope, department, word, in_full)
