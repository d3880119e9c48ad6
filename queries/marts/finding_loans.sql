-- One row per issued finding and loan behind it, with the loan's balance on the data's last date.
select
    links.finding_id,
    links.loan_id,
    loans.branch,
    loans.product,
    loans.balance
from raw.finding_loans as links
inner join marts.loans as loans on links.loan_id = loans.loan_id
inner join raw.findings as findings on links.finding_id = findings.finding_id
where findings.status <> 'draft'
order by links.finding_id, links.loan_id
