"""A book in memory for model tests: name only the columns that matter, then build the models."""

from datetime import date
from decimal import Decimal
from typing import Any

import duckdb

from data.load import build_models, empty_raw, fill_calendar

LOAN = {
    "borrower_id": "B1",
    "product": "consumer",
    "branch": "Main",
    "principal": 1000,
    "annual_rate": 0.1,
    "disbursed_on": "2023-12-31",
}


class Book:
    """Raw rows of one small book; `build` turns them into marts as of a day."""

    def __init__(self) -> None:
        self.connection = duckdb.connect()
        empty_raw(self.connection)
        self._payments = 0

    def add(self, table: str, **row: Any) -> "Book":
        """Insert one row into raw.<table>."""
        names = ", ".join(row)
        places = ", ".join("?" for _ in row)
        self.connection.execute(
            f"insert into raw.{table} ({names}) values ({places})", list(row.values())
        )
        return self

    def borrower(self, borrower_id: str = "B1", kind: str = "retail") -> "Book":
        return self.add("borrowers", borrower_id=borrower_id, name="Test", kind=kind)

    def loan(self, loan_id: str, **columns: Any) -> "Book":
        return self.add("loans", **{**LOAN, "loan_id": loan_id, **columns})

    def instalments(self, loan_id: str, *lines: tuple, version: int = 1, **columns: Any) -> "Book":
        """Lines are (due_on, principal_due, interest_due), in order."""
        for seq, (due_on, principal, interest) in enumerate(lines, start=1):
            self.add(
                "instalments",
                loan_id=loan_id,
                seq=seq,
                due_on=due_on,
                principal_due=principal,
                interest_due=interest,
                version=version,
                **columns,
            )
        return self

    def pay(self, loan_id: str, paid_on: str, amount: float | Decimal, **columns: Any) -> str:
        """Book one payment and give its number."""
        self._payments += 1
        repayment_id = f"R{self._payments}"
        self.add(
            "repayments",
            repayment_id=repayment_id,
            loan_id=loan_id,
            paid_on=paid_on,
            amount=amount,
            **columns,
        )
        return repayment_id

    def recorded(self, loan_id: str, month_end: str, balance: float, **columns: Any) -> "Book":
        row = {"days_past_due": 0, "status": "active", **columns}
        return self.add("loan_months", loan_id=loan_id, month_end=month_end, balance=balance, **row)

    def parameter(self, param_id: str, value: str, **columns: Any) -> "Book":
        """Put a rule in place of the default of that name."""
        row = {"regime": "CN", "product": "*", "valid_from": "1900-01-01", **columns}
        self.connection.execute(
            "delete from raw.parameters where param_id = ? and product = ? and valid_from = ?",
            [param_id, row["product"], row["valid_from"]],
        )
        return self.add("parameters", param_id=param_id, value=value, **row)

    def build(self, as_of: str) -> "Book":
        self.add(
            "build",
            build_id="test",
            as_of=as_of,
            loaded_at="2030-01-01 00:00:00",
            source="test",
            is_demo=False,
        )
        fill_calendar(self.connection, date.fromisoformat(as_of))
        build_models(self.connection)
        return self

    def rows(self, sql: str, *values: Any) -> list[tuple]:
        return self.connection.execute(sql, list(values)).fetchall()

    def one(self, sql: str, *values: Any) -> tuple:
        (row,) = self.rows(sql, *values)
        return row
