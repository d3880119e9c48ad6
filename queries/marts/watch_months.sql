-- One row per borrower and month end on the watchlist, and the month end at which it had left it (9.4). What last
-- happened decides: a reason puts a borrower on the list; default hands it over; leaving the book takes it off; and
-- so does an exit, for which all must hold: calm score, days and hard signals, the plan closed, and the approval of
-- someone who is not its manager, recorded by the bank or given in the app (`approved_by`). Without that approval it
-- stays, and `may_exit` says that all else is there.
-- `default_on` is its first default after the month end, `past_scores` its scores at the last thirteen month ends with
-- a loan, oldest first.
with ever as (
    select distinct borrower_id
    from intermediate.watch_reasons
),

months as (
    select
        months.*,
        limits.exit_months,
        limits.exit_instalments,
        limits.review_days_yellow,
        limits.review_days_orange,
        limits.review_days_red,
        limits.escalate_days,
        coalesce(scores.score, 0) as score,
        coalesce(scores.level, 'green') as level,
        coalesce(scores.is_hard, false) as is_hard,
        coalesce(scores.score, 0) < limits.yellow_from and not coalesce(scores.is_hard, false) as is_calm,
        nullif(reasons.reasons, '') as reasons,
        coalesce(reasons.is_decided, false) as is_decided
    from marts.borrower_months as months
    semi join ever on months.borrower_id = ever.borrower_id
    inner join marts.warning_limits as limits on months.month_end = limits.month_end
    left join marts.borrower_scores as scores
        on months.borrower_id = scores.borrower_id and months.month_end = scores.month_end
    left join intermediate.watch_reasons as reasons
        on months.borrower_id = reasons.borrower_id and months.month_end = reasons.month_end
),

counted as (
    select
        *,
        coalesce(
            date_diff('month', max(case when not is_calm then month_end end) over in_order, month_end),
            row_number() over in_order
        ) as calm_months,
        coalesce(
            date_diff('month', max(case when days_past_due > 0 then month_end end) over in_order, month_end),
            row_number() over in_order
        ) as paying_months,
        sum(case when has_due then 1 else 0 end) over in_order as dues,
        max(case when reasons is not null then month_end end) over in_order as last_reason_on
    from months
    window in_order as (
        partition by borrower_id order by month_end rows between unbounded preceding and current row
    )
),

since_late as (
    select
        *,
        dues - coalesce(
            max(case when days_past_due > 0 then dues end) over (
                partition by borrower_id order by month_end rows between unbounded preceding and current row
            ),
            0
        ) as dues_since_late
    from counted
),

recorded as (
    select
        months.borrower_id,
        months.month_end,
        arg_max(
            {
                'owner': stays.owner,
                'plan_closed_on': coalesce(stays.plan_closed_on, date '9999-12-31'),
                'next_review_on': stays.next_review_on,
                'left_on': coalesce(stays.left_on, date '9999-12-31')
            },
            stays.entered_on
        ) as stay,
        max(case when stays.approved_on <= months.month_end then stays.approved_on end) as approved_on,
        arg_max(stays.approved_by, stays.approved_on) filter (
            where stays.approved_on <= months.month_end
        ) as approved_by
    from months
    inner join intermediate.watch_stays as stays
        on months.borrower_id = stays.borrower_id and stays.entered_on <= months.month_end
    group by months.borrower_id, months.month_end
),

judged as (
    select
        months.*,
        recorded.stay.owner as owner,
        case when recorded.stay.left_on > months.month_end then recorded.stay.next_review_on end as next_review_on,
        months.is_on_book
        and not months.is_defaulted
        and months.reasons is null
        and months.calm_months >= months.exit_months
        and months.paying_months >= months.exit_months
        and (months.dues = 0 or months.dues_since_late >= months.exit_instalments)
        and (recorded.stay is null or recorded.stay.plan_closed_on <= months.month_end) as may_exit,
        coalesce(exits.approved_by, recorded.approved_by) as approved_by,
        exits.approved_by is not null
        or recorded.approved_on > coalesce(months.last_reason_on, date '0001-01-01') as is_approved
    from since_late as months
    left join recorded on months.borrower_id = recorded.borrower_id and months.month_end = recorded.month_end
    left join intermediate.watch_exits as exits
        on months.borrower_id = exits.borrower_id and months.month_end = exits.month_end
),

