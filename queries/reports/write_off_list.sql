-- One row per write-off up to the month end, with the cash recovered on its loan since, and its quarter (3.6).
with write_offs as (
    select
        write_off_id,
        loan_id,
        branch,
        product,
        written_off_on,
        amount,
        evidence,
        year(written_off_on) || '-Q' || quarter(written_off_on) as cohort,
        coalesce(
            lead(written_off_on) over (partition by loan_id order by written_off_on), date '9999-12-31'
        ) as until
    from scoped_write_offs($branches, $products)
    where kind = 'write_off'
        and written_off_on <= $month_end
        and (reversed_on is null or reversed_on > $month_end)
)

select
    write_offs.write_off_id,
    write_offs.loan_id,
    write_offs.branch,
    write_offs.product,
    write_offs.cohort,
    write_offs.written_off_on,
    write_offs.amount,
    coalesce(sum(recoveries.amount), 0) as recovered,
    max(recoveries.recovered_on) as last_recovered_on,
    write_offs.evidence
from write_offs
left join scoped_recoveries($branches, $products) as recoveries
    on write_offs.loan_id = recoveries.loan_id
    and recoveries.recovered_on >= write_offs.written_off_on
    and recoveries.recovered_on < write_offs.until
    and recoveries.recovered_on <= $month_end
    and recoveries.kind is distinct from 'forgiven'
where $cohort = '' or write_offs.cohort = $cohort
group by all
