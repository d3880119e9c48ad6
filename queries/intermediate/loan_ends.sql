-- One row per loan that has a schedule: the days on which it was repaid in full, written off or sold, for good.
with latest_versions as (
    select versions.*
    from intermediate.schedule_versions as versions
    cross join raw.build as build
    where versions.in_force_from <= build.as_of and build.as_of < versions.in_force_until
),

repaid as (
    select
        versions.loan_id,
        greatest(min(cash.moved_on), max(versions.in_force_from)) as closed_on
    from latest_versions as versions
    inner join intermediate.cash as cash on versions.loan_id = cash.loan_id
    where cash.cash_kept >= versions.total_due + versions.unscheduled_principal
    group by versions.loan_id
),

written_off as (
    select
        write_offs.loan_id,
        min(case when write_offs.kind = 'write_off' then write_offs.written_off_on end) as written_off_on,
        min(case when write_offs.kind = 'sale' then write_offs.written_off_on end) as sold_on
    from staging.write_offs as write_offs
    cross join raw.build as build
    where not write_offs.is_partial
        and write_offs.written_off_on <= build.as_of
        and (write_offs.reversed_on is null or write_offs.reversed_on > build.as_of)
    group by write_offs.loan_id
)

select
    rules.loan_id,
    rules.disbursed_on,
    versions.version as latest_version,
    repaid.closed_on,
    written_off.written_off_on,
    written_off.sold_on,
    least(
        coalesce(repaid.closed_on, date '9999-12-31'),
        coalesce(written_off.written_off_on, date '9999-12-31'),
        coalesce(written_off.sold_on, date '9999-12-31')
    ) as left_on
from intermediate.loan_rules as rules
inner join latest_versions as versions on rules.loan_id = versions.loan_id
left join repaid on rules.loan_id = repaid.loan_id
left join written_off on rules.loan_id = written_off.loan_id
