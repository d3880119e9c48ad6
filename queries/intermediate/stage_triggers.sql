-- One row per loan and month end on the record: what puts it into stage 3 (default, 1.4) or stage 2 (a significant
-- increase in credit risk), each by its first rule, as known then (section 5).
with months as (
    select
        loan_id,
        borrower_id,
        branch,
        product,
        borrower_kind,
        month_end,
        status,
        balance,
        days_past_due,
        opening_days,
        classification,
        stage as stage_recorded,
        observation_ends is not null as is_restructured
    from marts.loan_month_states
),

-- Warned of, or put on the watchlist, as known at that month end; to stay on the list until someone approves the exit
-- is no new trigger.
warned as (
    select
        borrower_id,
        month_end
    from marts.borrower_scores
    where level in ('orange', 'red')
    union
    select
        borrower_id,
        month_end
    from marts.watch_months
    where moved = 'entered'
),

judged as (
    select
        months.*,
        rules.stage_cure_months as cure_months,
        case
            when months.status = 'written_off' then 'written_off'
            when months.status <> 'active' then null
            when months.days_past_due > rules.stage3_dpd then 'dpd_90'
            when months.stage_recorded = 3 then 'impaired'
            when months.classification >= 3 then 'npl'
        end as own_default_rule,
        case
            when months.status <> 'active' then null
            when months.days_past_due > rules.stage2_dpd then 'dpd_30'
            when months.is_restructured then 'restructured'
            when months.classification = 2 then 'special_mention'
            when warned.borrower_id is not null then 'warned'
        end as increase_rule
    from months
    inner join intermediate.ecl_rules as rules
        on months.month_end = rules.month_end and months.product = rules.product
    left join warned on months.borrower_id = warned.borrower_id and months.month_end = warned.month_end
),

-- A firm defaults with any of its claims, everyone else loan by loan.
firms as (
    select distinct
        borrower_id,
        month_end
    from judged
    where borrower_kind = 'corporate' and own_default_rule is not null
)

select
    judged.loan_id,
    judged.branch,
    judged.product,
    judged.month_end,
    judged.status,
    judged.cure_months,
    judged.opening_days,
    judged.days_past_due,
    judged.stage_recorded,
    coalesce(
        judged.own_default_rule,
        case when judged.status = 'active' and firms.borrower_id is not null then 'obligor' end
    ) as default_rule,
    judged.increase_rule
from judged
left join firms
    on judged.borrower_kind = 'corporate'
    and judged.borrower_id = firms.borrower_id
    and judged.month_end = firms.month_end
