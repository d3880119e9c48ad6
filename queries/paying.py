"""What payments settle where a contract uses them by component: every cent paid out in its turn.

Such a contract settles all that is due of one component before the next (section 2.3), so that the
result hangs on the days of the payments. The build computes it with running totals; here it is done
as one would by hand, for the one loan that somebody looks at.
"""

from datetime import timedelta
from decimal import Decimal

import pandas as pd

NOUGHT = Decimal(0)
AGED = ("interest", "principal")


def settles_by_instalment(terms: pd.DataFrame) -> bool:
    """Whether a payment settles one instalment before the next, rather than one component.

    `terms` is the row of `reports.performed_terms`.
    """
    return terms.empty or str(terms["alloc_scope"].iloc[0]).upper() == "HORIZONTAL"


def order_of(terms: pd.DataFrame) -> list[str]:
    """The components in the order in which such a contract settles them."""
    return str(terms["component_order"].iloc[0]).split(",")


def in_turn(
    lines: pd.DataFrame, payments: pd.DataFrame, terms: pd.DataFrame, day: pd.Timestamp
) -> pd.DataFrame:
    """seq, version, due_on, due, received, paid, unpaid, settled_by, settled_on, late_from,
    principal_paid, principal_in_all.

    One row per line. `lines` has seq, version, due_on, what is due by component and
    principal_in_all, `payments` repayment_id, paid_on and amount, both by day. With the basis PI
    only principal and interest count as due: fees and penalty are settled in their turn, but age no
    loan (R-DPD-8). Cash for which nothing is due waits for the next due day, on which its last
    payment settles.
    """
    order = order_of(terms)
    counted = AGED if terms["dpd_basis"].iloc[0] == "PI" else order
    rows = lines.to_dict("records")
    left = [{part: Decimal(str(row[part])) for part in order} for row in rows]
    settled: list[tuple[str | None, pd.Timestamp | None]] = [(None, None)] * len(rows)
    held, last = NOUGHT, None
    for today in sorted({*lines["due_on"], *payments["paid_on"]}):
        # What falls due today is there before what is paid today.
        is_due = [row["due_on"] <= today for row in rows]
        mine = payments[payments["paid_on"] == today].to_dict("records")
        for payment in [None, *mine]:
            if payment:
                held, last = held + Decimal(str(payment["amount"])), payment["repayment_id"]
            for part in order:
                for line in [one for one, due in zip(left, is_due, strict=True) if due]:
                    used = min(max(held, NOUGHT), line[part])
                    line[part] -= used
                    held -= used
            for place, line in enumerate(left):
                is_open = sum(line[part] for part in counted) > 0
                if is_due[place] and not is_open and settled[place][1] is None:
                    settled[place] = (last, today)
    due = [sum((Decimal(str(row[part])) for part in counted), NOUGHT) for row in rows]
    unpaid = [sum((line[part] for part in counted), NOUGHT) for line in left]
    late = [
        row["due_on"] + timedelta(days=1)
        if asked > 0 and (on if on is not None else day) > row["due_on"]
        else None
        for row, asked, (_, on) in zip(rows, due, settled, strict=True)
    ]
    return lines[["seq", "version", "due_on"]].assign(
        due=[float(each) for each in due],
        received=float(payments["amount"].sum()),
        paid=[float(asked - open_) for asked, open_ in zip(due, unpaid, strict=True)],
        unpaid=[float(each) for each in unpaid],
        settled_by=pd.Series([by for by, _ in settled], index=lines.index, dtype="object"),
        settled_on=pd.to_datetime(pd.Series([on for _, on in settled], index=lines.index)),
        late_from=pd.to_datetime(pd.Series(late, index=lines.index)),
        principal_paid=[
            float(Decimal(str(row["principal"])) - line["principal"])
            for row, line in zip(rows, left, strict=True)
        ],
        principal_in_all=lines["principal_in_all"],
    )
