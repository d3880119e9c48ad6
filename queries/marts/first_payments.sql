-- One row per month end, month of origination, branch and product: loans whose first due date was one, seven or thirty
-- days ago in that month, and those of them whose first instalment was then unpaid (3.2, fpd_k); amounts are what
-- was lent. Summed up to a month end, a month of origination holds all of its loans that can be judged by then.
with days as (
    select 1 as days_after
    union all
    select 7 as days_after
    union all
    select 30 as days_after
),

judged as (
    select
        loans.branch,
        loans.product,
        loans.principal,
        days.days_after,
        cast(date_trunc('month', loans.disbursed_on) as date) as vintage,
        last_day(cast(loans.first_due_on + days.days_after * interval 1 day as date)) as month_end,
        case days.days_after
            when 1 then loans.is_fpd_1
            when 7 then loans.is_fpd_7
            else loans.is_fpd_30
        end as is_missed
    from marts.loans as loans
    cross join days
    where loans.first_due_on is not null
)

select
    month_end,
    vintage,
    branch,
    product,
    sum(case when days_after = 1 then 1 else 0 end) as fpd_1_due_count,
    sum(case when days_after = 1 then principal else 0 end) as fpd_1_due_amount,
    sum(case when days_after = 1 and is_missed then 1 else 0 end) as fpd_1_count,
    sum(case when days_after = 1 and is_missed then principal else 0 end) as fpd_1_amount,
    sum(case when days_after = 7 then 1 else 0 end) as fpd_7_due_count,
    sum(case when days_after = 7 then principal else 0 end) as fpd_7_due_amount,
    sum(case when days_after = 7 and is_missed then 1 else 0 end) as fpd_7_count,
    sum(case when days_after = 7 and is_missed then principal else 0 end) as fpd_7_amount,
    sum(case when days_after = 30 then 1 else 0 end) as fpd_30_due_count,
    sum(case when days_after = 30 then principal else 0 end) as fpd_30_due_amount,
    sum(case when days_after = 30 and is_missed then 1 else 0 end) as fpd_30_count,
    sum(case when days_after = 30 and is_missed then principal else 0 end) as fpd_30_amount
from judged
cross join raw.build as build
where is_missed is not null and month_end <= build.as_of
group by month_end, vintage, branch, product
order by month_end, vintage, branch, product
