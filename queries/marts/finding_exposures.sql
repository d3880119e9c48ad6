-- One row per issued finding, month end, and branch and product of the loans behind it: their balance then. A loan that
-- two findings name stands behind both. Branch and product are the finding's, loan_branch and loan_product the loans'.
select
    links.finding_id,
    states.month_end,
    states.branch as loan_branch,
    states.product as loan_product,
    count(*) as loan_count,
    sum(case when states.status = 'active' then states.balance else 0 end) as exposure,
    findings.branch,
    findings.product
from marts.finding_loans as links
inner join marts.findings as findings on links.finding_id = findings.finding_id
inner join marts.loan_month_states as states on links.loan_id = states.loan_id
group by links.finding_id, states.month_end, states.branch, states.product, findings.branch, findings.product
order by states.month_end, links.finding_id
