-- One row per loan and month end at which its debtor's conduct gave cause for concern: promises broken in the last 90
-- days, no contact with the debtor while late, payments by strangers in six months, a loan taken to settle another.
with broken as (
    select
        promises.loan_no,
        months.month_end,
        count(*) as broken_promises_90d
    from marts.promises as promises
    inner join marts.month_ends as months
        on months.month_end >= promises.kept_by and months.month_end < promises.due_on + 90
    where promises.outcome in ('partial', 'broken')
    group by promises.loan_no, months.month_end
),

reached as (
    select
        states.loan_no,
        states.state_date,
        max(cast(contacts.contacted_at as date)) as reached_on
    from intermediate.loan_states as states
    inner join intermediate.loan_rules as loans on states.loan_no = loans.loan_no
    inner join raw.contacts as contacts
        on loans.loan_id = contacts.loan_id
        and contacts.is_right_party
        and cast(contacts.contacted_at as date) <= states.state_date
    where states.is_on_grid and states.status = 'active' and states.days_past_due > 0
    group by states.loan_no, states.state_date
),

-- Counted since the loan was late, where the debtor was last reached before.
silent as (
    select
        states.loan_no,
        states.state_date as month_end,
        least(
            states.days_past_due,
            date_diff('day', coalesce(reached.reached_on, first_contact.day), states.state_date)
        ) as days_without_contact
    from intermediate.loan_states as states
    cross join intermediate.first_contact as first_contact
    left join reached on states.loan_no = reached.loan_no and states.state_date = reached.state_date
    where states.is_on_grid
        and states.status = 'active'
        and states.days_past_due > 0
        and first_contact.day <= states.state_date
),

strangers as (
    select
        loans.loan_no,
        months.month_end,
        count(*) as third_party_payments_6m
    from raw.repayments as given
    inner join staging.payments as payments on given.repayment_id = payments.repayment_id
    inner join intermediate.loan_rules as loans on given.loan_id = loans.loan_id
    inner join marts.month_ends as months
        on months.month_end >= payments.paid_on
        and date_diff('month', payments.paid_on, months.month_end) < 6
        and (payments.reversed_on is null or payments.reversed_on > months.month_end)
    where given.payer = 'third_party' and given.reverses is null
    group by loans.loan_no, months.month_end
),

horizon as (select max(age_to) as days from marts.decay_steps),

renewal_months as (
    select
        renewed.loan_no,
        months.month_end,
        min(renewed.settled_old_within) as settled_old_within,
        min(date_diff('day', renewed.renewed_on, months.month_end)) as settled_old_age
    from intermediate.renewals as renewed
    cross join horizon
    inner join marts.month_ends as months
        on months.month_end >= renewed.renewed_on
        and months.month_end <= cast(renewed.renewed_on + horizon.days * interval 1 day as date)
    group by renewed.loan_no, months.month_end
),

together as (
    select * from broken
    union all by name
    select * from silent
    union all by name
    select * from strangers
    union all by name
    select * from renewal_months
)

select
    loan_no,
    month_end,
    max(broken_promises_90d) as broken_promises_90d,
    max(days_without_contact) as days_without_contact,
    max(third_party_payments_6m) as third_party_payments_6m,
    max(settled_old_within) as settled_old_within,
    max(settled_old_age) as settled_old_age
from together
group by loan_no, month_end
