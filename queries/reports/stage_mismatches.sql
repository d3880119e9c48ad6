-- One row per loan whose recorded stage is another than the computed one, with the rule that says so.
select
    loan_id,
    borrower_id,
    branch,
    product,
    balance,
    days_past_due,
    classification,
    stage,
    stage_recorded,
    stage_rule,
    ecl,
    provision
from scoped_loan_ecls($branches, $products)
where month_end = $month_end
    and stage_mismatch_count = 1
    and ($pair = '' or $pair = stage_recorded || ':' || stage)
