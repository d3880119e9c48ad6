-- One row per loan, payment and cost that the month end's results of collecting are summed from (section 7).
with efforts as (
    select *
    from scoped_collection_efforts($branches, $products)
    where month_end = $month_end
),

loans as (
    select
        concat('1 ', months.loan_id) as row_id,
        months.loan_id,
        months.branch,
        months.product,
        cast(null as date) as moved_on,
        'due' as kind,
        coalesce(efforts.opening_overdue_amount, 0) as opening_overdue_amount,
        months.due_amount as fell_due_amount,
        coalesce(efforts.closing_unpaid_amount, 0) as closing_unpaid_amount,
        coalesce(efforts.not_late_amount, 0) as not_late_amount,
        0 as late_cash_amount,
        0 as cost_amount,
        0 as net_cost_amount
    from scoped_loan_months($branches, $products) as months
    left join efforts on months.loan_id = efforts.loan_id
    where months.month_end = $month_end
),

payments as (
    select
        concat('2 ', repayment_id) as row_id,
        loan_id,
        branch,
        product,
        counts_on as moved_on,
        'cash' as kind,
        late_amount as late_cash_amount
    from scoped_payments($branches, $products)
    where reverses is null and late_amount <> 0 and last_day(counts_on) = $month_end
    union all
    select
        concat('3 ', repayment_id) as row_id,
        loan_id,
        branch,
        product,
        reversed_on as moved_on,
        'taken_back' as kind,
        -late_amount as late_cash_amount
    from scoped_payments($branches, $products)
    where reverses is null and late_amount <> 0 and last_day(reversed_on) = $month_end
),

costs as (
    select
        concat('4 ', cost_id) as row_id,
        loan_id,
        branch,
        product,
        incurred_on as moved_on,
        kind,
        cost_amount,
        net_cost_amount
    from scoped_collection_costs($branches, $products)
    where month_end = $month_end
),

together as (
    select * from loans
    union all by name
    select * from payments
    union all by name
    select * from costs
)

select
    $month_end as month_end,
    row_id,
    loan_id,
    branch,
    product,
    moved_on,
    kind,
    coalesce(opening_overdue_amount, 0) as opening_overdue_amount,
    coalesce(fell_due_amount, 0) as fell_due_amount,
    coalesce(closing_unpaid_amount, 0) as closing_unpaid_amount,
    coalesce(not_late_amount, 0) as not_late_amount,
    coalesce(late_cash_amount, 0) as late_cash_amount,
    coalesce(cost_amount, 0) as cost_amount,
    coalesce(net_cost_amount, 0) as net_cost_amount,
    coalesce(opening_overdue_amount + fell_due_amount - closing_unpaid_amount, 0) as collected_amount,
    coalesce(opening_overdue_amount + fell_due_amount - not_late_amount, 0) as collectable_amount
from together
