-- One row per loan that left the book, or that was once sold: in which state, on which day, the last month end at which
-- something is known of it, and the worst class it had when it was sold. A loan whose sale was taken back has no status.
with months as (select * from marts.loan_month_states),

loans as (select * from marts.loans),

-- Non-performing when it was sold: at the sale, or at the month end before it.
known as (
    select
        loan_no,
        max(month_end) as last_month_end,
        max(
            case when status = 'sold' then greatest(coalesce(classification, 1), coalesce(opening_class, 1)) end
        ) as sold_class
    from months
    group by loan_no
)

select
    loans.loan_no,
    loans.loan_id,
    case when loans.status <> 'active' then loans.status end as status,
    coalesce(loans.left_on, loans.state_on) as left_on,
    known.last_month_end,
    known.sold_class
from loans
left join known on loans.loan_no = known.loan_no
where loans.state_on is not null and (loans.status <> 'active' or known.sold_class is not null)
order by known.last_month_end, loans.loan_id
