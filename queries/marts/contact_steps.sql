-- One row per loan, spell of lateness (or due day) and step of the contact strategy that it came to: when it became due and
-- by when, when and how it was first done, and how it stood at the end of the month in which its day is, or on the data's
-- last day before that: not needed (the debtor had paid or the loan had left by its day, whether it was done or not), done
-- in time or late, missed (the step's days past due were over, and it was not done), or open. An attempt counts from the day
-- on which the step began, a case since the loan is late.
with done as (
    select
        steps.step_row_id,
        min(
            {
                'at': acts.acted_at,
                'id': acts.act_id,
                'channel': acts.channel,
                'case_id': acts.case_id
            }
        ) as act
    from intermediate.due_steps as steps
    inner join intermediate.step_acts as acts
        on steps.loan_id = acts.loan_id
        and acts.acted_on <= steps.last_on
        and (
            (
                acts.case_id is null
                and acts.acted_on >= steps.due_on
                and list_contains(string_split(steps.channels, ' '), acts.channel)
            )
            or (
                acts.case_id is not null
                and acts.acted_on >= steps.since_on
                and acts.case_type = steps.case_type
                and acts.case_event = steps.case_event
            )
        )
    group by steps.step_row_id
),

told as (
    select
        steps.*,
        last_day(steps.due_by) as month_end,
        cast(done.act['at'] as date) as done_on,
        done.act['channel'] as done_channel,
        done.act['case_id'] as case_id
    from intermediate.due_steps as steps
    left join done on steps.step_row_id = done.step_row_id
),

stood as (
    select
        told.*,
        case
            when told.is_needless and told.ended_on <= build.as_of then 'not_needed'
            when told.done_on <= told.due_by then 'in_time'
            when told.done_on <= told.month_end then 'late'
            when told.ended_on <= least(told.month_end, build.as_of) and told.done_on is null then 'missed'
            else 'open'
        end as step_state
    from told
    cross join raw.build as build
)

select
    month_end,
    step_row_id,
    loan_id,
    borrower_id,
    branch,
    product,
    spell,
    pay_on,
    step_id,
    of_product,
    first_channel,
    due_on,
    due_by,
    done_on,
    done_channel,
    case_id,
    ended_on,
    step_state,
    1 as arose_count,
    case when step_state <> 'not_needed' then 1 else 0 end as due_count,
    case when step_state = 'in_time' then 1 else 0 end as in_time_count,
    case when step_state = 'late' then 1 else 0 end as late_count,
    case when step_state = 'missed' then 1 else 0 end as missed_count,
    case when step_state = 'open' then 1 else 0 end as open_count,
    case when step_state = 'not_needed' then 1 else 0 end as not_needed_count
from stood
order by month_end, step_row_id
