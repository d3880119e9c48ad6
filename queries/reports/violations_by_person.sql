-- One row per person who broke a rule of conduct in the twelve months to the month end, the most first; what no person did,
-- or nobody recorded, is one row without a name (section 7).
select
    coalesce(staff_id, '') as staff_id,
    any_value(staff_name) as staff_name,
    sum(case when conduct_rule = 'time' then 1 else 0 end) as time_violation,
    sum(case when conduct_rule = 'frequency' then 1 else 0 end) as frequency_violation,
    sum(case when conduct_rule = 'third_party' then 1 else 0 end) as third_party_violation,
    count(*) as violation_count
from scoped_conduct_violations($branches, $products)
where month_end <= $month_end and month_end > last_day($month_end - interval 12 month)
group by coalesce(staff_id, '')
order by violation_count desc, staff_id
