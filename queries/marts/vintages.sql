-- One row per origination month, branch, product and month end since, up to the data's last (6.3): how many months on
-- book, what was lent (the same at every age, whatever was repaid, sold or written off since), and what of it had
-- ever been, and was then, more than 30, 60 and 90 days past due at a month end, was lost, and recovered.
-- `current_*` counts written-off and sold loans for good, `on_book_*` is the variant without them. `seen_count` are
-- the loans whose state is known that month, `begun_count` those known from their first month on, `scheduled_count`
-- those whose instalments are known: with fewer than all of them a figure would be too low.
with months as (select * from marts.month_ends),

lent as (
    select
        cast(date_trunc('month', loans.disbursed_on) as date) as vintage,
        loans.branch,
        loans.product,
        count(*) as original_count,
        sum(loans.principal) as original_amount
    from intermediate.loan_rules as loans
    group by cast(date_trunc('month', loans.disbursed_on) as date), loans.branch, loans.product
),

cells as (
    select
        lent.vintage,
        lent.branch,
        lent.product,
        months.month_end,
        date_diff('month', lent.vintage, months.month_end) as months_on_book,
        lent.original_count,
        lent.original_amount
    from lent
    inner join months on months.month_end >= last_day(lent.vintage)
),

-- On the book that month: how much of it had not fallen due yet, and what had and was not paid.
standing as (
    select
        month_end,
        months_on_book,
        branch,
        product,
        sum(balance - coalesce(overdue_principal, 0)) as undue,
        sum(coalesce(overdue_principal, 0)) as unpaid
    from marts.loan_month_states
    where status = 'active'
    group by month_end, months_on_book, branch, product
),

late as (
    select
        month_end,
        months_on_book,
        branch,
        product,
        sum(case when is_on_book then 1 else 0 end) as count_30,
        sum(case when is_on_book and late_days > 60 then 1 else 0 end) as count_60,
        sum(case when is_on_book and late_days > 90 then 1 else 0 end) as count_90,
        sum(case when is_on_book then late_balance else 0 end) as balance_30,
        sum(case when is_on_book and late_days > 60 then late_balance else 0 end) as balance_60,
        sum(case when is_on_book and late_days > 90 then late_balance else 0 end) as balance_90,
        sum(case when not is_on_book then 1 else 0 end) as left_count_30,
        sum(case when not is_on_book and late_days > 60 then 1 else 0 end) as left_count_60,
        sum(case when not is_on_book and late_days > 90 then 1 else 0 end) as left_count_90,
        sum(case when not is_on_book then late_balance else 0 end) as left_balance_30,
        sum(case when not is_on_book and late_days > 60 then late_balance else 0 end) as left_balance_60,
        sum(case when not is_on_book and late_days > 90 then late_balance else 0 end) as left_balance_90
    from intermediate.late_months
    -- Those gone for good are carried along below, from that month on.
    where not stays
    group by month_end, months_on_book, branch, product
),

-- Every month in which something happened, beside the months that are shown, so that nothing before the first of
-- them is lost.
moved as (
    select
        vintage,
        branch,
        product,
        month_end,
        sum(case when kind = 'first_30' then loans else 0 end) as ever_count_30,
        sum(case when kind = 'first_60' then loans else 0 end) as ever_count_60,
        sum(case when kind = 'first_90' then loans else 0 end) as ever_count_90,
        sum(case when kind = 'first_30' then amount else 0 end) as ever_balance_30,
        sum(case when kind = 'first_60' then amount else 0 end) as ever_balance_60,
        sum(case when kind = 'first_90' then amount else 0 end) as ever_balance_90,
        sum(case when kind = 'gone' then loans else 0 end) as gone_count_30,
        sum(case when kind = 'gone' and days > 60 then loans else 0 end) as gone_count_60,
        sum(case when kind = 'gone' and days > 90 then loans else 0 end) as gone_count_90,
        sum(case when kind = 'gone' then amount else 0 end) as gone_balance_30,
        sum(case when kind = 'gone' and days > 60 then amount else 0 end) as gone_balance_60,
        sum(case when kind = 'gone' and days > 90 then amount else 0 end) as gone_balance_90,
        sum(case when kind = 'seen' then loans else 0 end) as seen,
        sum(case when kind = 'begun' then loans else 0 end) as begun,
        sum(case when kind = 'scheduled' then loans else 0 end) as scheduled,
        sum(case when kind = 'lost' then amount else 0 end) as lost,
        sum(case when kind = 'recovered' then amount else 0 end) as recovered
    from (
        select vintage, branch, product, month_end, kind, days, loans, amount
        from intermediate.vintage_moves
        union all
        select vintage, branch, product, month_end, 'none', 0, 0, 0
        from cells
    ) as listed
    group by vintage, branch, product, month_end
),

