-- One row per payment out of what a loan was drawn for, with the rules of its day (13): who had to make it, whether it went
-- where the loan may not go, whether it was split, proven and stayed away. Forbidden sinks are named per product.
with rules as (
    select
        param_id,
        product,
        value,
        valid_from,
        valid_to
    from staging.parameters
    where starts_with(param_id, 'use_') and regime = 'CN'
),

payments as (
    select
        payments.payment_id,
        payments.loan_id,
        loans.borrower_id,
        loans.branch,
        loans.product,
        coalesce(borrowers.kind, 'retail') as borrower_kind,
        payments.paid_on,
        payments.amount,
        payments.payee,
        payments.payee_kind,
        payments.method,
        coalesce(payments.payee_is_known, true) as payee_is_known,
        coalesce(payments.takes_cash_only, false) as takes_cash_only,
        payments.voucher_received_on,
        payments.returned_on,
        coalesce(own.value, common.value, '') as forbidden,
        cast(entrusted.value as decimal(18, 2)) as entrusted_over,
        cast(unknown.value as decimal(18, 2)) as self_unknown,
        cast(business.value as decimal(18, 2)) as self_business,
        cast(evidence.value as integer) as evidence_days,
        cast(split.value as integer) as split_days,
        cast(backflow.value as integer) as backflow_days
    from raw.fund_payments as payments
    inner join staging.loans as loans on payments.loan_id = loans.loan_id
    left join staging.borrowers as borrowers on loans.borrower_id = borrowers.borrower_id
    left join rules as own
        on own.param_id = 'use_forbidden'
        and own.product = loans.product
        and payments.paid_on between own.valid_from and own.valid_to
    left join rules as common
        on common.param_id = 'use_forbidden'
        and common.product = '*'
        and payments.paid_on between common.valid_from and common.valid_to
    left join rules as entrusted
        on entrusted.param_id = 'use_entrusted_over'
        and payments.paid_on between entrusted.valid_from and entrusted.valid_to
    left join rules as unknown
        on unknown.param_id = 'use_self_unknown_payee'
        and payments.paid_on between unknown.valid_from and unknown.valid_to
    left join rules as business
        on business.param_id = 'use_self_business'
        and payments.paid_on between business.valid_from and business.valid_to
    left join rules as evidence
        on evidence.param_id = 'use_evidence_days'
        and payments.paid_on between evidence.valid_from and evidence.valid_to
    left join rules as split
        on split.param_id = 'use_split_days' and payments.paid_on between split.valid_from and split.valid_to
    left join rules as backflow
        on backflow.param_id = 'use_backflow_days'
        and payments.paid_on between backflow.valid_from and backflow.valid_to
),

-- A firm's large payment is the bank's to make; a person's is, but for three exceptions.
required as (
    select
        *,
        case
            when borrower_kind <> 'retail' then amount > entrusted_over
            else not (
                (not payee_is_known and amount <= self_unknown)
                or (product = 'small_business' and amount <= self_business)
                or takes_cash_only
            )
        end as is_entrusted_due,
        case when borrower_kind <> 'retail' then entrusted_over else self_unknown end as split_limit
    from payments
),

together as (
    select
        first.payment_id,
        count(*) as payments,
        sum(others.amount) as amount
    from required as first
    inner join required as others
        on first.loan_id = others.loan_id
        and first.payee = others.payee
        and others.paid_on between first.paid_on and first.paid_on + first.split_days
        and others.amount <= others.split_limit
    where first.amount <= first.split_limit and first.payee is not null
    group by first.payment_id
)

select
    required.payment_id,
    required.loan_id,
    required.borrower_id,
    required.branch,
    required.product,
    required.borrower_kind,
    required.paid_on,
    required.amount,
    required.payee,
    required.payee_kind,
    required.method,
    required.voucher_received_on,
    required.returned_on,
    cast(required.paid_on + required.evidence_days * interval 1 day as date) as evidence_due_on,
    coalesce(required.is_entrusted_due, false) as is_entrusted_due,
    required.borrower_kind <> 'retail' as is_firm,
    coalesce(' ' || required.forbidden || ' ' like '% ' || required.payee_kind || ' %', false) as is_forbidden,
    coalesce(together.payments >= 2 and together.amount > required.split_limit, false) as is_split,
    coalesce(together.amount, required.amount) as split_amount,
    coalesce(date_diff('day', required.paid_on, required.returned_on) <= required.backflow_days, false) as is_back
from required
left join together on required.payment_id = together.payment_id
