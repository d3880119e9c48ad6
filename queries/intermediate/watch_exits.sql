-- One row per exit from the watchlist that was approved in the app, and the month end at which it counts: the first from
-- the approval on, or the book's last where that is yet to come, since it was decided on what is said there. An
-- approval by who proposed it, by who answers for the borrower or by its loans' officer counts for nothing.
with book as (select max(month_end) as last_month from marts.month_ends),

involved as (
    select
        borrower_id,
        officer_id as staff_id
    from staging.loans
    union
    select
        borrower_id,
        owner as staff_id
    from raw.watchlist
    union
    select
        borrower_id,
        proposed_by as staff_id
    from raw.watchlist_exits
),

approved as (
    select exits.*
    from raw.watchlist_exits as exits
    anti join involved
        on exits.borrower_id = involved.borrower_id and exits.approved_by = involved.staff_id
),

counting as (
    select
        approved.borrower_id,
        approved.approved_on,
        approved.approved_by,
        coalesce(min(months.month_end), any_value(book.last_month)) as month_end
    from approved
    cross join book
    left join marts.month_ends as months on months.month_end >= approved.approved_on
    group by approved.borrower_id, approved.approved_on, approved.approved_by
)

select
    borrower_id,
    month_end,
    arg_max(approved_by, approved_on) as approved_by
from counting
group by borrower_id, month_end
