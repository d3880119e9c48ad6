-- One row per default seen by the month end: its exposure, what came of it so far, as cash and as worth on the day of
-- default, its loss so far, and whether it is settled (5.2): cured, paid off or sold, written off without a recovery
-- for so many months, or older than the horizon. An open case loses less yet: what is to come is not in it.
with rules as (
    select
        max(case when param_id = 'lgd_settled_months' then cast(value as bigint) end) as settled_months,
        max(case when param_id = 'lgd_horizon_months' then cast(value as bigint) end) as horizon_months
    from book_rules()
    where product = '*' and cast($month_end as date) between valid_from and valid_to
),

cases as (
    select
        loan_id || ' ' || strftime(defaulted_on, '%Y-%m') as case_key,
        loan_id,
        borrower_id,
        branch,
        product,
        defaulted_on,
        default_rule,
        annual_rate,
        exposure,
        case when ended_on <= $month_end then ended_on end as ended_on,
        case when ended_on <= $month_end then ended_as end as ended_as,
        case when written_off_on <= $month_end then written_off_on end as written_off_on
    from scoped_loss_cases($branches, $products)
    where defaulted_on <= $month_end and ($product = '' or product = $product)
),

came as (
    select
        loan_id,
        defaulted_on,
        sum(amount) as amount,
        sum(worth) as worth,
        max(month_end) as last_on
    from scoped_loss_flows($branches, $products)
    where month_end <= $month_end
    group by loan_id, defaulted_on
)

select
    cases.*,
    coalesce(came.amount, 0) as recovered,
    coalesce(came.worth, 0) as worth,
    1 - coalesce(came.worth, 0) / cases.exposure as lgd,
    coalesce(
        cases.ended_on is not null
        or date_diff('month', cases.defaulted_on, $month_end) >= rules.horizon_months
        or date_diff('month', greatest(cases.written_off_on, coalesce(came.last_on, cases.written_off_on)), $month_end)
        >= rules.settled_months,
        false
    ) as is_settled
from cases
cross join rules
left join came on cases.loan_id = came.loan_id and cases.defaulted_on = came.defaulted_on
