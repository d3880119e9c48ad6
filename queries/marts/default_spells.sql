-- One row per borrower and unbroken run of month ends in default (1.4): its first and its last.
with defaulted as (
    select
        borrower_id,
        branch,
        product,
        month_end,
        date_diff('month', date '1900-01-31', month_end)
        - row_number() over (partition by borrower_id order by month_end) as run_no
    from marts.borrower_months
    where is_defaulted
)

select
    borrower_id,
    any_value(branch) as branch,
    any_value(product) as product,
    min(month_end) as began_on,
    max(month_end) as ended_on
from defaulted
group by borrower_id, run_no
