-- One row per loan and month end at which it had been past due a month before: who had its overdue case in the month, what
-- became of it, and what became of the like of it at the whole bank (section 7): loans of the same bucket and product, over
-- the twelve months to this one. Only so can people with light cases be set beside people with grave ones.
with ranks as (
    select 'current' as bucket, 0 as rank
    union all
    select '1-30' as bucket, 1 as rank
    union all
    select '31-60' as bucket, 2 as rank
    union all
    select '61-90' as bucket, 3 as rank
    union all
    select '91-180' as bucket, 4 as rank
    union all
    select '181-360' as bucket, 5 as rank
    union all
    select '360+' as bucket, 6 as rank
),

moves as (
    select
        months.month_end,
        months.loan_id,
        months.borrower_id,
        months.branch,
        months.product,
        months.opening_bucket,
        months.opening_balance,
        months.days_past_due,
        months.status,
        case when cures.cure = 'paid' then 1 else 0 end as cured_count,
        case when cures.cure = 'paid' or became.rank < was.rank then 1 else 0 end as back_count
    from marts.loan_months as months
    inner join ranks as was on months.opening_bucket = was.bucket and was.rank > 0
    left join ranks as became on months.bucket = became.bucket
    left join marts.cures as cures on months.loan_id = cures.loan_id and months.month_end = cures.month_end
    where months.opening_balance > 0
),

held as (
    select
        moves.loan_id,
        moves.month_end,
        stays.case_id,
        stays.department_id,
        stays.owner,
        row_number() over (
            partition by moves.loan_id, moves.month_end order by stays.entered_at desc, stays.stay_id
        ) as place
    from moves
    inner join marts.case_stays as stays
        on moves.loan_id = stays.loan_id
        and stays.case_type = 'overdue_case'
        and stays.entered_on <= moves.month_end
        and (stays.left_on is null or last_day(stays.left_on) >= moves.month_end)
),

cells as (
    select
        month_end,
        product,
        opening_bucket,
        count(*) as loans,
        sum(cured_count) as cured,
        sum(back_count) as back
    from moves
    group by month_end, product, opening_bucket
),

likes as (
    select
        here.month_end,
        here.product,
        here.opening_bucket,
        sum(cells.loans) as loans,
        cast(sum(cells.cured) as double) / sum(cells.loans) as cure_share,
        cast(sum(cells.back) as double) / sum(cells.loans) as back_share
    from cells as here
    inner join cells
        on here.product = cells.product
        and here.opening_bucket = cells.opening_bucket
        and cells.month_end <= here.month_end
        and date_diff('month', cells.month_end, here.month_end) < 12
    group by here.month_end, here.product, here.opening_bucket
)

select
    moves.month_end,
    moves.loan_id,
    moves.borrower_id,
    moves.branch,
    moves.product,
    moves.opening_bucket,
    moves.opening_balance,
    moves.days_past_due,
    moves.status,
    held.case_id,
    held.department_id,
    held.owner,
    moves.cured_count,
    moves.back_count,
    cast(likes.cure_share as decimal(18, 8)) as expected_cured,
    cast(likes.back_share as decimal(18, 8)) as expected_back
from moves
inner join likes
    on moves.month_end = likes.month_end
    and moves.product = likes.product
    and moves.opening_bucket = likes.opening_bucket
left join held on moves.loan_id = held.loan_id and moves.month_end = held.month_end and held.place = 1
order by moves.month_end, moves.loan_id
