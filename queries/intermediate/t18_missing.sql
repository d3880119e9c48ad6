-- T18 (14.2), loan by loan: a month on the book that was not recorded, or recorded though the loan had left.
with recorded_loans as (
    select distinct loan_id
    from staging.recorded_months
),

computed_loans as (
    select distinct loan_id
    from marts.loan_month_states
    where state_source = 'computed'
)

select
    'T18_missing' as test_id,
    'not_recorded' as kind,
    months.loan_id,
    months.month_end as happened_on,
    '' as reference,
    cast(null as decimal(18, 2)) as recorded,
    months.balance as recomputed,
    months.balance as amount
from marts.loan_month_states as months
inner join recorded_loans on months.loan_id = recorded_loans.loan_id
where months.state_source = 'computed' and months.balance_recorded is null and months.status = 'active'
union all
select
    'T18_missing' as test_id,
    'recorded_after' as kind,
    recorded.loan_id,
    recorded.month_end as happened_on,
    '' as reference,
    recorded.balance as recorded,
    cast(null as decimal(18, 2)) as recomputed,
    recorded.balance as amount
from staging.recorded_months as recorded
inner join computed_loans on recorded.loan_id = computed_loans.loan_id
cross join raw.build as build
left join marts.loan_month_states as months
    on recorded.loan_id = months.loan_id and recorded.month_end = months.month_end
where months.loan_id is null and recorded.month_end <= build.as_of and recorded.balance > 0
