-- One row per instalment that the month end tells of, with what it adds there (3.2, entry_rate): the month after the
-- due month for one, three and seven days, the one after that for thirty.
with told as (
    select *, false as tells_thirtieth
    from scoped_due_instalments($branches, $products)
    where told_on = $month_end
    union all
    select *, true as tells_thirtieth
    from scoped_due_instalments($branches, $products)
    where told_30_on = $month_end
)

select
    loan_id || '/' || due_on || '/' || seq as instalment_id,
    loan_id,
    branch,
    product,
    due_on,
    $month_end as month_end,
    case when not tells_thirtieth then 1 else 0 end as due_count,
    case when not tells_thirtieth then due else 0 end as due_amount,
    case when not tells_thirtieth and unpaid_1 > 0 then 1 else 0 end as unpaid_1_count,
    case when not tells_thirtieth then unpaid_1 else 0 end as unpaid_1_amount,
    case when not tells_thirtieth and unpaid_3 > 0 then 1 else 0 end as unpaid_3_count,
    case when not tells_thirtieth then unpaid_3 else 0 end as unpaid_3_amount,
    case when not tells_thirtieth and unpaid_7 > 0 then 1 else 0 end as unpaid_7_count,
    case when not tells_thirtieth then unpaid_7 else 0 end as unpaid_7_amount,
    case when tells_thirtieth then 1 else 0 end as due_30_count,
    case when tells_thirtieth then due else 0 end as due_30_amount,
    case when tells_thirtieth and unpaid_30 > 0 then 1 else 0 end as unpaid_30_count,
    case when tells_thirtieth then unpaid_30 else 0 end as unpaid_30_amount
from told
