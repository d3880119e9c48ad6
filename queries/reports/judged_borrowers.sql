-- One row per borrower at home here and month end whose next twelve months have been seen, not in default then: its level
-- and score at that time, and when it came into default in those months. Of one part of the confusion ($part, at $on), or
-- of one band of score ($band, over all months); what is empty, or -1, is any.
with defaults as (
    select
        borrower_id,
        default_on
    from scoped_defaults($branches, $products)
),

judged as (
    select
        months.borrower_id,
        months.month_end,
        any_value(months.borrower_kind) as borrower_kind,
        any_value(months.branch) as branch,
        any_value(months.product) as product,
        coalesce(any_value(scores.level), 'green') as level,
        coalesce(any_value(scores.score), 0) as score,
        min(defaults.default_on) as default_on
    from scoped_borrower_months($branches, $products) as months
    left join scoped_home_scores($branches, $products) as scores
        on months.borrower_id = scores.borrower_id and months.month_end = scores.month_end
    left join defaults
        on months.borrower_id = defaults.borrower_id
        and months.month_end < defaults.default_on
        and months.month_end >= cast(defaults.default_on - interval 12 month as date)
    where months.is_on_book
        and not months.is_defaulted
        and months.month_end between $first and least($seen, $month_end)
        and ($on is null or months.month_end = cast($on as date))
    group by months.borrower_id, months.month_end
)

select
    *,
    borrower_id || '@' || month_end as judged_id,
    case when default_on is null then 0 else 1 end as is_default
from judged
where (
        $part = ''
        or $part = case when level in ('orange', 'red') then 'warned' else 'calm' end
            || case when default_on is null then '_fine' else '_defaulted' end
    )
    and ($band < 0 or least(cast(floor(score / 10) as integer) * 10, 100) = $band)
