-- A vintage that was ever late by less than a month before, lost less, or is more late now than it ever was (6.3).
with cells as (
    select
        *,
        lag(ever_30_count) over by_age as ever_30_count_before,
        lag(ever_90_count) over by_age as ever_90_count_before,
        lag(ever_30_balance) over by_age as ever_30_balance_before,
        lag(ever_90_balance) over by_age as ever_90_balance_before,
        lag(gross_loss_amount) over by_age as gross_loss_before
    from marts.vintages
    window by_age as (partition by vintage, branch, product order by month_end)
)

select
    vintage,
    month_end,
    branch,
    product,
    ever_30_count,
    ever_30_count_before,
    current_30_count,
    original_count
from cells
where
    ever_30_count < ever_30_count_before
    or ever_90_count < ever_90_count_before
    or ever_30_balance < ever_30_balance_before
    or ever_90_balance < ever_90_balance_before
    or gross_loss_amount < gross_loss_before
    or current_30_count > ever_30_count
    or current_90_count > ever_90_count
    or ever_90_count > ever_60_count
    or ever_60_count > ever_30_count
    or ever_30_count > original_count
