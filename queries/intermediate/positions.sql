-- One row per loan, schedule version and state date: cash received and amounts fallen due by the end of the day.
with joined as (
    select
        dates.loan_no,
        versions.version,
        versions.in_force_from <= dates.state_date
        and dates.state_date < versions.original_until as is_original,
        dates.state_date,
        dates.is_on_grid,
        versions.in_force_from <= dates.state_date
        and dates.state_date < versions.in_force_until as is_in_force,
        versions.owed_in_all,
        versions.principal_in_all,
        cash_months.amount as collected_in_month,
        due_months.cash_due,
        due_months.principal_due
    from intermediate.state_dates as dates
    inner join intermediate.schedule_versions as versions on dates.loan_no = versions.loan_no
    left join intermediate.cash_months as cash_months
        on dates.loan_no = cash_months.loan_no and dates.state_date = cash_months.state_date
    left join intermediate.due_months as due_months
        on dates.loan_no = due_months.loan_no
        and versions.version = due_months.version
        and dates.state_date = due_months.state_date
),

running as (
    select
        loan_no,
        version,
        is_original,
        state_date,
        is_on_grid,
        is_in_force,
        owed_in_all,
        principal_in_all,
        coalesce(collected_in_month, 0) as collected_in_month,
        coalesce(cast(sum(collected_in_month) over until_date as decimal(18, 2)), 0) as cash_held,
        coalesce(max(cash_due) over until_date, 0) as cash_due,
        coalesce(max(principal_due) over until_date, 0) as principal_due,
        coalesce(max(cash_due) over before_date, 0) as cash_due_before,
        coalesce(max(principal_due) over before_date, 0) as principal_due_before
    from joined
    window
        until_date as (
            partition by loan_no, version
            order by state_date
            rows between unbounded preceding and current row
        ),
        before_date as (
            partition by loan_no, version
            order by state_date
            rows between unbounded preceding and 1 preceding
        )
)

select
    loan_no,
    version,
    is_original,
    state_date,
    is_on_grid,
    is_in_force,
    owed_in_all,
    principal_in_all,
    collected_in_month,
    cash_due - cash_due_before as due_in_month,
    cash_held,
    cash_due,
    principal_due,
    principal_due - principal_due_before as principal_due_in_month
from running
