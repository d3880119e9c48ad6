-- One row per loan and instalment that has fallen due while the loan was on the book, or in the month in which it was
-- repaid in full before (`was_repaid_before`): a last instalment paid early was due that month and was paid. By the
-- schedule in force on the due date: what a restructuring or a write-off later made of the schedule does not undo it.
-- Instalments that nothing is aged for are left out, and those due on the data's last day: nobody can tell yet whether
-- they are late. `is_new_that_day` is principal that a schedule dates on its own first day and the one before did not ask
-- for then: where it was paid, an early repayment (R-DPD-11).
with new_that_day as (
    select
        schedule.loan_no,
        schedule.version,
        schedule.line_no
    from intermediate.schedule as schedule
    inner join intermediate.schedule_versions as versions
        on schedule.loan_no = versions.loan_no
        and schedule.version = versions.version
        and schedule.due_on = versions.in_force_from
    left join intermediate.schedule as asked
        on schedule.loan_no = asked.loan_no
        and schedule.version = asked.version + 1
        and schedule.seq = asked.seq
        and schedule.due_on = asked.due_on
    where schedule.principal_due > 0 and asked.loan_no is null
)

select
    schedule.loan_no,
    schedule.version,
    schedule.line_no,
    schedule.seq,
    schedule.due_on,
    cast(
        schedule.principal_due + schedule.interest_due
        + case when rules.dpd_basis = 'ALL' then schedule.fee_due + schedule.penalty_due else 0 end as decimal(18, 2)
    ) as due,
    schedule.version = ends.latest_version as is_latest,
    schedule.due_on > ends.left_on as was_repaid_before,
    new_that_day.loan_no is not null as is_new_that_day
from intermediate.schedule as schedule
inner join intermediate.schedule_versions as versions
    on schedule.loan_no = versions.loan_no
    and schedule.version = versions.version
    and schedule.due_on >= versions.in_force_from
    and schedule.due_on < versions.in_force_until
inner join intermediate.loan_rules as rules on schedule.loan_no = rules.loan_no
inner join intermediate.loan_ends as ends on schedule.loan_no = ends.loan_no
left join new_that_day
    on schedule.loan_no = new_that_day.loan_no
    and schedule.version = new_that_day.version
    and schedule.line_no = new_that_day.line_no
cross join raw.build as build
where schedule.is_aged
    and schedule.due_on < build.as_of
    and (
        schedule.due_on <= ends.left_on
        or (ends.left_on = ends.closed_on and last_day(schedule.due_on) = last_day(ends.left_on))
    )
