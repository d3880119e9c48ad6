-- One row per pair of departments: how often cases were sent from one to the other up to the date looked at, and what
-- became of it. A hand-over that was answered later is still open on the date.
with sent as (
    select
        *,
        coalesce(answered_on <= $as_of, false) as is_answered
    from scoped_hand_overs($branches, $products)
    where sent_on <= $as_of
),

departments as (select * from book_departments())

select
    sent.from_department_id as from_id,
    coalesce(givers.name, sent.from_department_id) as from_department,
    coalesce(givers.name_zh, sent.from_department_id) as from_department_zh,
    sent.to_department_id as to_id,
    coalesce(takers.name, sent.to_department_id) as to_department,
    coalesce(takers.name_zh, sent.to_department_id) as to_department_zh,
    count(*) as handed_over,
    count(distinct sent.case_id) as cases,
    count(*) filter (where sent.is_answered and sent.outcome = 'accepted') as accepted,
    count(*) filter (where sent.is_answered and sent.outcome = 'returned') as returned,
    count(*) filter (where not sent.is_answered) as open,
    cast(count(*) filter (where sent.is_answered and sent.outcome = 'returned') as double) / count(*) as bounce_rate,
    quantile_cont(sent.wait_minutes, 0.5) filter (where sent.is_answered and sent.outcome = 'accepted') / 60
        as handoff_hours
from sent
left join departments as givers on sent.from_department_id = givers.department_id
left join departments as takers on sent.to_department_id = takers.department_id
group by all
order by handed_over desc, from_id, to_id
