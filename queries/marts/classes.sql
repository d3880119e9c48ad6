-- One row per month end, branch, product, borrower kind, collateral kind, class, class floor, booked class, rule, stage,
-- class a month before and status: what is measured of classes, summed from marts.loan_months.
with months as (select * from marts.loan_months),

-- In the calendar year of its grant a loan becomes non-performing once: to fall back after an upgrade is no new NPL (3.3).
formed as (
    select
        loan_id,
        min(month_end) as month_end
    from months
    where months_on_book < month(month_end) and npl_inflow_amount > 0
    group by loan_id
),

marked as (
    select
        months.*,
        formed.loan_id is not null as is_new_npl
    from months
    left join formed on months.loan_id = formed.loan_id and months.month_end = formed.month_end
),

summed as (
    select
        month_end,
        branch,
        product,
        borrower_kind,
        collateral_kind,
        classification,
        class_floor,
        class_booked,
        floor_rule,
        stage,
        opening_class,
        status,
        sum(loan_count) as loan_count,
        sum(balance) as balance,
        sum(opening_count) as opening_count,
        sum(opening_amount) as opening_amount,
        sum(booked_npl_balance) as booked_npl_balance,
        sum(understated_npl_balance) as understated_npl_balance,
        sum(booked_better_balance) as booked_better_balance,
        sum(booked_better_count) as booked_better_count,
        sum(stage2_balance) as stage2_balance,
        sum(stage2_allowance) as stage2_allowance,
        sum(stage3_balance) as stage3_balance,
        sum(stage3_allowance) as stage3_allowance,
        sum(restructured_count) as restructured_count,
        sum(restructured_overdue90_balance) as restructured_overdue90_balance,
        sum(re_restructured_not_npl_balance) as re_restructured_not_npl_balance,
        sum(case when months_on_book < month(month_end) then disbursed_amount else 0 end) as new_loan_amount,
        -- Granted in the calendar year of the month end (3.3).
        sum(case when is_new_npl then npl_inflow_amount else 0 end) as new_loan_npl_amount
    from marked
    group by
        month_end,
        branch,
        product,
        borrower_kind,
        collateral_kind,
        classification,
        class_floor,
        class_booked,
        floor_rule,
        stage,
        opening_class,
        status
)

select *
from summed
order by month_end, branch, product
