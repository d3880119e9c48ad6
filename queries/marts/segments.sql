-- One row per month end and segment (branch, product, borrower kind, collateral kind, region, industry): every additive
-- measure of marts.loan_months, summed. It serves what marts.portfolio cannot, which knows no region and no industry;
-- one cube of all dimensions would be nearly as long as the loans themselves.
with months as (select * from marts.loan_months),

summed as (
    select
        month_end,
        branch,
        product,
        borrower_kind,
        collateral_kind,
        region,
        industry,
        count(*) as row_count,
        sum(loan_count) as loan_count,
        sum(overdue_count) as overdue_count,
        sum(npl_count) as npl_count,
        sum(balance) as balance,
        sum(par1_balance) as par1_balance,
        sum(par30_balance) as par30_balance,
        sum(par60_balance) as par60_balance,
        sum(par90_balance) as par90_balance,
        sum(par30_restructured_balance) as par30_restructured_balance,
        sum(overdue_principal_balance) as overdue_principal_balance,
        sum(overdue_1104_balance) as overdue_1104_balance,
        sum(overdue_amount) as overdue_amount,
        sum(normal_balance) as normal_balance,
        sum(special_mention_balance) as special_mention_balance,
        sum(substandard_balance) as substandard_balance,
        sum(doubtful_balance) as doubtful_balance,
        sum(loss_balance) as loss_balance,
        sum(npl_balance) as npl_balance,
        sum(restructured_balance) as restructured_balance,
        sum(allowance) as allowance,
        sum(disbursed_amount) as disbursed_amount,
        sum(due_amount) as due_amount,
        sum(collected_amount) as collected_amount,
        sum(written_off_amount) as written_off_amount,
        sum(sold_amount) as sold_amount,
        sum(npl_inflow_amount) as npl_inflow_amount,
        sum(newly_late_balance) as newly_late_balance,
        sum(newly_late_count) as newly_late_count,
        sum(late_again_balance) as late_again_balance,
        sum(late_again_count) as late_again_count,
        sum(cured_balance) as cured_balance,
        sum(cured_count) as cured_count,
        sum(left_late_balance) as left_late_balance,
        sum(left_late_count) as left_late_count,
        sum(rate_balance) as rate_balance
    from months
    group by month_end, branch, product, borrower_kind, collateral_kind, region, industry
)

select *
from summed
order by month_end, branch, product
