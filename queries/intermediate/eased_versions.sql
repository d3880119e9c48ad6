-- One row per schedule version of a contract that asks for less than the one before it, later or at a lower rate, and
-- what spoke of difficulty in the 90 days before it came into force: arrears or a non-performing class at a month end.
-- What was paid down early is no easing: rates are compared by the interest of the next line on what is then left.
with versions as (
    select
        loan_id,
        version,
        max(valid_from) as valid_from,
        max(due_on) as last_due_on
    from staging.instalments
    group by loan_id, version
),

pairs as (
    select
        later.loan_id,
        later.version,
        later.valid_from,
        earlier.version as version_before,
        later.last_due_on > earlier.last_due_on as is_longer
    from versions as later
    inner join versions as earlier on later.loan_id = earlier.loan_id and later.version = earlier.version + 1
    where later.valid_from is not null
),

lines as (
    select
        pairs.loan_id,
        pairs.version,
        lines.version as of_version,
        lines.due_on,
        lines.interest_due,
        lines.principal_due,
        min(lines.due_on) over (partition by pairs.loan_id, pairs.version, lines.version) as next_due_on
    from pairs
    inner join staging.instalments as lines
        on pairs.loan_id = lines.loan_id
        and (pairs.version = lines.version or pairs.version_before = lines.version)
        and lines.due_on > pairs.valid_from
),

rates as (
    select
        loan_id,
        version,
        of_version,
        sum(case when due_on = next_due_on then interest_due else 0 end)
        / nullif(cast(sum(principal_due) as double), 0) as rate
    from lines
    group by loan_id, version, of_version
),

eased as (
    select
        pairs.*,
        case
            when pairs.is_longer then 'extension'
            when later.rate < earlier.rate * 0.99 then 'rate_cut'
        end as easing
    from pairs
    left join rates as later
        on pairs.loan_id = later.loan_id and pairs.version = later.version and pairs.version = later.of_version
    left join rates as earlier
        on pairs.loan_id = earlier.loan_id
        and pairs.version = earlier.version
        and pairs.version_before = earlier.of_version
),

difficult as (
    select
        eased.loan_id,
        eased.version,
        max(states.days_past_due) as days_past_due,
        max(states.classification) as classification,
        max(case when states.month_end = last_day(cast(eased.valid_from - interval 1 month as date)) then states.balance end)
            as balance
    from eased
    inner join marts.loan_month_states as states
        on eased.loan_id = states.loan_id
        and states.month_end < eased.valid_from
        and states.month_end >= cast(eased.valid_from - interval 90 day as date)
    where eased.easing is not null and (states.days_past_due > 0 or states.classification >= 3)
    group by eased.loan_id, eased.version
)

select
    eased.loan_id,
    eased.version,
    eased.valid_from,
    eased.easing,
    difficult.days_past_due,
    difficult.classification,
    difficult.balance
from eased
inner join difficult on eased.loan_id = difficult.loan_id and eased.version = difficult.version
