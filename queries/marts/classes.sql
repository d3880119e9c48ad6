-- One row per month end, branch, product, borrower kind, collateral kind, class, class floor, booked class, rule, stage,
-- class a month before and status: what is measured of classes, summed from marts.loan_months.
with months as (select * from marts.loan_months),

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
        count(*) as row_count,
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
        sum(case when months_on_book < month(month_end) then npl_inflow_amount else 0 end) as new_loan_npl_amount
    from months
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
