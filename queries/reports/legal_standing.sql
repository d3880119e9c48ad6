-- One row per stage in which proceedings stand (12.3): how many, and what they claim.
select
    stage,
    count(*) as proceedings,
    sum(coalesce(claimed, 0)) as claimed
from scoped_proceedings($branches, $products)
where ($kind = '' or kind = $kind) and stage <> 'closed'
group by stage
order by stage
