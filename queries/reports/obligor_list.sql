-- One row per non-retail borrower at the month end for which an obligor rule holds, or, with $shown = 'not_evaluated',
-- could not be evaluated: its shares, the rule, its claims in the scope, and those that the rule alone lifts (4.3).
with obligors as (
    select
        borrower_id,
        max(npl_share) as npl_share,
        max(dpd90_share) as dpd90_share,
        max(reported_on) as reported_on,
        bool_or(is_over_npl_share) as is_over_npl_share,
        bool_or(is_over_dpd90_share) as is_over_dpd90_share,
        bool_or(has_npl_anywhere) as has_npl_anywhere,
        max(obligor_rule) as obligor_rule,
        sum(claim_count) as claims,
        sum(balance) as balance,
        sum(lifted_10pct_count + lifted_20pct_count + lifted_other_npl_count) as lifted_count,
        sum(lifted_10pct_balance + lifted_20pct_balance + lifted_other_npl_balance) as lifted_balance
    from scoped_obligors($branches, $products)
    where month_end = $month_end
    group by borrower_id
),

wanted as (
    select *
    from obligors
    where case $shown
        when 'not_evaluated' then is_over_dpd90_share is null
        when 'F3_10pct' then is_over_npl_share
        when 'F3_20pct' then is_over_dpd90_share
        when 'F2_other_npl' then has_npl_anywhere
        else obligor_rule is not null
    end
),

-- All that are no persons are in this short list; the borrowers are many.
names as (
    select distinct
        borrower_id,
        name
    from scoped_connections($branches, $products)
)

select
    wanted.*,
    names.name
from wanted
left join names on wanted.borrower_id = names.borrower_id
