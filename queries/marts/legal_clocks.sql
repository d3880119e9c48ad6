-- One row per loan, guarantee, title, asset or notice and clock that the law sets (12.1), as it stands on the data's last
-- day: from when it runs, when it runs out, whether what it asks for was done (`met_on`), and the money at risk. Alerts
-- use the day itself (`expires_on`); where that is no workday the right lasts until the next one (`last_day`, Civil Code
-- 203).
with build as (select as_of from raw.build),

claims_now as (
    select
        loan_id,
        cast(sum(amount) as decimal(18, 2)) as amount
    from (
        select
            loan_id,
            balance + coalesce(overdue_interest, 0) as amount
        from marts.loans
        where status = 'active' and balance > 0
        union all
        select
            months.loan_id,
            months.amount
        from intermediate.claim_months as months
        inner join marts.loans as loans on months.loan_id = loans.loan_id and loans.status = 'written_off'
        where months.month_end = (select max(month_end) from marts.month_ends)
    ) as parts
    group by loan_id
),

last_steps as (
    select
        walks.clock_id,
        walks.expires_on,
        walks.is_revived,
        walks.expires_on is null or coalesce(walks.stopped_until > build.as_of, false) as is_stopped
    from intermediate.clock_walks as walks
    cross join build
    where walks.next_on is null
),

limitation as (
    select
        starts.clock_id,
        starts.legal_clock,
        starts.subject_id,
        starts.loan_id,
        starts.starts_on,
        steps.expires_on,
        cast(null as date) as met_on,
        coalesce(steps.is_stopped, false) as is_stopped,
        coalesce(steps.is_revived, false) as is_revived,
        claims.amount
    from intermediate.clock_starts as starts
    inner join claims_now as claims on starts.loan_id = claims.loan_id
    left join last_steps as steps on starts.clock_id = steps.clock_id
    where starts.legal_clock = 'limitation_expiry'
),

periods as (
    select
        'period:' || periods.guarantee_id as clock_id,
        'guarantee_period_expiry' as legal_clock,
        periods.guarantee_id as subject_id,
        periods.loan_id,
        periods.due_on as starts_on,
        periods.period_ends_on as expires_on,
        periods.acted_on as met_on,
        false as is_stopped,
        false as is_revived,
        least(periods.amount, claims.amount) as amount
    from intermediate.guarantee_periods as periods
    inner join claims_now as claims on periods.loan_id = claims.loan_id
),

guarantors as (
    select
        starts.clock_id,
        starts.legal_clock,
        starts.subject_id,
        starts.loan_id,
        starts.starts_on,
        steps.expires_on,
        cast(null as date) as met_on,
        coalesce(steps.is_stopped, false) as is_stopped,
        coalesce(steps.is_revived, false) as is_revived,
        periods.amount
    from intermediate.clock_starts as starts
    inner join periods on starts.subject_id = periods.subject_id
    inner join last_steps as steps on starts.clock_id = steps.clock_id
    where starts.legal_clock = 'guarantee_limitation'
),

titles as (
    select
        starts.clock_id,
        starts.legal_clock,
        starts.subject_id,
        starts.loan_id,
        starts.starts_on,
        steps.expires_on,
        case
            when proceedings.enforcement_filed_on <= steps.expires_on then proceedings.enforcement_filed_on
        end as met_on,
        coalesce(steps.is_stopped, false) as is_stopped,
        coalesce(steps.is_revived, false) as is_revived,
        greatest(proceedings.upheld - proceedings.cash, 0) as amount
    from intermediate.clock_starts as starts
    inner join marts.proceedings as proceedings on starts.subject_id = proceedings.proceeding_id
    left join last_steps as steps on starts.clock_id = steps.clock_id
    where starts.legal_clock = 'enforcement_expiry' and proceedings.upheld > proceedings.cash
),

-- A mortgage can be realised as long as the claim can be sued for, and after a judgment as long as that can be enforced.
mortgages as (
    select
        'mortgage:' || collateral.collateral_id as clock_id,
        'mortgage_right_expiry' as legal_clock,
        collateral.collateral_id as subject_id,
        collateral.loan_id,
        coalesce(titles.starts_on, limitation.starts_on) as starts_on,
        coalesce(titles.expires_on, limitation.expires_on) as expires_on,
        titles.met_on,
        coalesce(titles.is_stopped, limitation.is_stopped) as is_stopped,
        limitation.is_revived,
        least(coalesce(collateral.value, limitation.amount), limitation.amount) as amount
    from raw.collateral as collateral
    inner join limitation on collateral.loan_id = limitation.loan_id
    inner join build on limitation.starts_on <= build.as_of
    left join (
        select
            loan_id,
            max(starts_on) as starts_on,
            max(expires_on) as expires_on,
            max(met_on) as met_on,
            bool_or(is_stopped) as is_stopped
        from titles
        group by loan_id
    ) as titles on collateral.loan_id = titles.loan_id
),

