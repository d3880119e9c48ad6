-- One row per loan, spell of lateness and step of the contact strategy that it came to: the day on which it was so many days
-- past due, the first on which it was past the step's days, and the first on which it was no longer so late. A step is owed
-- once in a spell. Unbroken days are joined as in late_spells, here of each step's own first day past due.
with steps as (
    select distinct
        product,
        step_id,
        valid_from,
        valid_to,
        from_days,
        to_days
    from marts.contact_strategy
    where from_days > 0
),

reached as (
    select
        loans.loan_id,
        steps.step_id,
        steps.valid_from,
        steps.valid_to,
        cast(lines.due_on + steps.from_days * interval 1 day as date) as reached_on,
        coalesce(lines.settled_on, date '9999-12-31') as until_on,
        steps.to_days - steps.from_days as step_days
    from intermediate.settlements as lines
    inner join intermediate.loan_rules as loans on lines.loan_no = loans.loan_no
    inner join steps
        on loans.product = steps.product
        and (lines.settled_on is null or date_diff('day', lines.due_on, lines.settled_on) > steps.from_days)
    cross join raw.build as build
    where lines.is_aged and cast(lines.due_on + steps.from_days * interval 1 day as date) <= build.as_of
),

followed as (
    select
        *,
        max(until_on) over (
            partition by loan_id, step_id, valid_from order by reached_on, until_on
            rows between unbounded preceding and 1 preceding
        ) as until_before
    from reached
),

numbered as (
    select
        *,
        sum(case when until_before is null or reached_on > until_before then 1 else 0 end) over (
            partition by loan_id, step_id, valid_from order by reached_on, until_on
            rows between unbounded preceding and current row
        ) as run_no
    from followed
),

runs as (
    select
        loan_id,
        step_id,
        valid_from,
        valid_to,
        min(reached_on) as due_on,
        min(
            case
                when date_diff('day', reached_on, until_on) > step_days + 1
                    then cast(reached_on + (step_days + 1) * interval 1 day as date)
            end
        ) as passed_on,
        nullif(max(until_on), date '9999-12-31') as cured_on
    from numbered
    group by loan_id, step_id, valid_from, valid_to, run_no
)

select
    runs.loan_id,
    runs.step_id,
    runs.valid_from,
    spells.spell,
    spells.late_from,
    runs.due_on,
    runs.passed_on,
    runs.cured_on
from runs
inner join intermediate.late_spells as spells
    on runs.loan_id = spells.loan_id
    and runs.due_on >= spells.late_from
    and runs.due_on < coalesce(spells.clear_on, date '9999-12-31')
where runs.due_on between runs.valid_from and runs.valid_to
qualify row_number() over (partition by runs.loan_id, spells.spell, runs.step_id order by runs.due_on) = 1
