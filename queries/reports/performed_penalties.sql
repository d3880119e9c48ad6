-- One row per instalment and stretch of days of a month on which so much of it was unpaid: the rate on it and what it makes
-- (T06). $reference: penalty (on principal) or compound (on interest).
select
    due_on,
    unpaid,
    from_day,
    until_day,
    days,
    annual_rate,
    penalty_uplift,
    penalty_rate,
    year_days,
    asked
from scoped_penalty_steps($branches, $products)
where loan_id = $loan_id and month_end = $day and reference = $reference
order by due_on, from_day
