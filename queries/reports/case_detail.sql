-- One row: a case as it stood at the end of the day looked at: the department and the person that had it then, its target
-- and who says so (`source`), and where it was sent and waits for an answer. What its clock took is known once it has
-- stopped, and at the last day of the book.
with stays as (
    select *
    from scoped_case_stays_on($branches, $products, $as_of)
    where case_id = $case_id
),

latest as (
    select
        *,
        min(opened_at) over () as first_opened_at,
        coalesce(left_by = 'closed' and left_on <= $as_of, false) as is_closed,
        coalesce(left_by = 'closed' and left_on <= $as_of, false) or fulfilled_day <= $as_of as has_stopped
    from stays
    qualify row_number() over (order by stay desc) = 1
),

book as (select as_of as last_day from book_metadata()),

-- The level of its grade, or the usual one, that was in force when it was opened.
levels as (
    select
        latest.case_id,
        levels.source,
        -- Where the level is told in working days, what one of its calendar's days is.
        case
            when levels.clock = 'working' and levels.unit = 'days' then latest.target_minutes / nullif(levels.amount, 0)
        end as day_minutes
    from latest
    inner join book_service_levels() as levels
        on latest.case_type = levels.case_type
        and levels.measure = 'resolve'
        and levels.grade in (latest.grade, 'standard')
        and cast(latest.opened_at as date) between levels.valid_from and coalesce(levels.valid_to, date '9999-12-31')
    qualify row_number() over (order by case when levels.grade = latest.grade then 0 else 1 end) = 1
),

sent as (
    select
        case_id,
        to_department_id
    from scoped_hand_overs_on($branches, $products, $as_of)
    where case_id = $case_id and outcome = 'open'
)

select
    latest.case_id,
    latest.department_id,
    latest.department,
    latest.department_zh,
    latest.case_type,
    latest.loan_id,
    latest.borrower_id,
    latest.branch,
    latest.product,
    latest.first_opened_at as opened_at,
    latest.due_at,
    case when latest.fulfilled_day <= $as_of then latest.fulfilled_at end as fulfilled_at,
    case when latest.is_closed then latest.left_at end as closed_at,
    latest.grade,
    latest.clock,
    latest.is_statutory,
    levels.source,
    latest.target_minutes,
    case when latest.has_stopped or book.last_day <= $as_of then latest.elapsed_minutes end as elapsed_minutes,
    case when latest.has_stopped or book.last_day <= $as_of then latest.paused_minutes end as paused_minutes,
    latest.target_minutes / levels.day_minutes as target_workdays,
    case when latest.has_stopped or book.last_day <= $as_of then latest.elapsed_minutes / levels.day_minutes end
        as elapsed_workdays,
    case when latest.has_stopped or book.last_day <= $as_of then latest.paused_minutes / levels.day_minutes end
        as paused_workdays,
    latest.spell - 1 as reopenings,
    latest.owner,
    people.name as owner_name,
    case when latest.is_closed then latest.outcome end as outcome,
    not latest.is_closed as is_open,
    case
        when latest.has_stopped then latest.is_breached
        else coalesce(latest.late_from <= $as_of, false)
    end as is_late,
    sent.to_department_id as sent_to_id
from latest
cross join book
left join levels on latest.case_id = levels.case_id
left join sent on latest.case_id = sent.case_id
left join book_staff() as people on latest.owner = people.staff_id