appeals as (
    select
        'appeal:' || proceeding_id as clock_id,
        'appeal_deadline' as legal_clock,
        proceeding_id as subject_id,
        loan_id,
        served_on as starts_on,
        served_on + case decision when 'ruling' then 10 else 15 end as expires_on,
        appealed_on as met_on,
        false as is_stopped,
        false as is_revived,
        claimed - upheld as amount
    from marts.proceedings
    where decision in ('judgment', 'ruling') and served_on is not null and claimed > upheld
),

bankruptcies as (
    select
        'bankruptcy:' || notices.event_id as clock_id,
        'bankruptcy_claim_deadline' as legal_clock,
        notices.event_id as subject_id,
        notices.loan_id,
        notices.happened_on as starts_on,
        notices.ends_on as expires_on,
        min(filed.happened_on) as met_on,
        false as is_stopped,
        false as is_revived,
        claims.amount
    from raw.legal_events as notices
    inner join claims_now as claims on notices.loan_id = claims.loan_id
    cross join build
    left join raw.legal_events as filed
        on notices.loan_id = filed.loan_id
        and filed.kind = 'bankruptcy_claim'
        and filed.happened_on between notices.happened_on and build.as_of
    where notices.kind = 'bankruptcy_notice' and notices.happened_on <= build.as_of and notices.ends_on is not null
    group by notices.event_id, notices.loan_id, notices.happened_on, notices.ends_on, claims.amount
),

foreclosed as (
    select
        'foreclosed:' || disposals.disposal_id as clock_id,
        'foreclosed_asset_deadline' as legal_clock,
        disposals.disposal_id as subject_id,
        disposals.loan_id,
        disposals.acquired_on as starts_on,
        cast(disposals.acquired_on + interval 2 year as date) as expires_on,
        disposals.resold_on as met_on,
        false as is_stopped,
        false as is_revived,
        coalesce(disposals.acquired_value, 0) as amount
    from raw.disposals as disposals
    cross join build
    where disposals.acquired_on <= build.as_of and coalesce(disposals.asset_kind, 'property') <> 'other'
),

trials as (
    select
        'trial:' || proceeding_id as clock_id,
        'court_duration_benchmark' as legal_clock,
        proceeding_id as subject_id,
        loan_id,
        coalesce(appealed_on, accepted_on) as starts_on,
        cast(
            coalesce(appealed_on, accepted_on)
            + case when appealed_on is not null or procedure = 'summary' then interval 3 month else interval 6 month end as date
        ) as expires_on,
        cast(null as date) as met_on,
        false as is_stopped,
        false as is_revived,
        claimed as amount
    from marts.proceedings
    where stage in ('first_instance', 'appeal')
),

clocks as (
    select * from limitation
    union all
    select * from periods
    union all
    select * from guarantors
    union all
    select * from titles
    union all
    select * from mortgages
    union all
    select * from appeals
    union all
    select * from bankruptcies
    union all
    select * from foreclosed
    union all
    select * from trials
),

workdays as (
    select
        date as day,
        min(case when is_workday then date end) over (
            order by date rows between current row and unbounded following
        ) as next_workday
    from raw.calendar
)

select
    clocks.clock_id,
    clocks.legal_clock,
    clocks.subject_id,
    clocks.loan_id,
    loans.borrower_id,
    loans.branch,
    loans.product,
    clocks.starts_on,
    case when not clocks.is_stopped then clocks.expires_on end as expires_on,
    case when not clocks.is_stopped then coalesce(workdays.next_workday, clocks.expires_on) end as last_day,
    clocks.met_on,
    clocks.is_stopped,
    case when not clocks.is_stopped then date_diff('day', build.as_of, clocks.expires_on) end as days_left,
    case
        when clocks.starts_on > build.as_of then 'not_started'
        when clocks.met_on <= clocks.expires_on and clocks.met_on <= build.as_of then 'met'
        when clocks.is_stopped then 'stopped'
        when clocks.expires_on < build.as_of then 'expired'
        when clocks.is_revived then 'revived'
        when date_diff('day', build.as_of, clocks.expires_on) <= 30 then 'within_30'
        when date_diff('day', build.as_of, clocks.expires_on) <= 90 then 'within_90'
        when date_diff('day', build.as_of, clocks.expires_on) <= 180 then 'within_180'
        else 'safe'
    end as status,
    cast(clocks.amount as decimal(18, 2)) as amount
from clocks
inner join staging.loans as loans on clocks.loan_id = loans.loan_id
cross join build
left join workdays on clocks.expires_on = workdays.day
order by clocks.legal_clock, clocks.expires_on, clocks.clock_id
