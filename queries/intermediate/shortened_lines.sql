-- One row per instalment of a loan that was written off in part: the principal that is still to be paid. What was
-- written off is taken from the newest instalments backwards (R-DPD-12).
with lines as (
    select
        rules.loan_no,
        instalments.version,
        instalments.seq,
        instalments.principal_due,
        rules.written_off_in_part,
        sum(instalments.principal_due) over (
            partition by rules.loan_no, instalments.version
            order by instalments.due_on desc, instalments.seq desc
            rows between unbounded preceding and current row
        ) as principal_from_here
    from staging.instalments as instalments
    inner join intermediate.loan_rules as rules on instalments.loan_id = rules.loan_id
    where rules.written_off_in_part > 0
)

select
    loan_no,
    version,
    seq,
    cast(
        greatest(least(principal_due, principal_from_here - written_off_in_part), 0) as decimal(18, 2)
    ) as principal_due
from lines
