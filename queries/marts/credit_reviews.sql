-- One row per borrower and review of its credit that its cycle asked for while it was on the book (10, 11.1): the review before
-- (or its first loan, or the first review on record, whichever came last), the day on which the next was due and the
-- day on which it was approved, by a case that was closed. Of the cycles of its kind and state the shortest holds, as it stood
-- at the month end; where a state that has become worse makes it due, it is due at that month end.
with cycles as (
    select
        borrower_kind,
        state,
        months,
        valid_from,
        coalesce(valid_to, date '9999-12-31') as valid_to
    from raw.review_cycles
),

approvals as (
    select
        borrower_id,
        cast(closed_at as date) as reviewed_on,
        min(case_id) as case_id
    from intermediate.case_facts
    where case_type = 'credit_review' and closed_at is not null and borrower_id is not null
    group by borrower_id, cast(closed_at as date)
),

-- What was reviewed before any review was recorded is not known: nobody is late for it.
known as (
    select min(cast(opened_at as date)) as known_from
    from intermediate.case_facts
    where case_type = 'credit_review'
),

firsts as (
    select
        loans.borrower_id,
        greatest(min(loans.disbursed_on), max(known.known_from)) as since
    from staging.loans as loans
    cross join known
    where known.known_from is not null
    group by loans.borrower_id
),

starts as (
    select
        borrower_id,
        since,
        max(case_id) as case_id
    from (
        select
            borrower_id,
            since,
            cast(null as varchar) as case_id
        from firsts
        union all
        select
            borrower_id,
            reviewed_on as since,
            case_id
        from approvals
    )
    group by borrower_id, since
),

spans as (
    select
        borrower_id,
        since,
        lead(since) over in_order as reviewed_on,
        lead(case_id) over in_order as case_id
    from starts
    window in_order as (partition by borrower_id order by since)
),

states as (
    select
        months.borrower_id,
        months.month_end,
        months.branch,
        months.product,
        min(cycles.months) as cycle_months
    from marts.borrower_months as months
    left join raw.watchlist as listed
        on months.borrower_id = listed.borrower_id
        and listed.entered_on <= months.month_end
        and (listed.left_on is null or listed.left_on > months.month_end)
    inner join cycles
        on months.borrower_kind = cycles.borrower_kind
        and months.month_end between cycles.valid_from and cycles.valid_to
        and (
            cycles.state = 'any'
            or (cycles.state = 'special_mention' and months.classification >= 2)
            or (cycles.state = 'watchlist' and listed.entry_id is not null)
        )
    where months.is_on_book
    group by months.borrower_id, months.month_end, months.branch, months.product
),

longest as (select max(months) as months from cycles),

reached as (
    select
        spans.borrower_id,
        spans.since,
        spans.reviewed_on,
        spans.case_id,
        min(states.month_end) as month_end
    from spans
    cross join longest
    inner join states
        on spans.borrower_id = states.borrower_id
        and states.month_end >= cast(spans.since + states.cycle_months * interval 1 month as date)
        and states.month_end <= last_day(cast(spans.since + longest.months * interval 1 month as date))
    group by spans.borrower_id, spans.since, spans.reviewed_on, spans.case_id
),

dues as (
    select
        reached.borrower_id,
        states.branch,
        states.product,
        reached.since,
        states.cycle_months,
        reached.month_end,
        case
            when last_day(cast(reached.since + states.cycle_months * interval 1 month as date)) = reached.month_end
                then cast(reached.since + states.cycle_months * interval 1 month as date)
            else reached.month_end
        end as due_on,
        reached.reviewed_on,
        reached.case_id
    from reached
    inner join states on reached.borrower_id = states.borrower_id and reached.month_end = states.month_end
)

select
    borrower_id,
    branch,
    product,
    since,
    cycle_months,
    due_on,
    reviewed_on,
    case_id,
    coalesce(reviewed_on <= due_on, false) as is_on_time
from dues
order by due_on, borrower_id
