"""What a department's page shows beyond its duties: one section per kind of work it has.

Chosen by data: a section belongs to a type of case, and is drawn for whoever has that type.
"""

from collections.abc import Callable, Iterable

from queries.warehouse import Scope
from ui import links, use_of_funds
from ui.i18n import t

Section = Callable[[Scope, str], None]


def _law(scope: Scope, department: str) -> None:
    links.link("legal", t("The law's clocks and proceedings"), icon=":material/gavel:")


def _recovery(scope: Scope, department: str) -> None:
    links.link("recovery", t("What becomes of defaults"), icon=":material/real_estate_agent:")


SECTIONS: dict[str, Section] = {
    "litigation": _law,
    "default_case": _recovery,
    "use_of_funds_check": use_of_funds.draw,
}


def draw(scope: Scope, department: str, case_types: Iterable[str]) -> None:
    """The sections of the department's types of case, each once, in the order given here."""
    held = set(case_types)
    for case_type, section in SECTIONS.items():
        if case_type in held:
            section(scope, department)
