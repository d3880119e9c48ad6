-- One row per loan and day since which it may have settled another loan of its borrower, an older one: how many days lie
-- between the disbursement of the one and the settlement of the other, of several the fewest. `renewed_on` is the later
-- of the two days.
with settled as (
    -- The day on which cash first covered all that a loan asked for by the schedule then in force.
    select
        cash.loan_no,
        loans.borrower_id,
        loans.disbursed_on,
        min(cash.moved_on) as settled_on
    from intermediate.cash as cash
    inner join intermediate.schedule_versions as versions
        on cash.loan_no = versions.loan_no
        and cash.moved_on >= versions.in_force_from
        and cash.moved_on < versions.in_force_until
        and cash.cash_held >= versions.owed_in_all
        and cash.cash_held - cash.amount < versions.owed_in_all
    inner join intermediate.loan_rules as loans on cash.loan_no = loans.loan_no
    group by cash.loan_no, loans.borrower_id, loans.disbursed_on
)

select
    loans.loan_no,
    greatest(loans.disbursed_on, settled.settled_on) as renewed_on,
    min(abs(date_diff('day', settled.settled_on, loans.disbursed_on))) as settled_old_within
from settled
inner join intermediate.loan_rules as loans
    on settled.borrower_id = loans.borrower_id
    and settled.loan_no <> loans.loan_no
    and loans.disbursed_on > settled.disbursed_on
inner join intermediate.fact_edges as edges
    on edges.fact = 'settled_old_within'
    and abs(date_diff('day', settled.settled_on, loans.disbursed_on)) < edges.edge
group by loans.loan_no, greatest(loans.disbursed_on, settled.settled_on)
