"""What fired, who acted, in time? Were the warnings right?"""

from collections.abc import Callable

from queries import warning_reading
from queries.metrics import LOANS, measure
from queries.warehouse import Scope
from ui import (
    filters,
    lists,
    visit,
    warning_dry_run,
    warning_fired,
    warning_results,
    warning_rules,
    warning_score,
    warning_story,
)
from ui.i18n import t

CHAPTERS = {
    "fired": "What fired",
    "results": "Were they right",
    "score": "What a score is worth",
    "dry_run": "Dry run",
    "rules": "The rules",
}
# Of rules and sums only: nobody's rows are in them.
WITHOUT_ROWS = ("dry_run", "rules")


def render(scope: Scope) -> None:
    """One sentence on how good the warnings were, then a chapter at a time."""
    if not measure(scope, LOANS)[LOANS.id].sum():
        lists.nothing()
        return
    reads_rows = visit.now().reads_rows
    if reads_rows:
        warning_story.tell(warning_reading.read(scope))
    chapter = filters.switch(
        t("Chapter"),
        "chapter",
        list(CHAPTERS) if reads_rows else list(WITHOUT_ROWS),
        lambda key: t(CHAPTERS[key]),
        clears=(*filters.OWN["early_warning"], *warning_dry_run.GONE, "settings", "measure"),
    )
    drawn: dict[str, Callable[[], None]] = {
        "fired": lambda: warning_fired.draw(scope),
        "results": lambda: warning_results.draw(scope, warning_reading.read(scope)),
        "score": lambda: warning_score.draw(scope, warning_reading.read(scope)),
        "dry_run": lambda: warning_dry_run.draw(scope),
        "rules": lambda: warning_rules.draw(scope),
    }
    drawn[chapter]()
