-- One row per day of a loan on which something was past due: days past due by the European materiality rule.
-- The counter runs while the amount past due is above both thresholds, and is 0 otherwise (2.2, W3). Facility
-- level: exposure is the loan's own outstanding principal, so the obligor's other debts are not looked at.
with loans as (
    select *
    from scoped_loans($branches, $products)
    where loan_id = $loan_id
),

instalments as (
    select
        *,
        sum(due) over (order by due_on, seq) - due as cash_before
    from scoped_instalments($branches, $products)
    where loan_id = $loan_id
),

movements as (
    select
        paid_on,
        amount
    from scoped_payments($branches, $products)
    where loan_id = $loan_id and reverses is null
    union all
    select
        reversed_on as paid_on,
        -amount as amount
    from scoped_payments($branches, $products)
    where loan_id = $loan_id and reverses is null and reversed_on is not null
),

payments as (
    select
        paid_on,
        sum(amount) as amount
    from movements
    group by paid_on
),

thresholds as (
    select
        param_id,
        cast(value as double) as threshold,
        valid_from,
        valid_to
    from book_parameters()
    where product = '*' and starts_with(param_id, 'dod_')
),

days as (
    select unnest(generate_series(min(due_on), $as_of, interval 1 day))::date as eod_date
    from instalments
    where due_on <= $as_of
),

cash as (
    select
        days.eod_date,
        coalesce(sum(payments.amount), 0) as held
    from days
    left join payments on payments.paid_on <= days.eod_date
    group by days.eod_date
),

applied as (
    select
        cash.eod_date,
        sum(case when instalments.due_on < cash.eod_date
            then instalments.due - greatest(least(cash.held - instalments.cash_before, instalments.due), 0)
        else 0 end) as past_due,
        sum(case when instalments.due_on <= cash.eod_date
            then greatest(
                greatest(least(cash.held - instalments.cash_before, instalments.due), 0)
                - (instalments.due - instalments.principal_due),
                0
            )
        else 0 end) as principal_paid
    from cash
    inner join instalments on true
    group by cash.eod_date
),

measured as (
    select
        applied.eod_date,
        applied.past_due,
        loans.principal - applied.principal_paid as exposure,
        amounts.threshold as least_amount,
        shares.threshold as least_share
    from applied
    inner join loans on true
    left join thresholds as amounts
        on amounts.param_id
        = case when loans.borrower_kind = 'retail' then 'dod_abs_retail' else 'dod_abs_other' end
        and applied.eod_date between amounts.valid_from and amounts.valid_to
    left join thresholds as shares
        on shares.param_id = 'dod_rel'
        and applied.eod_date between shares.valid_from and shares.valid_to
),

judged as (
    select
        *,
        past_due::double / nullif(exposure, 0) as share,
        coalesce(
            past_due > least_amount and past_due::double / nullif(exposure, 0) > least_share, false
        ) as is_material
    from measured
),

counted as (
    select
        *,
        max(case when not is_material then eod_date end)
            over (order by eod_date rows unbounded preceding) as last_immaterial,
        min(eod_date) over () as first_day
    from judged
)

select
    eod_date,
    past_due,
    exposure,
    share,
    least_amount,
    least_share,
    is_material,
    case when is_material then eod_date - coalesce(last_immaterial, first_day - 1) else 0 end as dpd_material
from counted
where past_due > 0
order by eod_date
