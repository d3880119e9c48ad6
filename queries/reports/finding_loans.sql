-- One row per loan in this scope behind a finding, largest balance first.
with findings as (
    select *
    from scoped_findings($branches, $products)
    where finding_id = $finding_id
),

links as (
    select *
    from scoped_finding_loans($branches, $products)
    where finding_id = $finding_id
),

loans as (select * from scoped_loans($branches, $products))

select
    links.loan_id,
    loans.borrower_id,
    loans.branch,
    loans.product,
    loans.status,
    links.balance,
    loans.days_past_due,
    loans.bucket,
    loans.classification
from findings
inner join links on findings.finding_id = links.finding_id
inner join loans on links.loan_id = loans.loan_id
order by links.balance desc nulls last, links.loan_id
