"""A book to learn a score from without a book: features drawn by a hash, so the same each time."""

from pathlib import Path

import duckdb

from data.scoring import train

QUERIES = Path(__file__).resolve().parent.parent / "queries"
MODELS = ("cards", "terms", "nodes", "scores", "calibration", "stability")

# Late loans default often, dear ones oftener; half of the late ones default. The last six of
# thirty month ends test, the first training month is the only one.
DRAWN = """
create or replace table intermediate.model_months as
select
    cast(last_day(date '2022-07-31' + to_months(cast(n as integer))) as date) as month_end,
    n < 18 as is_labelled,
    n = 0 as is_training,
    n between 12 and 17 as is_test,
    n > 0 as is_later,
    n = 29 as is_last
from range(30) as months(n);

create or replace table intermediate.model_features as
with drawn as (
    select
        n,
        hash(n, 'a') % 1000 / 1000.0 as chance,
        hash(n, 'b') % 1000 / 1000.0 as luck,
        hash(n, 'c') % 1000 / 1000.0 as dear
    from range(6000) as rows(n)
),

told as (
    select
        *,
        n % 3 = 0 as is_tested,
        case when chance < 0.1 then cast(1 + chance * 800 as bigint) else 0 end as days,
        luck < case when chance < 0.1 then 0.5 else 0.02 end + dear * 0.06 as is_bad
    from drawn
)

select
    'L' || n as loan_id,
    'B' || n as borrower_id,
    case when is_tested then date '2023-07-31' else date '2022-07-31' end as month_end,
    'Main' as branch,
    not is_tested as is_training,
    is_tested as is_test,
    is_tested as is_watched,
    false as is_last,
    cast(n % 20 as integer) as borrower_group,
    n / 6000 as drawn,
    is_bad as is_default,
    cast(1000 as decimal(18, 2)) as balance,
    days as days_past_due,
    days as worst_3m,
    days as worst_6m,
    days as worst_12m,
    cast(days > 0 as bigint) as months_late_6,
    cast(days > 0 as bigint) as months_late_12,
    null::bigint as days_rise_3m,
    case when hash(n, 'f') % 7 = 0 then null else 1.0 end as paid_share_3m,
    days / 100.0 as overdue_share,
    days // 30 as instalments_past_due,
    1 as classification,
    1 as stage,
    0 as is_restructured,
    hash(n, 'd') % 24 as months_on_book,
    hash(n, 'e') % 36 as remaining_months,
    dear * 0.2 as annual_rate,
    0.5 as balance_to_principal,
    0 as other_loans,
    0 as other_late_loans,
    0 as signals_behavioural,
    0 as signals_financial,
    0 as signals_external,
    0 as signals_collateral,
    0 as signals_use_of_funds,
    0 as inflow_change,
    0 as least_utilisation_3m,
    0 as over_limit_days,
    0 as account_shortfall,
    case when hash(n, 'g') % 2 = 0 then 'consumer' else 'car' end as product,
    'retail' as borrower_kind,
    'unsecured' as collateral_kind,
    'equal_instalment' as repayment_method
from told;
"""
# The loans of the book that is there stand at its last month end.
LAST = """
insert into intermediate.model_features by name
select
    features.* replace (
        loans.loan_id as loan_id,
        loans.borrower_id as borrower_id,
        loans.month_end as month_end,
        loans.branch as branch,
        loans.product as product,
        loans.balance as balance,
        loans.days_past_due as days_past_due,
        loans.days_past_due as worst_12m,
        false as is_training,
        false as is_test,
        true as is_watched,
        true as is_last,
        null as is_default
    )
from (
    select *, row_number() over (order by loan_id) as place
    from marts.loan_months
    where status = 'active' and month_end = (select max(month_end) from marts.month_ends)
) as loans
inner join (
    select *, row_number() over (order by loan_id) as place
    from intermediate.model_features
    where is_training
) as features on loans.place = features.place
"""


def empty(connection: duckdb.DuckDBPyConnection) -> None:
    """Features to learn from, and the tables to fill, in a connection of their own."""
    connection.execute("attach ':memory:' as intermediate; create schema if not exists marts")
    for each in MODELS:
        sql = (QUERIES / "marts" / f"model_{each}.sql").read_text(encoding="utf-8")
        connection.execute(f"create table marts.model_{each} as {sql}")
    draw(connection)


def draw(connection: duckdb.DuckDBPyConnection) -> None:
    """The drawn features in place of those that are there."""
    connection.execute(DRAWN)


def learn(connection: duckdb.DuckDBPyConnection) -> None:
    """A learned score for a book that is too young for one: drawn features, its own last loans."""
    draw(connection)
    columns = "exclude (place)"
    connection.execute(LAST.replace("features.* replace", f"features.* {columns} replace"))
    last = "(select max(month_end) from marts.month_ends)"
    connection.execute(f"update intermediate.model_months set month_end = {last} where is_last")
    for each in MODELS:
        connection.execute(f"delete from marts.model_{each}")
    train(connection)
