-- One row per stage 2 or 3 and the rule that puts loans there: loans, balance, those with another stage on record.
select
    stage,
    stage_rule,
    sum(loan_count) as loans,
    sum(balance) as balance,
    sum(ecl) as ecl,
    sum(stage_mismatch_count) as mismatched,
    sum(stage_mismatch_balance) as mismatched_balance
from scoped_expected_losses($branches, $products)
where month_end = $month_end and stage > 1
group by stage, stage_rule
order by stage desc, balance desc
