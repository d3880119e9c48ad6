-- A stay ends no later than the case's next one begins, and one department answers for each target.
with stays as (
    select
        case_id,
        spell,
        stay,
        entered_at,
        left_at,
        lead(entered_at) over (partition by case_id order by stay) as next_at
    from marts.case_stays
),

answering as (
    select
        case_id,
        spell,
        sum(case when is_due_here then 1 else 0 end) as answering
    from marts.case_stays
    where due_at is not null
    group by case_id, spell
)

select
    case_id,
    spell
from stays
where next_at is not null and (left_at is null or left_at > next_at)
union all
select
    case_id,
    spell
from answering
where answering <> 1
