-- One row per loan and month in which its first due date was one, seven or thirty days ago, with what it adds (3.2). Not paid
-- by that month end, it is late by the days until then.
with days as (
    select 1 as days_after
    union all
    select 7 as days_after
    union all
    select 30 as days_after
),

judged as (
    select
        loans.*,
        days.days_after,
        last_day(cast(loans.first_due_on + days.days_after * interval 1 day as date)) as month_end,
        case days.days_after
            when 1 then loans.is_fpd_1
            when 7 then loans.is_fpd_7
            else loans.is_fpd_30
        end as is_missed
    from scoped_loans($branches, $products) as loans
    cross join days
    where loans.first_due_on is not null
)

select
    loan_id,
    borrower_id,
    branch,
    product,
    disbursed_on,
    first_due_on,
    least(first_paid_late_days, date_diff('day', first_due_on, month_end)) as first_paid_late_days,
    month_end,
    case when days_after = 1 then 1 else 0 end as fpd_1_due_count,
    case when days_after = 1 then principal else 0 end as fpd_1_due_amount,
    case when days_after = 1 and is_missed then 1 else 0 end as fpd_1_count,
    case when days_after = 1 and is_missed then principal else 0 end as fpd_1_amount,
    case when days_after = 7 then 1 else 0 end as fpd_7_due_count,
    case when days_after = 7 then principal else 0 end as fpd_7_due_amount,
    case when days_after = 7 and is_missed then 1 else 0 end as fpd_7_count,
    case when days_after = 7 and is_missed then principal else 0 end as fpd_7_amount,
    case when days_after = 30 then 1 else 0 end as fpd_30_due_count,
    case when days_after = 30 then principal else 0 end as fpd_30_due_amount,
    case when days_after = 30 and is_missed then 1 else 0 end as fpd_30_count,
    case when days_after = 30 and is_missed then principal else 0 end as fpd_30_amount
from judged
where is_missed is not null
