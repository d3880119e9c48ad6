-- One row per instalment that had fallen due by a day, of the schedule version in force that day, or the
-- first of all: what it asks for, beside the principal of the whole version.
with lines as (
    select *
    from scoped_schedule_lines($branches, $products)
    where loan_id = $loan_id
),

in_force as (
    select
        case
            when $is_first then min(version)
            else coalesce(max(version) filter (where starts_on <= $day), min(version))
        end as version
    from lines
),

lent as (
    select sum(lines.principal_due) as principal_in_all
    from lines
    inner join in_force on lines.version = in_force.version
)

select
    lines.seq,
    lines.version,
    lines.due_on,
    lines.fee_due as fee,
    lines.interest_due as interest,
    lines.principal_due as principal,
    lines.penalty_due as penalty,
    lent.principal_in_all
from lines
inner join in_force on lines.version = in_force.version
cross join lent
where lines.due_on <= $day
order by lines.due_on, lines.seq
