-- One row per loan and instalment of the schedule version in force on the data's last day, with what has been
-- applied to it. Cash held in advance is applied on the due date; settled_on is the day the last cent had come in.
with cash as (
    select
        loan_no,
        sum(amount) as cash_held
    from intermediate.cash
    group by loan_no
),

lines as (
    select
        ends.loan_id,
        ends.closed_on is not null as is_closed,
        schedule.loan_no,
        ends.contract_version as version,
        schedule.line_no,
        schedule.seq,
        schedule.due_on,
        schedule.principal_due,
        schedule.interest_due,
        schedule.fee_due,
        schedule.penalty_due,
        schedule.principal_due + schedule.interest_due + schedule.fee_due + schedule.penalty_due as due,
        case
            when ends.closed_on is not null
                then schedule.principal_due + schedule.interest_due + schedule.fee_due + schedule.penalty_due
            when schedule.due_on > build.as_of then 0
            else greatest(
                least(
                    coalesce(cash.cash_held, 0) - schedule.cash_after
                    + schedule.principal_due + schedule.interest_due + schedule.fee_due + schedule.penalty_due,
                    schedule.principal_due + schedule.interest_due + schedule.fee_due + schedule.penalty_due
                ),
                0
            )
        end as paid
    from intermediate.schedule as schedule
    inner join intermediate.loan_ends as ends
        on schedule.loan_no = ends.loan_no and schedule.version = ends.latest_version
    left join cash on schedule.loan_no = cash.loan_no
    cross join raw.build as build
),

-- An instalment paid in part is paid by the product's order.
applied as (
    select
        lines.*,
        case
            when lines.is_closed or rules.alloc_scope = 'HORIZONTAL' then lines.paid
            else coalesce(
                vertical.fee_paid + vertical.interest_paid + vertical.principal_paid + vertical.penalty_paid, 0
            )
        end as applied,
        case
            when lines.is_closed then lines.fee_due
            when rules.alloc_scope <> 'HORIZONTAL' then coalesce(vertical.fee_paid, 0)
            when lines.paid = lines.due then lines.fee_due
            else greatest(least(
                lines.paid
                - case when rules.interest_rank < rules.fee_rank then lines.interest_due else 0 end
                - case when rules.principal_rank < rules.fee_rank then lines.principal_due else 0 end
                - case when rules.penalty_rank < rules.fee_rank then lines.penalty_due else 0 end,
                lines.fee_due
            ), 0)
        end as fee_paid,
        case
            when lines.is_closed then lines.interest_due
            when rules.alloc_scope <> 'HORIZONTAL' then coalesce(vertical.interest_paid, 0)
            when lines.paid = lines.due then lines.interest_due
            else greatest(least(
                lines.paid
                - case when rules.fee_rank < rules.interest_rank then lines.fee_due else 0 end
                - case when rules.principal_rank < rules.interest_rank then lines.principal_due else 0 end
                - case when rules.penalty_rank < rules.interest_rank then lines.penalty_due else 0 end,
                lines.interest_due
            ), 0)
        end as interest_paid,
        case
            when lines.is_closed then lines.principal_due
            when rules.alloc_scope <> 'HORIZONTAL' then coalesce(vertical.principal_paid, 0)
            when lines.paid = lines.due then lines.principal_due
            else greatest(least(
                lines.paid
                - case when rules.fee_rank < rules.principal_rank then lines.fee_due else 0 end
                - case when rules.interest_rank < rules.principal_rank then lines.interest_due else 0 end
                - case when rules.penalty_rank < rules.principal_rank then lines.penalty_due else 0 end,
                lines.principal_due
            ), 0)
        end as principal_paid
    from lines
    inner join intermediate.loan_rules as rules on lines.loan_no = rules.loan_no
    left join intermediate.vertical_instalments as vertical
        on lines.loan_no = vertical.loan_no and lines.line_no = vertical.line_no
)

select
    applied.loan_id,
    applied.seq,
    applied.due_on,
    cast(applied.due as decimal(18, 2)) as due,
    cast(applied.applied as decimal(18, 2)) as paid,
    settlements.settled_on,
    applied.principal_due,
    applied.interest_due,
    applied.fee_due,
    applied.penalty_due,
    cast(applied.principal_paid as decimal(18, 2)) as principal_paid,
    cast(applied.interest_paid as decimal(18, 2)) as interest_paid,
    cast(applied.fee_paid as decimal(18, 2)) as fee_paid,
    cast(
        applied.applied - applied.principal_paid - applied.interest_paid - applied.fee_paid as decimal(18, 2)
    ) as penalty_paid,
    cast(applied.due - applied.applied as decimal(18, 2)) as unpaid,
    greatest(
        date_diff('day', applied.due_on, coalesce(settlements.settled_on, build.as_of)), 0
    ) as days_late,
    applied.version,
    loans.branch,
    loans.product
from applied
cross join raw.build as build
inner join staging.loans as loans on applied.loan_id = loans.loan_id
left join intermediate.settlements as settlements
    on applied.loan_no = settlements.loan_no and applied.line_no = settlements.line_no
order by applied.loan_no, applied.due_on, applied.seq
