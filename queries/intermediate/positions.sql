-- One row per loan, schedule version and state date: cash received and amounts fallen due by the end of the day.
with dates as (select * from intermediate.state_dates),

versions as (select * from intermediate.schedule_versions),

joined as (
    select
        dates.loan_id,
        versions.version,
        versions.ordinal,
        dates.state_date,
        dates.is_on_grid,
        versions.in_force_from <= dates.state_date
        and dates.state_date < versions.in_force_until as is_in_force,
        versions.total_due + versions.unscheduled_principal as owed_in_all,
        versions.total_principal + versions.unscheduled_principal as total_principal,
        coalesce(cash_months.amount, 0) as collected_in_month,
        coalesce(due_months.due_in_month, 0) as due_in_month,
        coalesce(due_months.aged_today, 0) as aged_today,
        coalesce(due_months.principal_today, 0) as principal_today,
        coalesce(due_months.interest_today, 0) as interest_today,
        coalesce(due_months.fee_today, 0) as fee_today,
        coalesce(due_months.aged_lines_today, 0) as aged_lines_today,
        due_months.cash_due,
        due_months.principal_due,
        due_months.interest_due,
        due_months.fee_due,
        due_months.penalty_due,
        due_months.aged_lines
    from dates
    inner join versions on dates.loan_id = versions.loan_id
    left join intermediate.cash_months as cash_months
        on dates.loan_id = cash_months.loan_id and dates.state_date = cash_months.state_date
    left join intermediate.due_months as due_months
        on dates.loan_id = due_months.loan_id
        and versions.version = due_months.version
        and dates.state_date = due_months.state_date
)

select
    loan_id,
    version,
    ordinal,
    state_date,
    is_on_grid,
    is_in_force,
    owed_in_all,
    total_principal,
    cast(collected_in_month as decimal(18, 2)) as collected_in_month,
    cast(due_in_month as decimal(18, 2)) as due_in_month,
    cast(aged_today as decimal(18, 2)) as aged_today,
    cast(principal_today as decimal(18, 2)) as principal_today,
    cast(interest_today as decimal(18, 2)) as interest_today,
    cast(fee_today as decimal(18, 2)) as fee_today,
    aged_lines_today,
    cast(sum(collected_in_month) over until_date as decimal(18, 2)) as cash_held,
    coalesce(max(cash_due) over until_date, 0) as cash_due,
    coalesce(max(principal_due) over until_date, 0) as principal_due,
    coalesce(max(interest_due) over until_date, 0) as interest_due,
    coalesce(max(fee_due) over until_date, 0) as fee_due,
    coalesce(max(penalty_due) over until_date, 0) as penalty_due,
    coalesce(max(aged_lines) over until_date, 0) as aged_lines
from joined
window until_date as (
    partition by loan_id, version
    order by state_date
    rows between unbounded preceding and current row
)
