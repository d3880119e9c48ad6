"""What a department's page shows beyond its duties: one section per kind of work it has.

Chosen by data: a section belongs to a type of case, and is drawn for whoever has that type.
"""

from collections.abc import Callable, Iterable

from queries.warehouse import Scope
from ui import use_of_funds

Section = Callable[[Scope, str], None]
SECTIONS: dict[str, Section] = {
    "use_of_funds_check": use_of_funds.draw,
}


def draw(scope: Scope, department: str, case_types: Iterable[str]) -> None:
    """The sections of the department's types of case, each once, in the order given here."""
    held = set(case_types)
    for case_type, section in SECTIONS.items():
        if case_type in held:
            section(scope, department)
