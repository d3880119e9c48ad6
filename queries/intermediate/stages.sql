-- One row per loan and month end on the record: its stage as computed and the rule, its state in the matrices of PD
-- (empty where it is gone), and the same a month before (empty where that month is not on the record).
-- A loan leaves stage 3 at the last of so many month ends in a row without default, and stage 2 at the last of as many
-- without any trigger after that (stage_cure). Only loans that ever had a trigger are followed month by month.
with triggers as (select * from intermediate.stage_triggers),

marked as (
    select distinct loan_id
    from triggers
    where default_rule is not null or increase_rule is not null
),

numbered as (
    select
        triggers.*,
        row_number() over (partition by triggers.loan_id order by triggers.month_end) as place
    from triggers
    inner join marked on triggers.loan_id = marked.loan_id
),

defaulted as (
    select
        *,
        coalesce(place - max(case when default_rule is not null then place end) over by_month < cure_months, false)
        as is_impaired
    from numbered
    window by_month as (partition by loan_id order by place)
),

increased as (
    select
        *,
        coalesce(
            place - max(case when is_impaired or increase_rule is not null then place end) over by_month < cure_months,
            false
        ) as is_increased
    from defaulted
    window by_month as (partition by loan_id order by place)
),

followed as (
    select
        *,
        case when is_impaired then 3 when is_increased then 2 else 1 end as stage,
        case
            when is_impaired then coalesce(default_rule, 'cure')
            when is_increased then coalesce(increase_rule, 'cure')
        end as stage_rule,
        case
            when status = 'written_off' or (status = 'active' and is_impaired) then 'default'
            when status <> 'active' then status
            when days_past_due = 0 then 'current'
            when days_past_due <= 30 then '1-30'
            when days_past_due <= 60 then '31-60'
            else '61-90'
        end as state
    from increased
),

paired as (
    select
        *,
        case when date_diff('month', lag(month_end) over by_month, month_end) = 1 then lag(stage) over by_month end
        as opening_stage,
        case when date_diff('month', lag(month_end) over by_month, month_end) = 1 then lag(state) over by_month end
        as opening_state
    from followed
    window by_month as (partition by loan_id order by place)
)

select
    loan_id,
    month_end,
    status,
    stage,
    stage_rule,
    stage_recorded,
    state,
    case when opening_state in ('current', '1-30', '31-60', '61-90', 'default') then opening_stage end as opening_stage,
    case when opening_state in ('current', '1-30', '31-60', '61-90', 'default') then opening_state end as opening_state,
    default_rule
from paired
union all
select
    triggers.loan_id,
    triggers.month_end,
    triggers.status,
    1 as stage,
    cast(null as varchar) as stage_rule,
    triggers.stage_recorded,
    case
        when triggers.status <> 'active' then triggers.status
        when triggers.days_past_due = 0 then 'current'
        else '1-30'
    end as state,
    case when triggers.opening_days is not null then 1 end as opening_stage,
    case
        when triggers.opening_days = 0 then 'current'
        when triggers.opening_days > 0 then '1-30'
    end as opening_state,
    cast(null as varchar) as default_rule
from triggers
left join marked on triggers.loan_id = marked.loan_id
where marked.loan_id is null
