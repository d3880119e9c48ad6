-- One row per case on an alert and rule that held on its borrower when it was signalled: a case that several rules called
-- for counts for each. Of the borrower's loans only those count that are where the case is, so that no case tells a reader
-- of loans elsewhere.
select distinct
    hits.rule_id,
    answers.case_id,
    answers.branch,
    answers.product,
    answers.opened_on
from marts.alert_answers as answers
inner join marts.signal_hits as hits
    on answers.borrower_id = hits.borrower_id
    and answers.signalled_on = hits.month_end
    and (
        hits.loan_id is null
        or (answers.branch = hits.branch and answers.product in ('', hits.product))
    )
order by answers.opened_on, answers.case_id, hits.rule_id
