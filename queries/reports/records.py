"""One loan or one borrower, whole, and finding either."""

import pandas as pd

from queries.warehouse import Scope, ask_exact, ask_unkept, report, report_sql


def loan_header(scope: Scope, loan_id: str) -> pd.DataFrame:
    """One row, or none outside the scope: terms, state at the data's last date, masked borrower."""
    _, borrower_id = _numbers(scope, loan_id)
    return report("loan_header", scope, loan_id=loan_id, borrower_id=borrower_id)


def _numbers(scope: Scope, loan_id: str) -> tuple[int, str]:
    """A loan's number in the build and its borrower's, to go into questions as values.

    Only then does DuckDB look at one borrower's loans, and at one loan's months by the short key.
    """
    found = ask_exact(
        "select loan_no, borrower_id from scoped_loans($branches, $products)"
        " where loan_id = $loan_id",
        scope,
        loan_id=loan_id,
    )
    return (int(found[0][0]), str(found[0][1])) if found else (0, "")


def loan_instalments(scope: Scope, loan_id: str) -> pd.DataFrame:
    """seq, due_on, due, paid, unpaid, their components, settled_on, days_late, state."""
    return report("loan_instalments", scope, loan_id=loan_id)


def loan_payments(scope: Scope, loan_id: str) -> pd.DataFrame:
    """repayment_id, paid_on, booked_at, amount, net_amount, channel, reverses, paid_in_all."""
    return report("loan_payments", scope, loan_id=loan_id)


def loan_history(scope: Scope, loan_id: str) -> pd.DataFrame:
    """Per month end: balance, days past due, class, recomputed beside recorded, and disagrees."""
    number, _ = _numbers(scope, loan_id)
    return report("loan_history", scope, loan_no=number)


def loan_timeline(scope: Scope, loan_id: str) -> pd.DataFrame:
    """happened_on, kind, amount, was, became, reference, note: all that happened, newest first."""
    return report("loan_timeline", scope, loan_id=loan_id)


def loan_cases(scope: Scope, loan_id: str, department: str = "") -> pd.DataFrame:
    """case_id, department, case_type, opened_on, due_on, closed_on, owner_name, is_late."""
    return report("loan_cases", scope, loan_id=loan_id, department=department)


def loan_findings(scope: Scope, loan_id: str) -> pd.DataFrame:
    """finding_id, title, severity, status, department, issued_on, current_due_on, closed_on."""
    return report("loan_findings", scope, loan_id=loan_id)


def loan_material_days(scope: Scope, loan_id: str) -> pd.DataFrame:
    """eod_date, past_due, exposure, share, is_material, dpd_material (European rule, 2.2)."""
    return report("loan_material_days", scope, loan_id=loan_id)


def borrower_header(scope: Scope, borrower_id: str) -> pd.DataFrame:
    """One row: masked name, numbers and kind, and the sum of the loans in this scope."""
    return report("borrower_header", scope, borrower_id=borrower_id)


def borrower_loans(scope: Scope, borrower_id: str) -> pd.DataFrame:
    """One row per loan in this scope, worst first."""
    return report("borrower_loans", scope, borrower_id=borrower_id)


def personal(scope: Scope, borrower_id: str) -> pd.DataFrame:
    """One row in clear: name, id_number, phone. Read it only after the reason has been logged."""
    return ask_unkept(report_sql("personal"), scope, borrower_id=borrower_id)


def search(scope: Scope, text: str, limit: int = 20) -> pd.DataFrame:
    """kind (loan, borrower), id, loan_id, borrower_id, product, branch, status, balance.

    Numbers that begin with the text, in this scope only; an exact one comes first.
    """
    text = text.strip()
    return report("search", scope, text=text, beyond=text + chr(0x10FFFF), limit=limit)
