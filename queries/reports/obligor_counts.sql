-- One row per obligor rule (4.3) at the month end: non-retail borrowers in it, those it could be evaluated for, those it
-- holds for, their claims, and the claims whose floor it alone decides. Missing reports count as not evaluated.
with claims as (
    select *
    from scoped_obligors($branches, $products)
    where month_end = $month_end
),

marked as (
    select
        'F3_10pct' as rule_id,
        borrower_id,
        is_over_npl_share as holds,
        claim_count,
        balance,
        lifted_10pct_count as lifted_count,
        lifted_10pct_balance as lifted_balance
    from claims
    union all
    select
        'F3_20pct' as rule_id,
        borrower_id,
        is_over_dpd90_share as holds,
        claim_count,
        balance,
        lifted_20pct_count as lifted_count,
        lifted_20pct_balance as lifted_balance
    from claims
    union all
    select
        'F2_other_npl' as rule_id,
        borrower_id,
        has_npl_anywhere as holds,
        claim_count,
        balance,
        lifted_other_npl_count as lifted_count,
        lifted_other_npl_balance as lifted_balance
    from claims
)

select
    rule_id,
    count(distinct borrower_id) as borrowers,
    count(distinct borrower_id) filter (where holds is not null) as evaluated,
    count(distinct borrower_id) filter (where holds is null) as not_evaluated,
    count(distinct borrower_id) filter (where holds) as holds_for,
    coalesce(sum(claim_count) filter (where holds), 0) as claims,
    coalesce(sum(balance) filter (where holds), 0) as balance,
    sum(lifted_count) as lifted_count,
    sum(lifted_balance) as lifted_balance
from marked
group by rule_id
order by list_position(['F3_10pct', 'F3_20pct', 'F2_other_npl'], rule_id)
