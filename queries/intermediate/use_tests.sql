-- One row per check of the 2024 loan measures and thing that was tested (13): a payment, a loan, a report of a project, an
-- account's month, an inspection, a renewal. `tested_on` is the day from which it could be judged.
with build as (select as_of from raw.build),

rules as (
    select
        param_id,
        product,
        value,
        valid_from,
        valid_to
    from staging.parameters
    where starts_with(param_id, 'use_') and regime = 'CN'
),

watched as (
    select
        months.loan_id,
        months.borrower_id,
        months.branch,
        months.product,
        months.month_end,
        months.balance
    from marts.loan_months as months
    inner join rules
        on rules.param_id = 'use_account_watched'
        and rules.product = months.product
        and months.month_end between rules.valid_from and rules.valid_to
    where months.status = 'active' and months.balance > 0
),

-- The first day on which anybody's account was watched: a book that holds none is not asked.
first_watched as (select min(month_end) as month_end from raw.account_months),

tests as (
    select
        'M1' as check_id,
        payment_id as item_id,
        loan_id,
        paid_on as tested_on,
        is_forbidden as is_failed,
        amount,
        payee_kind as detail
    from intermediate.use_payments
    where payee_kind is not null
    union all
    select
        case when is_firm then 'M2' else 'M3' end as check_id,
        payment_id as item_id,
        loan_id,
        paid_on as tested_on,
        coalesce(method, 'self') <> 'entrusted' as is_failed,
        amount,
        coalesce(method, 'self') as detail
    from intermediate.use_payments
    where is_entrusted_due
    union all
    select
        'M4' as check_id,
        payment_id as item_id,
        loan_id,
        paid_on as tested_on,
        is_split as is_failed,
        split_amount as amount,
        payee as detail
    from intermediate.use_payments
    where payee is not null
    union all
    select
        'M5' as check_id,
        payments.payment_id as item_id,
        payments.loan_id,
        payments.evidence_due_on as tested_on,
        payments.voucher_received_on is null or payments.voucher_received_on > payments.evidence_due_on as is_failed,
        payments.amount,
        case when payments.voucher_received_on is null then 'missing' else 'late' end as detail
    from intermediate.use_payments as payments
    cross join build
    where payments.method = 'self' and payments.evidence_due_on < build.as_of
    union all
    select
        'M6' as check_id,
        loans.loan_id as item_id,
        loans.loan_id,
        loans.disbursed_on as tested_on,
        loans.term_months > cast(rules.value as integer) as is_failed,
        loans.principal as amount,
        cast(loans.term_months as varchar) as detail
    from staging.loans as loans
    inner join rules
        on rules.param_id = 'use_tenor_months'
        and rules.product = loans.product
        and loans.disbursed_on between rules.valid_from and rules.valid_to
    where loans.term_months is not null
    union all
    select
        'M7' as check_id,
        reports.loan_id || ' ' || cast(reports.reported_on as varchar) as item_id,
        reports.loan_id,
        reports.reported_on as tested_on,
        coalesce(
            reports.drawn_share - reports.capital_share > cast(rules.value as double)
            or abs(reports.drawn_share - reports.progress_share) > cast(rules.value as double),
            false
        ) as is_failed,
        cast(null as decimal(18, 2)) as amount,
        case
            when reports.drawn_share - reports.capital_share > cast(rules.value as double) then 'capital'
            else 'progress'
        end as detail
    from raw.project_reports as reports
    inner join staging.loans as loans on reports.loan_id = loans.loan_id
    inner join rules
        on rules.param_id = 'use_progress_gap' and reports.reported_on between rules.valid_from and rules.valid_to
    union all
    select
        'M8' as check_id,
        watched.loan_id || ' ' || cast(watched.month_end as varchar) as item_id,
        watched.loan_id,
        watched.month_end as tested_on,
        accounts.inflow is null as is_failed,
        cast(null as decimal(18, 2)) as amount,
        'missing' as detail
    from watched
    inner join first_watched on watched.month_end >= first_watched.month_end
    left join raw.account_months as accounts
        on watched.borrower_id = accounts.borrower_id and watched.month_end = accounts.month_end
    union all
    select
        'M9' as check_id,
        inspections.row_id as item_id,
        inspections.loan_id,
        inspections.happened_on as tested_on,
        inspections.inspection_proven_count = 0 as is_failed,
        cast(null as decimal(18, 2)) as amount,
        inspections.case_id as detail
    from marts.result_rows as inspections
    where inspections.case_type = 'post_loan_inspection' and inspections.inspection_due_count = 1
    union all
    select
        'M10' as check_id,
        changes.restructure_id as item_id,
        changes.loan_id,
        changes.restructured_on as tested_on,
        changes.is_difficulty is null or (changes.is_difficulty and changes.reason is null) as is_failed,
        loans.principal as amount,
        changes.kind as detail
    from raw.restructures as changes
    inner join staging.loans as loans on changes.loan_id = loans.loan_id
    left join staging.borrowers as borrowers on loans.borrower_id = borrowers.borrower_id
    where borrowers.kind = 'small_business' and changes.kind in ('extension', 'refinance')
    union all
    select
        'M11' as check_id,
        payment_id as item_id,
        loan_id,
        paid_on as tested_on,
        is_back as is_failed,
        amount,
        cast(returned_on as varchar) as detail
    from intermediate.use_payments
)

select
    tests.check_id,
    tests.item_id,
    tests.loan_id,
    coalesce(loans.branch, '') as branch,
    coalesce(loans.product, '') as product,
    tests.tested_on,
    tests.is_failed,
    tests.amount,
    tests.detail
from tests
cross join build
left join staging.loans as loans on tests.loan_id = loans.loan_id
where tests.tested_on <= build.as_of
