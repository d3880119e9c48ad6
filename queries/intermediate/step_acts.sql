-- One row per act that some step of the contact strategy may count as done by: an attempt to reach the debtor by its channel
-- (what is called without a channel is a call, a machine is one of its own), or an event of a case of its type.
with cases as (
    select distinct
        case_type,
        case_event
    from marts.contact_strategy
    where case_type is not null
),

worked as (
    select
        facts.case_id,
        facts.loan_id,
        facts.case_type,
        events.event as case_event,
        events.happened_at as acted_at
    from raw.case_events as events
    inner join intermediate.case_facts as facts on events.case_id = facts.case_id
    where events.event not in ('opened', 'closed')
    union all
    select
        case_id,
        loan_id,
        case_type,
        'opened' as case_event,
        opened_at as acted_at
    from intermediate.case_facts
    union all
    select
        case_id,
        loan_id,
        case_type,
        'closed' as case_event,
        closed_at as acted_at
    from intermediate.case_facts
),

together as (
    select
        loan_id,
        contacted_at as acted_at,
        contact_id as act_id,
        case when coalesce(is_robot, false) then 'robot' else coalesce(channel, 'phone') end as channel,
        cast(null as varchar) as case_type,
        cast(null as varchar) as case_event,
        cast(null as varchar) as case_id
    from raw.contacts
    union all
    select
        worked.loan_id,
        worked.acted_at,
        worked.case_id as act_id,
        'case' as channel,
        worked.case_type,
        worked.case_event,
        worked.case_id
    from worked
    inner join cases on worked.case_type = cases.case_type and worked.case_event = cases.case_event
)

select
    together.loan_id,
    together.acted_at,
    cast(together.acted_at as date) as acted_on,
    together.act_id,
    together.channel,
    together.case_type,
    together.case_event,
    together.case_id
from together
cross join raw.build as build
where together.loan_id is not null and cast(together.acted_at as date) <= build.as_of
