-- One row per loan and month end from disbursement until it left the book, plus the month in which it left: what
-- was found that day, and the month end before beside it. marts.loan_months reads it and adds what counts. What was due
-- in the month is by the schedule in force when it began (sections 6.2, 8): what an early repayment settles was not due.
with states as (
    select *
    from intermediate.loan_states
    where is_on_grid
),

joined as (
    select
        cast(loans.loan_no as integer) as loan_no,
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
        classified.is_restructured_again,
        classified.balance_recorded,
        classified.dpd_recorded,
        classified.status_recorded,
        states.oldest_unpaid_due,
        states.overdue_principal,
        states.overdue_interest,
        states.overdue_fee,
        states.instalments_past_due,
        states.advance_balance,
        states.dpd_original,
        states.collected_in_month,
        coalesce(changes.due_in_month, states.due_in_month) as due_in_month,
        states.state_source,
        classified.opening_balance,
        classified.opening_days,
        classified.opening_class,
        classified.was_late_before,
        classified.is_first_default,
        coalesce(flows.written_off_amount, 0) as written_off_amount,
        coalesce(flows.sold_amount, 0) as sold_amount,
        coalesce(changes.capitalised_amount, 0) as capitalised_amount,
        coalesce(changes.scheduled_in_month, states.principal_due_in_month) as principal_due_in_month,
        case
            when changes.scheduled_until is null then states.principal_ahead
            else changes.principal_in_all - states.principal_outstanding - changes.scheduled_until
        end as principal_ahead,
        coalesce(changes.principal_change, 0) as principal_change,
        flows.cash_after,
        flows.outstanding_before
    from states
    inner join intermediate.loan_rules as loans on states.loan_no = loans.loan_no
    inner join intermediate.classified as classified
        on states.loan_no = classified.loan_no and states.state_date = classified.state_date
    left join intermediate.month_flows as flows
        on states.loan_no = flows.loan_no and states.state_date = flows.month_end
    left join intermediate.month_changes as changes
        on states.loan_no = changes.loan_no and states.state_date = changes.month_end
),

-- What was on the book to begin with, less what left it otherwise: what may have been repaid.
begun as (
    select
        *,
        opening_balance is not null or disbursed_amount > 0 as is_begun,
        coalesce(opening_balance, 0) + disbursed_amount as begun_with,
        written_off_amount + sold_amount - capitalised_amount as gone_otherwise
    from joined
),

-- Principal paid by the schedules, before and after the month; cash that came in after a loan had left repays nothing
-- on the book. A new schedule for a loan that was paid off settles anew what was paid. A loan without a schedule has
-- repaid what its balance fell by, unless it left for an unknown amount.
repaid as (
    select
        *,
        case
            when state_source = 'recorded' then case
                when status in ('written_off', 'sold') and written_off_amount + sold_amount = 0 then 0
                when status = 'active' and not is_begun and gone_otherwise >= 0 then 0
                else greatest(begun_with - gone_otherwise - balance, 0)
            end
            when is_begun then begun_with - principal_outstanding + principal_change - case
                when status not in ('written_off', 'sold') or cash_after is null then 0
                else least(cash_after, greatest(principal_change - principal_outstanding + gone_otherwise, 0))
            end
            when outstanding_before is not null then outstanding_before - principal_outstanding
            when status = 'active' then principal_change - principal_outstanding
            when status = 'closed' then principal_change
            when gone_otherwise <> 0 then -principal_outstanding
            else 0
        end as repaid_amount
    from begun
),

marked as (
    select
        *,
        status = 'active' and classification >= 3 as is_npl,
        coalesce(opening_class, 1) >= 3 as was_npl,
        opening_class is null and disbursed_amount = 0 as is_unopened
    from repaid
)

select
    loan_no,
    loan_id,
    borrower_id,
    month_end,
    status,
    branch,
    product,
    borrower_kind,
    collateral_kind,
    region,
    industry,
    officer_id,
    annual_rate,
    repayment_method,
    months_on_book,
    disbursed_amount,
    balance,
    principal_outstanding,
    days_past_due,
    classification,
    class_floor,
    class_booked,
    floor_rule,
    stage,
    provision,
    observation_ends,
    is_restructured_again,
    balance_recorded,
    dpd_recorded,
    status_recorded,
    oldest_unpaid_due,
    overdue_principal,
    overdue_interest,
    overdue_fee,
    instalments_past_due,
    advance_balance,
    dpd_original,
    collected_in_month,
    due_in_month,
    principal_due_in_month,
    state_source,
    opening_balance,
    opening_days,
    opening_class,
    was_late_before,
    is_first_default,
    is_npl,
    was_npl,
    is_unopened,
    -- What became non-performing in the month; what left in it left as such. It stands here and not in marts.loan_months,
    -- since the few loans of the month that have any are looked for among all.
    cast(
        case
            when was_npl or is_unopened then 0
            when is_npl then balance + written_off_amount + sold_amount
            when status in ('written_off', 'sold') then coalesce(opening_balance, 0) + disbursed_amount
            else 0
        end as decimal(18, 2)
    ) as npl_inflow_amount,
    written_off_amount,
    sold_amount,
    capitalised_amount,
    -- Early repayment is that of loans which were performing when the month began (section 6.2).
    case
        when state_source = 'computed' and opening_class <= 2
            then greatest(least(principal_ahead, repaid_amount), 0)
        else 0
    end as prepaid_amount,
    -- A recorded loan that is seen for the first time came from outside the record: that is no break.
    case
        when state_source = 'recorded' and status = 'active' and not is_begun and gone_otherwise >= 0 then 0
        else cast(balance - (begun_with - repaid_amount - gone_otherwise) as decimal(18, 2))
    end as break_amount
from marked
-- The late first: lists and figures of late loans then read one block of a month and skip the others.
order by month_end, days_past_due desc nulls last, loan_id
