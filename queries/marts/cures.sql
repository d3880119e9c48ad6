-- One row per loan and month end at which it was past due a month before and no longer is: paid up, or paid off (6.1).
-- What came of it, seen at month ends: empty where the months that must tell have not passed or are not recorded.
-- Sustained: not a day late at any of the next three month ends. Back: over 30 (90) days late, or written off, at one
-- of the next twelve. A loan paid off owes nothing and cannot come back.
-- Read off the months, which know their opening: marts.loan_moves would join them with themselves for it.
with changes as (
    select distinct
        loan_id,
        last_day(restructured_on) as month_end
    from marts.restructures
),

moves as (
    select
        months.loan_id,
        months.borrower_id,
        months.month_end,
        months.branch,
        months.product,
        months.opening_bucket,
        coalesce(months.bucket, months.status) as to_state,
        case when changes.loan_id is not null then 'on_paper' else 'paid' end as cure,
        months.opening_balance
    from marts.loan_months as months
    left join changes on months.loan_id = changes.loan_id and months.month_end = changes.month_end
    where months.opening_balance > 0
        and months.opening_bucket <> 'current'
        and (months.status = 'closed' or months.bucket = 'current')
),

book as (
    select max(month_end) as last_month
    from marts.month_ends
),

later as (
    select
        loan_id,
        month_end,
        status,
        case when status = 'active' then days_past_due end as days
    from marts.loan_months
),

followed as (
    select
        moves.loan_id,
        moves.month_end,
        date_diff('month', moves.month_end, later.month_end) as months_on,
        later.status,
        later.days
    from moves
    inner join later
        on moves.loan_id = later.loan_id
        and later.month_end > moves.month_end
        and later.month_end <= last_day(moves.month_end + interval 12 month)
),

told as (
    select
        loan_id,
        month_end,
        sum(case when months_on <= 3 and days = 0 then 1 else 0 end) as clear_months,
        max(case when months_on <= 3 and (days > 0 or status in ('written_off', 'sold')) then 1 else 0 end) as fell_in_3,
        max(case when months_on <= 3 and status = 'closed' then 1 else 0 end) as paid_off_in_3,
        sum(case when status = 'active' then 1 else 0 end) as active_months,
        max(case when status <> 'active' then 1 else 0 end) as left_in_12,
        max(case when days > 30 or status = 'written_off' then 1 else 0 end) as over_30,
        max(case when days > 90 or status = 'written_off' then 1 else 0 end) as over_90
    from followed
    group by loan_id, month_end
),

aged as (
    select
        moves.*,
        moves.to_state = 'closed' as is_paid_off,
        book.last_month >= last_day(moves.month_end + interval 3 month) as is_3_old,
        book.last_month >= last_day(moves.month_end + interval 12 month) as is_12_old
    from moves
    cross join book
)

select
    aged.loan_id,
    aged.borrower_id,
    aged.month_end,
    aged.branch,
    aged.product,
    aged.opening_bucket,
    aged.to_state,
    aged.cure,
    aged.opening_balance,
    case
        when not aged.is_3_old then null
        when aged.is_paid_off then 1
        when told.fell_in_3 = 1 then 0
        when told.clear_months = 3 or told.paid_off_in_3 = 1 then 1
    end as sustained,
    case
        when not aged.is_12_old then null
        when aged.is_paid_off then 0
        when told.over_30 = 1 then 1
        when told.active_months = 12 or told.left_in_12 = 1 then 0
    end as back_over_30,
    case
        when not aged.is_12_old then null
        when aged.is_paid_off then 0
        when told.over_90 = 1 then 1
        when told.active_months = 12 or told.left_in_12 = 1 then 0
    end as back_over_90
from aged
left join told on aged.loan_id = told.loan_id and aged.month_end = told.month_end
order by aged.month_end, aged.loan_id
