-- One row per loan that has a schedule: the days on which it was repaid in full, written off or sold, for good.
with latest_versions as (
    select versions.*
    from intermediate.schedule_versions as versions
    cross join raw.build as build
    where versions.in_force_from <= build.as_of and build.as_of < versions.in_force_until
),

-- The day in each stretch from which cash that was never taken back covers all that the stretch asks for.
covered as (
    select
        versions.loan_no,
        versions.version,
        versions.in_force_from,
        case
            when versions.owed_in_all <= 0 then versions.in_force_from
            when min(cash.moved_on) is null then null
            else greatest(min(cash.moved_on), versions.in_force_from)
        end as covered_on
    from intermediate.schedule_versions as versions
    cross join raw.build as build
    left join intermediate.cash as cash
        on versions.loan_no = cash.loan_no
        and cash.cash_kept >= versions.owed_in_all
        and cash.moved_on < versions.in_force_until
    where versions.in_force_from <= build.as_of and versions.in_force_from < versions.in_force_until
    group by versions.loan_no, versions.version, versions.in_force_from, versions.owed_in_all
),

entered as (
    select
        *,
        lag(covered_on) over (partition by loan_no order by version) as covered_before,
        lead(version) over (partition by loan_no order by version) as next_version
    from covered
),

-- Repaid for good since the last day on which it was not, whatever schedule was in force then.
repaid as (
    select
        loan_no,
        max(case when covered_on > in_force_from or covered_before is null then covered_on end) as closed_on
    from entered
    group by loan_no
    having max(case when next_version is null then covered_on end) is not null
),

written_off as (
    select
        rules.loan_no,
        min(case when write_offs.kind = 'write_off' then write_offs.written_off_on end) as written_off_on,
        min(case when write_offs.kind = 'sale' then write_offs.written_off_on end) as sold_on
    from staging.write_offs as write_offs
    inner join intermediate.loan_rules as rules on write_offs.loan_id = rules.loan_id
    cross join raw.build as build
    where not write_offs.is_partial
        and write_offs.written_off_on <= build.as_of
        and (write_offs.reversed_on is null or write_offs.reversed_on > build.as_of)
    group by rules.loan_no
)

select
    rules.loan_no,
    rules.loan_id,
    rules.disbursed_on,
    versions.version as latest_version,
    versions.contract_version,
    repaid.closed_on,
    written_off.written_off_on,
    written_off.sold_on,
    least(
        coalesce(repaid.closed_on, date '9999-12-31'),
        coalesce(written_off.written_off_on, date '9999-12-31'),
        coalesce(written_off.sold_on, date '9999-12-31')
    ) as left_on
from intermediate.loan_rules as rules
inner join latest_versions as versions on rules.loan_no = versions.loan_no
left join repaid on rules.loan_no = repaid.loan_no
left join written_off on rules.loan_no = written_off.loan_no
