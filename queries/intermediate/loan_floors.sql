-- One row per loan and state date: the class floor that the loan's own facts set (section 4.2, steps 1 to 3),
-- beside the class, stage and provision that the core system booked.
with booked as (select * from staging.recorded_months),

facts as (
    select
        states.loan_no,
        states.state_date,
        states.status,
        states.balance,
        states.days_past_due,
        loans.borrower_id,
        loans.product,
        booked.classification as class_booked,
        booked.stage,
        booked.provision,
        booked.balance as balance_recorded,
        booked.days_past_due as dpd_recorded,
        booked.status as status_recorded,
        rules.overdue_dpd,
        rules.npl_dpd,
        rules.doubtful_dpd,
        rules.loss_dpd,
        rules.tech_overdue_days,
        rules.doubtful_ecl_share,
        rules.loss_ecl_share,
        rules.obligor_npl_share,
        rules.obligor_dpd90_share,
        coalesce(signals.class_floor, 1) as signal_floor,
        signals.rule_id as signal_rule,
        coalesce(signals.has_technical_cause, 0) as has_technical_cause,
        observed.ends_on as observation_ends,
        coalesce(observed.is_repeated, 0) as is_repeated
    from intermediate.loan_states as states
    inner join intermediate.loan_rules as loans on states.loan_no = loans.loan_no
    inner join intermediate.class_rules as rules
        on states.state_date = rules.state_date and loans.product = rules.product
    left join booked on loans.loan_id = booked.loan_id and states.state_date = booked.month_end
    left join intermediate.signal_floors as signals
        on states.loan_no = signals.loan_no and states.state_date = signals.state_date
    left join intermediate.observed_months as observed
        on states.loan_no = observed.loan_no and states.state_date = observed.state_date
),

floored as (
    select
        *,
        case
            when days_past_due > loss_dpd then 5
            when days_past_due > doubtful_dpd then 4
            when days_past_due > npl_dpd then 3
            when days_past_due > overdue_dpd
                and not (has_technical_cause = 1 and days_past_due <= tech_overdue_days) then 2
            else 1
        end as dpd_floor,
        case
            when stage = 3 and provision >= loss_ecl_share * balance and balance > 0 then 5
            when stage = 3 and provision >= doubtful_ecl_share * balance and balance > 0 then 4
            when stage = 3 then 3
            else 1
        end as stage_floor,
        case
            when observation_ends is null then 1
            when is_repeated = 1 then 3
            else 2
        end as restructure_floor
    from facts
)

select
    *,
    greatest(dpd_floor, stage_floor, restructure_floor, signal_floor) as own_floor,
    case greatest(dpd_floor, stage_floor, restructure_floor, signal_floor)
        when 1 then null
        when dpd_floor then case dpd_floor
            when 5 then 'F5_dpd'
            when 4 then 'F4_dpd'
            when 3 then 'F3_dpd'
            else 'F2_overdue'
        end
        when stage_floor then case stage_floor
            when 5 then 'F5_ecl90'
            when 4 then 'F4_ecl50'
            else 'F3_impaired'
        end
        when signal_floor then signal_rule
        else case restructure_floor when 3 then 'F3_re_restr' else 'F2_restr' end
    end as own_rule
from floored
