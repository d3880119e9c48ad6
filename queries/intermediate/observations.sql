-- One row per restructuring and stretch of its observation period (4.4): a stretch lasts 12 months or two repayment
-- periods from the first repayment date after the change, whichever is longer, and starts again at each instalment
-- inside it that was not paid in full on its due date. On day T the stretch with observed_after < T <= observed_until
-- counts (the first one from the day of the change), and the loan is under observation while T < ends_on.
with restructures as (
    select
        rules.loan_no,
        facts.restructured_on,
        facts.first_repay_on
    from raw.restructures as facts
    inner join intermediate.loan_rules as rules on facts.loan_id = rules.loan_id
    where coalesce(facts.is_difficulty, true)
),

settled as (
    select
        loan_no,
        due_on,
        settled_on
    from intermediate.settlements
    where is_aged and loan_no in (select loan_no from restructures)
),

periods as (
    select
        restructures.loan_no,
        restructures.restructured_on,
        coalesce(restructures.first_repay_on, min(settled.due_on)) as first_repay_on,
        min(settled.due_on) as next_due_on,
        max(settled.due_on) as last_due_on,
        count(settled.due_on) as lines
    from restructures
    left join settled
        on restructures.loan_no = settled.loan_no and settled.due_on > restructures.restructured_on
    group by restructures.loan_no, restructures.restructured_on, restructures.first_repay_on
),

-- The repayment interval in months, from the instalments after the change.
intervals as (
    select
        *,
        case
            when lines > 1
                then greatest(
                    cast(round(date_diff('day', next_due_on, last_due_on) / 30.4375 / (lines - 1)) as bigint), 1
                )
            else 1
        end as interval_months
    from periods
    where first_repay_on is not null
),

starts as (
    select
        loan_no,
        restructured_on,
        first_repay_on as started_on,
        interval_months,
        1 as is_first
    from intervals
    union all
    select
        intervals.loan_no,
        intervals.restructured_on,
        settled.due_on as started_on,
        intervals.interval_months,
        0 as is_first
    from intervals
    inner join settled
        on intervals.loan_no = settled.loan_no and settled.due_on >= intervals.first_repay_on
    cross join raw.build as build
    where settled.due_on < build.as_of
        and (settled.settled_on is null or settled.settled_on > settled.due_on)
),

ends as (
    select
        *,
        cast(started_on + greatest(12, 2 * interval_months) * interval 1 month as date) as ends_on
    from starts
),

chained as (
    select
        *,
        case
            when started_on > lag(ends_on) over (
                partition by loan_no, restructured_on order by started_on, is_first desc
            ) then 1
            else 0
        end as is_broken
    from ends
),

counted as (
    select
        *,
        sum(is_broken) over (
            partition by loan_no, restructured_on
            order by started_on, is_first desc
            rows between unbounded preceding and current row
        ) as breaks
    from chained
),

segments as (
    select
        loan_no,
        restructured_on,
        case when is_first = 1 then restructured_on else started_on end as observed_after,
        ends_on,
        coalesce(
            lead(started_on) over (
                partition by loan_no, restructured_on order by started_on, is_first desc
            ),
            date '9999-12-31'
        ) as observed_until
    from counted
    where breaks = 0
),

repeated as (
    select distinct
        later.loan_no,
        later.restructured_on
    from restructures as later
    inner join segments as earlier
        on later.loan_no = earlier.loan_no
        and earlier.restructured_on < later.restructured_on
        and earlier.observed_after < later.restructured_on
        and later.restructured_on <= earlier.observed_until
        and later.restructured_on < earlier.ends_on
)

select
    segments.loan_no,
    segments.restructured_on,
    segments.observed_after,
    segments.observed_until,
    segments.ends_on,
    repeated.loan_no is not null as is_repeated
from segments
left join repeated
    on segments.loan_no = repeated.loan_no and segments.restructured_on = repeated.restructured_on
