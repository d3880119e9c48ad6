-- One row per loan on the book that needs attention at the month end, with the reasons why.
-- Late, classed below normal, restructured, or with a signal that is not cleared.
with months as (
    select *
    from scoped_loan_months($branches, $products)
    where month_end = $month_end and status = 'active' and balance > 0
),

signals as (
    select
        loan_id,
        count(*) as open_signals,
        string_agg(distinct rule_id, ',' order by rule_id) as signal_rules
    from scoped_signals($branches, $products)
    where raised_on <= $month_end and (cleared_on is null or cleared_on > $month_end)
    group by loan_id
),

listed as (
    select
        months.loan_id,
        months.borrower_id,
        months.branch,
        months.product,
        months.balance,
        months.days_past_due,
        months.bucket,
        months.bucket_m,
        months.classification,
        months.is_restructured,
        months.overdue_amount,
        months.officer_id,
        months.opening_bucket,
        months.opening_class,
        months.newly_late_count,
        coalesce(signals.open_signals, 0) as open_signals,
        signals.signal_rules
    from months
    left join signals on months.loan_id = signals.loan_id
    where months.days_past_due > 0
        or months.classification > 1
        or months.is_restructured
        or signals.open_signals > 0
)

select
    loan_id,
    borrower_id,
    branch,
    product,
    balance,
    days_past_due,
    bucket,
    bucket_m,
    classification,
    is_restructured,
    overdue_amount,
    officer_id,
    opening_bucket,
    opening_class,
    open_signals,
    signal_rules,
    concat_ws(
        ',',
        case when newly_late_count = 1 then 'newly_late' end,
        case when newly_late_count = 0 and bucket <> opening_bucket then 'bucket_changed' end,
        case when newly_late_count = 0 and bucket = opening_bucket and days_past_due > 0 then 'late' end,
        case when classification > coalesce(opening_class, 1) then 'class_worse' end,
        case when classification > 2 then 'non_performing' when classification = 2 then 'special_mention' end,
        case when is_restructured then 'restructured' end,
        case when open_signals > 0 then 'signals' end
    ) as reasons
from listed
where (len($buckets) = 0 or list_contains($buckets, bucket))
    and (len($classes) = 0 or list_contains($classes, classification))
    and balance >= $min_balance
    and ($reason = '' or list_contains(string_split(reasons, ','), $reason))
    and (
        $text = ''
        or starts_with(loan_id, $text)
        or starts_with(borrower_id, $text)
        or officer_id = $text
    )
