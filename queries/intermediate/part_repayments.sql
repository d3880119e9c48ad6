-- One row per month end and product: the share of the balance repaid ahead of schedule in a month by loans that stay
-- on the book, over the same window as PD. Who repays everything is in the matrix of PD and not here.
with months as (
    select
        month_end,
        product,
        sum(prepaid_amount) as prepaid,
        sum(greatest(opening_balance - principal_due_in_month, 0)) as base
    from marts.loan_month_states
    where status = 'active' and opening_balance > 0
    group by month_end, product
)

select
    rules.month_end,
    rules.product,
    coalesce(cast(sum(months.prepaid) as double) / nullif(sum(months.base), 0), 0) as part_repaid
from intermediate.ecl_rules as rules
inner join intermediate.ecl_months as kept on rules.month_end = kept.month_end
left join months
    on rules.product = months.product
    and months.month_end > last_day(cast(rules.month_end - rules.pd_window_months * interval 1 month as date))
    and months.month_end <= rules.month_end
group by rules.month_end, rules.product
