-- One row per month in which observation periods now running end (4.4): loans and balance; the last row, 'later', is
-- what ends more than twelve months on.
with loans as (
    select
        balance,
        loan_count,
        case
            when observation_ends <= last_day($month_end + interval 12 month)
                then strftime(observation_ends, '%Y-%m')
            else 'later'
        end as ends_in
    from scoped_loan_months($branches, $products)
    where month_end = $month_end and is_restructured
)

select
    ends_in,
    sum(loan_count) as loans,
    sum(balance) as balance
from loans
group by ends_in
order by ends_in
