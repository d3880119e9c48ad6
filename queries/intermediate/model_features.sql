-- One row per loan and month end that the learned score is trained on, tested on or given for, with what was known of
-- the loan that day, and whether it first defaulted within the twelve months after (1.4; empty until they are over).
-- Only loans on the book that had not defaulted by then. A bounded sample, drawn by a hash and so the same each time.
with defaults as (
    select
        loan_id,
        min(month_end) as default_on
    from marts.loan_month_states
    where is_first_default
    group by loan_id
),

-- The months of each loan as they are told now, and those of the copies that stand for it at a month end at which
-- something was not booked yet.
months as (
    select
        loan_no,
        false as is_copy,
        month_end,
        status,
        days_past_due,
        collected_in_month,
        due_in_month,
        is_first_default
    from marts.loan_month_states
    union all
    select
        loan_no,
        true as is_copy,
        month_end,
        status,
        days_past_due,
        collected_in_month,
        due_in_month,
        is_first_default
    from intermediate.known_loan_month_states
),

had_defaulted as (
    select distinct
        late.loan_id,
        late.month_end
    from marts.late_bookings as late
    inner join months
        on late.copy_no = months.loan_no and months.is_copy and late.month_end >= months.month_end
    where months.is_first_default
),

-- A borrower is tested or trained on, never both; the groups tell how sure a figure of the test is.
eligible as (
    select
        states.loan_id,
        states.borrower_id,
        states.month_end,
        coalesce(late.copy_no, states.loan_no) as seen_no,
        late.copy_no is not null as is_copy,
        case when defaults.default_on > states.month_end then defaults.default_on end as default_on,
        months.is_labelled,
        months.is_last,
        months.is_later,
        months.is_training and hash(states.borrower_id) % 10 >= 3 as may_train,
        months.is_test and hash(states.borrower_id) % 10 < 3 as may_test,
        cast(hash(states.borrower_id) // 10 % 20 as integer) as borrower_group,
        hash(states.loan_id, states.month_end) / 18446744073709551616.0 as drawn
    from marts.months_as_known as states
    inner join intermediate.model_months as months on states.month_end = months.month_end
    left join marts.late_bookings as late
        on states.loan_no = late.loan_no and states.month_end = late.month_end
    left join had_defaulted
        on states.loan_id = had_defaulted.loan_id and states.month_end = had_defaulted.month_end
    left join defaults on states.loan_id = defaults.loan_id
    where states.status = 'active'
        and states.balance > 0
        and had_defaulted.loan_id is null
        and (defaults.default_on is null or defaults.default_on > states.month_end or late.copy_no is not null)
),

counts as (
    select
        count(*) filter (where may_train) as training_rows,
        count(*) filter (where may_test) as test_rows
    from eligible
),

month_counts as (
    select
        month_end,
        count(*) as rows
    from eligible
    group by month_end
),

drawn as (
    select
        eligible.*,
        eligible.may_train and eligible.drawn < 200000 / counts.training_rows as is_training,
        eligible.may_test and eligible.drawn < 100000 / counts.test_rows as is_test,
        eligible.is_later and eligible.drawn < 10000 / month_counts.rows as is_watched
    from eligible
    cross join counts
    inner join month_counts on eligible.month_end = month_counts.month_end
),

kept as (
    select *
    from drawn
    where is_training or is_test or is_watched or is_last
),

-- The twelve month ends up to that day.
histories as (
    select
        kept.loan_id,
        kept.month_end,
        max(states.days_past_due) filter (
            where states.month_end > last_day(kept.month_end - interval 3 month)
        ) as worst_3m,
        max(states.days_past_due) filter (
            where states.month_end > last_day(kept.month_end - interval 6 month)
        ) as worst_6m,
        max(states.days_past_due) as worst_12m,
        count(*) filter (
            where states.days_past_due > 0 and states.month_end > last_day(kept.month_end - interval 6 month)
        ) as months_late_6,
        count(*) filter (where states.days_past_due > 0) as months_late_12,
        max(states.days_past_due) filter (
            where states.month_end = last_day(kept.month_end - interval 3 month)
        ) as days_3m_before,
        sum(states.collected_in_month) filter (
            where states.month_end > last_day(kept.month_end - interval 3 month)
        ) as collected_3m,
        sum(states.due_in_month) filter (
            where states.month_end > last_day(kept.month_end - interval 3 month)
        ) as due_3m
    from kept
    inner join months as states
        on kept.seen_no = states.loan_no
        and kept.is_copy = states.is_copy
        and states.month_end > last_day(kept.month_end - interval 12 month)
        and states.month_end <= kept.month_end
    where states.status = 'active'
    group by kept.loan_id, kept.month_end
),

borrowers as (
    select
        states.borrower_id,
        states.month_end,
        count(*) as loans,
        count(*) filter (where states.days_past_due > 0) as late_loans
    from marts.months_as_known as states
    where states.status = 'active'
        and states.balance > 0
        and exists (
            select 1
            from kept
            where kept.borrower_id = states.borrower_id and kept.month_end = states.month_end
        )
    group by states.borrower_id, states.month_end
)

select
    kept.loan_id,
    kept.borrower_id,
    kept.month_end,
    states.branch,
    kept.is_training,
    kept.is_test,
    kept.is_watched,
    kept.is_last,
    kept.borrower_group,
    kept.drawn,
    case
        when kept.is_labelled
            then coalesce(kept.default_on <= last_day(kept.month_end + interval 12 month), false)
    end as is_default,
    states.balance,
    states.days_past_due,
    histories.worst_3m,
    histories.worst_6m,
    histories.worst_12m,
    histories.months_late_6,
    histories.months_late_12,
    states.days_past_due - histories.days_3m_before as days_rise_3m,
    case when histories.due_3m > 0 then least(histories.collected_3m / histories.due_3m, 2) end as paid_share_3m,
    least(
        (states.overdue_principal + states.overdue_interest + states.overdue_fee) / states.balance, 1
    ) as overdue_share,
    states.instalments_past_due,
    states.classification,
    states.stage,
    cast(states.observation_ends is not null as integer) as is_restructured,
    states.months_on_book,
    greatest(date_diff('month', kept.month_end, loans.matures_on), 0) as remaining_months,
    loans.annual_rate,
    least(states.balance / loans.principal, 2) as balance_to_principal,
    borrowers.loans - 1 as other_loans,
    borrowers.late_loans - cast(states.days_past_due > 0 as integer) as other_late_loans,
    coalesce(scores.behavioural, 0) as signals_behavioural,
    coalesce(scores.financial, 0) as signals_financial,
    coalesce(scores.external, 0) as signals_external,
    coalesce(scores.collateral, 0) as signals_collateral,
    coalesce(scores.use_of_funds, 0) as signals_use_of_funds,
    -- Of an account too young to compare, and where nothing is wrong, it is 0; without an account it is not known.
    case when accounts.borrower_id is not null then coalesce(facts.inflow_change, 0) end as inflow_change,
    case when accounts.credit_limit > 0 then coalesce(facts.least_utilisation_3m, 0) end as least_utilisation_3m,
    case when accounts.credit_limit > 0 then coalesce(facts.over_limit_days, 0) end as over_limit_days,
    case when accounts.borrower_id is not null then coalesce(facts.account_shortfall, 0) end as account_shortfall,
    states.product,
    states.borrower_kind,
    states.collateral_kind,
    coalesce(states.repayment_method, 'unknown') as repayment_method
-- What is known beside the loan's own months joins here, by borrower or loan and month end; a column of it becomes a
-- feature by a line in data/score_features.py.
from kept
inner join marts.months_as_known as states
    on kept.loan_id = states.loan_id and kept.month_end = states.month_end
inner join staging.loans as loans on kept.loan_id = loans.loan_id
inner join histories on kept.loan_id = histories.loan_id and kept.month_end = histories.month_end
inner join borrowers on kept.borrower_id = borrowers.borrower_id and kept.month_end = borrowers.month_end
left join marts.borrower_scores as scores
    on kept.borrower_id = scores.borrower_id and kept.month_end = scores.month_end
left join raw.account_months as accounts
    on kept.borrower_id = accounts.borrower_id and kept.month_end = accounts.month_end
left join intermediate.account_facts as facts
    on kept.borrower_id = facts.borrower_id and kept.month_end = facts.month_end
