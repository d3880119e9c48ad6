-- One row per officer, branch, product or kind, as asked: the acts by hand of one list; most first.
select
    case $cut
        when 'officer_id' then officer_id
        when 'branch' then branch
        when 'product' then product
        else kind
    end as part,
    count(*) as acts,
    count(distinct loan_id) as loans,
    sum(amount) as amount,
    sum(fault_count) as exceptions
from scoped_interventions($branches, $products)
where list_id = $list_id and happened_on <= $as_of
group by part
order by acts desc, part
