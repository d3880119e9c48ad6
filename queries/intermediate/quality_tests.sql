-- One row per data quality rule and month end of the rows that it tests (15.1): how many, and how many fail, which are
-- those of marts.quality_failures. The month end is empty for a rule that judges a load as a whole, and for rows without a
-- date.
with rows_tested as (
    select
        'DQ01_borrower_known' as rule_id,
        loans.disbursed_on as happened_on
    from staging.loans as loans
    inner join staging.borrowers as borrowers on loans.borrower_id = borrowers.borrower_id
    union all
    select
        'DQ02_schedule_adds_up' as rule_id,
        disbursed_on as happened_on
    from staging.loans
    where loan_id in (select loan_id from staging.instalments where version = 1)
    union all
    select
        'DQ03_state_known' as rule_id,
        disbursed_on as happened_on
    from marts.loans
    where status is null or status <> 'not_drawn'
    union all
    select
        'DQ04_reversal_matches' as rule_id,
        reversals.paid_on as happened_on
    from staging.payments as reversals
    inner join staging.payments as payments on reversals.reverses = payments.repayment_id
    union all
    select
        'DQ05_reversed_once' as rule_id,
        min(paid_on) as happened_on
    from staging.payments
    where reverses is not null
    group by reverses
    union all
    select
        'DQ06_paid_after_disbursed' as rule_id,
        payments.paid_on as happened_on
    from staging.payments as payments
    inner join staging.loans as loans on payments.loan_id = loans.loan_id
    union all
    select
        'DQ07_booked_soon' as rule_id,
        cast(booked_at as date) as happened_on
    from staging.payments
    where booked_at is not null
    union all
    select
        'DQ08_currency_single' as rule_id,
        disbursed_on as happened_on
    from staging.loans
    union all
    select
        'DQ09_record_agrees' as rule_id,
        month_end as happened_on
    from marts.loan_months
    where state_source = 'computed' and status = 'active' and dpd_recorded is not null
    union all
    select
        'DQ11_obligor_evaluated' as rule_id,
        cast(null as date) as happened_on
    from marts.loans
    where borrower_kind = 'corporate' and status = 'active'
    group by borrower_id
    union all
    select
        'DQ12_record_current' as rule_id,
        cast(null as date) as happened_on
    from marts.loans
    where state_source = 'recorded' and status = 'active'
    union all
    select
        'DQ13_not_in_future' as rule_id,
        paid_on as happened_on
    from staging.payments
    union all
    select
        'DQ14_ledger_agrees' as rule_id,
        month_end as happened_on
    from intermediate.ledger_gaps
    union all
    select
        'DQ15_obligor_once' as rule_id,
        cast(null as date) as happened_on
    from raw.borrowers
    where id_number is not null
    union all
    select
        'DQ16_allocated_whole' as rule_id,
        paid_on as happened_on
    from intermediate.allocated_sums
    union all
    select
        'DQ17_identity_sign' as rule_id,
        cast(null as date) as happened_on
    from intermediate.identity_numbers
    union all
    select
        'DQ18_loaded_in_time' as rule_id,
        cast(null as date) as happened_on
    from intermediate.feed_lags
    union all
    select
        'DQ19_evidence_found' as rule_id,
        actions.done_on as happened_on
    from raw.finding_actions as actions
    cross join raw.build as build
    where actions.done_on <= build.as_of
),

tested as (
    select
        rule_id,
        last_day(happened_on) as month_end,
        count(*) as tested
    from rows_tested
    group by rule_id, last_day(happened_on)
),

failed as (
    select
        rule_id,
        month_end,
        count(*) as failed
    from marts.quality_failures
    group by rule_id, month_end
),

-- Where a foreign tape was read, its own rows are what was tested: the tables made of them cannot be wrong in form.
files as (
    select
        sum(rows) as rows,
        sum(rejected) as rejected
    from raw.loads
),

sources as (
    select
        sum(rows) as rows,
        sum(rejected) as rejected
    from raw.source_loads
)

select
    tested.rule_id,
    tested.month_end,
    tested.tested,
    coalesce(failed.failed, 0) as failed
from tested
left join failed
    on tested.rule_id = failed.rule_id
    and tested.month_end is not distinct from failed.month_end
union all
select
    'DQ10_rows_loaded' as rule_id,
    cast(null as date) as month_end,
    cast(coalesce(sources.rows, files.rows) as bigint) as tested,
    cast(files.rejected + coalesce(sources.rejected, 0) as bigint) as failed
from files
cross join sources
