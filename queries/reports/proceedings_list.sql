-- One row per proceeding of a kind or in a stage, of all where neither is given (12.3).
select
    proceeding_id,
    loan_id,
    borrower_id,
    branch,
    product,
    kind,
    procedure,
    court,
    filed_on,
    hearing_on,
    decided_on,
    outcome,
    coalesce(claimed, 0) as claimed,
    upheld,
    perform_by,
    enforcement_filed_on,
    stage,
    cash,
    fees - fees_recovered as cost,
    doubled_interest
from scoped_proceedings($branches, $products)
where ($kind = '' or kind = $kind) and ($stage = '' or stage = $stage)
