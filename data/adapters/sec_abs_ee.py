"""`--format sec-abs-ee`: Regulation AB II auto loan tapes (EX-102) into a canonical folder.

Reads every `ald*raw*.csv` of the folder, one row per loan and month; the mapping is
`sec_abs_ee.sql`.
"""

from pathlib import Path

import duckdb

from data.adapters.ledger import SourceTable, finish, read

MODEL = Path(__file__).with_name("sec_abs_ee.sql")
COLUMNS = (
    "securitizationKey",
    "assetNumber",
    "reportingPeriodEndingDate",
    "reportDate",
    "originationDate",
    "loanMaturityDate",
    "originalLoanAmount",
    "originalLoanTerm",
    "originalInterestRatePercentage",
    "reportingPeriodInterestRatePercentage",
    "reportingPeriodBeginningLoanBalanceAmount",
    "actualPrincipalCollectedAmount",
    "chargedoffPrincipalAmount",
    "reportingPeriodActualEndBalanceAmount",
    "currentDelinquencyStatus",
    "recoveredAmount",
    "repossessedProceedsAmount",
    "repossessedIndicator",
    "obligorCreditScore",
    "obligorCreditScoreType",
    "obligorGeographicLocation",
    "vehicleValueAmount",
    "nextReportingPeriodPaymentAmountDue",
    "zeroBalanceCode",
    "modificationTypeCode",
)
TAPE = (SourceTable("ald_raw", "ald*raw*.csv", COLUMNS),)
FIGURES = """
select
    count(*) as rows,
    count(distinct loan_id) as loans,
    count(distinct trust) as trusts,
    count(*) filter (where days_past_due > 0) as past_due,
    count(*) filter (where days_past_due > 30) as past_due_over_30,
    count(*) filter (where days_past_due > 60) as past_due_over_60,
    max(days_past_due)::bigint as worst_days_past_due,
    count(*) filter (where charged_off <> 0) as charged_off,
    count(*) filter (where recovered <> 0) as recovered,
    count(*) filter (where is_repossessed) as repossessed,
    count(*) - count(distinct (loan_id, month_end)) as repeated_keys,
    count(*) filter (where is_copy) as exact_copies
from tape
"""


def convert(source: Path, folder: Path) -> dict:
    """Write the canonical folder of a tape; the summary of `finish` with `figures`.

    Raises SourceProblem when no tape is there, or one lacks a column or rows.
    """
    connection = read(source, TAPE)
    try:
        connection.execute(MODEL.read_text(encoding="utf-8"))
        return {**finish(connection, source, folder), "figures": _figures(connection)}
    finally:
        connection.close()


def _figures(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """What the tape says of itself, every row counted: to be compared with what its sender says."""
    row = connection.execute(FIGURES).fetchone() or ()
    return dict(zip((column[0] for column in connection.description), row, strict=True))
