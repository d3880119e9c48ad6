-- One row per thing that happened to a loan up to the date looked at, newest first.
with loans as (
    select *
    from scoped_loans($branches, $products)
    where loan_id = $loan_id
),

instalments as (
    select *
    from scoped_instalments($branches, $products)
    where loan_id = $loan_id
),

payments as (
    select *
    from scoped_payments($branches, $products)
    where loan_id = $loan_id
),

months as (
    select *
    from scoped_loan_months($branches, $products)
    where loan_id = $loan_id
),

restructures as (
    select *
    from scoped_restructures($branches, $products)
    where loan_id = $loan_id
),

write_offs as (
    select *
    from scoped_write_offs($branches, $products)
    where loan_id = $loan_id
),

recoveries as (
    select *
    from scoped_recoveries($branches, $products)
    where loan_id = $loan_id
),

signals as (
    select *
    from scoped_signals($branches, $products)
    where loan_id = $loan_id
),

cases as (
    select *
    from scoped_cases($branches, $products)
    where loan_id = $loan_id
),

by_hand as (
    select *
    from scoped_interventions($branches, $products)
    where loan_id = $loan_id and list_id = 'override' and from_class is not null
),

finding_loans as (
    select *
    from scoped_finding_loans($branches, $products)
    where loan_id = $loan_id
),

findings as (select * from scoped_findings($branches, $products)),

happened as (
    select
        disbursed_on as happened_on,
        'disbursed' as kind,
        principal as amount,
        cast(null as varchar) as was,
        cast(null as varchar) as became,
        loan_id as reference,
        repayment_method as note
    from loans
    union all
    select
        paid_on,
        case when reverses is null then 'payment' else 'reversal' end,
        amount,
        null,
        null,
        repayment_id,
        coalesce(reverses, channel)
    from payments
    union all
    select
        due_on,
        'missed_due_date',
        instalments.due,
        null,
        cast(instalments.settled_on as varchar),
        cast(instalments.seq as varchar),
        null
    from instalments
    inner join loans on instalments.loan_id = loans.loan_id
    where instalments.due > 0
        and instalments.due_on < least($as_of, coalesce(loans.left_on, $as_of))
        and (instalments.settled_on is null or instalments.settled_on > instalments.due_on)
    union all
    select
        month_end,
        case when classification > opening_class then 'class_worse' else 'class_better' end,
        balance,
        cast(opening_class as varchar),
        cast(classification as varchar),
        null,
        floor_rule
    from months
    where classification <> opening_class and status = 'active'
    union all
    select
        happened_on,
        'class_by_hand',
        amount,
        cast(from_class as varchar),
        cast(to_class as varchar),
        reference,
        concat_ws(' / ', initiated_by, reviewed_by, approved_by)
    from by_hand
    union all
    select
        restructured_on,
        'restructured',
        null,
        cast(pre_class as varchar),
        null,
        restructure_id,
        kind
    from restructures
    union all
    select
        written_off_on,
        case when kind = 'sale' then 'sold' else 'written_off' end,
        amount,
        null,
        null,
        write_off_id,
        case when is_partial then 'partial' end
    from write_offs
    union all
    select
        reversed_on,
        'write_off_reversed',
        amount,
        null,
        null,
        write_off_id,
        null
    from write_offs
    where reversed_on is not null
    union all
    select
        recovered_on,
        'recovered',
        amount,
        null,
        null,
        recovery_id,
        kind
    from recoveries
    union all
    select
        raised_on,
        'signal_raised',
        null,
        null,
        severity,
        signal_id,
        rule_id
    from signals
    union all
    select
        cleared_on,
        'signal_cleared',
        null,
        severity,
        null,
        signal_id,
        rule_id
    from signals
    where cleared_on is not null
    union all
    select
        opened_on,
        'case_opened',
        null,
        null,
        department_id,
        case_id,
        case_type
    from cases
    union all
    select
        closed_on,
        'case_closed',
        null,
        department_id,
        outcome,
        case_id,
        case_type
    from cases
    where closed_on is not null
    union all
    select
        findings.issued_on,
        'finding_issued',
        null,
        null,
        findings.severity,
        findings.finding_id,
        findings.title
    from finding_loans
    inner join findings on finding_loans.finding_id = findings.finding_id
)

select *
from happened
where happened_on <= $as_of
order by happened_on desc, kind, reference desc
