-- One row per due month and days after the due date: what fell due in it, what of it was unpaid then, and both as
-- rates (section 3.2, entry_rate); only due months of which every day can be judged at the scope's month end.
with cohorts as (
    select * from scoped_due_cohorts($branches, $products)
    where month_end between $first and $month_end
),

told as (
    select month_end, 1 as months_before, 1 as days_after, due_amount, unpaid_1_amount as unpaid_amount,
        due_count, unpaid_1_count as unpaid_count
    from cohorts
    union all
    select month_end, 1, 3, due_amount, unpaid_3_amount, due_count, unpaid_3_count
    from cohorts
    union all
    select month_end, 1, 7, due_amount, unpaid_7_amount, due_count, unpaid_7_count
    from cohorts
    union all
    select month_end, 2, 30, due_30_amount, unpaid_30_amount, due_30_count, unpaid_30_count
    from cohorts
)

select
    last_day(month_end - months_before * interval 1 month) as due_month,
    days_after,
    month_end as told_on,
    sum(due_amount) as due_amount,
    sum(unpaid_amount) as unpaid_amount,
    sum(due_count) as due_count,
    sum(unpaid_count) as unpaid_count,
    cast(sum(unpaid_amount) as double) / nullif(sum(due_amount), 0) as rate_amount,
    cast(sum(unpaid_count) as double) / nullif(sum(due_count), 0) as rate_count
from told
group by all
having sum(due_count) > 0
order by due_month, days_after
