-- One row per loan and state date: the class floor after every rule, and the final class, the worse of the floor
-- and the booked class (section 4.2 step 7). A floor never makes a booked class better. What was found at the state
-- date before stands beside it.
with floors as (select * from intermediate.loan_floors),

joined as (
    select
        floors.*,
        case
            when floors.status <> 'active' then null
            else obligors.rule_id
        end as obligor_rule,
        case
            when floors.status <> 'active' then 1
            when obligors.rule_id in ('F3_10pct', 'F3_20pct') then 3
            when obligors.rule_id = 'F2_other_npl' then 2
            else 1
        end as obligor_floor,
        coalesce(obligors.has_default, 0) as obligor_default
    from floors
    left join intermediate.obligor_floors as obligors
        on floors.borrower_id = obligors.borrower_id and floors.state_date = obligors.state_date
),

final as (
    select
        *,
        greatest(own_floor, obligor_floor, coalesce(class_booked, 1)) as classification,
        -- Section 1.4: a firm defaults with any of its loans, everyone else loan by loan.
        status = 'written_off'
        or (
            status = 'active'
            and (
                days_past_due > 90
                or greatest(own_floor, obligor_floor, coalesce(class_booked, 1)) >= 3
                or coalesce(stage, 0) = 3
                or obligor_default = 1
            )
        ) as is_defaulted
    from joined
)

-- A month that was not recorded leaves the next one without an opening.
select
    loan_no,
    state_date,
    greatest(own_floor, obligor_floor) as class_floor,
    case when obligor_floor > own_floor then obligor_rule else own_rule end as floor_rule,
    class_booked,
    classification,
    stage,
    provision,
    observation_ends,
    is_repeated = 1 as is_restructured_again,
    balance_recorded,
    dpd_recorded,
    status_recorded,
    case
        when date_diff('month', lag(state_date) over by_date, state_date) <= 1
            then lag(case when status = 'active' then balance end) over by_date
    end as opening_balance,
    case
        when date_diff('month', lag(state_date) over by_date, state_date) <= 1
            then lag(case when status = 'active' then days_past_due end) over by_date
    end as opening_days,
    case
        when date_diff('month', lag(state_date) over by_date, state_date) <= 1
            then lag(case when status = 'active' then classification end) over by_date
    end as opening_class,
    coalesce(
        max(case when status = 'active' and days_past_due > 0 then 1 else 0 end) over (
            partition by loan_no order by state_date rows between unbounded preceding and 1 preceding
        ),
        0
    ) = 1 as was_late_before,
    is_defaulted and not coalesce(
        max(is_defaulted) over (
            partition by loan_no
            order by state_date
            rows between unbounded preceding and 1 preceding
        ),
        false
    ) as is_first_default
from final
window by_date as (partition by loan_no order by state_date)
