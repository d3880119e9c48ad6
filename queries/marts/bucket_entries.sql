-- One row per loan, spell of lateness and bucket of days past due that it entered: when, and whether anyone tried to reach
-- the debtor within the days allowed (section 7, contact_coverage). Told in the month in which those days had passed.
with buckets as (
    select
        '1-30' as bucket,
        1 as days
    union all
    select
        '31-60' as bucket,
        31 as days
    union all
    select
        '61-90' as bucket,
        61 as days
    union all
    select
        '91-180' as bucket,
        91 as days
    union all
    select
        '181-360' as bucket,
        181 as days
    union all
    select
        '360+' as bucket,
        361 as days
),

rules as (
    select cast(max(value) as integer) as days_allowed
    from staging.parameters
    where param_id = 'contact_coverage_days'
),

-- The first day of a spell at whose end an instalment was so many days late.
entries as (
    select
        spells.loan_id,
        spells.spell,
        buckets.bucket,
        min(cast(lines.due_on + buckets.days * interval 1 day as date)) as entered_on
    from intermediate.late_spells as spells
    inner join intermediate.loan_rules as loans on spells.loan_id = loans.loan_id
    inner join intermediate.settlements as lines
        on loans.loan_no = lines.loan_no
        and lines.is_aged
        and lines.due_on >= spells.late_from - 1
        and lines.due_on < coalesce(spells.clear_on, date '9999-12-31')
    cross join buckets
    where lines.settled_on is null or date_diff('day', lines.due_on, lines.settled_on) > buckets.days
    group by spells.loan_id, spells.spell, buckets.bucket
),

told as (
    select
        entries.*,
        cast(entries.entered_on + rules.days_allowed * interval 1 day as date) as reach_by
    from entries
    cross join rules
    cross join raw.build as build
    where cast(entries.entered_on + rules.days_allowed * interval 1 day as date) <= build.as_of
),

tried as (
    select
        told.loan_id,
        told.spell,
        told.bucket,
        min(cast(contacts.contacted_at as date)) as contacted_on
    from told
    inner join raw.contacts as contacts
        on told.loan_id = contacts.loan_id
        and cast(contacts.contacted_at as date) between told.entered_on and told.reach_by
    group by told.loan_id, told.spell, told.bucket
)

select
    last_day(told.reach_by) as month_end,
    concat(told.loan_id, '/', cast(told.spell as varchar), '/', told.bucket) as entry_id,
    told.loan_id,
    loans.borrower_id,
    loans.branch,
    loans.product,
    told.bucket,
    told.entered_on,
    tried.contacted_on,
    1 as entered_count,
    case when tried.contacted_on is not null then 1 else 0 end as contacted_count
from told
inner join staging.loans as loans on told.loan_id = loans.loan_id
left join tried
    on told.loan_id = tried.loan_id and told.spell = tried.spell and told.bucket = tried.bucket
order by month_end, entry_id
