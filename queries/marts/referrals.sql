-- One row per loan and month end at which it was more than 90 days past due: whether it had been referred to legal action
-- since it became late (section 7, legal_referral_rate).
with late as (
    select
        loan_id,
        borrower_id,
        branch,
        product,
        month_end,
        days_past_due,
        balance,
        oldest_unpaid_due
    from marts.loan_month_states
    where status = 'active' and days_past_due > 90
),

referred as (
    select
        late.loan_id,
        late.month_end,
        min(cast(cases.opened_at as date)) as referred_on
    from late
    inner join intermediate.case_facts as cases
        on late.loan_id = cases.loan_id
        and cases.case_type = 'legal_referral'
        and cast(cases.opened_at as date) <= late.month_end
        and cast(cases.opened_at as date) > coalesce(
            late.oldest_unpaid_due, late.month_end - cast(late.days_past_due as integer)
        )
    group by late.loan_id, late.month_end
)

select
    late.month_end,
    late.loan_id,
    late.borrower_id,
    late.branch,
    late.product,
    late.days_past_due,
    late.balance,
    referred.referred_on,
    1 as over_90_count,
    case when referred.referred_on is not null then 1 else 0 end as referred_count
from late
left join referred on late.loan_id = referred.loan_id and late.month_end = referred.month_end
order by late.month_end, late.loan_id
