-- One row per rule, borrower and month end at which it began to hold, not having held in the twelve months before: what
-- marts.alerts tells of levels, told of each rule by itself (9.5).
with held as (
    select distinct
        rule_id,
        borrower_id,
        month_end
    from marts.signal_hits
),

begun as (
    select *
    from held
    qualify coalesce(
        lag(month_end) over (partition by rule_id, borrower_id order by month_end)
        < cast(month_end - interval 12 month as date),
        true
    )
),

book as (select max(month_end) as last_month from marts.month_ends),

followed as (
    select
        begun.rule_id,
        begun.borrower_id,
        begun.month_end,
        min(defaults.default_on) as default_on
    from begun
    inner join marts.defaults as defaults
        on begun.borrower_id = defaults.borrower_id and defaults.default_on >= begun.month_end
    group by begun.rule_id, begun.borrower_id, begun.month_end
)

select
    begun.rule_id,
    begun.borrower_id,
    months.borrower_kind,
    months.branch,
    months.product,
    begun.month_end as alerted_on,
    followed.default_on,
    date_diff('day', begun.month_end, followed.default_on) as lead_days,
    months.is_defaulted as is_at_default,
    begun.month_end <= cast(book.last_month - interval 12 month as date) as is_observed,
    not months.is_defaulted
    and coalesce(
        followed.default_on > begun.month_end
        and followed.default_on <= last_day(cast(begun.month_end + interval 12 month as date)),
        false
    ) as is_hit
from begun
cross join book
inner join marts.borrower_months as months
    on begun.borrower_id = months.borrower_id and begun.month_end = months.month_end
left join followed
    on begun.rule_id = followed.rule_id
    and begun.borrower_id = followed.borrower_id
    and begun.month_end = followed.month_end
order by begun.month_end, begun.rule_id, begun.borrower_id
