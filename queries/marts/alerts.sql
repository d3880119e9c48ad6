-- One row per borrower and alert: a month end at which it is orange or red and was neither in the twelve months before
-- (9.5). An alert counts as right if the borrower came into default after it within twelve months; it is judged once
-- twelve months have been seen. `is_at_default`: the borrower was in default already when the alert came.
with warned as (
    select
        *,
        lag(month_end) over (partition by borrower_id order by month_end) as last_on
    from marts.borrower_scores
    where level in ('orange', 'red')
),

raised as (
    select *
    from warned
    where last_on is null or last_on < cast(month_end - interval 12 month as date)
),

book as (select max(month_end) as last_month from marts.month_ends),

followed as (
    select
        raised.borrower_id,
        raised.month_end,
        min(defaults.default_on) as default_on
    from raised
    inner join marts.defaults as defaults
        on raised.borrower_id = defaults.borrower_id and defaults.default_on >= raised.month_end
    group by raised.borrower_id, raised.month_end
)

select
    raised.borrower_id,
    raised.borrower_kind,
    raised.branch,
    raised.product,
    raised.month_end as alerted_on,
    raised.level,
    raised.score,
    followed.default_on,
    date_diff('day', raised.month_end, followed.default_on) as lead_days,
    months.is_defaulted as is_at_default,
    raised.month_end <= cast(book.last_month - interval 12 month as date) as is_observed,
    not months.is_defaulted
    and coalesce(
        followed.default_on > raised.month_end
        and followed.default_on <= last_day(cast(raised.month_end + interval 12 month as date)),
        false
    ) as is_hit
from raised
cross join book
inner join marts.borrower_months as months
    on raised.borrower_id = months.borrower_id and raised.month_end = months.month_end
left join followed on raised.borrower_id = followed.borrower_id and raised.month_end = followed.month_end
order by raised.month_end, raised.borrower_id
