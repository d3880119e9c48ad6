"""`--format fineract`: the loan tables of a Fineract / Mifos X database into a canonical folder.

One CSV file per table, `m_loan.csv` and so on; the mapping is `fineract.sql`.
"""

from pathlib import Path

from data.adapters.ledger import SourceTable, finish, read
from data.contract import BY_NAME

MODEL = Path(__file__).with_name("fineract.sql")


def _table(name: str, *columns: str, required: bool = True) -> SourceTable:
    return SourceTable(name, f"{name}.csv", columns, required)


TABLES = (
    _table(
        "m_loan",
        "id",
        "client_id",
        "group_id",
        "product_id",
        "loan_officer_id",
        "loan_status_id",
        "currency_code",
        "principal_amount",
        "nominal_interest_rate_per_period",
        "interest_period_frequency_enum",
        "annual_nominal_interest_rate",
        "interest_method_enum",
        "term_frequency",
        "term_period_frequency_enum",
        "repay_every",
        "repayment_period_frequency_enum",
        "number_of_repayments",
        "amortization_method_enum",
        "disbursedon_date",
        "expected_maturedon_date",
        "loan_transaction_strategy_id",
    ),
    _table(
        "m_loan_repayment_schedule",
        "loan_id",
        "duedate",
        "installment",
        "principal_amount",
        "interest_amount",
        "interest_waived_derived",
        "fee_charges_amount",
        "penalty_charges_amount",
    ),
    _table(
        "m_loan_transaction",
        "id",
        "loan_id",
        "transaction_type_enum",
        "contra_id",
        "transaction_date",
        "amount",
        "created_date",
        "principal_portion_derived",
        "interest_portion_derived",
    ),
    _table("m_client", "id", "office_id", "is_deleted"),
    _table("m_product_loan", "id", "name"),
    _table("m_office", "id", "name"),
    _table("m_loan_charge", "loan_id", "charge_time_enum", "amount", required=False),
    _table("m_group", "id", "office_id", required=False),
    _table("m_staff", "id", "office_id", required=False),
)


FIGURES = {
    "loans_by_status": "select status, count(*) from lent group by all order by all",
    "transactions_by_type": "select kind, count(*) from transactions group by all order by all",
    "schedules": "select 'loans', count(*) from schedule_sums union all "
    "select 'principal is that of the loan', count(*) from schedule_sums where adds_up union all "
    "select 'instalments', count(*) from schedule",
    "due": "select 'first', min(due_on)::varchar from schedule union all "
    "select 'last', max(due_on)::varchar from schedule",
}


def convert(source: Path, folder: Path) -> dict:
    """Write the canonical folder of the loan tables; the summary of `finish` with `figures`.

    Raises SourceProblem when a table or a column is missing, or a file holds no rows.
    """
    connection = read(source, TABLES)
    try:
        connection.execute(f"set variable highest_rate = {_highest_rate()}")
        connection.execute(MODEL.read_text(encoding="utf-8"))
        figures = {name: dict(connection.execute(sql).fetchall()) for name, sql in FIGURES.items()}
        return {**finish(connection, source, folder), "figures": figures}
    finally:
        connection.close()


def _highest_rate() -> float:
    """The highest yearly rate that the contract lets a loan have."""
    column = next(column for column in BY_NAME["loans"].columns if column.name == "annual_rate")
    return 1e6 if column.high is None else column.high
