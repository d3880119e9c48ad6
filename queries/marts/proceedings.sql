-- One row per proceeding as it stands: its stage, its days, the money claimed, upheld, received and spent, and the doubled
-- interest for late performance (Civil Procedure Law 264).
with build as (select as_of from raw.build),

money as (
    select
        events.proceeding_id,
        sum(case when events.kind = 'cash' then events.amount else 0 end) as cash,
        sum(case when events.kind = 'fee' then events.amount else 0 end) as fees,
        sum(case when events.kind = 'fee_recovered' then events.amount else 0 end) as fees_recovered
    from raw.legal_events as events
    cross join build
    where events.kind in ('cash', 'fee', 'fee_recovered') and events.happened_on <= build.as_of
    group by events.proceeding_id
),

-- The day on which a loan was first more than ninety days late, told by the month end that saw it.
first_days as (
    select
        months.loan_id,
        cast(months.oldest_unpaid_due + interval 91 day as date) as npl_on
    from marts.loans as loans
    inner join marts.loan_months as months
        on loans.loan_id = months.loan_id and loans.first_90_on = months.month_end
    semi join raw.proceedings as proceedings on loans.loan_id = proceedings.loan_id
)

select
    proceedings.* exclude (upheld, upheld_interest),
    coalesce(proceedings.upheld, 0) as upheld,
    loans.branch,
    loans.product,
    loans.borrower_id,
    first_days.npl_on,
    coalesce(money.cash, 0) as cash,
    coalesce(money.fees, 0) as fees,
    coalesce(money.fees_recovered, 0) as fees_recovered,
    case
        when proceedings.enforcement_ending = 'terminated_round' then 'terminated_round'
        when proceedings.enforcement_ended_on is not null then 'closed'
        when proceedings.enforcement_filed_on is not null then 'enforcement'
        when proceedings.effective_on is not null and coalesce(proceedings.upheld, 0) > 0 then 'effective'
        when proceedings.effective_on is not null or proceedings.outcome in ('settled', 'withdrawn', 'lost') then 'closed'
        when proceedings.appealed_on is not null then 'appeal'
        when proceedings.decided_on is not null then 'decided'
        when proceedings.accepted_on is not null then 'first_instance'
        else 'filed'
    end as stage,
    coalesce(delays.delay_interest_amount, 0) as doubled_interest
from raw.proceedings as proceedings
inner join staging.loans as loans on proceedings.loan_id = loans.loan_id
cross join build
left join money on proceedings.proceeding_id = money.proceeding_id
left join first_days on proceedings.loan_id = first_days.loan_id
left join intermediate.delay_interest as delays
    on proceedings.proceeding_id = delays.proceeding_id and build.as_of = delays.day
order by proceedings.filed_on, proceedings.proceeding_id
