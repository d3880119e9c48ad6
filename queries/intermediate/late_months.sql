-- One row per loan and month end at which it counts as more than 30 days past due (6.3). `stays` marks the row of a
-- loan that was written off or sold for good: it stays as late as that, at that balance, ever after.
with late as (
    select
        loan_id,
        month_end,
        months_on_book,
        branch,
        product,
        late_days,
        late_balance,
        status = 'active' as is_on_book
    from marts.loan_months
    where late_days > 30
),

gone as (
    select distinct loan_id
    from late
    where not is_on_book
),

-- A write-off or sale that was taken back is followed by further months.
lasts as (
    select
        months.loan_id,
        max(months.month_end) as last_on
    from marts.loan_months as months
    inner join gone on months.loan_id = gone.loan_id
    group by months.loan_id
)

select
    late.loan_id,
    late.month_end,
    late.months_on_book,
    late.branch,
    late.product,
    late.late_days,
    cast(late.late_balance as decimal(18, 2)) as late_balance,
    late.is_on_book,
    not late.is_on_book and late.month_end = lasts.last_on as stays
from late
left join lasts on late.loan_id = lasts.loan_id
