-- One row per month end up to the scope's, newest first: the loans cured in it, and what came of them (6.1). Empty until
-- the months that tell have passed by the scope's date; loans whose record does not tell are in no denominator.
with cures as (
    select
        *,
        last_day(month_end + interval 3 month) <= $month_end as is_3_old,
        last_day(month_end + interval 12 month) <= $month_end as is_12_old
    from scoped_cures($branches, $products)
    where month_end <= $month_end and month_end > last_day($month_end - interval ($months) month)
)

select
    month_end,
    sum(case when cure = 'paid' then 1 else 0 end) as cured_loans,
    sum(case when cure = 'paid' then opening_balance else 0 end) as cured_balance,
    sum(case when cure = 'on_paper' then 1 else 0 end) as admin_cured_loans,
    avg(case when cure = 'paid' and is_3_old then sustained end) as sustained_rate,
    avg(case when cure = 'paid' and is_12_old then back_over_30 end) as back_over_30_rate,
    avg(case when cure = 'paid' and is_12_old then back_over_90 end) as back_over_90_rate
from cures
group by month_end
order by month_end desc
