-- One row per stage a month before and stage now of loans on the book at both month ends: loans, balance now, and what
-- the move changed of their expected loss.
select
    opening_stage,
    stage,
    sum(loan_count) as loans,
    sum(balance) as balance,
    sum(opening_ecl) as opening_ecl,
    sum(stage_ecl) as stage_ecl,
    sum(ecl) as ecl
from scoped_expected_losses($branches, $products)
where month_end = $month_end and stage is not null and opening_stage is not null
group by opening_stage, stage
order by opening_stage, stage
