-- T17 (14.2, section 7): a contact at night, from 22:00 to 8:00, and a day with more than six unanswered attempts.
-- A letter has no hour.
with daily as (
    select
        loan_id,
        cast(contacted_at as date) as contacted_on,
        min(contact_id) as first_id,
        sum(case when is_answered then 0 else 1 end) as unanswered
    from raw.contacts
    group by loan_id, cast(contacted_at as date)
)

select
    'T17_collection_conduct' as test_id,
    'at_night' as kind,
    loan_id,
    cast(contacted_at as date) as happened_on,
    contact_id as reference,
    cast(extract(hour from contacted_at) as decimal(18, 2)) as recorded,
    cast(22 as decimal(18, 2)) as recomputed,
    cast(null as decimal(18, 2)) as amount
from raw.contacts
where (extract(hour from contacted_at) >= 22 or extract(hour from contacted_at) < 8)
    and coalesce(channel, '') <> 'letter'
union all
select
    'T17_collection_conduct' as test_id,
    'too_often' as kind,
    loan_id,
    contacted_on as happened_on,
    first_id as reference,
    cast(unanswered as decimal(18, 2)) as recorded,
    cast(6 as decimal(18, 2)) as recomputed,
    cast(null as decimal(18, 2)) as amount
from daily
where unanswered > 6
