-- One row per step of the contact strategy that a loan came to: since when its cases count, when it became due and by when
-- it is to be done, the last day on which an act counts as doing it, the first on which it can be done no more and whether
-- it was needed no more, by its day, since the debtor had paid or the loan had left the book.
-- It may be done until its day even where its days past due are over before, as over a weekend.
with strategy as (select * from marts.contact_strategy),

came as (
    select
        loan_id,
        step_id,
        valid_from,
        spell,
        cast(null as date) as pay_on,
        late_from as since_on,
        due_on,
        passed_on,
        cured_on
    from intermediate.late_steps
    union all
    select
        reminders.loan_id,
        reminders.step_id,
        reminders.valid_from,
        cast(null as bigint) as spell,
        reminders.pay_on,
        reminders.due_on as since_on,
        reminders.due_on,
        reminders.passed_on,
        reminders.cured_on
    from intermediate.reminder_steps as reminders
    cross join raw.build as build
    where reminders.due_on <= build.as_of
        and (reminders.cured_on is null or reminders.cured_on > reminders.due_on)
        and not exists (
            select 1
            from intermediate.late_spells as spells
            where spells.loan_id = reminders.loan_id
                and spells.late_from <= reminders.due_on
                and coalesce(spells.clear_on, date '9999-12-31') > reminders.due_on
        )
),

acts as (
    select
        channel,
        case_type,
        case_event,
        min(acted_on) as acts_from
    from intermediate.step_acts
    group by channel, case_type, case_event
),

-- Nobody is missed before the book records every way in which the step is done there: its channels, and its case.
recorded as (
    select
        strategy.product,
        strategy.step_id,
        strategy.valid_from,
        greatest(
            min(case when acts.case_type is null then acts.acts_from end),
            min(case when acts.case_type is not null then acts.acts_from end)
        ) as judged_from
    from strategy
    inner join acts
        on (acts.case_type is null and list_contains(string_split(strategy.channels, ' '), acts.channel))
        or (acts.case_type = strategy.case_type and acts.case_event = strategy.case_event)
    group by strategy.product, strategy.step_id, strategy.valid_from
),

owed as (
    select
        came.*,
        loans.borrower_id,
        loans.branch,
        loans.product,
        strategy.of_product,
        strategy.channel as first_channel,
        strategy.channels,
        strategy.case_type,
        strategy.case_event,
        days.due_by,
        least(ends.written_off_on, ends.sold_on) as left_on
    from came
    inner join intermediate.loan_rules as loans on came.loan_id = loans.loan_id
    inner join intermediate.loan_ends as ends on loans.loan_no = ends.loan_no
    inner join strategy
        on loans.product = strategy.product
        and came.step_id = strategy.step_id
        and came.valid_from = strategy.valid_from
    inner join recorded
        on strategy.product = recorded.product
        and strategy.step_id = recorded.step_id
        and strategy.valid_from = recorded.valid_from
    inner join intermediate.step_days as days
        on strategy.calendar_id = days.calendar_id
        and strategy.amount = days.amount
        and came.due_on = days.day
    where came.due_on >= recorded.judged_from
),

ended as (
    select
        *,
        least(
            greatest(due_by, coalesce(passed_on - 1, date '9999-12-31')),
            coalesce(cured_on, date '9999-12-31'),
            coalesce(left_on, date '9999-12-31')
        ) as last_on
    from owed
    where left_on is null or left_on > due_on
)

select
    concat(loan_id, '/', step_id, '/', cast(due_on as varchar)) as step_row_id,
    loan_id,
    borrower_id,
    branch,
    product,
    spell,
    pay_on,
    step_id,
    of_product,
    first_channel,
    channels,
    case_type,
    case_event,
    since_on,
    due_on,
    due_by,
    last_on,
    case
        when last_on = date '9999-12-31' then null
        when last_on in (coalesce(cured_on, date '9999-12-31'), coalesce(left_on, date '9999-12-31')) then last_on
        else last_on + 1
    end as ended_on,
    coalesce(least(cured_on, left_on) <= due_by, false) as is_needless
from ended
