-- One row per non-retail borrower and month end, and branch and product of its claims: the shares of all its claims
-- that the obligor rules compare (4.3), and what the rules lifted among the claims of this branch and product.
-- `all_claim_count` is of every branch: who does not see all those claims is told no share of them. A share that the
-- debts at other banks decide is empty where no bank reported: not evaluated, never passed.
with claims as (
    select
        month_end,
        borrower_id,
        branch,
        product,
        count(*) as claim_count,
        sum(balance) as balance,
        sum(case when floor_rule = 'F3_10pct' then 1 else 0 end) as lifted_10pct_count,
        sum(case when floor_rule = 'F3_10pct' then balance else 0 end) as lifted_10pct_balance,
        sum(case when floor_rule = 'F3_20pct' then 1 else 0 end) as lifted_20pct_count,
        sum(case when floor_rule = 'F3_20pct' then balance else 0 end) as lifted_20pct_balance,
        sum(case when floor_rule = 'F2_other_npl' then 1 else 0 end) as lifted_other_npl_count,
        sum(case when floor_rule = 'F2_other_npl' then balance else 0 end) as lifted_other_npl_balance
    from marts.loan_months
    where borrower_kind = 'corporate' and status = 'active'
    group by month_end, borrower_id, branch, product
),

shares as (
    select
        *,
        cast(npl_balance as double) / nullif(balance, 0) as npl_share,
        cast(debt_dpd90 as double) / nullif(total_debt, 0) as dpd90_share,
        npl_balance > obligor_npl_share * balance as is_over_npl_share,
        case when total_debt > 0 then debt_dpd90 > obligor_dpd90_share * total_debt end as is_over_dpd90_share
    from intermediate.obligor_floors
)

select
    claims.month_end,
    claims.borrower_id,
    claims.branch,
    claims.product,
    claims.claim_count,
    sum(claims.claim_count) over (partition by claims.month_end, claims.borrower_id) as all_claim_count,
    claims.balance,
    shares.npl_share,
    shares.dpd90_share,
    shares.reported_on,
    shares.is_over_npl_share,
    shares.is_over_dpd90_share,
    shares.has_npl_anywhere,
    shares.rule_id as obligor_rule,
    claims.lifted_10pct_count,
    claims.lifted_10pct_balance,
    claims.lifted_20pct_count,
    claims.lifted_20pct_balance,
    claims.lifted_other_npl_count,
    claims.lifted_other_npl_balance
from claims
inner join shares on claims.borrower_id = shares.borrower_id and claims.month_end = shares.state_date
order by claims.month_end, claims.borrower_id
