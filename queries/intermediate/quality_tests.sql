-- One row per data quality rule and month end of the rows that it tests (15.1): how many, and how many fail. The month
-- end is empty for a rule that judges a load as a whole, and for rows without a date.
with rows_tested as (
    select
        'DQ01_borrower_known' as rule_id,
        loans.disbursed_on as happened_on,
        case when borrowers.is_known then 0 else 1 end as is_failed
    from staging.loans as loans
    inner join staging.borrowers as borrowers on loans.borrower_id = borrowers.borrower_id
    union all
    select
        'DQ02_schedule_adds_up' as rule_id,
        loans.disbursed_on as happened_on,
        case when versions.scheduled_principal <> loans.principal then 1 else 0 end as is_failed
    from (
        select
            loan_id,
            sum(principal_due) as scheduled_principal
        from staging.instalments
        where version = 1
        group by loan_id
    ) as versions
    inner join staging.loans as loans on versions.loan_id = loans.loan_id
    union all
    select
        'DQ03_state_known' as rule_id,
        disbursed_on as happened_on,
        case when state_source is null then 1 else 0 end as is_failed
    from marts.loans
    where status is null or status <> 'not_drawn'
    union all
    select
        'DQ04_reversal_matches' as rule_id,
        reversals.paid_on as happened_on,
        case when abs(reversals.amount) <> payments.amount then 1 else 0 end as is_failed
    from staging.payments as reversals
    inner join staging.payments as payments on reversals.reverses = payments.repayment_id
    union all
    select
        'DQ05_reversed_once' as rule_id,
        min(paid_on) as happened_on,
        case when count(*) > 1 then 1 else 0 end as is_failed
    from staging.payments
    where reverses is not null
    group by reverses
    union all
    select
        'DQ06_paid_after_disbursed' as rule_id,
        payments.paid_on as happened_on,
        case when payments.paid_on < loans.disbursed_on then 1 else 0 end as is_failed
    from staging.payments as payments
    inner join staging.loans as loans on payments.loan_id = loans.loan_id
    union all
    select
        'DQ07_booked_soon' as rule_id,
        cast(booked_at as date) as happened_on,
        case when date_diff('day', paid_on, cast(booked_at as date)) > 3 then 1 else 0 end as is_failed
    from staging.payments
    where booked_at is not null
    union all
    select
        'DQ08_currency_single' as rule_id,
        loans.disbursed_on as happened_on,
        case when loans.currency <> most.currency then 1 else 0 end as is_failed
    from staging.loans as loans
    cross join (
        select currency
        from staging.loans
        group by currency
        order by count(*) desc, currency
        limit 1
    ) as most
    union all
    select
        'DQ09_record_agrees' as rule_id,
        month_end as happened_on,
        case when dpd_recorded <> days_past_due then 1 else 0 end as is_failed
    from marts.loan_months
    where state_source = 'computed' and status = 'active' and dpd_recorded is not null
    union all
    select
        'DQ11_obligor_evaluated' as rule_id,
        cast(null as date) as happened_on,
        case when reports.borrower_id is null then 1 else 0 end as is_failed
    from (
        select distinct loans.borrower_id
        from marts.loans as loans
        where loans.borrower_kind = 'corporate' and loans.status = 'active'
    ) as obligors
    left join (
        select distinct borrower_id
        from raw.bureau
    ) as reports on obligors.borrower_id = reports.borrower_id
    union all
    select
        'DQ12_record_current' as rule_id,
        cast(null as date) as happened_on,
        case when loans.state_on < metadata.last_month then 1 else 0 end as is_failed
    from marts.loans as loans
    cross join marts.metadata as metadata
    where loans.state_source = 'recorded' and loans.status = 'active'
    union all
    select
        'DQ13_not_in_future' as rule_id,
        payments.paid_on as happened_on,
        case when payments.paid_on > cast(build.loaded_at as date) then 1 else 0 end as is_failed
    from staging.payments as payments
    cross join raw.build as build
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
    rule_id,
    last_day(happened_on) as month_end,
    count(*) as tested,
    cast(sum(is_failed) as bigint) as failed
from rows_tested
group by rule_id, last_day(happened_on)
union all
select
    'DQ10_rows_loaded' as rule_id,
    cast(null as date) as month_end,
    cast(coalesce(sources.rows, files.rows) as bigint) as tested,
    cast(files.rejected + coalesce(sources.rejected, 0) as bigint) as failed
from files
cross join sources
