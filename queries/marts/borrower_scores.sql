-- One row per borrower and month end with a signal: its score and level (9.2). Each family up to its cap; of its
-- own loans the worst counts, to whose behaviour that of the borrower's accounts is added; financial and external
-- signals are the borrower's own.
with by_loan as (
    select
        borrower_id,
        month_end,
        loan_id,
        sum(case when family = 'behavioural' then points else 0 end) as behavioural,
        sum(case when family = 'collateral' then points else 0 end) as collateral,
        sum(case when family = 'use_of_funds' then points else 0 end) as use_of_funds
    from marts.signal_hits
    where loan_id is not null
    group by borrower_id, month_end, loan_id
),

by_borrower as (
    select
        borrower_id,
        month_end,
        sum(case when loan_id is null and family = 'behavioural' then points else 0 end) as behavioural,
        sum(case when loan_id is null and family = 'collateral' then points else 0 end) as collateral,
        sum(case when loan_id is null and family = 'use_of_funds' then points else 0 end) as use_of_funds,
        sum(case when family = 'financial' then points else 0 end) as financial,
        sum(case when family = 'external' then points else 0 end) as external,
        bool_or(is_hard) as is_hard,
        count(distinct rule_id) as signal_count
    from marts.signal_hits
    group by borrower_id, month_end
),

capped as (
    select
        own.borrower_id,
        own.month_end,
        by_loan.loan_id,
        own.is_hard,
        own.signal_count,
        least(own.behavioural + coalesce(by_loan.behavioural, 0), limits.cap_behavioural) as behavioural,
        least(own.financial, limits.cap_financial) as financial,
        least(own.external, limits.cap_external) as external,
        least(own.collateral + coalesce(by_loan.collateral, 0), limits.cap_collateral) as collateral,
        least(own.use_of_funds + coalesce(by_loan.use_of_funds, 0), limits.cap_use_of_funds) as use_of_funds,
        limits.yellow_from,
        limits.orange_from,
        limits.red_from
    from by_borrower as own
    inner join marts.warning_limits as limits on own.month_end = limits.month_end
    left join by_loan on own.borrower_id = by_loan.borrower_id and own.month_end = by_loan.month_end
),

scored as (
    select
        *,
        behavioural + financial + external + collateral + use_of_funds as score
    from capped
),

worst as (
    select *
    from scored
    qualify row_number() over (partition by borrower_id, month_end order by score desc, loan_id) = 1
),

levelled as (
    select
        *,
        case
            when is_hard or score >= red_from then 'red'
            when score >= orange_from then 'orange'
            when score >= yellow_from then 'yellow'
            else 'green'
        end as level
    from worst
),

followed as (
    select
        *,
        date_diff('month', lag(month_end) over in_order, month_end) = 1 as follows,
        lag(score) over in_order as last_score,
        lag(level) over in_order as last_level,
        date_diff('month', date '1900-01-31', month_end) - row_number() over (
            partition by borrower_id, level order by month_end
        ) as run_no
    from levelled
    window in_order as (partition by borrower_id order by month_end)
)

select
    scores.borrower_id,
    months.borrower_kind,
    months.branch,
    months.product,
    scores.month_end,
    scores.score,
    scores.level,
    scores.is_hard,
    scores.behavioural,
    scores.financial,
    scores.external,
    scores.collateral,
    scores.use_of_funds,
    scores.loan_id as worst_loan_id,
    scores.signal_count,
    case when scores.follows then scores.last_score when before.is_on_book then 0 end as score_before,
    case when scores.follows then scores.last_level when before.is_on_book then 'green' end as level_before,
    min(scores.month_end) over (partition by scores.borrower_id, scores.level, scores.run_no) as level_since,
    homes.places
from followed as scores
inner join intermediate.homes as homes on scores.borrower_id = homes.borrower_id
inner join marts.borrower_months as months
    on scores.borrower_id = months.borrower_id and scores.month_end = months.month_end
left join marts.borrower_months as before
    on scores.borrower_id = before.borrower_id
    and before.month_end = last_day(cast(scores.month_end - interval 1 month as date))
order by scores.month_end, scores.borrower_id
