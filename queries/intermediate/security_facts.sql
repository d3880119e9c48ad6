-- One row per loan that is secured and month end: the loan against its collateral's latest value, the days since which
-- the value is too old or the insurance ended (negative: until then) and until the registration does, the last change
-- of the value, marks, and the guarantor's own trouble. Of a loan without collateral only what is wrong has a row.
-- A value, a mark, a policy or a registration counts from the day on which it was made or recorded.
with assets as (
    select
        collateral.collateral_id,
        loans.loan_no,
        loans.disbursed_on,
        coalesce(collateral.registered_on, loans.disbursed_on) as known_on,
        collateral.registered_on,
        collateral.kind,
        collateral.value,
        coalesce(collateral.prior_liens, 0) as prior_liens
    from raw.collateral as collateral
    inner join intermediate.loan_rules as loans on collateral.loan_id = loans.loan_id
),

-- The value given with the asset is that of its first day, unless a valuation was made by then.
valued as (
    select
        assets.collateral_id,
        valuations.valued_on,
        max(valuations.value) as value
    from assets
    inner join raw.valuations as valuations on assets.collateral_id = valuations.collateral_id
    group by assets.collateral_id, valuations.valued_on
    union all
    select
        assets.collateral_id,
        assets.known_on as valued_on,
        assets.value
    from assets
    anti join raw.valuations as valuations
        on assets.collateral_id = valuations.collateral_id and valuations.valued_on <= assets.known_on
    where assets.value is not null
),

values_in_force as (
    select
        assets.*,
        valued.valued_on,
        valued.value as latest_value,
        valued.value / nullif(lag(valued.value) over in_order, 0) - 1 as change,
        coalesce(lead(valued.valued_on) over in_order, date '9999-12-31') as valued_until,
        least(
            coalesce(min(valued.valued_on) over (partition by assets.collateral_id), date '9999-12-31')
        ) as first_valued_on
    from assets
    left join valued on assets.collateral_id = valued.collateral_id
    window in_order as (partition by assets.collateral_id order by valued.valued_on)
),

allowed as (
    select
        substring(param_id, 20) as kind,
        cast(value as integer) as days,
        valid_from,
        valid_to
    from staging.parameters
    where starts_with(param_id, 'ews_valuation_days.') and regime = 'CN' and product = '*'
),

allowed_days as (
    select
        kinds.kind,
        months.month_end,
        coalesce(
            max(case when allowed.kind = kinds.kind then allowed.days end),
            max(case when allowed.kind = '*' then allowed.days end)
        ) as days
    from (select distinct kind from assets) as kinds
    cross join marts.month_ends as months
    inner join allowed on months.month_end between allowed.valid_from and allowed.valid_to
    group by kinds.kind, months.month_end
),

states as (
    select
        states.loan_no,
        states.month_end,
        states.balance
    from marts.months_as_known as states
    semi join assets on states.loan_no = assets.loan_no
    where states.status = 'active' and states.balance > 0
),

pools as (
    select
        states.loan_no,
        states.month_end,
        cast(any_value(states.balance) as double)
        / nullif(cast(sum(greatest(coalesce(assets.latest_value, 0) - assets.prior_liens, 0)) as double), 0) as ltv,
        bool_or(coalesce(assets.latest_value, 0) = 0) as is_value_missing,
        max(date_diff('day', assets.valued_on, states.month_end) - allowed_days.days) as valuation_overdue_days,
        min(assets.change) as value_change,
        max(date_diff('day', insured.insured_until, states.month_end)) as uninsured_days,
        bool_or(not insured.beneficiary_is_lender) as is_beneficiary_other,
        min(date_diff('day', states.month_end, registrations.expires_on)) as registration_days_left
    from states
    inner join values_in_force as assets
        on states.loan_no = assets.loan_no
        and assets.known_on <= states.month_end
        and (
            (assets.valued_on <= states.month_end and states.month_end < assets.valued_until)
            or assets.valued_on is null
        )
    left join allowed_days
        on assets.kind is not distinct from allowed_days.kind and states.month_end = allowed_days.month_end
    left join intermediate.insured as insured
        on assets.collateral_id = insured.collateral_id
        and states.month_end >= insured.known_on
        and states.month_end < insured.known_until
    left join intermediate.registrations as registrations
        on assets.collateral_id = registrations.collateral_id
        and states.month_end >= registrations.known_on
        and states.month_end < registrations.known_until
        and states.month_end < registrations.deregistered_on
    group by states.loan_no, states.month_end
),

