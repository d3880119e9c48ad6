-- One row per default of a loan: the month end on which it was first seen, what was owed then, and when and how it
-- ended: cured (out of stage 3), paid off, sold; a write-off does not end it. A loan that is cured may default again.
with defaults as (
    select
        loan_id,
        month_end,
        status,
        state,
        default_rule,
        opening_state
    from intermediate.stages
    where state = 'default' or opening_state = 'default'
),

begun as (
    select
        loan_id,
        month_end as defaulted_on,
        default_rule
    from defaults
    where state = 'default' and opening_state is distinct from 'default'
),

ended as (
    select
        loan_id,
        month_end as ended_on,
        case when state in ('closed', 'sold') then state else 'cured' end as ended_as
    from defaults
    where state <> 'default'
),

paired as (
    select
        begun.loan_id,
        begun.defaulted_on,
        begun.default_rule,
        min(ended.ended_on) as ended_on,
        arg_min(ended.ended_as, ended.ended_on) as ended_as
    from begun
    left join ended on begun.loan_id = ended.loan_id and begun.defaulted_on < ended.ended_on
    group by begun.loan_id, begun.defaulted_on, begun.default_rule
)

select
    paired.loan_id,
    months.borrower_id,
    months.branch,
    months.product,
    paired.defaulted_on,
    paired.default_rule,
    paired.ended_on,
    paired.ended_as,
    months.annual_rate,
    -- Straight to write-off: what was written off, or what was owed the month before.
    case
        when months.status = 'active' then months.balance
        when months.written_off_amount > 0 then months.written_off_amount
        else coalesce(months.opening_balance, 0)
    end as exposure
from paired
inner join marts.loan_month_states as months
    on paired.loan_id = months.loan_id and paired.defaulted_on = months.month_end
