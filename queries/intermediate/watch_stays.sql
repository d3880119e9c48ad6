-- One row per stay on the watchlist that the bank recorded, with the approval of its end where someone other than its
-- owner and its loans' officer gave it. Where the record says nothing of an end, an exit that was approved in the app is
-- its end, though not in the month in which the stay began.
with officers as (
    select distinct
        borrower_id,
        officer_id
    from staging.loans
    where officer_id is not null
),

ended as (
    select
        stays.entry_id,
        min(exits.month_end) as left_on
    from raw.watchlist as stays
    inner join intermediate.watch_exits as exits
        on stays.borrower_id = exits.borrower_id and last_day(stays.entered_on) < exits.month_end
    where stays.left_on is null
    group by stays.entry_id
)

select
    stays.borrower_id,
    stays.entered_on,
    coalesce(stays.left_on, ended.left_on) as left_on,
    stays.owner,
    stays.next_review_on,
    stays.plan_closed_on,
    stays.approved_by,
    case
        when stays.approved_by is null
            or stays.approved_by = stays.owner
            or officers.officer_id is not null then null
        else stays.left_on
    end as approved_on
from raw.watchlist as stays
left join ended on stays.entry_id = ended.entry_id
left join officers
    on stays.borrower_id = officers.borrower_id and stays.approved_by = officers.officer_id
