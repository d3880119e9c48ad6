-- One row per instalment of which something was unpaid one, three, seven or thirty days after its due date: what was
-- unpaid at the end of each (empty for a day yet to come), and when the last cent had come in, for good. `paid_on` is
-- the first day on which it had, whatever was taken back later: what was known then (empty by vertical contracts).
-- Only these are followed day by day; of all others the settlement alone tells that they were paid in time.
with days as (
    select 1 as days_after
    union all
    select 3 as days_after
    union all
    select 7 as days_after
    union all
    select 30 as days_after
),

candidates as (
    select
        loan_no,
        version,
        line_no
    from intermediate.settlements
    where is_aged and (settled_on is null or date_diff('day', due_on, settled_on) > 1)
    union
    select
        loan_no,
        version,
        line_no
    from intermediate.fallen_due
    where not is_latest
),

lines as (
    select
        schedule.*,
        schedule.principal_due + schedule.interest_due + schedule.fee_due + schedule.penalty_due as due,
        rules.dpd_basis,
        rules.alloc_scope,
        rules.tolerance,
        rules.fee_rank,
        rules.interest_rank,
        rules.principal_rank,
        rules.penalty_rank
    from intermediate.fallen_due as fallen
    inner join candidates
        on fallen.loan_no = candidates.loan_no
        and fallen.version = candidates.version
        and fallen.line_no = candidates.line_no
    inner join intermediate.schedule as schedule
        on fallen.loan_no = schedule.loan_no
        and fallen.version = schedule.version
        and fallen.line_no = schedule.line_no
    inner join intermediate.loan_rules as rules on fallen.loan_no = rules.loan_no
),

-- Horizontal contracts: the cash that was held on each of the days, less what the instalments before it took.
held as (
    select
        lines.loan_no,
        lines.version,
        lines.line_no,
        min(case when cash.cash_kept >= lines.settled_at then cash.moved_on end) as settled_on,
        min(
            case when cash.cash_held >= lines.settled_at and cash.moved_on > lines.due_on then cash.moved_on end
        ) as paid_on,
        sum(case when date_diff('day', lines.due_on, cash.moved_on) <= 1 then cash.amount else 0 end) as held_1,
        sum(case when date_diff('day', lines.due_on, cash.moved_on) <= 3 then cash.amount else 0 end) as held_3,
        sum(case when date_diff('day', lines.due_on, cash.moved_on) <= 7 then cash.amount else 0 end) as held_7,
        sum(case when date_diff('day', lines.due_on, cash.moved_on) <= 30 then cash.amount else 0 end) as held_30
    from lines
    left join intermediate.cash as cash on lines.loan_no = cash.loan_no
    where lines.alloc_scope = 'HORIZONTAL'
    group by lines.loan_no, lines.version, lines.line_no
),

reached as (
    select
        held.loan_no,
        held.version,
        held.line_no,
        days.days_after,
        held.settled_on,
        held.paid_on,
        case days.days_after
            when 1 then held.held_1
            when 3 then held.held_3
            when 7 then held.held_7
            else held.held_30
        end as cash_held
    from held
    cross join days
),

left_over as (
    select
        lines.*,
        reached.days_after,
        reached.settled_on,
        reached.paid_on,
        reached.cash_held,
        reached.cash_held - lines.cash_after + lines.due as cash_here
    from reached
    inner join lines
        on reached.loan_no = lines.loan_no
        and reached.version = lines.version
        and reached.line_no = lines.line_no
),

horizontal as (
    select
        loan_no,
        version,
        line_no,
        due_on,
        days_after,
        settled_on,
        paid_on,
        case
            when cash_held >= settled_at then 0
            when dpd_basis = 'ALL' then due - greatest(least(cash_here, due), 0)
            else principal_due + interest_due
            - greatest(least(
                cash_here
                - case when fee_rank < principal_rank then fee_due else 0 end
                - case when interest_rank < principal_rank then interest_due else 0 end
                - case when penalty_rank < principal_rank then penalty_due else 0 end,
                principal_due
            ), 0)
            - greatest(least(
                cash_here
                - case when fee_rank < interest_rank then fee_due else 0 end
                - case when principal_rank < interest_rank then principal_due else 0 end
                - case when penalty_rank < interest_rank then penalty_due else 0 end,
                interest_due
            ), 0)
        end as unpaid
    from left_over
),

-- Vertical contracts: what had been paid of each aged component by each of the days.
components as (
    select
        lines.loan_no,
        lines.version,
        lines.line_no,
        lines.due_on,
        days.days_after,
        lines.tolerance,
        parts.component,
        parts.due,
        parts.due_after,
        max(
            case
                when date_diff('day', lines.due_on, paid.day) <= days.days_after
                    and date_diff('day', lines.due_on, paid.next_day) > days.days_after then paid.paid
                else 0
            end
        ) as paid,
        min(case when paid.paid_for_good >= parts.due_after then paid.day end) as settled_on
    from lines
    cross join days
    inner join intermediate.vertical_lines as parts
        on lines.loan_no = parts.loan_no
        and lines.version = parts.version
        and lines.line_no = parts.line_no
        and parts.is_aged
        and parts.due > 0
    left join intermediate.vertical_days as paid
        on parts.loan_no = paid.loan_no
        and parts.version = paid.version
        and parts.component = paid.component
    group by
        lines.loan_no,
        lines.version,
        lines.line_no,
        lines.due_on,
        days.days_after,
        lines.tolerance,
        parts.component,
        parts.due,
        parts.due_after
),

vertical as (
    select
        loan_no,
        version,
        line_no,
        due_on,
        days_after,
        case when count(settled_on) = count(*) then max(settled_on) end as settled_on,
        case
            when sum(due - greatest(least(paid - due_after + due, due), 0)) > max(tolerance)
                then sum(due - greatest(least(paid - due_after + due, due), 0))
            else 0
        end as unpaid
    from components
    group by loan_no, version, line_no, due_on, days_after
),

either as (
    select *
    from horizontal
    union all
    select
        loan_no,
        version,
        line_no,
        due_on,
        days_after,
        settled_on,
        cast(null as date) as paid_on,
        unpaid
    from vertical
),

known as (
    select
        either.loan_no,
        either.version,
        either.line_no,
        either.days_after,
        either.settled_on,
        either.paid_on,
        case when date_diff('day', either.due_on, build.as_of) >= either.days_after then either.unpaid end as unpaid
    from either
    cross join raw.build as build
)

select
    loan_no,
    version,
    line_no,
    max(settled_on) as settled_on,
    max(paid_on) as paid_on,
    cast(max(case when days_after = 1 then unpaid end) as decimal(18, 2)) as unpaid_1,
    cast(max(case when days_after = 3 then unpaid end) as decimal(18, 2)) as unpaid_3,
    cast(max(case when days_after = 7 then unpaid end) as decimal(18, 2)) as unpaid_7,
    cast(max(case when days_after = 30 then unpaid end) as decimal(18, 2)) as unpaid_30
from known
group by loan_no, version, line_no
having max(unpaid) > 0
