-- One row per check, loan and month end at which a booked class breaks a rule that has no exception (4.6): nothing may
-- be here. booked_below_floor, late_not_npl, stage3_not_npl, restructured_normal, upgraded_early, not_classified.
with months as (
    select
        loan_id,
        month_end,
        branch,
        product,
        balance,
        days_past_due,
        stage,
        class_booked,
        class_floor,
        floor_rule,
        class_booked < class_floor as is_below_floor,
        class_booked <= 2 and days_past_due > 90 as is_late_not_npl,
        class_booked <= 2 and stage = 3 as is_stage3_not_npl,
        class_booked = 1 and observation_ends is not null as is_restructured_normal
    from marts.loan_month_states
    where status = 'active'
        and (
            class_booked < class_floor
            or (class_booked <= 2 and (days_past_due > 90 or stage = 3))
            or (class_booked = 1 and observation_ends is not null)
        )
),

checks as (
    select 'booked_below_floor' as check_id
    union all
    select 'late_not_npl' as check_id
    union all
    select 'stage3_not_npl' as check_id
    union all
    select 'restructured_normal' as check_id
),

booked as (
    select
        checks.check_id,
        months.loan_id,
        months.month_end,
        months.branch,
        months.product,
        months.balance,
        months.days_past_due,
        months.stage,
        months.class_booked,
        months.class_floor,
        months.floor_rule,
        cast(null as date) as earliest_on
    from months
    cross join checks
    where case checks.check_id
        when 'booked_below_floor' then months.is_below_floor
        when 'late_not_npl' then months.is_late_not_npl
        when 'stage3_not_npl' then months.is_stage3_not_npl
        else months.is_restructured_normal
    end
),

early as (
    select
        'upgraded_early' as check_id,
        months.loan_id,
        months.month_end,
        months.branch,
        months.product,
        months.balance,
        months.days_past_due,
        months.stage,
        months.class_booked,
        months.class_floor,
        months.floor_rule,
        upgrades.earliest_on
    from marts.upgrades as upgrades
    inner join marts.loan_month_states as months
        on upgrades.loan_id = months.loan_id and upgrades.month_end = months.month_end
    where upgrades.is_early
),

-- A loan of three months or more without a class in the record of the last three month ends.
recorded as (
    select
        loan_id,
        month_end
    from staging.recorded_months
    where classification is not null
),

first_class as (
    select min(month_end) as first_month
    from recorded
),

unclassified as (
    select months.*
    from marts.loan_month_states as months
    cross join first_class
    where months.class_booked is null
        and months.status = 'active'
        and months.months_on_book >= 3
        and months.month_end >= last_day(cast(first_class.first_month + interval 2 month as date))
),

classified_lately as (
    select distinct
        unclassified.loan_id,
        unclassified.month_end
    from unclassified
    inner join recorded
        on unclassified.loan_id = recorded.loan_id
        and recorded.month_end < unclassified.month_end
        and recorded.month_end > last_day(cast(unclassified.month_end - interval 3 month as date))
),

forgotten as (
    select
        'not_classified' as check_id,
        unclassified.loan_id,
        unclassified.month_end,
        unclassified.branch,
        unclassified.product,
        unclassified.balance,
        unclassified.days_past_due,
        unclassified.stage,
        unclassified.class_booked,
        unclassified.class_floor,
        unclassified.floor_rule,
        cast(null as date) as earliest_on
    from unclassified
    left join classified_lately
        on unclassified.loan_id = classified_lately.loan_id
        and unclassified.month_end = classified_lately.month_end
    where classified_lately.loan_id is null
)

select * from booked
union all
select * from early
union all
select * from forgotten
order by check_id, month_end, loan_id
