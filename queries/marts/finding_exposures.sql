-- One row per issued finding and month end: the balance then of the loans behind it. A loan that two findings name
-- stands behind both.
select
    links.finding_id,
    states.month_end,
    count(*) as loan_count,
    sum(case when states.status = 'active' then states.balance else 0 end) as exposure,
    findings.branch,
    findings.product
from marts.finding_loans as links
inner join marts.findings as findings on links.finding_id = findings.finding_id
inner join marts.loan_month_states as states on links.loan_id = states.loan_id
group by links.finding_id, states.month_end, findings.branch, findings.product
order by states.month_end, links.finding_id
