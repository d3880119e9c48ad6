-- One row per borrower and month end at which it came into default (1.4), not having been so at the month end before;
-- `was_warned` if it was orange or red at a month end of the year before, at least 30 days ahead (9.5).
-- Whose first month here is already in default is not there: nobody could have warned.
with months as (
    select
        *,
        lag(is_defaulted) over in_order as was_defaulted,
        lag(exposure) over in_order as exposure_before
    from marts.borrower_months
    window in_order as (partition by borrower_id order by month_end)
),

fallen as (
    select
        borrower_id,
        borrower_kind,
        branch,
        product,
        month_end as default_on,
        greatest(exposure, exposure_before) as exposure
    from months
    where is_defaulted and was_defaulted = false
),

warned as (
    select distinct
        fallen.borrower_id,
        fallen.default_on
    from fallen
    inner join marts.borrower_scores as scores
        on fallen.borrower_id = scores.borrower_id
        and scores.month_end <= fallen.default_on - 30
        and scores.month_end >= cast(fallen.default_on - interval 12 month as date)
    where scores.level in ('orange', 'red')
)

select
    fallen.*,
    warned.borrower_id is not null as was_warned
from fallen
left join warned on fallen.borrower_id = warned.borrower_id and fallen.default_on = warned.default_on
order by fallen.default_on, fallen.borrower_id
