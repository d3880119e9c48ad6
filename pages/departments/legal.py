"""What lapses next, how do proceedings go, and what do they bring?"""

from queries.metrics import (
    ENFORCEMENT_LAPSED_AMT,
    GUARANTEE_EXPIRED_AMT,
    LEGAL_COST_RATIO,
    LEGAL_RECOVERY_RATE,
    LEGAL_REFERRAL_LAG,
    LIMITATION_AT_RISK_AMT,
    LIMITATION_EXPIRED_AMT,
    SETTLEMENT_RATE,
    TERMINATED_ROUND_SHARE,
    WIN_RATE,
    comparisons,
)
from queries.warehouse import Scope
from ui import filters, legal_dates, legal_proceedings, legal_story, legal_walk, tiles
from ui.i18n import t

CLOCKS = (
    LIMITATION_AT_RISK_AMT,
    LIMITATION_EXPIRED_AMT,
    GUARANTEE_EXPIRED_AMT,
    ENFORCEMENT_LAPSED_AMT,
    LEGAL_REFERRAL_LAG,
)
RESULTS = (
    WIN_RATE,
    LEGAL_RECOVERY_RATE,
    TERMINATED_ROUND_SHARE,
    LEGAL_COST_RATIO,
    SETTLEMENT_RATE,
)
CHAPTERS = {
    "dates": ("What runs out when", legal_dates.draw),
    "walk": ("A loan's clocks", legal_walk.draw),
    "proceedings": ("Proceedings", legal_proceedings.draw),
}


def render(scope: Scope) -> None:
    """One sentence, ten figures, then a chapter at a time."""
    legal_story.tell(scope)
    for metrics in (CLOCKS, RESULTS):
        found = comparisons(scope, *metrics)
        tiles.row(found, *(metric.id for metric in metrics))
    chapter = filters.switch(
        t("Chapter"),
        "chapter",
        list(CHAPTERS),
        lambda key: t(CHAPTERS[key][0]),
        clears=filters.OWN["legal"],
    )
    CHAPTERS[chapter][1](scope)
