-- One row per step of the contact strategy that is in force at the month end or counts in the month, by its days past due,
-- a product's own apart: the steps whose day was in the month by how they stood at its end, those past their day then, and
-- the share done in time, beside the month before and over thirteen months (section 10, D1 and D2b). As the step was last.
with strategy as (
    select
        step_id,
        of_product,
        name,
        name_zh,
        from_days,
        to_days,
        channels,
        case_type,
        amount,
        clock,
        source,
        valid_to
    from book_contact_strategy()
    where valid_from <= $month_end and list_contains($products, product)
    qualify
        row_number() over (
            partition by step_id, of_product order by least(valid_to, $month_end) desc, valid_from desc, product
        ) = 1
),

months as (
    select
        month_end,
        step_id,
        of_product,
        sum(arose_count) as arose_count,
        sum(due_count) as due_count,
        sum(in_time_count) as in_time_count,
        sum(late_count) as late_count,
        sum(missed_count) as missed_count,
        sum(open_count) as open_count,
        sum(not_needed_count) as not_needed_count,
        sum(overdue_count) as overdue_count,
        cast(sum(in_time_count) as double) / nullif(sum(due_count), 0) as in_time_share
    from scoped_contact_step_months($branches, $products)
    where month_end <= $month_end and month_end > last_day($month_end - interval 13 month)
    group by month_end, step_id, of_product
),

past as (
    select
        step_id,
        of_product,
        list(in_time_share order by month_end) as shares
    from months
    where in_time_share is not null
    group by step_id, of_product
)

select
    strategy.step_id,
    strategy.of_product,
    strategy.name,
    strategy.name_zh,
    strategy.from_days,
    strategy.to_days,
    strategy.channels,
    strategy.case_type,
    strategy.amount,
    strategy.clock,
    strategy.source,
    coalesce(now.arose_count, 0) as arose_count,
    coalesce(now.due_count, 0) as due_count,
    coalesce(now.in_time_count, 0) as in_time_count,
    coalesce(now.late_count, 0) as late_count,
    coalesce(now.missed_count, 0) as missed_count,
    coalesce(now.open_count, 0) as open_count,
    coalesce(now.not_needed_count, 0) as not_needed_count,
    coalesce(now.overdue_count, 0) as overdue_count,
    now.in_time_share,
    before.due_count as due_before,
    before.in_time_share as share_before,
    now.in_time_share - before.in_time_share as share_change,
    past.shares
from strategy
left join months as now
    on strategy.step_id = now.step_id and strategy.of_product = now.of_product and now.month_end = $month_end
left join months as before
    on strategy.step_id = before.step_id
    and strategy.of_product = before.of_product
    and before.month_end = last_day(cast(date_trunc('month', $month_end) as date) - 1)
left join past on strategy.step_id = past.step_id and strategy.of_product = past.of_product
where strategy.valid_to >= $month_end or now.arose_count > 0 or now.overdue_count > 0
order by strategy.from_days, strategy.to_days, strategy.step_id, strategy.of_product
