-- One row per defect of a contract reviewed in twelve months that is open at the month end, of one kind or of all (12.4).
select
    defect_id,
    code as contract_defect,
    severity,
    loan_id,
    borrower_id,
    branch,
    product,
    occasion,
    reviewed_on,
    $month_end - reviewed_on as days_open,
    amount
from scoped_contract_defects($branches, $products)
where reviewed_on > $since
    and reviewed_on <= $month_end
    and (remedied_on is null or remedied_on > $month_end)
    and ($code = '' or code = $code)
