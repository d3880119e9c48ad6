-- One row per stage as computed, and one for all (`stage` empty): loans, balance, allowance, expected loss of twelve
-- months, of the whole life and by the stage, its rate and what covers it.
with cells as (
    select *
    from scoped_expected_losses($branches, $products)
    where month_end = $month_end and stage is not null
),

whole as (
    select sum(balance) as balance
    from cells
)

select
    cells.stage,
    sum(cells.loan_count) as loans,
    sum(cells.balance) as balance,
    cast(sum(cells.balance) as double) / nullif(max(whole.balance), 0) as share,
    sum(cells.ecl_12m) as ecl_12m,
    sum(cells.ecl_life) as ecl_life,
    sum(cells.ecl) as ecl,
    cast(sum(cells.ecl) as double) / nullif(sum(cells.balance), 0) as ecl_rate,
    sum(cells.allowance) as allowance,
    sum(cells.allowance) - sum(cells.ecl) as gap,
    cast(sum(cells.allowance) as double) / nullif(sum(cells.ecl), 0) as coverage
from cells
cross join whole
group by grouping sets ((cells.stage), ())
having count(*) > 0
order by cells.stage nulls last
