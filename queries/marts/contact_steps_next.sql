-- One row per month end and step of the contact strategy to be done as things stood then: begun, not done and not over, with
-- its day past or up to the fifth workday of the office after; and what had not begun yet, as if nothing was paid. With who
-- had the loan's overdue case that day, or had it last in the twelve months before.
with ahead as (
    select
        months.month_end,
        min(later.day) as horizon
    from marts.month_ends as months
    inner join marts.office_days as today on months.month_end = today.day
    inner join marts.office_days as later on today.workday_no + 5 = later.workday_no and later.is_workday
    group by months.month_end
),

asked as (
    select
        ahead.month_end,
        steps.step_row_id,
        steps.loan_id,
        steps.borrower_id,
        steps.branch,
        steps.product,
        steps.pay_on,
        steps.step_id,
        steps.first_channel,
        steps.due_on,
        steps.due_by
    from ahead
    inner join marts.contact_steps as steps
        on steps.due_on <= ahead.month_end
        and coalesce(least(steps.done_on, steps.ended_on), date '9999-12-31') > ahead.month_end
        and steps.due_by <= ahead.horizon
    union all
    select
        month_end,
        step_row_id,
        loan_id,
        borrower_id,
        branch,
        product,
        pay_on,
        step_id,
        first_channel,
        due_on,
        due_by
    from intermediate.steps_ahead
),

loans_asked as (select distinct month_end, loan_id from asked),

held as (
    select
        loans_asked.month_end,
        loans_asked.loan_id,
        arg_max(coalesce(earlier.staff_id, stays.owner), (stays.entered_at, stays.stay_id)) as owner
    from loans_asked
    inner join marts.case_stays as stays
        on loans_asked.loan_id = stays.loan_id
        and stays.case_type = 'overdue_case'
        and stays.entered_on <= loans_asked.month_end
        and stays.left_day > loans_asked.month_end - interval 12 month
    left join marts.earlier_owners as earlier
        on stays.stay_id = earlier.stay_id
        and earlier.held_from <= loans_asked.month_end
        and loans_asked.month_end < earlier.held_until
    group by loans_asked.month_end, loans_asked.loan_id
)

select
    asked.*,
    held.owner
from asked
left join held on asked.month_end = held.month_end and asked.loan_id = held.loan_id
order by asked.month_end, asked.step_row_id
