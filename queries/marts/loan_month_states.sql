-- One row per loan and month end from disbursement until it left the book, plus the month in which it left: what
-- was found that day, and the month end before beside it. marts.loan_months reads it and adds what counts.
with states as (
    select *
    from intermediate.loan_states
    where is_on_grid
),

joined as (
    select
        loans.loan_id,
        loans.borrower_id,
        states.state_date as month_end,
        states.status,
        loans.branch,
        loans.product,
        loans.borrower_kind,
        loans.collateral_kind,
        loans.region,
        loans.industry,
        loans.currency,
        loans.officer_id,
        loans.annual_rate,
        loans.repayment_method,
        date_diff('month', loans.disbursed_on, states.state_date) as months_on_book,
        case when last_day(loans.disbursed_on) = states.state_date then loans.principal else 0 end as disbursed_amount,
        states.balance,
        states.principal_outstanding,
        states.days_past_due,
        classified.classification,
        classified.class_floor,
        classified.class_booked,
        classified.floor_rule,
        classified.stage,
        classified.provision,
        classified.observation_ends,
        classified.balance_recorded,
        classified.dpd_recorded,
        classified.status_recorded,
        states.oldest_unpaid_due,
        states.overdue_principal,
        states.overdue_interest,
        states.overdue_fee,
        states.instalments_past_due,
        states.due_today_unpaid,
        states.advance_balance,
        states.residual_penalty,
        states.dpd_original,
        states.collected_in_month,
        states.due_in_month,
        states.state_source,
        classified.opening_balance,
        classified.opening_days,
        classified.opening_class,
        classified.was_late_before,
        coalesce(flows.written_off_amount, 0) as written_off_amount,
        coalesce(flows.sold_amount, 0) as sold_amount
    from states
    inner join intermediate.loan_rules as loans on states.loan_no = loans.loan_no
    inner join intermediate.classified as classified
        on states.loan_no = classified.loan_no and states.state_date = classified.state_date
    left join intermediate.month_flows as flows
        on states.loan_no = flows.loan_no and states.state_date = flows.month_end
)

select *
from joined
order by month_end, loan_id
