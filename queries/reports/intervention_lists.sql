-- One row per list of acts by hand: up to the date looked at, and at its month end, how many
-- there are, on how many loans, what they amount to, and how many of them are exceptions.
select
    list_id,
    count(*) as acts,
    count(distinct loan_id) as loans,
    sum(amount) as amount,
    sum(fault_count) as exceptions,
    coalesce(sum(amount) filter (where fault_count = 1), 0) as exception_amount,
    count(*) filter (where month_end = $month_end) as at_month_end
from scoped_interventions($branches, $products)
where happened_on <= $as_of
group by list_id
order by list_id
