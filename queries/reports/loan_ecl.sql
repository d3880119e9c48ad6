-- One row of one loan at the month end: what its expected loss is made of; none where it is not on the book.
select
    losses.*,
    loans.annual_rate,
    loans.repayment_method,
    curves.curve,
    curves.part_repaid,
    losses.provision as allowance_recorded
from scoped_loan_ecls($branches, $products) as losses
inner join scoped_loans($branches, $products) as loans on losses.loan_id = loans.loan_id
left join book_pd_curves() as curves
    on losses.month_end = curves.month_end and losses.product = curves.product and losses.pd_state = curves.state
where losses.loan_id = $loan_id and losses.month_end = $month_end and losses.is_on_book
