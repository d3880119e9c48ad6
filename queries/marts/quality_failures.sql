-- One row per row that fails a data quality rule (15.1): its loan and borrower, what stands there and what was to be
-- expected. Rows that could not be loaded (DQ10) are in raw.rejected_rows. Branch '' is head office.
with failed as (
    select
        'DQ01_borrower_known' as rule_id,
        loans.loan_id as subject,
        loans.loan_id,
        loans.disbursed_on as happened_on,
        loans.borrower_id as recorded,
        '' as expected
    from staging.loans as loans
    inner join staging.borrowers as borrowers on loans.borrower_id = borrowers.borrower_id
    where not borrowers.is_known
    union all
    select
        'DQ02_schedule_adds_up' as rule_id,
        loans.loan_id as subject,
        loans.loan_id,
        loans.disbursed_on as happened_on,
        cast(versions.scheduled_principal as varchar) as recorded,
        cast(loans.principal as varchar) as expected
    from (
        select
            loan_id,
            sum(principal_due) as scheduled_principal
        from staging.instalments
        where version = 1
        group by loan_id
    ) as versions
    inner join staging.loans as loans on versions.loan_id = loans.loan_id
    where versions.scheduled_principal <> loans.principal
    union all
    select
        'DQ03_state_known' as rule_id,
        loan_id as subject,
        loan_id,
        disbursed_on as happened_on,
        '' as recorded,
        '' as expected
    from marts.loans
    where (status is null or status <> 'not_drawn') and state_source is null
    union all
    select
        'DQ04_reversal_matches' as rule_id,
        reversals.repayment_id as subject,
        reversals.loan_id,
        reversals.paid_on as happened_on,
        cast(abs(reversals.amount) as varchar) as recorded,
        cast(payments.amount as varchar) as expected
    from staging.payments as reversals
    inner join staging.payments as payments on reversals.reverses = payments.repayment_id
    where abs(reversals.amount) <> payments.amount
    union all
    select
        'DQ05_reversed_once' as rule_id,
        reverses as subject,
        min(loan_id) as loan_id,
        min(paid_on) as happened_on,
        cast(count(*) as varchar) as recorded,
        '1' as expected
    from staging.payments
    where reverses is not null
    group by reverses
    having count(*) > 1
    union all
    select
        'DQ06_paid_after_disbursed' as rule_id,
        payments.repayment_id as subject,
        payments.loan_id,
        payments.paid_on as happened_on,
        cast(payments.paid_on as varchar) as recorded,
        cast(loans.disbursed_on as varchar) as expected
    from staging.payments as payments
    inner join staging.loans as loans on payments.loan_id = loans.loan_id
    where payments.paid_on < loans.disbursed_on
    union all
    select
        'DQ07_booked_soon' as rule_id,
        repayment_id as subject,
        loan_id,
        cast(booked_at as date) as happened_on,
        cast(cast(booked_at as date) as varchar) as recorded,
        cast(paid_on as varchar) as expected
    from staging.payments
    where date_diff('day', paid_on, cast(booked_at as date)) > 3
    union all
    select
        'DQ08_currency_single' as rule_id,
        loans.loan_id as subject,
        loans.loan_id,
        loans.disbursed_on as happened_on,
        loans.currency as recorded,
        most.currency as expected
    from staging.loans as loans
    cross join (
        select currency
        from staging.loans
        group by currency
        order by count(*) desc, currency
        limit 1
    ) as most
    where loans.currency <> most.currency
    union all
    select
        'DQ09_record_agrees' as rule_id,
        loan_id as subject,
        loan_id,
        month_end as happened_on,
        cast(dpd_recorded as varchar) as recorded,
        cast(days_past_due as varchar) as expected
    from marts.loan_months
    where state_source = 'computed' and status = 'active' and dpd_recorded <> days_past_due
    union all
    -- Of a borrower one of its loans stands for it.
    select
        'DQ11_obligor_evaluated' as rule_id,
        loans.borrower_id as subject,
        min(loans.loan_id) as loan_id,
        max(metadata.last_month) as happened_on,
        '' as recorded,
        '' as expected
    from marts.loans as loans
    cross join marts.metadata as metadata
    left join (
        select distinct borrower_id
        from raw.bureau
    ) as reports on loans.borrower_id = reports.borrower_id
    where loans.borrower_kind = 'corporate' and loans.status = 'active' and reports.borrower_id is null
    group by loans.borrower_id
    union all
    select
        'DQ12_record_current' as rule_id,
        loans.loan_id as subject,
        loans.loan_id,
        loans.state_on as happened_on,
        cast(loans.state_on as varchar) as recorded,
        cast(metadata.last_month as varchar) as expected
    from marts.loans as loans
    cross join marts.metadata as metadata
    where loans.state_source = 'recorded' and loans.status = 'active' and loans.state_on < metadata.last_month
    union all
    select
        'DQ13_not_in_future' as rule_id,
        payments.repayment_id as subject,
        payments.loan_id,
        payments.paid_on as happened_on,
        cast(payments.paid_on as varchar) as recorded,
        cast(cast(build.loaded_at as date) as varchar) as expected
    from staging.payments as payments
    cross join raw.build as build
    where payments.paid_on > cast(build.loaded_at as date)
    union all
    select
        'DQ14_ledger_agrees' as rule_id,
        product as subject,
        cast(null as varchar) as loan_id,
        month_end as happened_on,
        cast(book_balance as varchar) as recorded,
        cast(ledger_balance as varchar) as expected
    from intermediate.ledger_gaps
    where book_balance <> ledger_balance
    union all
    -- The number itself is personal and is not told.
    select
        'DQ15_obligor_once' as rule_id,
        borrowers.borrower_id as subject,
        min(loans.loan_id) as loan_id,
        max(metadata.last_month) as happened_on,
        '' as recorded,
        '' as expected
    from raw.borrowers as borrowers
    cross join marts.metadata as metadata
    left join staging.loans as loans on borrowers.borrower_id = loans.borrower_id
    where borrowers.id_number in (
        select id_number
        from raw.borrowers
        group by id_number
        having count(*) > 1
    )
    group by borrowers.borrower_id
    union all
    select
        'DQ16_allocated_whole' as rule_id,
        repayment_id as subject,
        loan_id,
        paid_on as happened_on,
        cast(allocated as varchar) as recorded,
        cast(amount as varchar) as expected
    from intermediate.allocated_sums
    where allocated <> amount
    union all
    -- The check sign is told, the number is not.
    select
        'DQ17_identity_sign' as rule_id,
        numbers.borrower_id as subject,
        min(loans.loan_id) as loan_id,
        max(metadata.last_month) as happened_on,
        min(numbers.check_sign) as recorded,
        min(numbers.right_sign) as expected
    from intermediate.identity_numbers as numbers
    cross join marts.metadata as metadata
    left join staging.loans as loans on numbers.borrower_id = loans.borrower_id
    where numbers.check_sign <> numbers.right_sign
    group by numbers.borrower_id
    union all
    select
        'DQ18_loaded_in_time' as rule_id,
        '' as subject,
        cast(null as varchar) as loan_id,
        business_date as happened_on,
        cast(date_trunc('minute', loaded_at) as varchar) as recorded,
        cast(due_at as varchar) as expected
    from intermediate.feed_lags
    where loaded_at > due_at
    union all
    -- Whether it opens there nobody can tell from here.
    select
        'DQ19_evidence_found' as rule_id,
        actions.action_id as subject,
        cast(null as varchar) as loan_id,
        actions.done_on as happened_on,
        '' as recorded,
        '' as expected
    from raw.finding_actions as actions
    cross join raw.build as build
    where actions.done_on <= build.as_of and trim(coalesce(actions.evidence, '')) = ''
)

select
    failed.rule_id || ' ' || failed.subject || ' ' || coalesce(cast(failed.happened_on as varchar), '') as failure_id,
    failed.rule_id,
    failed.subject,
    failed.loan_id,
    loans.borrower_id,
    coalesce(loans.branch, '') as branch,
    coalesce(loans.product, '') as product,
    coalesce(failed.happened_on, cast('1900-01-01' as date)) as happened_on,
    -- These judge a load as a whole.
    case
        when failed.rule_id not in (
            'DQ11_obligor_evaluated',
            'DQ12_record_current',
            'DQ15_obligor_once',
            'DQ17_identity_sign',
            'DQ18_loaded_in_time'
        )
            then last_day(failed.happened_on)
    end as month_end,
    failed.recorded,
    failed.expected
from failed
left join staging.loans as loans on failed.loan_id = loans.loan_id
order by failed.rule_id, failed.happened_on, failed.subject
