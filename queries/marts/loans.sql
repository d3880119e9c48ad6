-- One row per loan at the data's last date (`as_of`); a loan that left the book keeps the state in which it left.
-- A loan that has neither a schedule nor a recorded month has an empty balance, days past due and class.
with states as (
    select
        *,
        row_number() over (partition by loan_no order by state_date desc) as recency
    from intermediate.loan_states
),

latest as (
    select *
    from states
    where recency = 1
),

last_payments as (
    select
        loan_id,
        max(paid_on) as last_paid_on
    from staging.payments
    where reverses is null and reversed_on is null and amount >= 1
    group by loan_id
),

worst as (
    select
        states.loan_no,
        max(states.days_past_due) as max_dpd_12m
    from intermediate.loan_states as states
    cross join raw.build as build
    where states.state_date > cast(build.as_of - interval 12 month as date)
    group by states.loan_no
)

select
    cast(rules.loan_no as integer) as loan_no,
    loans.loan_id,
    loans.borrower_id,
    build.as_of,
    loans.product,
    loans.branch,
    loans.principal,
    loans.annual_rate,
    loans.disbursed_on,
    loans.term_months,
    loans.matures_on,
    loans.repayment_method,
    loans.currency,
    loans.officer_id,
    loans.collateral_kind,
    loans.purpose,
    coalesce(borrowers.kind, 'unknown') as borrower_kind,
    coalesce(latest.status, case when loans.disbursed_on > build.as_of then 'not_drawn' end) as status,
    latest.state_date as state_on,
    latest.balance,
    latest.days_past_due,
    case
        when latest.status <> 'active' or latest.days_past_due is null then null
        when latest.days_past_due = 0 then 'current'
        when latest.days_past_due <= 30 then '1-30'
        when latest.days_past_due <= 60 then '31-60'
        when latest.days_past_due <= 90 then '61-90'
        when latest.days_past_due <= 180 then '91-180'
        when latest.days_past_due <= 360 then '181-360'
        else '360+'
    end as bucket,
    case
        when latest.status <> 'active' or latest.days_past_due is null then null
        when latest.days_past_due = 0 then 'M0'
        when latest.days_past_due <= 30 then 'M1'
        when latest.days_past_due <= 60 then 'M2'
        when latest.days_past_due <= 90 then 'M3'
        when latest.days_past_due <= 120 then 'M4'
        when latest.days_past_due <= 150 then 'M5'
        when latest.days_past_due <= 180 then 'M6'
        else 'M7+'
    end as bucket_m,
    classified.classification,
    classified.class_floor,
    classified.class_booked,
    classified.floor_rule,
    classified.stage,
    classified.provision,
    latest.status = 'active' and classified.observation_ends is not null as is_restructured,
    classified.observation_ends,
    latest.oldest_unpaid_due,
    latest.overdue_principal,
    latest.overdue_interest,
    latest.overdue_fee,
    latest.overdue_principal + latest.overdue_interest + latest.overdue_fee as overdue_amount,
    latest.instalments_past_due,
    latest.due_today_unpaid,
    latest.advance_balance,
    latest.residual_penalty,
    latest.dpd_original,
    latest.state_source,
    last_payments.last_paid_on,
    worst.max_dpd_12m,
    case when ends.left_on < date '9999-12-31' then ends.left_on end as left_on,
    first_dues.first_due_on,
    first_dues.paid_late_days as first_paid_late_days,
    first_dues.is_fpd_1,
    first_dues.is_fpd_7,
    first_dues.is_fpd_30,
    cast(date_trunc('month', loans.disbursed_on) as date) as vintage,
    late.first_30_on,
    late.first_60_on,
    late.first_90_on,
    cast(late.first_30_balance as decimal(18, 2)) as first_30_balance,
    cast(late.first_60_balance as decimal(18, 2)) as first_60_balance,
    cast(late.first_90_balance as decimal(18, 2)) as first_90_balance,
    late.gone_on,
    late.gone_days,
    late.gone_balance
from staging.loans as loans
cross join raw.build as build
left join staging.borrowers as borrowers on loans.borrower_id = borrowers.borrower_id
inner join intermediate.loan_rules as rules on loans.loan_id = rules.loan_id
left join latest on rules.loan_no = latest.loan_no
left join intermediate.classified as classified
    on latest.loan_no = classified.loan_no and latest.state_date = classified.state_date
left join last_payments on loans.loan_id = last_payments.loan_id
left join worst on rules.loan_no = worst.loan_no
left join intermediate.late_loans as late on loans.loan_id = late.loan_id
left join intermediate.loan_ends as ends on loans.loan_id = ends.loan_id
left join intermediate.first_dues as first_dues on rules.loan_no = first_dues.loan_no
order by loans.loan_id
