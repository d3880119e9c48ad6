-- One row per loan whose claim is due and month end: what is still claimed. Of a loan on the book principal and interest,
-- of one written off what was written off less what came in since, which the bank still pursues.
with gone as (
    select
        write_offs.loan_id,
        months.month_end,
        cast(sum(write_offs.amount) as decimal(18, 2)) as amount
    from staging.write_offs as write_offs
    inner join marts.month_ends as months
        on write_offs.written_off_on <= months.month_end
        and (write_offs.reversed_on is null or write_offs.reversed_on > months.month_end)
    where write_offs.kind = 'write_off'
    group by write_offs.loan_id, months.month_end
),

came_back as (
    select
        gone.loan_id,
        gone.month_end,
        sum(recoveries.amount) as amount
    from gone
    inner join raw.recoveries as recoveries
        on gone.loan_id = recoveries.loan_id and recoveries.recovered_on <= gone.month_end
    group by gone.loan_id, gone.month_end
),

parts as (
    select
        months.loan_id,
        months.month_end,
        months.balance + coalesce(months.overdue_interest, 0) as amount
    from marts.loan_months as months
    inner join intermediate.claims as claims
        on months.loan_id = claims.loan_id and claims.due_on <= months.month_end
    where months.status = 'active' and months.balance > 0
    union all
    select
        gone.loan_id,
        gone.month_end,
        greatest(gone.amount - coalesce(came_back.amount, 0), 0) as amount
    from gone
    left join came_back on gone.loan_id = came_back.loan_id and gone.month_end = came_back.month_end
)

select
    loan_id,
    month_end,
    cast(sum(amount) as decimal(18, 2)) as amount
from parts
group by loan_id, month_end
having sum(amount) > 0