-- An asset that is known and was not valued by then has no value yet.
unvalued as (
    select
        states.loan_no,
        states.month_end,
        true as is_value_missing
    from states
    inner join (
        select distinct
            loan_no,
            collateral_id,
            known_on,
            first_valued_on
        from values_in_force
        where first_valued_on > known_on and first_valued_on < date '9999-12-31'
    ) as assets
        on states.loan_no = assets.loan_no
        and assets.known_on <= states.month_end
        and states.month_end < assets.first_valued_on
    group by states.loan_no, states.month_end
),

marked as (
    select
        assets.loan_no,
        months.month_end,
        count(*) as collateral_marks,
        string_agg(distinct marks.kind, ', ' order by marks.kind) as collateral_mark
    from raw.collateral_marks as marks
    inner join assets on marks.collateral_id = assets.collateral_id
    inner join marts.month_ends as months
        on months.month_end >= coalesce(marks.recorded_on, marks.happened_on)
        and (marks.ended_on is null or marks.ended_on > months.month_end)
    group by assets.loan_no, months.month_end
),

-- A mortgage or pledge of which nothing was registered by then; a book that registers none is not asked.
first_registration as (select min(registered_on) as day from intermediate.registrations),

ended as (
    select
        loan_no,
        deregistered_on
    from intermediate.registrations
    where deregistered_on < date '9999-12-31'
),

unregistered as (
    select
        loans.loan_no,
        months.month_end,
        date_diff('day', coalesce(max(ended.deregistered_on), any_value(loans.disbursed_on)), months.month_end)
            as unregistered_days
    from intermediate.loan_rules as loans
    cross join first_registration
    inner join marts.month_ends as months
        on months.month_end > loans.disbursed_on and months.month_end >= first_registration.day
    left join ended on loans.loan_no = ended.loan_no and months.month_end >= ended.deregistered_on
    anti join intermediate.registrations as standing
        on loans.loan_no = standing.loan_no
        and months.month_end >= standing.registered_on
        and months.month_end < standing.deregistered_on
    where loans.collateral_kind in ('mortgaged', 'pledged')
    group by loans.loan_no, months.month_end
),

guarantors as (
    select distinct
        loans.loan_no,
        guarantees.guarantor_id,
        coalesce(guarantees.expires_on, date '9999-12-31') as expires_on
    from raw.guarantees as guarantees
    inner join intermediate.loan_rules as loans on guarantees.loan_id = loans.loan_id
    where guarantees.guarantor_id is not null
),

guarantors_late as (
    select
        guarantors.loan_no,
        months.month_end,
        max(months.days_past_due) as guarantor_days_past_due
    from guarantors
    inner join marts.borrower_months as months
        on guarantors.guarantor_id = months.borrower_id and guarantors.expires_on >= months.month_end
    where months.days_past_due > 0
    group by guarantors.loan_no, months.month_end
),

guarantors_pursued as (
    select distinct
        guarantors.loan_no,
        months.month_end,
        true as is_guarantor_enforced
    from guarantors
    inner join raw.external_marks as marks on guarantors.guarantor_id = marks.borrower_id
    inner join marts.month_ends as months
        on months.month_end >= coalesce(marks.recorded_on, marks.happened_on)
        and (marks.ended_on is null or marks.ended_on > months.month_end)
        and guarantors.expires_on >= months.month_end
    where marks.kind in ('enforcement', 'dishonest')
),

together as (
    select * from pools
    union all by name
    select * from unvalued
    union all by name
    select * from marked
    union all by name
    select * from unregistered
    union all by name
    select * from guarantors_late
    union all by name
    select * from guarantors_pursued
)

select
    loan_no,
    month_end,
    max(ltv) as ltv,
    bool_or(is_value_missing) as is_value_missing,
    max(valuation_overdue_days) as valuation_overdue_days,
    min(value_change) as value_change,
    max(uninsured_days) as uninsured_days,
    bool_or(is_beneficiary_other) as is_beneficiary_other,
    min(registration_days_left) as registration_days_left,
    max(unregistered_days) as unregistered_days,
    max(collateral_marks) as collateral_marks,
    max(collateral_mark) as collateral_mark,
    max(guarantor_days_past_due) as guarantor_days_past_due,
    bool_or(is_guarantor_enforced) as is_guarantor_enforced
from together
group by loan_no, month_end
