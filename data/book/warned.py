"""What truth.json says of warnings: how many were planned, on whom, and the stories."""

from collections import Counter

import numpy as np

from data.book.calendar import Months, as_date
from data.book.chunk import Chunk
from data.book.lending import KINDS as BORROWER_KINDS
from data.book.plans import (
    KINDS,
    OF_DEFAULTS,
    OF_HEALTHY,
    SIGNS,
    STRONG,
    UNPLANNED,
    WEAK,
)
from data.book.rare import Rare
from data.book.stories import Story
from data.book.tables import NOTHING

HOW_TO_COMPARE = (
    "A default is a borrower's first month end with a loan booked in class 3 or worse, more than "
    "90 days past due, written off or sold. Plans are drawn for borrowers who default at least "
    "six months after their first loan, or never and stay eight months; not for those with a "
    "misuse signal or bad debts elsewhere, and of retail borrowers only for those with bureau "
    "reports. strong: signs from 5 to 12 months before default that together reach orange; weak: "
    "one or two that do not; surprise: none but days past due. false_strong and false_weak are "
    "the same signs at borrowers who never default; they end after four to seven months. A sign "
    "begins in the month given, but a sign of reports or statements shows only with the first of "
    "them from that month on. unplanned defaults, and valuations, classes and days past due of "
    "everybody, go their own way; a story's borrower shows its story alone. rare: what few firms "
    "show, on top of strong or false_strong signs or at firms without any plan, whose one sign "
    "does not reach orange; the rule holds from the month given on, if there is a loan in it."
)


class Warned:
    """Counts plans chunk by chunk; lists the borrowers of the first chunk."""

    def __init__(self, months: Months) -> None:
        self.months = months
        self.counts = np.zeros((len(BORROWER_KINDS), len(KINDS)), np.int64)
        self.leads: Counter[int] = Counter()
        self.promises: Counter[str] = Counter()
        self.rare: Counter[tuple[str, str]] = Counter()
        self.listed: list[dict] = []
        self.listed_rare: list[dict] = []
        self.stories: list[dict] = []

    def add(self, chunk: Chunk, promises: dict[str, int], rare: Rare) -> None:
        """Count a chunk."""
        plan = chunk.plan
        np.add.at(self.counts, (chunk.borrowers.kind, plan.kind), 1)
        warned = np.isin(plan.kind, (STRONG, WEAK))
        self.leads.update((plan.default - plan.planned_from)[warned].tolist())
        self.promises.update(promises)
        plans = (KINDS[kind] for kind in plan.kind[rare.borrower])
        self.rare.update(zip(rare.rule.tolist(), plans, strict=True))
        self.stories += [self._told(chunk, story) for story in chunk.stories]
        if chunk.loans.first_number == 1:
            planned = np.flatnonzero((plan.kind > UNPLANNED) & (plan.kind < len(KINDS) - 1))
            self.listed = [self._one(chunk, int(borrower)) for borrower in planned]
            signs = zip(rare.rule.tolist(), rare.borrower.tolist(), rare.since, strict=True)
            self.listed_rare = [
                {
                    "rule_id": rule,
                    "borrower_id": f"B{chunk.loans.first_borrower + borrower:08d}",
                    "from_month_end": self._end(int(since)),
                }
                for rule, borrower, since in signs
            ]

    def _end(self, month: int) -> str | None:
        return None if month == NOTHING else as_date(int(self.months.last[month])).isoformat()

    def _one(self, chunk: Chunk, borrower: int) -> dict:
        plan = chunk.plan
        signs = {
            sign: self._end(int(plan.since[place, borrower]))
            for place, sign in enumerate(SIGNS)
            if plan.since[place, borrower] < self.months.count
        }
        return {
            "borrower_id": f"B{chunk.loans.first_borrower + borrower:08d}",
            "plan": KINDS[plan.kind[borrower]],
            "from_month_end": self._end(int(plan.planned_from[borrower])),
            "default_month_end": self._end(int(plan.default[borrower])),
            "signs": signs,
        }

    def _told(self, chunk: Chunk, story: Story) -> dict:
        loans, default = chunk.loans, int(chunk.plan.default[story.borrower])

        def loan_id(loan: int) -> str | None:
            return None if loan == NOTHING else f"L{loans.first_number + loan:08d}"

        return {
            "name": story.name,
            "what": story.what,
            "borrower_id": f"B{loans.first_borrower + story.borrower:08d}",
            "borrower_kind": BORROWER_KINDS[chunk.borrowers.kind[story.borrower]],
            "loan_ids": [loan_id(loan) for loan in story.loans],
            "fires": [
                {"rule_id": rule, "month_end": self._end(month), "loan_id": loan_id(loan)}
                for rule, month, loan in story.fires
            ],
            "orange_by": self._end(story.orange_by),
            "default_month_end": self._end(default),
            "outcome": story.outcome,
        }

    def as_table(self) -> dict:
        """The part of truth.json on warnings."""
        healthy = {
            who: {KINDS[kind]: share for kind, share in shares.items()}
            for who, shares in OF_HEALTHY.items()
        }
        return {
            "how_to_compare": HOW_TO_COMPARE,
            "planned_shares": {
                "defaults": {KINDS[kind]: share for kind, share in OF_DEFAULTS.items()},
                "healthy": healthy,
            },
            "counted": {
                kind: dict(zip(KINDS, row.tolist(), strict=True))
                for kind, row in zip(BORROWER_KINDS, self.counts, strict=True)
            },
            "lead_months": {str(lead): self.leads[lead] for lead in sorted(self.leads)},
            "promises": dict(sorted(self.promises.items())),
            "borrowers": self.listed,
            "rare_counted": {
                rule: {plan: self.rare[rule, plan] for plan in KINDS if self.rare[rule, plan]}
                for rule in sorted({rule for rule, _ in self.rare})
            },
            "rare": self.listed_rare,
        }
