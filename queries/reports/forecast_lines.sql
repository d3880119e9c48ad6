-- One row per instalment that the loans on the book at the scope's month end are to pay between two days, by the
-- schedules in force then: those of a month re-add to its contractual receipts.
with lines as (
    select
        instalments.loan_id,
        instalments.branch,
        instalments.product,
        instalments.seq,
        instalments.due_on,
        instalments.due,
        dates.disbursed_on,
        dates.in_force_from,
        dates.in_force_until,
        dates.left_on
    from scoped_instalments($branches, $products) as instalments
    inner join scoped_maturity_dates($branches, $products) as dates
        on instalments.loan_id = dates.loan_id and dates.is_latest
    where instalments.due_on between $first and $last
    union all
    select
        loan_id,
        branch,
        product,
        seq,
        due_on,
        principal_due + interest_due + fee_due + penalty_due as due,
        disbursed_on,
        in_force_from,
        in_force_until,
        left_on
    from scoped_replaced_lines($branches, $products)
    where due_on between $first and $last
)

select
    loan_id || '/' || seq as movement_id,
    loan_id,
    branch,
    product,
    due_on as moved_on,
    due as amount
from lines
where due <> 0
    and last_day(greatest(in_force_from, disbursed_on)) <= $month_end
    and $month_end < last_day(least(in_force_until, left_on))
    and due_on > $month_end
