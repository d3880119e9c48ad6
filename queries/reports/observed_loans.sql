-- One row per loan under observation at the month end: until when, how late, and whether it was restructured again (4.4).
select
    loan_id,
    borrower_id,
    branch,
    product,
    balance,
    days_past_due,
    class_booked,
    classification,
    observation_ends,
    is_restructured_again,
    case
        when observation_ends <= last_day($month_end + interval 12 month) then strftime(observation_ends, '%Y-%m')
        else 'later'
    end as ends_in
from scoped_loan_months($branches, $products)
where month_end = $month_end and is_restructured and ($ends_in = '' or ends_in = $ends_in)
