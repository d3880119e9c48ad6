-- One row per act that some step of the contact strategy may count as done by: an attempt to reach the debtor by its channel
-- (what is called without a channel is a call, a machine is one of its own), or an event of a case of its type.
with cases as (
    select distinct
        case_type,
        case_event
    from marts.contact_strategy
    where case_type is not null
),

ended as (
    select
        facts.case_id,
        facts.loan_id,
        facts.case_type,
        cases.case_event,
        case when cases.case_event = 'opened' then facts.opened_at else facts.closed_at end as acted_at,
        facts.owner as staff_id
    from intermediate.case_facts as facts
    inner join cases on facts.case_type = cases.case_type and cases.case_event in ('opened', 'closed')
),

worked as (
    select
        facts.case_id,
        facts.loan_id,
        facts.case_type,
        events.event as case_event,
        events.happened_at as acted_at,
        coalesce(events.actor, facts.owner) as staff_id
    from raw.case_events as events
    inner join intermediate.case_facts as facts on events.case_id = facts.case_id
    inner join cases
        on facts.case_type = cases.case_type
        and events.event = cases.case_event
        and cases.case_event not in ('opened', 'closed')
),

together as (
    select
        loan_id,
        contacted_at as acted_at,
        contact_id as act_id,
        case when coalesce(is_robot, false) then 'robot' else coalesce(channel, 'phone') end as channel,
        cast(null as varchar) as case_type,
        cast(null as varchar) as case_event,
        cast(null as varchar) as case_id,
        staff_id
    from raw.contacts
    union all
    select
        loan_id,
        acted_at,
        case_id as act_id,
        'case' as channel,
        case_type,
        case_event,
        case_id,
        staff_id
    from ended
    union all
    select
        loan_id,
        acted_at,
        case_id as act_id,
        'case' as channel,
        case_type,
        case_event,
        case_id,
        staff_id
    from worked
)

select
    together.loan_id,
    together.acted_at,
    cast(together.acted_at as date) as acted_on,
    together.act_id,
    together.channel,
    together.case_type,
    together.case_event,
    together.case_id,
    together.staff_id
from together
cross join raw.build as build
where together.loan_id is not null and cast(together.acted_at as date) <= build.as_of
