-- One row per defect that a review of a contract found (12.4), with the branch and product of its loan.
select
    defects.defect_id,
    defects.review_id,
    defects.code,
    coalesce(defects.severity, 'medium') as severity,
    reviews.loan_id,
    loans.borrower_id,
    loans.branch,
    loans.product,
    coalesce(reviews.occasion, 'new') as occasion,
    reviews.reviewed_on,
    defects.remedied_on,
    loans.principal as amount
from raw.contract_defects as defects
inner join raw.contract_reviews as reviews on defects.review_id = reviews.review_id
inner join staging.loans as loans on reviews.loan_id = loans.loan_id
order by reviews.reviewed_on, defects.defect_id
