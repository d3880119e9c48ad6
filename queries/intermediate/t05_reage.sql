-- T05 (14.2): loan and month end at which a new schedule hides 30 days past due or more (R-DPD-6) though no approved
-- restructuring was recorded by then. Who paid down early asked for a lower instalment: the first schedule then runs
-- ahead of what is owed, and its days hide nothing.
with prepaid as (
    select
        loan_id,
        min(valid_from) as prepaid_on
    from staging.instalments
    where version > 1 and due_on = valid_from and principal_due > 0
    group by loan_id
),

approved as (
    select
        loan_id,
        min(restructured_on) as approved_on
    from raw.restructures
    where approved_by is not null
    group by loan_id
)

select
    'T05_reage' as test_id,
    'days_hidden' as kind,
    states.loan_id,
    states.month_end as happened_on,
    '' as reference,
    cast(states.days_past_due as decimal(18, 2)) as recorded,
    cast(states.dpd_original as decimal(18, 2)) as recomputed,
    states.balance as amount
from marts.loan_month_states as states
left join approved on states.loan_id = approved.loan_id and approved.approved_on <= states.month_end
left join prepaid on states.loan_id = prepaid.loan_id and prepaid.prepaid_on <= states.month_end
where states.state_source = 'computed'
    and states.status = 'active'
    and states.dpd_original - states.days_past_due >= 30
    and approved.loan_id is null
    and prepaid.loan_id is null