summed as (
    select
        vintage,
        branch,
        product,
        month_end,
        sum(ever_count_30) over so_far as ever_count_30,
        sum(ever_count_60) over so_far as ever_count_60,
        sum(ever_count_90) over so_far as ever_count_90,
        sum(ever_balance_30) over so_far as ever_balance_30,
        sum(ever_balance_60) over so_far as ever_balance_60,
        sum(ever_balance_90) over so_far as ever_balance_90,
        sum(gone_count_30) over so_far as gone_count_30,
        sum(gone_count_60) over so_far as gone_count_60,
        sum(gone_count_90) over so_far as gone_count_90,
        sum(gone_balance_30) over so_far as gone_balance_30,
        sum(gone_balance_60) over so_far as gone_balance_60,
        sum(gone_balance_90) over so_far as gone_balance_90,
        sum(seen) over so_far as seen_count,
        sum(begun) over so_far as begun_count,
        sum(scheduled) over so_far as scheduled_count,
        sum(lost) over so_far as lost,
        sum(recovered) over so_far as recovered
    from moved
    window so_far as (
        partition by vintage, branch, product order by month_end rows between unbounded preceding and current row
    )
)

select
    cells.vintage,
    cells.month_end,
    cells.months_on_book,
    cells.branch,
    cells.product,
    cells.original_count,
    cast(cells.original_amount as decimal(18, 2)) as original_amount,
    cast(summed.seen_count as bigint) as seen_count,
    cast(summed.begun_count as bigint) as begun_count,
    cast(summed.scheduled_count as bigint) as scheduled_count,
    cast(summed.ever_count_30 as bigint) as ever_30_count,
    cast(summed.ever_count_60 as bigint) as ever_60_count,
    cast(summed.ever_count_90 as bigint) as ever_90_count,
    cast(summed.ever_balance_30 as decimal(18, 2)) as ever_30_balance,
    cast(summed.ever_balance_60 as decimal(18, 2)) as ever_60_balance,
    cast(summed.ever_balance_90 as decimal(18, 2)) as ever_90_balance,
    cast(coalesce(late.count_30 + late.left_count_30, 0) + summed.gone_count_30 as bigint) as current_30_count,
    cast(coalesce(late.count_60 + late.left_count_60, 0) + summed.gone_count_60 as bigint) as current_60_count,
    cast(coalesce(late.count_90 + late.left_count_90, 0) + summed.gone_count_90 as bigint) as current_90_count,
    cast(coalesce(late.balance_30 + late.left_balance_30, 0) + summed.gone_balance_30 as decimal(18, 2))
        as current_30_balance,
    cast(coalesce(late.balance_60 + late.left_balance_60, 0) + summed.gone_balance_60 as decimal(18, 2))
        as current_60_balance,
    cast(coalesce(late.balance_90 + late.left_balance_90, 0) + summed.gone_balance_90 as decimal(18, 2))
        as current_90_balance,
    cast(coalesce(late.count_30, 0) as bigint) as on_book_30_count,
    cast(coalesce(late.count_60, 0) as bigint) as on_book_60_count,
    cast(coalesce(late.count_90, 0) as bigint) as on_book_90_count,
    cast(coalesce(late.balance_30, 0) as decimal(18, 2)) as on_book_30_balance,
    cast(coalesce(late.balance_60, 0) as decimal(18, 2)) as on_book_60_balance,
    cast(coalesce(late.balance_90, 0) as decimal(18, 2)) as on_book_90_balance,
    cast(summed.lost as decimal(18, 2)) as gross_loss_amount,
    cast(summed.lost - summed.recovered as decimal(18, 2)) as net_loss_amount,
    -- The house's own: what has fallen due is all that is no longer ahead, repaid, sold and written-off loans whole,
    -- where 6.3 takes what the schedule had made due by then.
    cast(cells.original_amount - coalesce(standing.undue, 0) as decimal(18, 2)) as due_amount,
    cast(
        coalesce(standing.unpaid, 0) + coalesce(late.left_balance_30, 0) + summed.gone_balance_30 as decimal(18, 2)
    ) as due_unpaid_amount
from cells
inner join summed
    on cells.vintage = summed.vintage
    and cells.branch = summed.branch
    and cells.product = summed.product
    and cells.month_end = summed.month_end
left join late
    on cells.month_end = late.month_end
    and cells.months_on_book = late.months_on_book
    and cells.branch = late.branch
    and cells.product = late.product
left join standing
    on cells.month_end = standing.month_end
    and cells.months_on_book = standing.months_on_book
    and cells.branch = standing.branch
    and cells.product = standing.product
order by cells.branch, cells.product, cells.vintage, cells.month_end
