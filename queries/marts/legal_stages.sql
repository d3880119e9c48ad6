-- One row per proceeding and stage it entered (12.3), with the day of the next one: how long it stayed. The last stage of
-- one that is over has no end to wait for.
with stages as (
    select
        events.proceeding_id,
        events.loan_id,
        events.event_id,
        events.kind as stage,
        events.happened_on as entered_on,
        lead(events.happened_on) over (
            partition by events.proceeding_id order by events.happened_on, events.event_id
        ) as left_on
    from raw.legal_events as events
    cross join raw.build as build
    where events.proceeding_id is not null
        and events.kind not in ('cash', 'fee', 'fee_recovered')
        and events.happened_on <= build.as_of
)

select
    stages.event_id,
    stages.proceeding_id,
    stages.loan_id,
    loans.branch,
    loans.product,
    proceedings.kind,
    proceedings.claimed,
    stages.stage,
    stages.entered_on,
    stages.left_on,
    stages.left_on is null and proceedings.stage not in ('closed', 'terminated_round') as is_open
from stages
inner join marts.proceedings as proceedings on stages.proceeding_id = proceedings.proceeding_id
inner join staging.loans as loans on stages.loan_id = loans.loan_id
order by stages.entered_on, stages.event_id
