-- One row per loan that left the book, or that was once sold: in which state, on which day, as of which last record
-- (`state_on`), and the worst class it had when it was sold. A loan whose sale was taken back has no status.
with months as (select * from marts.loan_month_states),

loans as (select * from marts.loans),

-- Non-performing when it was sold: at the sale, or at the month end before it.
sales as (
    select
        loan_id,
        max(greatest(coalesce(classification, 1), coalesce(opening_class, 1))) as sold_class
    from months
    where status = 'sold'
    group by loan_id
)

select
    loans.loan_no,
    loans.loan_id,
    case when loans.status <> 'active' then loans.status end as status,
    coalesce(loans.left_on, loans.state_on) as left_on,
    loans.state_on,
    sales.sold_class
from loans
left join sales on loans.loan_id = sales.loan_id
where loans.state_on is not null and (loans.status <> 'active' or sales.sold_class is not null)
order by loans.state_on, loans.loan_id
