-- One row per stage on record and stage as computed: loans, balance, expected loss, allowance.
select
    stage_recorded,
    stage,
    sum(loan_count) as loans,
    sum(balance) as balance,
    sum(ecl) as ecl,
    sum(allowance) as allowance
from scoped_expected_losses($branches, $products)
where month_end = $month_end and stage is not null and stage_recorded is not null
group by stage_recorded, stage
order by stage_recorded, stage
