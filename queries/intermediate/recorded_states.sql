-- One row per loan without a schedule and month end the core system recorded, until the loan left the book.
-- Amounts that only a schedule can tell are empty, never 0.
with loans_with_schedule as (
    select distinct loan_id
    from staging.instalments
),

recorded as (
    select
        months.*,
        max(case when months.status = 'active' then months.month_end end) over (
            partition by months.loan_id
        ) as last_active
    from staging.recorded_months as months
    left join loans_with_schedule on months.loan_id = loans_with_schedule.loan_id
    cross join raw.build as build
    where loans_with_schedule.loan_id is null and months.month_end <= build.as_of
),

left_after as (
    select
        loan_id,
        min(month_end) as left_month
    from recorded
    where status <> 'active' and (last_active is null or month_end > last_active)
    group by loan_id
)

select
    rules.loan_no,
    recorded.month_end as state_date,
    true as is_on_grid,
    recorded.status,
    case when recorded.status = 'active' then recorded.balance else 0 end as balance,
    recorded.balance as principal_outstanding,
    recorded.days_past_due
from recorded
inner join intermediate.loan_rules as rules on recorded.loan_id = rules.loan_id
left join left_after on recorded.loan_id = left_after.loan_id
where left_after.left_month is null or recorded.month_end <= left_after.left_month
