-- One row per loan whose receipts of the scope's month were not simply what fell due in it, with what it adds to one part
-- of the difference (section 8).
with parts as (
    select
        loan_id,
        branch,
        product,
        expected_amount,
        collected_amount,
        case $part
            when 'arrears' then arrears_amount
            when 'prepaid' then prepaid_amount
            when 'ahead' then ahead_amount
            when 'advance' then -advance_amount
            when 'unpaid' then -unpaid_amount
            when 'rescheduled' then -rescheduled_amount
            else 0
        end as amount
    from scoped_collection_gaps($branches, $products)
    where month_end = $month_end
)

select
    *,
    abs(amount) as size
from parts
where amount <> 0
