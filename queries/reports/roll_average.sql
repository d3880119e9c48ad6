-- One row per opening bucket and state a month later, over the `$months` months up to the scope's month end: the share
-- of all of them together, the lowest and highest of a single month, and how many loans and months stand behind it;
-- `share_left` is what of the row's balance was still owed after the move.
with moves as (
    select
        month_end,
        opening_bucket as from_bucket,
        to_state,
        sum(loans) as loans,
        sum(opening_balance) as balance,
        sum(closing_balance) as left_balance
    from scoped_moves($branches, $products)
    where span = 1 and month_end > last_day($month_end - interval ($months) month) and month_end <= $month_end
    group by month_end, opening_bucket, to_state
),

opened as (
    select
        month_end,
        from_bucket,
        sum(loans) as loans,
        sum(balance) as balance
    from moves
    group by month_end, from_bucket
),

buckets as (
    select
        from_bucket,
        sum(loans) as row_loans,
        sum(balance) as row_balance,
        count(*) as months
    from opened
    group by from_bucket
),

-- A month without such a move had a share of nothing: it counts in the lowest and in the spread.
cells as (
    select
        opened.month_end,
        opened.from_bucket,
        states.to_state,
        coalesce(moves.loans, 0) as loans,
        coalesce(moves.balance, 0) as balance,
        coalesce(moves.left_balance, 0) as left_balance,
        coalesce(cast(moves.balance as double), 0) / opened.balance as share
    from opened
    inner join (select distinct from_bucket, to_state from moves) as states on opened.from_bucket = states.from_bucket
    left join moves
        on opened.month_end = moves.month_end
        and opened.from_bucket = moves.from_bucket
        and states.to_state = moves.to_state
)

select
    cells.from_bucket,
    cells.to_state,
    cast(sum(cells.balance) as double) / buckets.row_balance as share,
    cast(sum(cells.left_balance) as double) / buckets.row_balance as share_left,
    min(cells.share) as lowest,
    max(cells.share) as highest,
    stddev_samp(cells.share) as spread,
    sum(cells.loans) as loans,
    buckets.row_loans,
    buckets.months,
    min(opened.loans) as fewest_loans,
    (select count(distinct opened.month_end) from opened) as months_together
from cells
inner join buckets on cells.from_bucket = buckets.from_bucket
inner join opened on cells.month_end = opened.month_end and cells.from_bucket = opened.from_bucket
group by cells.from_bucket, cells.to_state, buckets.row_balance, buckets.row_loans, buckets.months
order by
    list_position(['current', '1-30', '31-60', '61-90', '91-180', '181-360', '360+', 'missing'], cells.from_bucket),
    list_position(
        [
            'current', '1-30', '31-60', '61-90', '91-180', '181-360', '360+', 'closed', 'written_off', 'sold',
            'missing'
        ],
        cells.to_state
    )
