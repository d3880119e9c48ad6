-- One row per re-performance test, month end, branch and product: how many rows the test looked at (14.2).
with recorded_loans as (
    select distinct loan_id
    from staging.recorded_months
),

secured_loans as (
    select distinct loan_id
    from raw.collateral
),

states as (
    select
        states.month_end,
        states.branch,
        states.product,
        states.status = 'active' as is_active,
        states.status = 'closed' as is_closed,
        states.state_source = 'computed' as is_computed,
        states.dpd_recorded is not null as has_days,
        states.balance_recorded is not null as has_balance,
        states.class_booked is not null as has_class,
        states.dpd_original is not null as has_original,
        states.opening_days > 30 as was_overdue,
        states.opening_days > 90 as was_late,
        secured_loans.loan_id is not null as is_secured,
        recorded_loans.loan_id is not null as is_recorded
    from marts.loan_month_states as states
    left join secured_loans on states.loan_id = secured_loans.loan_id
    left join recorded_loans on states.loan_id = recorded_loans.loan_id
),

months as (
    select
        month_end,
        branch,
        product,
        sum(case when is_computed and is_active and has_days then 1 else 0 end) as t01_dpd,
        sum(case when is_computed and has_balance then 1 else 0 end) as t01_balance,
        sum(case when is_computed and is_active and has_class then 1 else 0 end) as t02_class,
        sum(case when is_computed and is_active and has_original then 1 else 0 end) as t05_reage,
        sum(case when is_computed and (is_active or is_closed) and was_overdue then 1 else 0 end) as t05_new_loan,
        sum(case when is_computed and is_active and was_late then 1 else 0 end) as t09_arrears,
        sum(case when is_active and is_secured then 1 else 0 end) as t16_valuation,
        sum(case when is_computed and is_active and is_recorded then 1 else 0 end) as t18_missing
    from states
    group by month_end, branch, product
),

lines as (
    select
        loan_id,
        disbursed_on,
        count(*) as number
    from intermediate.recomputed_lines
    where is_usual
    group by loan_id, disbursed_on
),

events as (
    select
        'T02_override' as test_id,
        changed_on as happened_on,
        loan_id,
        1 as number
    from raw.class_changes
    union all
    select
        'T02_override' as test_id,
        month_end as happened_on,
        loan_id,
        1 as number
    from intermediate.unrecorded_changes
    union all
    select
        'T03_upgrade' as test_id,
        month_end as happened_on,
        loan_id,
        1 as number
    from marts.upgrades
    where is_early is not null
    union all
    select
        'T04_restructure_flag' as test_id,
        valid_from as happened_on,
        loan_id,
        1 as number
    from intermediate.eased_versions
    union all
    select
        'T06_interest' as test_id,
        month_end as happened_on,
        loan_id,
        1 as number
    from intermediate.recomputed_accruals
    union all
    select
        'T07_waterfall' as test_id,
        paid_on as happened_on,
        loan_id,
        1 as number
    from intermediate.performed_payments
    where applied > 0 or stored > 0
    union all
    select
        'T09_month_end_dressing' as test_id,
        month_end as happened_on,
        loan_id,
        1 as number
    from intermediate.month_end_payments
    union all
    select
        'T10_write_off' as test_id,
        written_off_on as happened_on,
        loan_id,
        1 as number
    from intermediate.judged_write_offs
    union all
    select
        'T11_schedule' as test_id,
        disbursed_on as happened_on,
        loan_id,
        number
    from lines
    union all
    select
        'T12_sod' as test_id,
        decided_on as happened_on,
        loan_id,
        1 as number
    from intermediate.approvals
    where initiated_by is not null
    union all
    select
        'T13_limit' as test_id,
        decided_on as happened_on,
        loan_id,
        1 as number
    from intermediate.approvals
    where authority is not null
    union all
    select
        'T15_docs' as test_id,
        cast(uses.due_on + interval 31 day as date) as happened_on,
        uses.loan_id,
        1 as number
    from raw.fund_uses as uses
    cross join raw.build as build
    where date_diff('day', uses.due_on, build.as_of) > 30
    union all
    select
        'T15_docs' as test_id,
        cast(loans.disbursed_on + interval 31 day as date) as happened_on,
        documents.loan_id,
        1 as number
    from raw.documents as documents
    inner join staging.loans as loans on documents.loan_id = loans.loan_id
    cross join raw.build as build
    where date_diff('day', loans.disbursed_on, build.as_of) > 30
    union all
    select
        'T17_collection_conduct' as test_id,
        cast(contacted_at as date) as happened_on,
        loan_id,
        1 as number
    from raw.contacts
    union all
    select
        'T19_limitation' as test_id,
        neared_on as happened_on,
        loan_id,
        1 as number
    from intermediate.neared_limits
),

-- Payments and loans have their branch and product with them.
own as (
    select
        'T08_backdating' as test_id,
        last_day(cast(booked_at as date)) as month_end,
        branch,
        product,
        count(*) as tested
    from marts.payments
    where booked_at is not null
    group by last_day(cast(booked_at as date)), branch, product
    union all
    select
        'T14_duplicates' as test_id,
        last_day(paid_on) as month_end,
        branch,
        product,
        count(*) as tested
    from marts.payments
    where reverses is null and reversed_on is null
    group by last_day(paid_on), branch, product
    union all
    select
        'T14_duplicates' as test_id,
        last_day(disbursed_on) as month_end,
        branch,
        product,
        count(*) as tested
    from staging.loans
    group by last_day(disbursed_on), branch, product
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
    select 'T05_new_loan' as test_id, month_end, branch, product, t05_new_loan as tested
    from months
    union all
    select 'T09_month_end_dressing' as test_id, month_end, branch, product, t09_arrears as tested
    from months
    union all
    select 'T16_valuation' as test_id, month_end, branch, product, t16_valuation as tested
    from months
    union all
    select 'T18_missing' as test_id, month_end, branch, product, t18_missing as tested
    from months
    union all
    select test_id, month_end, branch, product, tested
    from own
    union all
    select 'T18_snapshot' as test_id, month_end, '' as branch, product, 1 as tested
    from intermediate.ledger_gaps
    union all
    select 'T13_concentration' as test_id, month_end, '' as branch, '' as product, customers as tested
    from marts.concentration_limits
    union all
    select
        events.test_id,
        last_day(events.happened_on) as month_end,
        loans.branch,
        loans.product,
        sum(events.number) as tested
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
