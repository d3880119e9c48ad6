-- One row per re-performance test, loan and month end at which the record and the recomputation disagree (14.2).
-- T01_dpd: recorded days past due. T01_balance: recorded balance. T02_class: booked class better than the floor.
-- T18_missing: a month on the book that was not recorded, or recorded though the loan had left.
with months as (
    select *
    from marts.loan_months
    where state_source = 'computed'
),

recorded as (select * from staging.recorded_months),

recorded_loans as (
    select distinct loan_id
    from recorded
),

computed_loans as (
    select distinct
        loan_id,
        branch,
        product
    from months
),

disagreements as (
    select
        'T01_dpd' as test_id,
        loan_id,
        month_end,
        branch,
        product,
        cast(dpd_recorded as decimal(18, 2)) as recorded,
        cast(days_past_due as decimal(18, 2)) as recomputed
    from months
    where dpd_recorded <> days_past_due and status = 'active'
    union all
    select
        'T01_balance' as test_id,
        loan_id,
        month_end,
        branch,
        product,
        balance_recorded as recorded,
        balance as recomputed
    from months
    where balance_recorded <> balance
    union all
    select
        'T02_class' as test_id,
        loan_id,
        month_end,
        branch,
        product,
        cast(class_booked as decimal(18, 2)) as recorded,
        cast(class_floor as decimal(18, 2)) as recomputed
    from months
    where class_booked < class_floor and status = 'active'
    union all
    select
        'T18_missing' as test_id,
        months.loan_id,
        months.month_end,
        months.branch,
        months.product,
        cast(null as decimal(18, 2)) as recorded,
        months.balance as recomputed
    from months
    inner join recorded_loans on months.loan_id = recorded_loans.loan_id
    where months.balance_recorded is null and months.status = 'active'
    union all
    select
        'T18_missing' as test_id,
        recorded.loan_id,
        recorded.month_end,
        computed_loans.branch,
        computed_loans.product,
        recorded.balance as recorded,
        cast(null as decimal(18, 2)) as recomputed
    from recorded
    inner join computed_loans on recorded.loan_id = computed_loans.loan_id
    cross join raw.build as build
    left join months
        on recorded.loan_id = months.loan_id and recorded.month_end = months.month_end
    where months.loan_id is null and recorded.month_end <= build.as_of and recorded.balance > 0
)

select
    test_id,
    loan_id,
    month_end,
    branch,
    product,
    recorded,
    recomputed,
    recorded - recomputed as difference
from disagreements
order by test_id, month_end, loan_id
