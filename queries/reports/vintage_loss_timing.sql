-- One row per age in months: which share of the loss that a vintage comes to has come by then (6.4). The final loss is
-- estimated from age to age: at each step, what all vintages that have made it had lost before over what they had
-- lost after. Nothing is assumed to be lost beyond the oldest age that `$least` vintages have reached.
with vintages as (
    select
        vintage,
        months_on_book,
        sum(net_loss_amount) as net_loss,
        sum(original_count) as original_count,
        sum(original_amount) as original_amount,
        sum(least(begun_count, seen_count)) as known_count
    from scoped_vintages($branches, $products)
    where month_end <= $month_end
    group by vintage, months_on_book
),

stepped as (
    select
        vintage,
        months_on_book,
        original_count,
        original_amount,
        net_loss,
        lead(net_loss) over (partition by vintage order by months_on_book) as net_loss_after
    from vintages
    where known_count = original_count
),

ages as (
    select
        months_on_book,
        count(*) as vintages,
        string_agg(strftime(vintage, '%Y-%m'), ',' order by vintage) as periods,
        sum(original_count) as original_count,
        sum(original_amount) as denominator,
        sum(net_loss) as net_loss,
        count(net_loss_after) as followed,
        sum(case when net_loss_after is not null then net_loss end) as before,
        sum(net_loss_after) as after
    from stepped
    group by months_on_book
    having count(*) >= $least
),

-- The last age has nothing after it: all of its loss has come.
steps as (
    select
        *,
        case
            when months_on_book = max(months_on_book) over () then 1.0
            else cast(before as double) / nullif(after, 0)
        end as share_of_next
    from ages
)

select
    months_on_book,
    vintages,
    periods,
    original_count,
    denominator,
    net_loss,
    coalesce(
        product(share_of_next) over (
            order by months_on_book rows between current row and unbounded following
        ),
        0
    ) as value
from steps
order by months_on_book
