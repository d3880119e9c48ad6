-- One row per row of raw.restructures, with the branch and product of its loan, whether the loan was non-performing
-- at the month end before, and the first month end of the twelve after at which it was more than 90 days past due,
-- non-performing or written off (re-default, 4.4).
with facts as (
    select
        *,
        last_day(restructured_on) as month_end,
        last_day(cast(restructured_on + interval 12 month as date)) as mature_on
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
    facts.*,
    cast(loans.loan_no as integer) as loan_no,
    loans.branch,
    loans.product,
    coalesce(hits.was_bad, 0) = 1 as was_defaulted,
    hits.redefaulted_on
from facts
inner join intermediate.loan_rules as loans on facts.loan_id = loans.loan_id
left join hits on facts.restructure_id = hits.restructure_id
order by facts.loan_id, facts.restructured_on