events as (
    select
        *,
        case
            when is_defaulted then 'default'
            when not is_on_book then case when is_sold then 'sold' else 'paid_off' end
            when reasons is not null or is_decided then 'on'
            when may_exit and is_approved then 'cured'
        end as event
    from judged
),

listed as (
    select
        *,
        coalesce(
            last_value(event ignore nulls) over (
                partition by borrower_id order by month_end rows between unbounded preceding and current row
            ) = 'on',
            false
        ) as is_listed
    from events
),

moved as (
    select
        *,
        coalesce(
            lag(is_listed) over in_order
            and date_diff('month', lag(month_end) over in_order, month_end) = 1,
            false
        ) as was_listed,
        lag(exposure) over in_order as last_exposure,
        lag(score) over in_order as last_score,
        lag(level) over in_order as last_level,
        list(score) over (
            partition by borrower_id order by month_end rows between 12 preceding and current row
        ) as past_scores
    from listed
    window in_order as (partition by borrower_id order by month_end)
),

staying as (
    select
        *,
        sum(case when is_listed and not was_listed then 1 else 0 end) over (
            partition by borrower_id order by month_end rows between unbounded preceding and current row
        ) as stay_no
    from moved
),

dated as (
    select
        *,
        min(case when is_listed then month_end end) over (partition by borrower_id, stay_no) as entered_on,
        first_value(coalesce(reasons, 'committee')) over (
            partition by borrower_id, stay_no order by month_end
        ) as entry_reasons,
        first_value(exposure) over (
            partition by borrower_id, stay_no order by month_end
        ) as entry_exposure
    from staying
    qualify is_listed or was_listed
),

reviews as (
    select
        dated.borrower_id,
        dated.month_end,
        max(cases.closed_on) as reviewed_on
    from dated
    inner join staging.parameters as parameters
        on parameters.param_id = 'wl_review_cases'
        and parameters.regime = 'CN'
        and parameters.product = '*'
        and dated.month_end between parameters.valid_from and parameters.valid_to
    inner join marts.cases as cases
        on dated.borrower_id = cases.borrower_id
        and cases.closed_on > dated.entered_on
        and cases.closed_on <= dated.month_end
        and list_contains(string_split(parameters.value, ','), cases.case_type)
    group by dated.borrower_id, dated.month_end
),

fallen as (
    select
        dated.borrower_id,
        dated.month_end,
        min(defaults.default_on) as default_on
    from dated
    inner join marts.defaults as defaults
        on dated.borrower_id = defaults.borrower_id and dated.month_end < defaults.default_on
    group by dated.borrower_id, dated.month_end
),

book as (select max(month_end) as last_month from marts.month_ends),

due as (
    select
        dated.*,
        reviews.reviewed_on,
        coalesce(
            case when dated.month_end = book.last_month then dated.next_review_on end,
            greatest(dated.entered_on, reviews.reviewed_on) + case dated.level
                when 'red' then dated.review_days_red
                when 'orange' then dated.review_days_orange
                else dated.review_days_yellow
            end
        ) as review_due_on
    from dated
    cross join book
    left join reviews on dated.borrower_id = reviews.borrower_id and dated.month_end = reviews.month_end
)

select
    due.borrower_id,
    borrower_kind,
    branch,
    product,
    homes.places,
    due.month_end,
    is_listed,
    entered_on,
    entry_reasons,
    coalesce(reasons, case when is_decided then 'committee' else '' end) as reasons,
    level,
    score,
    is_hard,
    case when was_listed or last_score is not null then last_score end as score_before,
    last_level as level_before,
    past_scores,
    owner,
    reviewed_on,
    case when is_listed then review_due_on end as review_due_on,
    is_listed and review_due_on < due.month_end as is_review_overdue,
    date_diff('day', entered_on, due.month_end) as days_on_list,
    is_listed and date_diff('day', entered_on, due.month_end) > escalate_days as is_escalated,
    is_listed and may_exit as may_exit,
    case
        when is_listed and was_listed then 'stayed'
        when is_listed then 'entered'
        when event = 'default' then 'transferred'
        else 'left'
    end as moved,
    case when not is_listed then event end as left_by,
    case when not is_listed and event = 'cured' then approved_by end as approved_by,
    exposure,
    last_exposure as exposure_before,
    fallen.default_on
from due
inner join intermediate.homes as homes on due.borrower_id = homes.borrower_id
left join fallen on due.borrower_id = fallen.borrower_id and due.month_end = fallen.month_end
order by due.month_end, due.borrower_id
