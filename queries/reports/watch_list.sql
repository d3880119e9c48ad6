-- One row per borrower on the watchlist at the month end, of whom a loan is in view (9.4): why it is there, since when,
-- its score before and now, what is due. Exposure, worst loan and officer are of the loans in view.
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
        ) as worst,
        string_agg(loan_id, ',' order by loan_id) as loan_ids
    from scoped_watch_loans($branches, $products)
    where month_end = $month_end and is_listed
    group by borrower_id
),

signals as (
    select
        borrower_id,
        rule_id,
        any_value(family) as family,
        max(points) as points,
        max(value) as value
    from scoped_signal_hits($branches, $products)
    where month_end = $month_end and borrower_id in (select loans.borrower_id from loans)
    group by borrower_id, rule_id
),

told as (
    select
        borrower_id,
        string_agg(rule_id, ',' order by points desc, rule_id) as rules,
        string_agg(rule_id || '=' || coalesce(value, ''), ' · ' order by points desc, rule_id) as signal_values,
        string_agg(distinct family, ',') as families
    from signals
    group by borrower_id
),

names as (
    select
        borrower_id,
        name
    from scoped_borrowers($branches, $products)
    where borrower_id in (select loans.borrower_id from loans)
),

listed as (
    select
        watched.borrower_id,
        coalesce(names.name, '') as name,
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
        coalesce(told.rules, '') as rules,
        coalesce(told.signal_values, '') as signal_values,
        coalesce(told.families, '') as families,
        watched.entered_on,
        watched.days_on_list,
        coalesce(watched.owner, loans.worst.officer_id, '') as owner,
        watched.review_due_on,
        watched.is_review_overdue,
        watched.may_exit,
        watched.is_escalated,
        watched.moved,
        loans.worst.branch as branch,
        loans.worst.product as product,
        loans.loan_ids
    from scoped_watch_months($branches, $products) as watched
    inner join loans on watched.borrower_id = loans.borrower_id
    left join told on watched.borrower_id = told.borrower_id
    left join names on watched.borrower_id = names.borrower_id
    where watched.month_end = $month_end and watched.is_listed
)

select * exclude (families, loan_ids)
from listed
where (len($levels) = 0 or list_contains($levels, level))
    and (len($changes) = 0 or list_contains($changes, change))
    and (len($kinds) = 0 or list_contains($kinds, borrower_kind))
    and (
        $reason = ''
        or list_contains(string_split(case when reasons = '' then 'none' else reasons end, ','), $reason)
    )
    and ($rule = '' or list_contains(string_split(rules, ','), $rule))
    and ($family = '' or list_contains(string_split(families, ','), $family))
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
        or starts_with(loan_ids, $text)
        or contains(loan_ids, ',' || $text)
        or contains(name, $text)
        or owner = $text
    )
