-- One row per borrower whose credit is to be monitored and month end on the book, at its home: was its record drawn within
-- the cycle of its kind (`credit_monitor_months`)?
with cycles as (
    select
        substring(param_id, 23) as kind,
        cast(value as integer) as months,
        valid_from,
        valid_to
    from staging.parameters
    where starts_with(param_id, 'credit_monitor_months.') and regime = 'CN' and product = '*'
),

drawn as (
    select
        borrower_id,
        last_day(reported_on) as month_end,
        max(reported_on) as reported_on
    from raw.bureau
    group by borrower_id, last_day(reported_on)
),

followed as (
    select
        months.borrower_id,
        months.month_end,
        months.branch,
        months.product,
        cycles.months,
        last_value(drawn.reported_on ignore nulls) over (
            partition by months.borrower_id order by months.month_end
            rows between unbounded preceding and current row
        ) as reported_on
    from marts.borrower_months as months
    inner join cycles
        on months.borrower_kind = cycles.kind and months.month_end between cycles.valid_from and cycles.valid_to
    left join drawn on months.borrower_id = drawn.borrower_id and months.month_end = drawn.month_end
    where months.is_on_book
)

select
    borrower_id,
    month_end,
    branch,
    product,
    reported_on,
    1 as borrower_count,
    case
        when reported_on > cast(month_end - months * interval 1 month as date) then 1
        else 0
    end as monitored_count
from followed
order by month_end, borrower_id
