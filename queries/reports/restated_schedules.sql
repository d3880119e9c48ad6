-- One row per loan of some: a fingerprint of all versions of its schedule, as this build has them.
select
    loan_id,
    max(version) as versions,
    count(*) as lines,
    sum(principal_due) as principal_due,
    sum(interest_due) as interest_due,
    sum(version * date_diff('day', date '2000-01-01', due_on)) as days
from scoped_schedule_lines($branches, $products)
where loan_id in (select unnest($loans))
group by loan_id
order by loan_id
