-- One row per month end, branch and product: what had fallen due in the month before (in the one before that for the
-- thirtieth day), and what of it was unpaid on the day after, three, seven and thirty days after its due date.
with tellings as (
    select false as tells_thirtieth
    union all
    select true as tells_thirtieth
),

told as (
    select
        instalments.*,
        tellings.tells_thirtieth,
        case when tellings.tells_thirtieth then instalments.told_30_on else instalments.told_on end as month_end
    from marts.due_instalments as instalments
    cross join tellings
)

select
    month_end,
    branch,
    product,
    sum(case when not tells_thirtieth then 1 else 0 end) as due_count,
    sum(case when not tells_thirtieth then due else 0 end) as due_amount,
    sum(case when not tells_thirtieth and unpaid_1 > 0 then 1 else 0 end) as unpaid_1_count,
    sum(case when not tells_thirtieth then unpaid_1 else 0 end) as unpaid_1_amount,
    sum(case when not tells_thirtieth and unpaid_3 > 0 then 1 else 0 end) as unpaid_3_count,
    sum(case when not tells_thirtieth then unpaid_3 else 0 end) as unpaid_3_amount,
    sum(case when not tells_thirtieth and unpaid_7 > 0 then 1 else 0 end) as unpaid_7_count,
    sum(case when not tells_thirtieth then unpaid_7 else 0 end) as unpaid_7_amount,
    sum(case when tells_thirtieth then 1 else 0 end) as due_30_count,
    sum(case when tells_thirtieth then due else 0 end) as due_30_amount,
    sum(case when tells_thirtieth and unpaid_30 > 0 then 1 else 0 end) as unpaid_30_count,
    sum(case when tells_thirtieth then unpaid_30 else 0 end) as unpaid_30_amount
from told
where month_end is not null
group by month_end, branch, product
order by month_end, branch, product
