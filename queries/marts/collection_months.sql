-- One row per month end, branch and product: what was expected, what came in, and what explains the difference
-- (section 8): collected - expected = arrears recovered + prepaid + held ahead - covered by earlier advances - unpaid -
-- rescheduled. The loans that differ stand in marts.collection_gaps; all others paid exactly what was due.
with gaps as (
    select
        month_end,
        branch,
        product,
        sum(expected_amount - paid_amount) as not_paid,
        sum(expected_amount - paid_30_amount) as not_paid_30,
        sum(expected_amount - paid_90_amount) as not_paid_90,
        sum(advance_amount) as advance_amount,
        sum(arrears_amount) as arrears_amount,
        sum(prepaid_amount) as prepaid_amount,
        sum(ahead_amount) as ahead_amount,
        sum(unpaid_amount) as unpaid_amount,
        sum(rescheduled_amount) as rescheduled_amount
    from marts.collection_gaps
    group by month_end, branch, product
),

months as (
    select
        expected.state_date as month_end,
        rules.branch,
        rules.product,
        sum(expected.expected) as expected_amount,
        sum(expected.cash_held - expected.held_before) as collected_amount
    from intermediate.expected as expected
    inner join intermediate.loan_rules as rules on expected.loan_no = rules.loan_no
    group by expected.state_date, rules.branch, rules.product
)

select
    months.month_end,
    months.branch,
    months.product,
    cast(months.expected_amount as decimal(18, 2)) as expected_amount,
    cast(months.collected_amount as decimal(18, 2)) as collected_amount,
    cast(months.collected_amount - months.expected_amount as decimal(18, 2)) as variance_amount,
    cast(months.expected_amount - coalesce(gaps.not_paid, 0) as decimal(18, 2)) as paid_amount,
    cast(months.expected_amount - coalesce(gaps.not_paid_30, 0) as decimal(18, 2)) as paid_30_amount,
    cast(months.expected_amount - coalesce(gaps.not_paid_90, 0) as decimal(18, 2)) as paid_90_amount,
    cast(coalesce(gaps.advance_amount, 0) as decimal(18, 2)) as advance_amount,
    cast(coalesce(gaps.arrears_amount, 0) as decimal(18, 2)) as arrears_amount,
    cast(coalesce(gaps.prepaid_amount, 0) as decimal(18, 2)) as prepaid_amount,
    cast(coalesce(gaps.ahead_amount, 0) as decimal(18, 2)) as ahead_amount,
    cast(coalesce(gaps.unpaid_amount, 0) as decimal(18, 2)) as unpaid_amount,
    cast(coalesce(gaps.rescheduled_amount, 0) as decimal(18, 2)) as rescheduled_amount
from months
left join gaps
    on months.month_end = gaps.month_end and months.branch = gaps.branch and months.product = gaps.product
order by months.month_end, months.branch, months.product
