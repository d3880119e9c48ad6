-- One row or none: the score of one borrower at the month end, by family, and since when it has its level.
select
    score,
    level,
    is_hard,
    behavioural,
    financial,
    external,
    collateral,
    use_of_funds,
    score_before,
    level_before,
    level_since
from scoped_borrower_scores($branches, $products)
where borrower_id = $borrower_id and month_end = $month_end
