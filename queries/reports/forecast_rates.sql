-- One row per product on the book at `$made_on`: balance and overdue then, and what was observed in the twelve months up
-- to it, as sums from which the rates of the forecast are taken (sections 6.2, 7, 8).
with months as (
    select
        product,
        month_end,
        sum(balance) as balance,
        sum(overdue_amount) as overdue,
        sum(prepaid_amount) as prepaid,
        sum(smm_base_amount) as smm_base,
        sum(written_off_amount + sold_amount) as lost,
        sum(opening_amount) as opening
    from scoped_portfolio($branches, $products)
    where month_end <= $made_on and month_end >= last_day(cast($made_on - interval 12 month as date))
    group by product, month_end
),

collections as (
    select
        product,
        month_end,
        sum(expected_amount) as expected,
        sum(paid_amount) as paid,
        sum(arrears_amount) as arrears
    from scoped_collection_months($branches, $products)
    where month_end <= $made_on and month_end > last_day(cast($made_on - interval 12 month as date))
    group by product, month_end
),

joined as (
    select
        months.*,
        lag(months.overdue) over (partition by months.product order by months.month_end) as overdue_before,
        collections.expected,
        collections.paid,
        collections.arrears
    from months
    left join collections on months.product = collections.product and months.month_end = collections.month_end
)

select
    product,
    sum(case when month_end = $made_on then balance else 0 end) as balance,
    sum(case when month_end = $made_on then overdue else 0 end) as overdue,
    count(nullif(expected, 0)) as months,
    sum(case when expected is not null then prepaid else 0 end) as prepaid,
    sum(case when expected is not null then smm_base else 0 end) as smm_base,
    sum(case when expected is not null then lost else 0 end) as lost,
    sum(case when expected is not null then opening else 0 end) as opening,
    coalesce(sum(expected), 0) as expected,
    coalesce(sum(paid), 0) as paid,
    sum(case when overdue_before is not null then coalesce(arrears, 0) else 0 end) as arrears,
    coalesce(sum(overdue_before), 0) as overdue_before,
    sum(case when overdue_before is not null then overdue else 0 end) as overdue_after,
    sum(case when overdue_before is not null then coalesce(expected - paid, 0) else 0 end) as unpaid
from joined
group by product
order by product
