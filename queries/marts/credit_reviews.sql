-- One row per borrower and review of its credit that its cycle asked for while it was on the book (10, 11.1): what its time
-- counts from (the review before, its first loan, its return to the book, or the first review on record), the day on which it
-- was due, and the day on which that ended, by a review that was approved (its case closed) or a return to the book. Of the
-- cycles of its kind and state the shortest holds, as it stood at the month end; where a state that has become worse, a cycle
-- that came into force or a return makes it due, it is due at that month end. A review settles what was then outstanding, but
-- not before the last part of the cycle (parameter `review_early_share`): an earlier one starts the cycle anew, and no more.
with cycles as (
    select
        borrower_kind,
        state,
        months,
        source,
        valid_from,
        coalesce(valid_to, date '9999-12-31') as valid_to
    from raw.review_cycles
),

early as (
    select
        cast(value as double) as share,
        valid_from,
        valid_to
    from staging.parameters
    where param_id = 'review_early_share' and regime = 'CN' and product = '*'
),

approvals as (
    select
        borrower_id,
        cast(closed_at as date) as since,
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
    having min(opened_at) is not null
),

firsts as (
    select
        loans.borrower_id,
        greatest(min(loans.disbursed_on), max(known.known_from)) as since
    from staging.loans as loans
    inner join staging.borrowers as borrowers on loans.borrower_id = borrowers.borrower_id
    cross join known
    where borrowers.kind in (select borrower_kind from cycles)
    group by loans.borrower_id
),

on_book as (
    select
        borrower_id,
        borrower_kind,
        branch,
        product,
        month_end,
        classification,
        lag(month_end) over (partition by borrower_id order by month_end) as month_end_before
    from marts.borrower_months
    where is_on_book and borrower_kind in (select borrower_kind from cycles)
),

returns as (
    select
        on_book.borrower_id,
        greatest(min(loans.disbursed_on), max(known.known_from)) as since
    from on_book
    inner join staging.loans as loans
        on on_book.borrower_id = loans.borrower_id
        and loans.disbursed_on > on_book.month_end_before
        and loans.disbursed_on <= on_book.month_end
    cross join known
    where on_book.month_end_before < last_day(cast(on_book.month_end - interval 1 month as date))
    group by on_book.borrower_id, on_book.month_end
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
            case_id
        from approvals
        union all
        select
            firsts.borrower_id,
            firsts.since,
            cast(null as varchar) as case_id
        from firsts
        left join approvals on firsts.borrower_id = approvals.borrower_id and firsts.since >= approvals.since
        where approvals.borrower_id is null
        union all
        select
            borrower_id,
            since,
            cast(null as varchar) as case_id
        from returns
    )
    group by borrower_id, since
),

spans as (
    select
        borrower_id,
        since,
        lead(since) over in_order as ended_on,
        lead(case_id) over in_order as case_id
    from starts
    window in_order as (partition by borrower_id order by since)
),

states as (
    select
        months.borrower_id,
        months.month_end,
        min(cycles.months) as cycle_months,
        arg_min(cycles.source, cycles.months) as cycle_source
    from on_book as months
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
    group by months.borrower_id, months.month_end
),

-- Each month end is of one span: the last that had begun.
seen as (
    select
        states.borrower_id,
        spans.since,
        spans.ended_on,
        spans.case_id,
        states.month_end,
        states.cycle_months,
        states.cycle_source,
        cast(spans.since + states.cycle_months * interval 1 month as date) as passed_on
    from states
    asof inner join spans
        on states.borrower_id = spans.borrower_id
        and states.month_end >= spans.since
),

-- At the first month end by which the cycle had passed, or at the last before the review, when it still ran.
outstanding as (
    select
        *,
        case when last_day(passed_on) < month_end then month_end else passed_on end as due_on
    from seen
    qualify row_number() over (
        partition by borrower_id, since
        order by
            passed_on <= month_end desc,
            case when passed_on <= month_end then month_end end,
            month_end desc
    ) = 1
)

select
    outstanding.borrower_id,
    on_book.branch,
    on_book.product,
    outstanding.since,
    outstanding.cycle_months,
    outstanding.cycle_source,
    outstanding.due_on,
    outstanding.ended_on,
    case when outstanding.case_id is not null then outstanding.ended_on end as reviewed_on,
    outstanding.case_id,
    coalesce(outstanding.case_id is not null and outstanding.ended_on <= outstanding.due_on, false) as is_on_time
from outstanding
inner join on_book
    on outstanding.borrower_id = on_book.borrower_id
    and last_day(outstanding.due_on) = on_book.month_end
left join early on outstanding.due_on between early.valid_from and early.valid_to
where
    outstanding.ended_on is null
    or outstanding.ended_on >= outstanding.due_on
    or (
        outstanding.case_id is not null
        and date_diff('day', outstanding.ended_on, outstanding.due_on)
        <= early.share * date_diff('day', outstanding.since, outstanding.due_on)
    )
order by outstanding.due_on, outstanding.borrower_id
