-- One row per loan and state date on which a recorded fact sets a class floor or waives one (rules F2_misuse,
-- F2_refinance, F3_rating, F4_evasion, F5_bankrupt, F1_technical; section 4.1): the worst floor and its rule.
with facts as (
    select
        rule_id,
        raised_on,
        cleared_on,
        loan_no
    from intermediate.class_facts
    union all
    select
        rule_id,
        raised_on,
        cleared_on,
        loan_no
    from intermediate.refinanced
),

floors as (
    select
        substring(param_id, 7) as rule_id,
        product,
        cast(value as bigint) as class_floor,
        valid_from,
        valid_to
    from staging.parameters
    where param_id like 'floor.%' and regime = 'CN'
),

candidates as (
    select
        states.loan_no,
        states.state_date,
        facts.rule_id,
        floors.class_floor,
        row_number() over (
            partition by states.loan_no, states.state_date, facts.rule_id
            order by case when floors.product = '*' then 1 else 0 end
        ) as preference
    from intermediate.loan_states as states
    inner join intermediate.loan_rules as loans on states.loan_no = loans.loan_no
    inner join facts
        on states.loan_no = facts.loan_no
        and states.state_date >= facts.raised_on
        and states.state_date < facts.cleared_on
    inner join floors
        on facts.rule_id = floors.rule_id
        and (floors.product = loans.product or floors.product = '*')
        and states.state_date between floors.valid_from and floors.valid_to
),

in_force as (
    select
        loan_no,
        state_date,
        rule_id,
        class_floor
    from candidates
    where preference = 1
),

ranked as (
    select
        *,
        row_number() over (
            partition by loan_no, state_date order by class_floor desc, rule_id
        ) as preference
    from in_force
)

select
    loan_no,
    state_date,
    max(case when preference = 1 then class_floor end) as class_floor,
    max(case when preference = 1 then rule_id end) as rule_id,
    max(case when rule_id = 'F1_technical' then 1 else 0 end) as has_technical_cause
from ranked
group by loan_no, state_date
