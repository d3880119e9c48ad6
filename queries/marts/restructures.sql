-- One row per row of raw.restructures, with the branch and product of its loan, the yearly rate before and after it, what
-- was lent at the month end before, whether the loan was non-performing then, and the first month end of the twelve after at
-- which it was more than 90 days past due, non-performing or written off (re-default, 4.4). Of a rate that was cut without
-- saying to what, neither the rate after it nor that before the next change is known.
with facts as (
    select
        *,
        last_day(restructured_on) as month_end,
        last_day(cast(restructured_on + interval 12 month as date)) as mature_on,
        last_value(case when new_rate is not null or kind = 'rate_cut' then {'rate': new_rate} end ignore nulls) over (
            partition by loan_id order by restructured_on, restructure_id
            rows between unbounded preceding and 1 preceding
        ) as last_change
    from raw.restructures
),

bad as (
    select
        loan_id,
        month_end
    from marts.loan_month_states
    where status = 'written_off' or (status = 'active' and (days_past_due > 90 or classification >= 3))
),

hits as (
    select
        facts.restructure_id,
        max(
            case
                when bad.month_end = last_day(cast(facts.month_end - interval 1 month as date)) then 1
                else 0
            end
        ) as was_bad,
        min(case when bad.month_end > facts.month_end and bad.month_end <= facts.mature_on then bad.month_end end)
            as redefaulted_on
    from facts
    inner join bad on facts.loan_id = bad.loan_id
    group by facts.restructure_id
)

select
    facts.* exclude (last_change),
    cast(loans.loan_no as integer) as loan_no,
    loans.branch,
    loans.product,
    case when facts.last_change is null then loans.annual_rate else facts.last_change.rate end as rate_before,
    case
        when facts.new_rate is not null then facts.new_rate
        when facts.kind = 'rate_cut' then null
        when facts.last_change is null then loans.annual_rate
        else facts.last_change.rate
    end as rate_after,
    lent.balance as balance_before,
    coalesce(hits.was_bad, 0) = 1 as was_defaulted,
    hits.redefaulted_on
from facts
inner join intermediate.loan_rules as loans on facts.loan_id = loans.loan_id
left join hits on facts.restructure_id = hits.restructure_id
left join marts.loan_month_states as lent
    on facts.loan_id = lent.loan_id
    and lent.month_end = last_day(cast(facts.month_end - interval 1 month as date))
    and lent.status = 'active'
order by facts.loan_id, facts.restructured_on
