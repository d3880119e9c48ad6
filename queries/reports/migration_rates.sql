-- One row per official migration rate over a period: loans on the book at its opening only (3.4).
-- Part repaid counts as reduction; what was written off or sold vanishes from both sides, and is added back,
-- at its opening balance, in the adjusted rate.
with opening as (
    select
        loan_id,
        classification,
        balance
    from scoped_loan_months($branches, $products)
    where month_end = $opening and status = 'active' and balance > 0
),

closing as (
    select
        loan_id,
        classification,
        balance
    from scoped_loan_months($branches, $products)
    where month_end = $month_end and status = 'active'
),

-- Written off or sold; said by what it is not, which the scan itself can skip rows by.
disposed as (
    select distinct loan_id
    from scoped_loan_months($branches, $products)
    where month_end > $opening and month_end <= $month_end and status not in ('active', 'closed')
),

moved as (
    select
        opening.classification as was,
        closing.classification as became,
        opening.balance,
        least(opening.balance, coalesce(closing.balance, 0)) as kept,
        case when disposed.loan_id is not null then opening.balance else 0 end as disposed_balance
    from opening
    left join closing on opening.loan_id = closing.loan_id
    left join disposed on opening.loan_id = disposed.loan_id
),

cells as (
    select
        was,
        became,
        sum(balance) as balance,
        sum(balance - kept) as reduction,
        sum(kept) as kept,
        sum(disposed_balance) as disposed_balance
    from moved
    group by was, became
),

rates as (
    select
        unnest(['mig_performing', 'mig_normal', 'mig_sm', 'mig_sub', 'mig_doubtful']) as rate_id,
        unnest([1, 1, 2, 3, 4]) as from_class,
        unnest([2, 1, 2, 3, 4]) as to_class
),

summed as (
    select
        rates.rate_id,
        rates.from_class,
        rates.to_class,
        sum(cells.balance) as opening_balance,
        sum(cells.reduction) as reduction,
        sum(case when cells.became > rates.to_class then cells.kept else 0 end) as down,
        sum(cells.disposed_balance) as disposed
    from rates
    inner join cells on cells.was between rates.from_class and rates.to_class
    group by rates.rate_id, rates.from_class, rates.to_class
)

select
    rate_id,
    opening_balance,
    reduction,
    down,
    disposed,
    cast(down as double) / nullif(opening_balance - reduction, 0) as rate,
    cast(down + disposed as double) / nullif(opening_balance - reduction + disposed, 0) as rate_adjusted
from summed
order by from_class, to_class desc
