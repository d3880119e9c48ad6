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
-- One row per borrower that came into default since $first: whether an alert had come 30 days before and more, by which rules
-- it was foretold, and whether it was on the watchlist in the 90 days before (9.5). With $rule, those that rule foretold.
with fallen as (
    select *
    from scoped_defaults($branches, $products)
    where default_on between $first and $month_end
),

watched as (
    select distinct
        fallen.borrower_id,
        fallen.default_on
    from fallen
    inner join scoped_watch_months($branches, $products) as listed
        on fallen.borrower_id = listed.borrower_id
        and listed.is_listed
        and listed.month_end < fallen.default_on
        and listed.month_end >= fallen.default_on - 90
),

foretold as (
    select
        borrower_id,
        default_on,
        string_agg(rule_id, ',' order by rule_id) as rules
    from scoped_rule_defaults($branches, $products)
    group by borrower_id, default_on
),

judged as (
    select
        fallen.*,
        coalesce(foretold.rules, '') as rules,
        watched.borrower_id is null as is_surprise
    from fallen
    left join watched on fallen.borrower_id = watched.borrower_id and fallen.default_on = watched.default_on
    left join foretold on fallen.borrower_id = foretold.borrower_id and fallen.default_on = foretold.default_on
)

select
    judged.borrower_id || ' ' || judged.default_on as default_id,
    judged.borrower_id,
    names.name,
    judged.borrower_kind,
    judged.branch,
    judged.product,
    judged.default_on,
    judged.was_warned,
    judged.is_surprise,
    judged.rules
from judged
left join scoped_borrowers($branches, $products) as names on judged.borrower_id = names.borrower_id
where ($kind = '' or judged.borrower_kind = $kind)
    and ($rule = '' or list_contains(string_split(judged.rules, ','), $rule))
    and case $outcome
        when 'covered' then judged.was_warned
        when 'missed' then not judged.was_warned
        when 'surprise' then judged.is_surprise
        else true
    end
