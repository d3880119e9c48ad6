-- One row per instalment, repayment or recovery behind one kind of cash between two days: those of a bar re-add to it.
-- An instalment counts by the schedule in force when its month began, while its loan had not left before.
with payments as (
    select
        *,
        case $kind
            when 'on_time' then on_time_amount
            when 'late' then late_amount
            when 'early' then early_amount
            when 'outside' then outside_amount
            else 0
        end as counted
    from scoped_payments($branches, $products)
    where $kind in ('on_time', 'late', 'early', 'outside') and counts_on between $first and $last
),

reversed as (
    select
        payments.*,
        dates.disbursed_on,
        dates.left_on
    from scoped_payments($branches, $products) as payments
    inner join scoped_maturity_dates($branches, $products) as dates
        on payments.loan_id = dates.loan_id and dates.is_latest
    where $kind in ('taken_back', 'outside') and payments.reverses is null and payments.reversed_on is not null
),

taken_back as (
    select
        repayment_id || '/r' as row_id,
        repayment_id as movement_id,
        loan_id,
        branch,
        product,
        true as is_taken_back,
        greatest(reversed_on, disbursed_on) as moved_on,
        -amount as amount,
        left_on
    from reversed
),

movements as (
    select
        loan_id || '/' || seq as row_id,
        loan_id || '/' || seq as movement_id,
        loan_id,
        branch,
        product,
        false as is_taken_back,
        expected_on as moved_on,
        principal_due + interest_due + fee_due + penalty_due as amount
    from scoped_due_lines($branches, $products)
    where $kind = 'due' and expected_on between $first and $last
    union all
    select
        repayment_id as row_id,
        repayment_id as movement_id,
        loan_id,
        branch,
        product,
        false as is_taken_back,
        counts_on as moved_on,
        counted as amount
    from payments
    where reverses is null
    union all
    select
        row_id,
        movement_id,
        loan_id,
        branch,
        product,
        is_taken_back,
        moved_on,
        amount
    from taken_back
    where moved_on between $first and $last
        and (last_day(moved_on) <= last_day(left_on)) = ($kind = 'taken_back')
    union all
    select
        recovery_id as row_id,
        recovery_id as movement_id,
        loan_id,
        branch,
        product,
        false as is_taken_back,
        recovered_on as moved_on,
        amount
    from scoped_recoveries($branches, $products)
    where $kind = 'recovered' and kind is distinct from 'forgiven' and recovered_on between $first and $last
)

select *
from movements
where amount <> 0 and last_day(moved_on) <= $month_end
