-- One row per loan, schedule version and instalment, with running totals in order of due date.
-- `*_from` is the cash at which a component begins to be paid under the product's order, `settled_at` the cash
-- at which the instalment no longer counts as unpaid for days past due; both count from the loan's first cent.
-- Principal written off in part is taken from the newest instalments backwards (R-DPD-12).
with numbered as (
    select
        instalments.loan_id,
        instalments.version,
        instalments.seq,
        instalments.due_on,
        instalments.valid_from,
        instalments.interest_due,
        instalments.fee_due,
        instalments.penalty_due,
        case
            when rules.written_off_in_part = 0 then instalments.principal_due
            else greatest(
                least(
                    instalments.principal_due,
                    sum(instalments.principal_due) over (partition by instalments.loan_id, instalments.version)
                    - rules.written_off_in_part
                    - sum(instalments.principal_due) over (
                        partition by instalments.loan_id, instalments.version
                        order by instalments.due_on, instalments.seq
                        rows between unbounded preceding and current row
                    ) + instalments.principal_due
                ),
                0
            )
        end as principal_due,
        instalments.principal_due as principal_scheduled,
        rules.dpd_basis,
        rules.tolerance,
        rules.fee_rank,
        rules.interest_rank,
        rules.principal_rank,
        rules.penalty_rank
    from staging.instalments as instalments
    inner join intermediate.loan_rules as rules on instalments.loan_id = rules.loan_id
),

lines as (
    select
        *,
        principal_due + interest_due + fee_due + penalty_due as due,
        case
            when dpd_basis = 'ALL' then principal_due + interest_due + fee_due + penalty_due
            else principal_due + interest_due
        end as aged_due
    from numbered
),

running as (
    select
        *,
        row_number() over in_order as line_no,
        cast(sum(due) over in_order as decimal(18, 2)) as cash_after,
        cast(sum(principal_due) over in_order as decimal(18, 2)) as principal_after,
        cast(sum(interest_due) over in_order as decimal(18, 2)) as interest_after,
        cast(sum(fee_due) over in_order as decimal(18, 2)) as fee_after,
        cast(sum(penalty_due) over in_order as decimal(18, 2)) as penalty_after,
        sum(case when aged_due > tolerance then 1 else 0 end) over in_order as aged_lines_after
    from lines
    window in_order as (
        partition by loan_id, version
        order by due_on, seq
        rows between unbounded preceding and current row
    )
)

select
    loan_id,
    version,
    seq,
    line_no,
    due_on,
    valid_from,
    principal_due,
    principal_scheduled,
    interest_due,
    fee_due,
    penalty_due,
    due,
    aged_due,
    tolerance,
    cash_after,
    cash_after - due as cash_before,
    principal_after,
    interest_after,
    fee_after,
    penalty_after,
    aged_lines_after,
    cash_after - due
    + case when interest_rank < fee_rank then interest_due else 0 end
    + case when principal_rank < fee_rank then principal_due else 0 end
    + case when penalty_rank < fee_rank then penalty_due else 0 end as fee_from,
    cash_after - due
    + case when fee_rank < interest_rank then fee_due else 0 end
    + case when principal_rank < interest_rank then principal_due else 0 end
    + case when penalty_rank < interest_rank then penalty_due else 0 end as interest_from,
    cash_after - due
    + case when fee_rank < principal_rank then fee_due else 0 end
    + case when interest_rank < principal_rank then interest_due else 0 end
    + case when penalty_rank < principal_rank then penalty_due else 0 end as principal_from,
    cash_after - due
    + case when fee_rank < penalty_rank then fee_due else 0 end
    + case when interest_rank < penalty_rank then interest_due else 0 end
    + case when principal_rank < penalty_rank then principal_due else 0 end as penalty_from,
    case
        when dpd_basis = 'ALL' then cash_after
        else cash_after - due + principal_due + interest_due
            + case when fee_rank < greatest(interest_rank, principal_rank) then fee_due else 0 end
            + case when penalty_rank < greatest(interest_rank, principal_rank) then penalty_due else 0 end
    end as settled_at
from running
