-- One row per officer, branch, product or kind, as asked: the exceptions of a re-performance test; most first.
select
    case $cut
        when 'officer_id' then officer_id
        when 'branch' then branch
        when 'product' then product
        else kind
    end as part,
    count(*) as exceptions,
    count(distinct nullif(loan_id, '')) as loans,
    sum(amount) as amount
from scoped_audit_exceptions($branches, $products)
where test_id = $test_id and happened_on <= $as_of
group by part
order by exceptions desc, part
