-- One row per guarantee: the day on which its debt is due, the last day on which the guarantor can be held, and the act
-- that holds it (12.1). Nothing stops or renews this period. No day agreed, or one not after the due day, means six months
-- (Civil Code 692). Of a joint guarantor payment must be claimed, of a general one, which is what it is if nothing was
-- agreed (686), the debtor must be sued (693). Each guarantor counts alone.
with dated as (
    select
        guarantees.guarantee_id,
        guarantees.loan_id,
        guarantees.guarantor,
        coalesce(guarantees.kind, 'general') as kind,
        coalesce(guarantees.amount, 0) as amount,
        guarantees.expires_on,
        least(
            case
                when guarantees.extension_agreed_on is not null then claims.last_due_on
                else least(claims.first_agreed_on, claims.last_due_on)
            end,
            claims.due_on
        ) as due_on
    from raw.guarantees as guarantees
    inner join intermediate.claims as claims on guarantees.loan_id = claims.loan_id
),

periods as (
    select
        *,
        case
            when expires_on > due_on then expires_on
            else cast(due_on + interval 6 month as date)
        end as period_ends_on,
        coalesce(expires_on > due_on, false) as is_agreed
    from dated
    where due_on is not null
),

acts as (
    select
        periods.guarantee_id,
        events.happened_on as acted_on
    from periods
    inner join raw.legal_events as events
        on periods.guarantee_id = events.guarantee_id and events.kind = 'guarantor_demand'
    where periods.kind = 'joint' and events.reached and events.happened_on between periods.due_on and periods.period_ends_on
    union all
    select
        periods.guarantee_id,
        proceedings.filed_on as acted_on
    from periods
    inner join raw.proceedings as proceedings
        on periods.loan_id = proceedings.loan_id
        and proceedings.kind in ('litigation', 'arbitration', 'notarised_enforcement')
    where periods.kind = 'general' and proceedings.filed_on <= periods.period_ends_on
)

select
    periods.*,
    min(acts.acted_on) as acted_on
from periods
cross join raw.build as build
left join acts on periods.guarantee_id = acts.guarantee_id and acts.acted_on <= build.as_of
group by all
