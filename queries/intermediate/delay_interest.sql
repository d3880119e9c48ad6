-- One row per title that is not performed by its day, and day looked at (each month end and the data's last day): the doubled
-- interest for late performance until then (12.1, delay_interest_double). It runs on what is unpaid of the judgment without
-- the general interest in it, from the day after the last one for performing; a part that came later has borne it up to the
-- day it came. Cash pays the general interest first. Where enforcement ended by payment or settlement nothing is asked any
-- more; a round that was ended for want of assets stops nothing.
with rules as (
    select cast(max(value) as decimal(18, 8)) as daily_rate
    from staging.parameters
    where param_id = 'delay_interest_daily'
),

looked_at as (
    select month_end as day from marts.month_ends
    union
    select as_of as day from raw.build
),

titles as (
    select
        proceeding_id,
        loan_id,
        perform_by,
        upheld,
        least(coalesce(upheld_interest, 0), upheld) as general_interest,
        case when enforcement_ending in ('paid', 'settled') then enforcement_ended_on end as ended_on
    from raw.proceedings
    where upheld > 0 and perform_by is not null
),

-- What had come by the day of performance, and on each later day.
cash as (
    select
        titles.proceeding_id,
        greatest(events.happened_on, titles.perform_by) as happened_on,
        sum(events.amount) as amount
    from titles
    inner join raw.legal_events as events on titles.proceeding_id = events.proceeding_id and events.kind = 'cash'
    group by titles.proceeding_id, greatest(events.happened_on, titles.perform_by)
),

steps as (
    select
        titles.proceeding_id,
        titles.perform_by as begins_on,
        0 as amount
    from titles
    union all
    select * from cash
),

days as (
    select
        proceeding_id,
        begins_on,
        sum(amount) as amount
    from steps
    group by proceeding_id, begins_on
),

stretches as (
    select
        titles.*,
        days.begins_on,
        lead(days.begins_on) over in_order as ends_on,
        least(
            titles.upheld - titles.general_interest,
            greatest(titles.upheld - sum(days.amount) over in_order, 0)
        ) as unpaid
    from days
    inner join titles on days.proceeding_id = titles.proceeding_id
    window in_order as (partition by days.proceeding_id order by days.begins_on)
)

select
    stretches.proceeding_id,
    stretches.loan_id,
    looked_at.day,
    stretches.perform_by,
    date_diff('day', stretches.perform_by, looked_at.day) as days_late,
    stretches.upheld,
    stretches.general_interest,
    cast(
        sum(
            case when stretches.ends_on is null or stretches.ends_on > looked_at.day then stretches.unpaid else 0 end
        ) as decimal(18, 2)
    ) as unpaid_amount,
    cast(
        round(
            sum(
                stretches.unpaid * rules.daily_rate
                * date_diff('day', stretches.begins_on, least(coalesce(stretches.ends_on, looked_at.day), looked_at.day))
            ),
            2
        ) as decimal(18, 2)
    ) as delay_interest_amount
from stretches
cross join rules
inner join looked_at
    on stretches.begins_on <= looked_at.day
    and stretches.perform_by < looked_at.day
    and (stretches.ended_on is null or stretches.ended_on > looked_at.day)
group by
    stretches.proceeding_id,
    stretches.loan_id,
    looked_at.day,
    stretches.perform_by,
    stretches.upheld,
    stretches.general_interest
