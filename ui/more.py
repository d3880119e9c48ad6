"""What a department shows beyond the common layout, chosen by the cases that its duties have."""

from collections.abc import Callable, Collection

from queries.warehouse import Scope
from ui import appraisals, links, service_panel
from ui.i18n import t

Section = Callable[[Scope, str, str, bool], None]


def _collections(scope: Scope, department: str, word: str, in_full: bool) -> None:
    """The way to the page of those who collect."""
    links.link("collections", t("Collections"), icon=":material/arrow_forward:")


# A duty over such cases brings the section with it, whatever its department is called.
BY_CASE_TYPE: tuple[tuple[str, Section], ...] = (
    ("complaint", service_panel.section),
    ("overdue_case", _collections),
)


def sections(
    scope: Scope, department: str, word: str, in_full: bool, case_types: Collection[str]
) -> None:
    """The sections that its duties bring, and its appraisal where one is set."""
    for case_type, section in BY_CASE_TYPE:
        if case_type in case_types:
            section(scope, department, word, in_full)
    appraisals.section(scope, department, word, in_full)
