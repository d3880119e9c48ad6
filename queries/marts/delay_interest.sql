-- One row per title that was not performed by its day and month end since: what is unpaid of it then, and the doubled
-- interest that has run on it (12.1, delay_interest_double).
select
    delays.day as month_end,
    delays.proceeding_id,
    delays.loan_id,
    loans.borrower_id,
    loans.branch,
    loans.product,
    proceedings.kind,
    delays.perform_by,
    delays.days_late,
    delays.upheld,
    delays.general_interest,
    delays.unpaid_amount,
    delays.delay_interest_amount
from intermediate.delay_interest as delays
inner join marts.month_ends as months on delays.day = months.month_end
inner join raw.proceedings as proceedings on delays.proceeding_id = proceedings.proceeding_id
inner join staging.loans as loans on delays.loan_id = loans.loan_id
where delays.delay_interest_amount > 0
order by delays.day, delays.proceeding_id
