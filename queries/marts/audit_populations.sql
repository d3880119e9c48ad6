-- One row per re-performance test, month end, branch and product: how many rows the test looked at (14.2).
with months as (
    select
        month_end,
        branch,
        product,
        sum(
            case when state_source = 'computed' and status = 'active' and dpd_recorded is not null then 1 else 0 end
        ) as t01_dpd,
        sum(case when state_source = 'computed' and balance_recorded is not null then 1 else 0 end) as t01_balance,
        sum(
            case when state_source = 'computed' and status = 'active' and class_booked is not null then 1 else 0 end
        ) as t02_class,
        sum(
            case when state_source = 'computed' and status = 'active' and dpd_original is not null then 1 else 0 end
        ) as t05_reage,
        sum(
            case when state_source = 'computed' and status = 'active' and opening_days > 90 then 1 else 0 end
        ) as t09_arrears
    from marts.loan_month_states
    group by month_end, branch, product
),

recorded_loans as (
    select distinct loan_id
    from staging.recorded_months
),

secured_loans as (
    select distinct loan_id
    from raw.collateral
),

events as (
    select
        'T03_upgrade' as test_id,
        month_end as happened_on,
        loan_id
    from marts.upgrades
    where is_early is not null
    union all
    select
        'T04_restructure_flag' as test_id,
        valid_from as happened_on,
        loan_id
    from intermediate.eased_versions
    union all
    select
        'T08_backdating' as test_id,
        cast(booked_at as date) as happened_on,
        loan_id
    from staging.payments
    where booked_at is not null
    union all
    select
        'T09_month_end_dressing' as test_id,
        month_end as happened_on,
        loan_id
    from intermediate.month_end_payments
    union all
    select
        'T10_write_off' as test_id,
        written_off_on as happened_on,
        loan_id
    from staging.write_offs
    where reversed_on is null
    union all
    select
        'T11_schedule' as test_id,
        disbursed_on as happened_on,
        loan_id
    from intermediate.recomputed_lines
    where is_usual
    union all
    select
        'T12_sod' as test_id,
        decided_on as happened_on,
        loan_id
    from intermediate.approvals
    where officer_id is not null
    union all
    select
        'T13_limit' as test_id,
        decided_on as happened_on,
        loan_id
    from intermediate.approvals
    where authority is not null
    union all
    select
        'T14_duplicates' as test_id,
        disbursed_on as happened_on,
        loan_id
    from staging.loans
    union all
    select
        'T14_duplicates' as test_id,
        paid_on as happened_on,
        loan_id
    from staging.payments
    where reverses is null and reversed_on is null
    union all
    select
        'T15_docs' as test_id,
        cast(uses.due_on + interval 31 day as date) as happened_on,
        uses.loan_id
    from raw.fund_uses as uses
    cross join raw.build as build
    where date_diff('day', uses.due_on, build.as_of) > 30
    union all
    select
        'T17_collection_conduct' as test_id,
        cast(contacted_at as date) as happened_on,
        loan_id
    from raw.contacts
    union all
    select
        'T16_valuation' as test_id,
        states.month_end as happened_on,
        states.loan_id
    from marts.loan_month_states as states
    inner join secured_loans on states.loan_id = secured_loans.loan_id
    where states.status = 'active'
    union all
    select
        'T18_missing' as test_id,
        states.month_end as happened_on,
        states.loan_id
    from marts.loan_month_states as states
    inner join recorded_loans on states.loan_id = recorded_loans.loan_id
    where states.state_source = 'computed' and states.status = 'active'
),

tested as (
    select 'T01_dpd' as test_id, month_end, branch, product, t01_dpd as tested
    from months
    union all
    select 'T01_balance' as test_id, month_end, branch, product, t01_balance as tested
    from months
    union all
    select 'T02_class' as test_id, month_end, branch, product, t02_class as tested
    from months
    union all
    select 'T05_reage' as test_id, month_end, branch, product, t05_reage as tested
    from months
    union all
    select 'T09_month_end_dressing' as test_id, month_end, branch, product, t09_arrears as tested
    from months
    union all
    select 'T18_snapshot' as test_id, month_end, '' as branch, product, 1 as tested
    from intermediate.ledger_gaps
    union all
    select
        events.test_id,
        last_day(events.happened_on) as month_end,
        loans.branch,
        loans.product,
        count(*) as tested
    from events
    inner join staging.loans as loans on events.loan_id = loans.loan_id
    group by events.test_id, last_day(events.happened_on), loans.branch, loans.product
)

select
    test_id,
    month_end,
    branch,
    product,
    cast(sum(tested) as bigint) as tested
from tested
where tested > 0
group by test_id, month_end, branch, product
order by test_id, month_end
