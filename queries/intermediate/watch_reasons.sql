-- One row per borrower on the book, not in default, and month end, with a reason to be on the watchlist (9.4,
-- wl_entry), by its code. A stay that the bank recorded is a decision of its own.
with largest as (
    select
        month_end,
        max(exposure, 100) as exposures
    from marts.borrower_months
    where is_on_book
    group by month_end
),

watched as (
    select
        borrower_id,
        entered_on,
        coalesce(left_on, date '9999-12-31') as left_on
    from intermediate.watch_stays
),

decided as (
    select distinct
        months.borrower_id,
        months.month_end
    from marts.borrower_months as months
    inner join watched
        on months.borrower_id = watched.borrower_id
        and months.month_end >= watched.entered_on
        and months.month_end < watched.left_on
),

judged as (
    select
        months.borrower_id,
        months.month_end,
        scores.level in ('orange', 'red') as has_level,
        months.classification = 2 and months.exposure >= limits.least_exposure as has_special_mention,
        months.days_past_due > 30 and months.days_past_due <= 90 as is_late,
        facts.covenant_breach_days > limits.covenant_days as has_covenant,
        months.is_restructured,
        scores.level = 'yellow'
        and date_diff('day', scores.level_since, months.month_end) >= limits.yellow_days
        and months.exposure >= coalesce(
            largest.exposures[cast(limits.top_obligors as integer)], 0
        ) as is_top_obligor,
        decided.borrower_id is not null as is_decided
    from marts.borrower_months as months
    inner join marts.warning_limits as limits on months.month_end = limits.month_end
    inner join largest on months.month_end = largest.month_end
    left join marts.borrower_scores as scores
        on months.borrower_id = scores.borrower_id and months.month_end = scores.month_end
    left join marts.borrower_facts as facts
        on months.borrower_id = facts.borrower_id
        and months.month_end = facts.month_end
        and facts.covenant_breach_days is not null
    left join decided on months.borrower_id = decided.borrower_id and months.month_end = decided.month_end
    where months.is_on_book and not months.is_defaulted
)

select
    borrower_id,
    month_end,
    concat_ws(
        ',',
        case when has_level then 'level' end,
        case when has_special_mention then 'special_mention' end,
        case when is_late then 'late' end,
        case when has_covenant then 'covenant' end,
        case when is_restructured then 'restructured' end,
        case when is_top_obligor then 'top_obligor' end
    ) as reasons,
    is_decided
from judged
where has_level or has_special_mention or is_late or has_covenant or is_restructured or is_top_obligor or is_decided
