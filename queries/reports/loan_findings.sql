-- One row per audit finding that names a loan, newest first.
with finding_loans as (
    select *
    from scoped_finding_loans($branches, $products)
    where loan_id = $loan_id
),

findings as (select * from scoped_findings($branches, $products))

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
    findings.closed_on
from finding_loans
inner join findings on finding_loans.finding_id = findings.finding_id
where findings.issued_on <= $as_of
order by findings.issued_on desc, findings.finding_id
