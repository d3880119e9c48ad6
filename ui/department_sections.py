"""What a department's page shows beyond its duties: one section per kind of work it has.

Chosen by data: a section belongs to a type of case, and is drawn for whoever has that type.
"""

from collections.abc import Callable, Iterable

from queries.warehouse import Scope
from ui import access_section, appraisals, contract_review, links, service_panel, use_of_funds
from ui.i18n import t

# The scope, the department's number and name, and whether the reader sees its cases and people.
Section = Callable[[Scope, str, str, bool], None]


def _contracts(scope: Scope, department: str, word: str, in_full: bool) -> None:
    contract_review.draw(scope, department, in_full)


def _uses(scope: Scope, department: str, word: str, in_full: bool) -> None:
    use_of_funds.draw(scope, department, in_full)


SECTIONS: dict[str, Section] = {
    "complaint": service_panel.section,
    "contract_validity_check": _contracts,
    "use_of_funds_check": _uses,
    "access_review": access_section.section,
}

# The page that tells more of a type of case, and which part of it.
Way = tuple[str, dict[str, str]]
WAYS: dict[str, Way] = {
    "overdue_case": ("collections", {}),
    "litigation": ("legal", {}),
    "default_case": ("recovery", {}),
    "schedule_change": ("quality", {"chapter": "restructured"}),
    "ews_alert": ("early_warning", {}),
    "limit_monitor": ("concentration", {}),
    "model_validation": ("model", {}),
    "classification_run": ("quality", {}),
    "risk_report": ("risk_report", {}),
    "repayment_monitor": ("cash", {}),
    "funding_budget": ("cash", {"view": "funding"}),
    "cash_recon": ("data", {"chapter": "ledger"}),
    "dq_run": ("data", {}),
    "access_review": ("access_log", {}),
    "audit_engagement": ("audit_plan", {}),
    "finding": ("findings", {}),
}
# What the way is called where that is more than the page's title.
NAMED = {
    "litigation": "The law's clocks and proceedings",
    "default_case": "What becomes of defaults",
    "schedule_change": "Restructured loans",
    "funding_budget": "Funding plan and gap",
    "cash_recon": "The book against the ledger",
}


def ways(case_types: Iterable[str]) -> None:
    """A link to each page that tells more of the department's types of case, side by side."""
    held = set(case_types)
    for case_type in (each for each in WAYS if each in held):
        page, part = WAYS[case_type]
        said = t(NAMED[case_type]) if case_type in NAMED else links.title(page)
        links.link(page, said, icon=":material/arrow_forward:", **part)


def draw(
    scope: Scope, department: str, word: str, in_full: bool, case_types: Iterable[str]
) -> None:
    """The sections of its types of case, each once, in this order; then its appraisal."""
    held = set(case_types)
    for case_type, section in SECTIONS.items():
        if case_type in held:
            section(scope, department, word, in_full)
    appraisals.section(scope, department, word, in_full)
