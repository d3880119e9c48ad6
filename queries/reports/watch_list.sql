-- One row per borrower on the watchlist at the month end, of whom a loan is in view (9.4): why it is there, since when,
-- its score before and now, what is due. Exposure, worst loan and officer are of the loans in view; names and
-- signals of those shown are told by borrowers_told.
with loans as (
    select
        borrower_id,
        sum(exposure) as exposure,
        sum(case when status = 'active' then 1 else 0 end) as loan_count,
        max(days_past_due) as days_past_due,
        max(classification) as classification,
        min_by(
            {'loan_id': loan_id, 'officer_id': officer_id, 'branch': branch, 'product': product},
            {'class': -classification, 'days': -days_past_due, 'balance': -balance, 'loan_id': loan_id}
        ) as worst
    from scoped_watch_loans($branches, $products)
    where month_end = $month_end and is_listed
    group by borrower_id
),

-- Whom the rule and the kind of signal asked for hold on, and whose name or loan the text is; nobody is looked for where
-- neither is asked.
hit as (
    select borrower_id
    from scoped_signal_hits($branches, $products)
    where month_end = $month_end and ($rule <> '' or $family <> '')
    group by borrower_id
    having ($rule = '' or sum(case when rule_id = $rule then 1 else 0 end) > 0)
        and ($family = '' or sum(case when family = $family then 1 else 0 end) > 0)
),

found as (
    select borrower_id
    from scoped_watch_loans($branches, $products)
    where $text <> '' and month_end = $month_end and is_listed and starts_with(loan_id, $text)
    union
    select borrower_id
    from scoped_borrowers($branches, $products)
    where $text <> '' and contains(name, $text)
),

listed as (
    select
        watched.borrower_id,
        watched.borrower_kind,
        loans.exposure,
        loans.loan_count,
        loans.worst.loan_id as worst_loan_id,
        loans.days_past_due,
        loans.classification,
        watched.level,
        case watched.level when 'red' then 3 when 'orange' then 2 when 'yellow' then 1 else 0 end as level_rank,
        watched.score,
        coalesce(watched.score_before, 0) as score_before,
        watched.past_scores,
        watched.score - coalesce(watched.score_before, 0) as score_change,
        case
            when watched.moved = 'entered' then 'new'
            when watched.level = watched.level_before and watched.score = watched.score_before then 'same'
            when watched.score > coalesce(watched.score_before, 0) then 'up'
            when watched.score < coalesce(watched.score_before, 0) then 'down'
            else 'same'
        end as change,
        watched.is_hard,
        watched.reasons,
        watched.entry_reasons,
        watched.entered_on,
        watched.days_on_list,
        coalesce(watched.owner, loans.worst.officer_id, '') as owner,
        watched.review_due_on,
        watched.is_review_overdue,
        watched.may_exit,
        watched.is_escalated,
        coalesce(limits.escalate_days, 0) as escalate_days,
        watched.moved,
        loans.worst.branch as branch,
        loans.worst.product as product
    from scoped_watch_months($branches, $products) as watched
    inner join loans on watched.borrower_id = loans.borrower_id
    inner join book_warning_limits() as limits on watched.month_end = limits.month_end
    where watched.month_end = $month_end and watched.is_listed
)

select *
from listed
where (len($levels) = 0 or list_contains($levels, level))
    and (len($changes) = 0 or list_contains($changes, change))
    and (len($kinds) = 0 or list_contains($kinds, borrower_kind))
    and (
        $reason = ''
        or list_contains(string_split(case when reasons = '' then 'none' else reasons end, ','), $reason)
    )
    and (
        ($rule = '' and $family = '')
        or borrower_id in (select hit.borrower_id from hit)
    )
    and (
        $owner = ''
        or list_contains($given, borrower_id)
        or (owner = $owner and not list_contains($taken, borrower_id))
    )
    and (not $is_among or list_contains($among, borrower_id))
    and not list_contains($without, borrower_id)
    and days_on_list between $min_days and $max_days
    and ($review_by is null or review_due_on <= cast($review_by as date))
    and score >= $min_score
    and ($max_score = 0 or score <= $max_score)
    and exposure >= $min_exposure
    and ($max_exposure = 0 or exposure <= $max_exposure)
    and (not $overdue_review or is_review_overdue)
    and (not $may_exit or may_exit)
    and (not $escalated or is_escalated)
    and (
        $text = ''
        or starts_with(borrower_id, $text)
        or borrower_id in (select found.borrower_id from found)
        or owner = $text
        or owner in (select people.staff_id from book_staff() as people where contains(people.name, $text))
    )
