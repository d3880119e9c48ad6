-- One row per claim and time that it came within 90 days of its limitation (12.1, 12.2): when, when it would run out, on
-- which day creditor or debtor did what restarts or stops the clock (empty: nobody did), and what was still claimed at
-- the last month end before it ran out, or before the data end. A claim is followed only where it stood in the book then.
with build as (select as_of from raw.build),

near as (
    select
        walks.clock_id,
        starts.loan_id,
        cast(walks.expires_on - interval 90 day as date) as neared_on,
        walks.expires_on,
        case when walks.next_on <= walks.expires_on then walks.next_on end as acted_on,
        least(walks.expires_on, build.as_of) as followed_until
    from intermediate.clock_walks as walks
    inner join intermediate.clock_starts as starts on walks.clock_id = starts.clock_id
    cross join build
    where starts.legal_clock = 'limitation_expiry'
        and walks.happened_on <= walks.expires_on
        and date_diff('day', build.as_of, walks.expires_on) <= 90
        and (walks.next_on is null or date_diff('day', walks.next_on, walks.expires_on) < 90)
        -- What a court has before it has no last day yet.
        and (walks.stopped_until is null or walks.stopped_until <= build.as_of)
),

dated as (
    select
        near.clock_id,
        near.loan_id,
        near.neared_on,
        near.expires_on,
        near.acted_on,
        near.followed_until,
        max(case when months.month_end <= near.neared_on then months.month_end end) as neared_month,
        max(months.month_end) as last_month
    from near
    inner join marts.month_ends as months on months.month_end <= near.followed_until
    group by
        near.clock_id, near.loan_id, near.neared_on, near.expires_on, near.acted_on, near.followed_until
)

select
    dated.clock_id,
    dated.loan_id,
    dated.neared_on,
    dated.expires_on,
    dated.acted_on,
    date_diff('day', dated.followed_until, dated.expires_on) as days_left,
    coalesce(at_end.amount, 0) as amount
from dated
inner join intermediate.claim_months as neared
    on dated.loan_id = neared.loan_id and dated.neared_month = neared.month_end
left join intermediate.claim_months as at_end
    on dated.loan_id = at_end.loan_id and dated.last_month = at_end.month_end
where neared.amount > 0
