-- One row per instalment of a schedule that a partial write-off has shortened: the principal that is still to be
-- paid. What was written off is taken from the newest instalments backwards (R-DPD-12).
with lines as (
    select
        versions.loan_no,
        versions.version,
        instalments.seq,
        instalments.principal_due,
        versions.written_off,
        sum(instalments.principal_due) over (
            partition by versions.loan_no, versions.version
            order by instalments.due_on desc, instalments.seq desc
            rows between unbounded preceding and current row
        ) as principal_from_here
    from intermediate.schedule_versions as versions
    inner join intermediate.loan_rules as rules on versions.loan_no = rules.loan_no
    inner join staging.instalments as instalments
        on rules.loan_id = instalments.loan_id and versions.contract_version = instalments.version
    where versions.written_off > 0
)

select
    loan_no,
    version,
    seq,
    cast(
        greatest(least(principal_due, principal_from_here - written_off), 0) as decimal(18, 2)
    ) as principal_due
from lines
