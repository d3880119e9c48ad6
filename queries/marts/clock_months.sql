-- One row per clock that had begun by a month end: limitation of a claim, period of a guarantee, enforcement of a title;
-- where it stood that day and what money was at risk or lost by it (12.2). Only what was known by then counts: the last
-- event up to the month end, and of an obstacle that stood that day (Civil Code 194) that it stood: it holds up a clock in
-- its last six months and no other, and when it will be gone nobody knows.
with steps as (
    select
        months.month_end,
        walks.clock_id,
        starts.legal_clock,
        starts.subject_id,
        starts.loan_id,
        walks.starts_on,
        walks.is_revived,
        case
            when walks.stopped_until > months.month_end then null
            when walks.hindered_until > months.month_end and months.month_end > walks.runs_until - interval 6 month then null
            when walks.hindered_until > months.month_end then walks.runs_until
            else walks.expires_on
        end as expires_on
    from intermediate.clock_walks as walks
    inner join intermediate.clock_starts as starts on walks.clock_id = starts.clock_id
    inner join marts.month_ends as months
        on walks.happened_on <= months.month_end and (walks.next_on is null or walks.next_on > months.month_end)
),

limitation as (
    select
        claims.month_end,
        steps.clock_id,
        steps.legal_clock,
        steps.subject_id,
        steps.loan_id,
        steps.starts_on,
        steps.expires_on,
        steps.is_revived,
        cast(null as date) as met_on,
        claims.amount
    from steps
    inner join intermediate.claim_months as claims
        on steps.loan_id = claims.loan_id and steps.month_end = claims.month_end
    where steps.legal_clock = 'limitation_expiry'
),

guarantees as (
    select
        claims.month_end,
        'period:' || periods.guarantee_id as clock_id,
        'guarantee_period_expiry' as legal_clock,
        periods.guarantee_id as subject_id,
        periods.loan_id,
        periods.due_on as starts_on,
        periods.period_ends_on as expires_on,
        false as is_revived,
        periods.acted_on as met_on,
        least(periods.amount, claims.amount) as amount
    from intermediate.guarantee_periods as periods
    inner join intermediate.claim_months as claims
        on periods.loan_id = claims.loan_id and periods.due_on <= claims.month_end
),

received as (
    select
        events.proceeding_id,
        months.month_end,
        sum(events.amount) as cash
    from raw.legal_events as events
    inner join marts.month_ends as months on events.happened_on <= months.month_end
    where events.kind = 'cash'
    group by events.proceeding_id, months.month_end
),

titles as (
    select
        steps.month_end,
        steps.clock_id,
        steps.legal_clock,
        steps.subject_id,
        steps.loan_id,
        steps.starts_on,
        steps.expires_on,
        steps.is_revived,
        proceedings.enforcement_filed_on as met_on,
        proceedings.upheld - coalesce(received.cash, 0) as amount
    from steps
    inner join raw.proceedings as proceedings on steps.subject_id = proceedings.proceeding_id
    left join received
        on proceedings.proceeding_id = received.proceeding_id and steps.month_end = received.month_end
    where steps.legal_clock = 'enforcement_expiry' and proceedings.upheld > coalesce(received.cash, 0)
),

clocks as (
    select * from limitation
    union all
    select * from guarantees
    union all
    select * from titles
),

judged as (
    select
        clocks.*,
        loans.branch,
        loans.product,
        loans.borrower_id,
        case
            when met_on <= expires_on and met_on <= month_end then 'met'
            when expires_on is null then 'stopped'
            when expires_on < month_end then 'expired'
            when is_revived then 'revived'
            when date_diff('day', month_end, expires_on) <= 30 then 'within_30'
            when date_diff('day', month_end, expires_on) <= 90 then 'within_90'
            when date_diff('day', month_end, expires_on) <= 180 then 'within_180'
            else 'safe'
        end as clock_status
    from clocks
    inner join staging.loans as loans on clocks.loan_id = loans.loan_id
)

select
    month_end,
    clock_id,
    legal_clock,
    clock_status,
    subject_id,
    loan_id,
    borrower_id,
    branch,
    product,
    starts_on,
    expires_on,
    date_diff('day', month_end, expires_on) as days_left,
    amount,
    case
        when legal_clock = 'limitation_expiry' and date_diff('day', month_end, expires_on) between 0 and 90 then amount
        else 0
    end as at_risk_amount,
    case when legal_clock = 'limitation_expiry' and clock_status = 'expired' then amount else 0 end as expired_amount,
    case when legal_clock = 'guarantee_period_expiry' and clock_status = 'expired' then amount else 0 end as lapsed_amount,
    case when legal_clock = 'enforcement_expiry' and clock_status = 'expired' then amount else 0 end as unenforced_amount
from judged
order by month_end, clock_id
