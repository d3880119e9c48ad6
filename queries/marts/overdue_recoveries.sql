-- One row per loan that was past due when a month began, and the month's end: the bucket and what was overdue then, and what
-- came in on the loan in the month (section 7, overdue_recovery_rate_k). All its cash counts, what fell due in the month and
-- what was prepaid among it, so that more can come in than was overdue. What left the book in the month is in it; of a loan
-- of which balances alone are recorded nobody knows what came in: it is not.
with late as (
    select
        loan_no,
        last_day(month_end + 1) as month_end,
        bucket as opening_bucket,
        days_past_due as opening_days,
        overdue_amount as opening_overdue_amount
    from marts.loan_months
    where status = 'active' and days_past_due > 0 and overdue_amount > 0
)

select
    states.month_end,
    states.loan_id,
    states.borrower_id,
    states.branch,
    states.product,
    late.opening_bucket,
    late.opening_days,
    late.opening_overdue_amount,
    states.collected_in_month as received_amount,
    case when states.status = 'active' then states.days_past_due end as days_past_due
from late
inner join marts.loan_month_states as states on late.loan_no = states.loan_no and late.month_end = states.month_end
where states.collected_in_month is not null
order by states.month_end, states.loan_id
