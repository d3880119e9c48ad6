-- One row per loan and month end at which it was more than 90 days past due: whether it had been referred to legal action,
-- and its collateral taken over, since it became late (section 7, legal_referral_rate and repossession_rate).
with late as (
    select
        loan_id,
        borrower_id,
        branch,
        product,
        month_end,
        days_past_due,
        balance,
        coalesce(oldest_unpaid_due, month_end - cast(days_past_due as integer)) as late_since
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
        and cast(cases.opened_at as date) > late.late_since
    group by late.loan_id, late.month_end
),

repossessed as (
    select
        late.loan_id,
        late.month_end,
        min(disposals.acquired_on) as repossessed_on
    from late
    inner join raw.disposals as disposals
        on late.loan_id = disposals.loan_id
        and disposals.acquired_on <= late.month_end
        and disposals.acquired_on > late.late_since
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
    repossessed.repossessed_on,
    1 as over_90_count,
    case when referred.referred_on is not null then 1 else 0 end as referred_count,
    case when repossessed.repossessed_on is not null then 1 else 0 end as repossessed_count
from late
left join referred on late.loan_id = referred.loan_id and late.month_end = referred.month_end
left join repossessed on late.loan_id = repossessed.loan_id and late.month_end = repossessed.month_end
order by late.month_end, late.loan_id
