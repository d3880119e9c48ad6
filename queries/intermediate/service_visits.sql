-- One row per case of customer service or of help to a borrower, and opening of it: when it was opened, answered and closed,
-- whether the same person came back with the same matter, and whether the loan was late then and clear again since.
-- A case without a borrower comes back with nobody; a matter that is not named is one and the same.
with stays as (
    select
        *,
        row_number() over (partition by case_id, spell order by entered_at) as first_first,
        row_number() over (partition by case_id, spell order by entered_at desc) as last_first
    from marts.case_stays
    where case_type in ('inquiry', 'complaint', 'borrower_assist')
),

topics as (
    select
        case_id,
        topic
    from raw.cases
    where case_type in ('inquiry', 'complaint', 'borrower_assist')
),

spells as (
    select
        came.case_id,
        came.spell,
        came.case_type,
        came.borrower_id,
        coalesce(topics.topic, '') as topic,
        came.loan_id,
        came.opened_at,
        came.opened_on,
        went.stay_id,
        came.stay_id as first_stay_id,
        went.closed_at,
        went.closed_on,
        went.is_breached,
        went.reopened_on
    from stays as came
    inner join stays as went on came.case_id = went.case_id and came.spell = went.spell and went.last_first = 1
    inner join topics on came.case_id = topics.case_id
    where came.first_first = 1
),

again as (
    select
        *,
        lag(opened_on) over of_one as opened_before,
        lead(opened_on) over of_one as opened_next
    from spells
    window of_one as (
        partition by case_type, coalesce(borrower_id, case_id), topic order by opened_at, case_id, spell
    )
),

-- How late the loan was at the end of the day before the contact, and when it was next clear.
late as (
    select
        again.case_id,
        again.spell,
        max(spells.clear_on) as clear_on,
        max(spells.late_from) as late_from
    from again
    inner join intermediate.late_spells as spells
        on again.loan_id = spells.loan_id
        and spells.late_from < again.opened_on
        and (spells.clear_on is null or spells.clear_on > again.opened_on)
    group by again.case_id, again.spell
),

oldest as (
    select
        again.case_id,
        again.spell,
        date_diff('day', min(lines.due_on), again.opened_on) as days_past_due
    from again
    inner join late on again.case_id = late.case_id and again.spell = late.spell
    inner join intermediate.loan_rules as loans on again.loan_id = loans.loan_id
    inner join intermediate.settlements as lines
        on loans.loan_no = lines.loan_no
        and lines.is_aged
        and lines.due_on < again.opened_on
        and (lines.settled_on is null or lines.settled_on > again.opened_on)
    group by again.case_id, again.spell, again.opened_on
),

-- A cure by a change of contract is none.
changed as (
    select
        late.case_id,
        late.spell
    from late
    inner join again on late.case_id = again.case_id and late.spell = again.spell
    inner join raw.restructures as changes
        on again.loan_id = changes.loan_id
        and changes.restructured_on >= again.opened_on
        and changes.restructured_on <= coalesce(late.clear_on, date '9999-12-31')
    group by late.case_id, late.spell
)

select
    again.*,
    oldest.days_past_due,
    case
        when oldest.days_past_due is null then null
        when oldest.days_past_due <= 30 then '1-30'
        when oldest.days_past_due <= 60 then '31-60'
        when oldest.days_past_due <= 90 then '61-90'
        when oldest.days_past_due <= 180 then '91-180'
        when oldest.days_past_due <= 360 then '181-360'
        else '360+'
    end as bucket,
    case when changed.case_id is null then late.clear_on end as cured_on
from again
left join late on again.case_id = late.case_id and again.spell = late.spell
left join oldest on again.case_id = oldest.case_id and again.spell = oldest.spell
left join changed on again.case_id = changed.case_id and again.spell = changed.spell
