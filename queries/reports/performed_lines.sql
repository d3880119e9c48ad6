-- One row per instalment that had fallen due by a day, of the schedule version in force that day: what it asks for.
with lines as (
    select *
    from scoped_schedule_lines($branches, $products)
    where loan_id = $loan_id
),

in_force as (
    select coalesce(max(version) filter (where starts_on <= $day), min(version)) as version
    from lines
)

select
    lines.seq,
    lines.version,
    lines.due_on,
    lines.fee_due as fee,
    lines.interest_due as interest,
    lines.principal_due as principal,
    lines.penalty_due as penalty
from lines
inner join in_force on lines.version = in_force.version
where lines.due_on <= $day
order by lines.due_on, lines.seq
