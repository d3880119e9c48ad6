-- One row per loan and stretch of time under one schedule: the day on which its last instalment falls due, else the
-- contract's own maturity, and the day on which the loan left the book for good.
with contracts as (
    select
        loans.loan_id,
        rules.loan_no,
        loans.branch,
        loans.product,
        loans.disbursed_on,
        coalesce(
            loans.matures_on, cast(loans.disbursed_on + loans.term_months * interval 1 month as date)
        ) as matures_on
    from staging.loans as loans
    inner join intermediate.loan_rules as rules on loans.loan_id = rules.loan_id
)

select
    contracts.loan_id,
    contracts.branch,
    contracts.product,
    contracts.disbursed_on,
    coalesce(versions.last_due_on, contracts.matures_on) as matures_on,
    coalesce(versions.in_force_from, date '0001-01-01') as in_force_from,
    coalesce(versions.in_force_until, date '9999-12-31') as in_force_until,
    coalesce(ends.left_on, date '9999-12-31') as left_on,
    coalesce(versions.version = ends.latest_version, true) as is_latest
from contracts
left join intermediate.schedule_versions as versions on contracts.loan_no = versions.loan_no
left join intermediate.loan_ends as ends on contracts.loan_no = ends.loan_no
order by contracts.loan_id, versions.version
