-- One row per loan, month end that the booked accruals cover and schedule version in force on a day of the month while
-- the loan was on the book: the first day and the day after the last, and the yearly rate of that version. The rate is
-- the contract's until a restructuring names a new one; of a rate that was cut without saying to what it is empty.
with covered as (
    select distinct month_end
    from raw.accruals
),

ranked as (
    select
        loan_id,
        schedule_version,
        new_rate,
        row_number() over (
            partition by loan_id, schedule_version order by restructured_on desc, restructure_id desc
        ) as preference
    from raw.restructures
    where schedule_version is not null and (new_rate is not null or kind = 'rate_cut')
),

cuts as (
    select
        rules.loan_no,
        ranked.schedule_version,
        ranked.new_rate
    from ranked
    inner join intermediate.loan_rules as rules on ranked.loan_id = rules.loan_id
    where ranked.preference = 1
),

-- The last cut at or before each version.
latest_cuts as (
    select
        versions.loan_no,
        versions.version,
        max(cuts.schedule_version) as schedule_version
    from intermediate.schedule_versions as versions
    inner join cuts
        on versions.loan_no = cuts.loan_no and cuts.schedule_version <= versions.contract_version
    group by versions.loan_no, versions.version
),

stretches as (
    select
        versions.loan_no,
        versions.version,
        versions.principal_in_all,
        covered.month_end,
        greatest(
            cast(date_trunc('month', covered.month_end) as date), versions.in_force_from, ends.disbursed_on
        ) as from_day,
        least(
            cast(covered.month_end + interval 1 day as date), versions.in_force_until, ends.left_on
        ) as until_day
    from intermediate.schedule_versions as versions
    inner join intermediate.loan_ends as ends on versions.loan_no = ends.loan_no
    cross join covered
)

select
    stretches.loan_no,
    stretches.version,
    stretches.month_end,
    stretches.from_day,
    stretches.until_day,
    stretches.principal_in_all,
    case when latest_cuts.loan_no is null then rules.annual_rate else cuts.new_rate end as annual_rate,
    rules.year_days
from stretches
inner join intermediate.loan_rules as rules on stretches.loan_no = rules.loan_no
left join latest_cuts
    on stretches.loan_no = latest_cuts.loan_no and stretches.version = latest_cuts.version
left join cuts
    on latest_cuts.loan_no = cuts.loan_no and latest_cuts.schedule_version = cuts.schedule_version
where stretches.from_day < stretches.until_day
