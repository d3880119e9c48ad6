"""What customers come with, and how satisfied they say they are: topics and the surveys table."""

import numpy as np
from numpy.typing import NDArray

from data.book.calendar import DAY, Months
from data.book.cases import GRADES, OUTCOMES, Batch
from data.book.diary import EVENTS
from data.book.duties import CASE_TYPES, DUTIES
from data.book.names import BRANCHES
from data.book.tables import (
    NOTHING,
    Folder,
    coded,
    days,
    flags,
    moments,
    numbered,
    numbers,
    whole,
)

Whole = NDArray[np.int64]

TOPICS = ("repayment", "interest", "early_repayment", "statement", "collection", "contract")
ASKED = ("inquiry", "complaint", "borrower_assist")
ANOTHER_TOPIC = 0.25
"""How often somebody comes with something else than what he usually comes with."""
SENT, ANSWERED = 0.6, 0.32
SATISFIED = (0.03, 0.05, 0.13, 0.42, 0.37)
"""Shares of 1 to 5, of a case that went well; a late or lost one is two points worse as a rule."""
GIVEN_UP, PATIENCE = 0.055, 26.0
"""Callers who give up, to every one who is answered, and after how many seconds as a rule."""
UNHELPED = ("rejected", "passed_on", "no_contact", "declined")


def topics(rng: np.random.Generator, kind: Whole, borrower: Whole) -> Whole:
    """What each case of those that customers come with is about; NOTHING for the others."""
    asked = np.isin(kind, [CASE_TYPES.index(name) for name in ASKED])
    usual = borrower * 7 % len(TOPICS)
    other = rng.integers(0, len(TOPICS), len(kind))
    chosen = np.where(rng.random(len(kind)) < ANOTHER_TOPIC, other, usual)
    return np.where(asked & (borrower != NOTHING), chosen, NOTHING)


def write_calls(
    folder: Folder, rng: np.random.Generator, batches: list[Batch], sizes: Whole, rank: Whole
) -> None:
    """The phone_calls table: each inquiry by phone was a call that was answered; of some callers
    nothing more is known than that they gave up, most of them after the longest waits.
    """
    first = np.cumsum(sizes) - sizes
    pieces = []
    for batch in batches:
        if DUTIES[batch.duty].case_type != "inquiry":
            continue
        waited = np.full(len(batch.opened), NOTHING)
        for rows, event, moment, *_ in reversed(batch.events):
            replied = event == EVENTS.index("first_reply")
            waited[rows[replied]] = moment[replied] - batch.opened[rows[replied]]
        rows = np.flatnonzero((batch.grade == GRADES.index("phone")) & (waited != NOTHING))
        case = rank[first[batch.duty] + rows]
        pieces.append((batch.opened[rows], waited[rows], case, batch.branch[rows]))
        rows = rows[rng.random(len(rows)) < GIVEN_UP]
        offered = batch.opened[rows] + rng.integers(0, 1800, len(rows))
        wait = 1 + rng.exponential(PATIENCE, len(rows)).astype(np.int64)
        pieces.append((offered, wait, np.full(len(rows), NOTHING), batch.branch[rows]))
    offered, wait, case, branch = (np.concatenate(part) for part in zip(*pieces, strict=True))
    order = np.lexsort((case, offered))
    offered, wait, case, branch = (column[order] for column in (offered, wait, case, branch))
    folder.write(
        "phone_calls",
        {
            "call_id": numbered("K", np.arange(1, len(order) + 1)),
            "case_type": coded(np.zeros(len(order), np.int64), ("inquiry",)),
            "offered_at": moments(offered),
            "wait_seconds": numbers(wait.astype(np.float64)),
            "is_answered": flags(case != NOTHING),
            "case_id": numbered("C", np.where(case == NOTHING, NOTHING, case + 1)),
            "branch": coded(branch, BRANCHES),
        },
    )


def write_surveys(
    folder: Folder,
    rng: np.random.Generator,
    batches: list[Batch],
    sizes: Whole,
    rank: Whole,
    months: Months,
) -> None:
    """The surveys table: customers asked the day after their case was closed; a third answer."""
    first = np.cumsum(sizes) - sizes
    end = int(months.last[-1])
    pieces = []
    for batch in batches:
        if DUTIES[batch.duty].case_type not in ASKED:
            continue
        rows = np.flatnonzero((batch.closed != NOTHING) & (batch.closed // DAY < end))
        rows = rows[rng.random(len(rows)) < SENT]
        late = (batch.closed > batch.due)[rows]
        lost = np.isin(batch.outcome[rows], [OUTCOMES.index(n) for n in UNHELPED if n in OUTCOMES])
        score = 1 + rng.choice(len(SATISFIED), len(rows), p=SATISFIED)
        score = np.maximum(1, score - np.where(late | lost, rng.integers(1, 4, len(rows)), 0))
        recommend = np.clip(score * 2 + rng.integers(-1, 2, len(rows)), 0, 10)
        sent = batch.closed[rows] // DAY + 1
        answered = sent + rng.integers(0, 9, len(rows))
        said = (rng.random(len(rows)) < ANSWERED) & (answered <= end)
        pieces.append(
            (
                rank[first[batch.duty] + rows],
                sent,
                np.where(said, answered, NOTHING),
                np.where(said, score, NOTHING),
                np.where(said, recommend, NOTHING),
            )
        )
    case, sent, answered, score, recommend = (
        np.concatenate(part) for part in zip(*pieces, strict=True)
    )
    order = np.lexsort((case, sent))
    folder.write(
        "surveys",
        {
            "survey_id": numbered("V", np.arange(1, len(order) + 1)),
            "case_id": numbered("C", case[order] + 1),
            "sent_on": days(sent[order]),
            "answered_on": days(answered[order]),
            "satisfaction": whole(score[order]),
            "recommend": whole(recommend[order]),
        },
    )
