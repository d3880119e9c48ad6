-- One row per loan and spell of lateness by the schedule in force on the data's last day: the first day at whose end an
-- instalment was past due, and the first at whose end none was any more (empty while one still is). Day by day, where
-- month ends would miss who was late and paid within a month.
with late as (
    select
        rules.loan_id,
        cast(lines.due_on + interval 1 day as date) as late_from,
        coalesce(lines.settled_on, date '9999-12-31') as late_until
    from intermediate.settlements as lines
    inner join intermediate.loan_rules as rules on lines.loan_no = rules.loan_no
    cross join raw.build as build
    where lines.is_aged
        and lines.due_on < build.as_of
        and (lines.settled_on is null or date_diff('day', lines.due_on, lines.settled_on) > 1)
),

reached as (
    select
        *,
        max(late_until) over (
            partition by loan_id order by late_from, late_until
            rows between unbounded preceding and 1 preceding
        ) as late_before
    from late
),

numbered as (
    select
        *,
        sum(case when late_before is null or late_from > late_before then 1 else 0 end) over (
            partition by loan_id order by late_from, late_until
            rows between unbounded preceding and current row
        ) as spell
    from reached
)

select
    loan_id,
    cast(spell as bigint) as spell,
    min(late_from) as late_from,
    case when max(late_until) < date '9999-12-31' then max(late_until) end as clear_on
from numbered
group by loan_id, spell
