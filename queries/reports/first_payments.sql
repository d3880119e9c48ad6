-- One row per month of origination and days after the first due date: loans that can be judged at the scope's month
-- end, those whose first instalment was unpaid then, what was lent to both, and both as rates (section 3.2, fpd_k).
with cohorts as (
    select * from scoped_first_payments($branches, $products)
    where month_end <= $month_end and vintage >= $first
),

judged as (
    select vintage, 1 as days_after, fpd_1_due_count as loans, fpd_1_count as missed,
        fpd_1_due_amount as lent, fpd_1_amount as lent_missed
    from cohorts
    union all
    select vintage, 7, fpd_7_due_count, fpd_7_count, fpd_7_due_amount, fpd_7_amount
    from cohorts
    union all
    select vintage, 30, fpd_30_due_count, fpd_30_count, fpd_30_due_amount, fpd_30_amount
    from cohorts
)

select
    vintage,
    days_after,
    sum(loans) as loans,
    sum(missed) as missed,
    sum(lent) as lent,
    sum(lent_missed) as lent_missed,
    cast(sum(missed) as double) / nullif(sum(loans), 0) as rate_count,
    cast(sum(lent_missed) as double) / nullif(sum(lent), 0) as rate_amount
from judged
group by vintage, days_after
having sum(loans) > 0
order by vintage, days_after
