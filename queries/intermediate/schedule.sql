-- One row per loan, stretch under one schedule and instalment, with running totals in order of due date: the cash that covers
-- everything up to this instalment, the principal in it, and the cash at which the instalment no longer counts as
-- unpaid for days past due (components that the order pays after what is aged are left out of that one).
with lines as (
    select
        versions.loan_no,
        versions.version,
        instalments.seq,
        instalments.due_on,
        coalesce(shortened.principal_due, instalments.principal_due) as principal_due,
        instalments.interest_due,
        instalments.fee_due,
        instalments.penalty_due,
        case
            when rules.dpd_basis = 'ALL' then instalments.fee_due + instalments.penalty_due
            else 0
        end as aged_extras,
        case
            when rules.dpd_basis = 'ALL' then 0
            else case
                when rules.fee_rank > greatest(rules.interest_rank, rules.principal_rank)
                    then instalments.fee_due
                else 0
            end + case
                when rules.penalty_rank > greatest(rules.interest_rank, rules.principal_rank)
                    then instalments.penalty_due
                else 0
            end
        end as paid_last,
        rules.tolerance
    from staging.instalments as instalments
    inner join intermediate.loan_rules as rules on instalments.loan_id = rules.loan_id
    inner join intermediate.schedule_versions as versions
        on rules.loan_no = versions.loan_no and instalments.version = versions.contract_version
    left join intermediate.shortened_lines as shortened
        on versions.loan_no = shortened.loan_no
        and versions.version = shortened.version
        and instalments.seq = shortened.seq
),

running as (
    select
        loan_no,
        version,
        seq,
        due_on,
        principal_due,
        interest_due,
        fee_due,
        penalty_due,
        paid_last,
        tolerance,
        principal_due + interest_due + aged_extras > tolerance as is_aged,
        row_number() over in_order as line_no,
        cast(
            sum(principal_due + interest_due + fee_due + penalty_due) over in_order as decimal(18, 2)
        ) as cash_after,
        cast(sum(principal_due) over in_order as decimal(18, 2)) as principal_after
    from lines
    window in_order as (
        partition by loan_no, version
        order by due_on, seq
        rows between unbounded preceding and current row
    )
)

select
    loan_no,
    version,
    line_no,
    seq,
    due_on,
    principal_due,
    interest_due,
    fee_due,
    penalty_due,
    is_aged,
    cash_after,
    principal_after,
    cast(cash_after - paid_last - tolerance as decimal(18, 2)) as settled_at
from running
