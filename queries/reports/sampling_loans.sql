-- One row per loan on the book at the month end with a balance: a population to draw from (14.3). Amounts in cents.
-- $among: all, late, npl or restructured; $stratify: none, product, branch, bucket or classification.
select
    loan_id as item_id,
    loan_id,
    coalesce(
        case $stratify
            when 'product' then product
            when 'branch' then branch
            when 'bucket' then bucket
            when 'classification' then cast(classification as varchar)
        end,
        ''
    ) as stratum,
    cast(balance * 100 as bigint) as cents
from scoped_loan_months($branches, $products)
where month_end = $month_end
    and status = 'active'
    and balance > 0
    and case $among
        when 'late' then days_past_due > 0
        when 'npl' then classification >= 3
        when 'restructured' then is_restructured
        else true
    end
order by item_id
