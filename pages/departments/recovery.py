"""What becomes of defaults: plans, collateral, settlements, write-offs, and the loss in the end?"""

from queries.metrics import (
    DISPOSAL_DAYS,
    FORECLOSED_AMT,
    FORECLOSED_OVERDUE_AMT,
    PLAN_DAYS,
    REALISED_TO_APPRAISED,
    RECOVERED,
    SETTLEMENT_HAIRCUT,
    WRITTEN_OFF,
    comparisons,
)
from queries.warehouse import Scope
from ui import (
    filters,
    loss_given_default,
    quality_written_off,
    recovery_collateral,
    recovery_plans,
    recovery_settlements,
    recovery_story,
    tiles,
)
from ui.i18n import t

TILES = (
    PLAN_DAYS,
    DISPOSAL_DAYS,
    REALISED_TO_APPRAISED,
    FORECLOSED_AMT,
    FORECLOSED_OVERDUE_AMT,
    SETTLEMENT_HAIRCUT,
    WRITTEN_OFF,
    RECOVERED,
)
CHAPTERS = {
    "plans": ("Plans", recovery_plans.draw),
    "collateral": ("Realisation", recovery_collateral.draw),
    "settlements": ("Settlements", recovery_settlements.draw),
    "written_off": ("Written off and recovered", quality_written_off.draw),
    "loss": ("Realised loss", loss_given_default.draw),
}


def render(scope: Scope) -> None:
    """One sentence, eight figures, then a chapter at a time."""
    recovery_story.tell(scope)
    found = comparisons(scope, *TILES)
    tiles.row(found, *(metric.id for metric in TILES), columns=4)
    chapter = filters.switch(
        t("Chapter"),
        "chapter",
        list(CHAPTERS),
        lambda key: t(CHAPTERS[key][0]),
        clears=filters.OWN["recovery"],
    )
    CHAPTERS[chapter][1](scope)
