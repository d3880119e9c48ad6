-- One row per loan and month end at which the use of its money gave cause for concern: the latest check that was
-- made by then, a proof that is missing, money that came back to the debtor, payments that were split.
with checks as (
    select
        loans.loan_no,
        loans.disbursed_on,
        coalesce(uses.due_on, cast(loans.disbursed_on + interval 30 day as date)) as due_on,
        uses.proof_received_on,
        uses.checked_on,
        uses.returned_on,
        uses.split_payments
    from raw.fund_uses as uses
    inner join intermediate.loan_rules as loans on uses.loan_id = loans.loan_id
),

results as (
    select
        judged.loan_no,
        months.month_end,
        max(judged.result) as use_result
    from intermediate.use_results as judged
    inner join marts.month_ends as months
        on months.month_end >= judged.checked_on and months.month_end < judged.judged_until
    where judged.result in ('misused', 'speculation', 'unclear')
    group by judged.loan_no, months.month_end
),

unproven as (
    select
        checks.loan_no,
        months.month_end,
        max(date_diff('day', checks.disbursed_on, months.month_end)) as unproven_days
    from checks
    inner join marts.month_ends as months
        on months.month_end >= checks.due_on
        and (checks.proof_received_on is null or checks.proof_received_on > months.month_end)
    group by checks.loan_no, months.month_end
),

horizon as (select max(age_to) as days from marts.decay_steps),

returned as (
    select
        checks.loan_no,
        months.month_end,
        min(date_diff('day', checks.disbursed_on, checks.returned_on)) as returned_within,
        min(date_diff('day', checks.returned_on, months.month_end)) as returned_age
    from checks
    cross join horizon
    inner join marts.month_ends as months
        on months.month_end >= greatest(checks.returned_on, coalesce(checks.checked_on, checks.returned_on))
        and months.month_end <= cast(checks.returned_on + horizon.days * interval 1 day as date)
    inner join intermediate.fact_edges as edges
        on edges.fact = 'returned_within'
        and date_diff('day', checks.disbursed_on, checks.returned_on) < edges.edge
    where checks.returned_on >= checks.disbursed_on
    group by checks.loan_no, months.month_end
),

split as (
    select
        checks.loan_no,
        months.month_end,
        max(checks.split_payments) as split_payments,
        min(date_diff('day', checks.checked_on, months.month_end)) as split_age
    from checks
    cross join horizon
    inner join marts.month_ends as months
        on months.month_end >= checks.checked_on
        and months.month_end <= cast(checks.checked_on + horizon.days * interval 1 day as date)
    where checks.split_payments > 0
    group by checks.loan_no, months.month_end
),

together as (
    select * from results
    union all by name
    select * from unproven
    union all by name
    select * from returned
    union all by name
    select * from split
)

select
    loan_no,
    month_end,
    max(use_result) as use_result,
    max(unproven_days) as unproven_days,
    min(returned_within) as returned_within,
    min(returned_age) as returned_age,
    max(split_payments) as split_payments,
    min(split_age) as split_age
from together
group by loan_no, month_end
