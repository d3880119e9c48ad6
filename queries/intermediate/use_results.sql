-- One row per check of what a loan's money was used for that came to a result: from when until when it is the latest.
select
    uses.check_id,
    loans.loan_no,
    uses.result,
    uses.checked_on,
    coalesce(
        lead(uses.checked_on) over (partition by loans.loan_no order by uses.checked_on, uses.check_id),
        date '9999-12-31'
    ) as judged_until
from raw.fund_uses as uses
inner join intermediate.loan_rules as loans on uses.loan_id = loans.loan_id
where uses.checked_on is not null and uses.result is not null
