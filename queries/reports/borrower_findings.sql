-- One row per audit finding that names a loan of one borrower, newest first, with those of its loans in view.
with named as (
    select
        links.finding_id,
        count(*) as loan_count,
        string_agg(links.loan_id, ', ' order by links.loan_id) as loan_ids
    from scoped_finding_loans($branches, $products) as links
    inner join scoped_loans($branches, $products) as loans on links.loan_id = loans.loan_id
    where loans.borrower_id = $borrower_id
    group by links.finding_id
)

select
    findings.finding_id,
    findings.title,
    findings.title_zh,
    findings.severity,
    findings.status,
    findings.department,
    findings.department_zh,
    findings.issued_on,
    findings.current_due_on,
    findings.closed_on,
    named.loan_count,
    named.loan_ids
from named
inner join scoped_findings($branches, $products) as findings on named.finding_id = findings.finding_id
where findings.issued_on <= $as_of
order by findings.issued_on desc, findings.finding_id
