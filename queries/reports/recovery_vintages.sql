-- One row per quarter of write-off and number of months after: cash recovered by then over the amount written off (3.6).
-- Only cohorts whose every write-off is so many months old at the month end; a younger cell does not exist.
with write_offs as (
    select
        write_off_id,
        loan_id,
        written_off_on,
        amount,
        year(written_off_on) || '-Q' || quarter(written_off_on) as cohort,
        last_day(date_trunc('quarter', written_off_on) + interval 2 month) as cohort_end
    from scoped_write_offs($branches, $products)
    where kind = 'write_off'
        and written_off_on <= $month_end
        and (reversed_on is null or reversed_on > $month_end)
),

-- A sum goes to the last write-off of the loan before it.
recoveries as (
    select
        recoveries.recovery_id,
        recoveries.amount,
        recoveries.recovered_on,
        max_by(write_offs.write_off_id, write_offs.written_off_on) as write_off_id
    from scoped_recoveries($branches, $products) as recoveries
    inner join write_offs
        on recoveries.loan_id = write_offs.loan_id and recoveries.recovered_on >= write_offs.written_off_on
    where recoveries.recovered_on <= $month_end and recoveries.kind is distinct from 'forgiven'
    group by recoveries.recovery_id, recoveries.amount, recoveries.recovered_on
),

ages as (
    select unnest([3, 6, 12, 18, 24]) as months_after
),

cohorts as (
    select
        cohort,
        cohort_end,
        count(*) as write_offs,
        sum(amount) as written_off
    from write_offs
    group by cohort, cohort_end
),

cash as (
    select
        write_offs.cohort,
        ages.months_after,
        sum(recoveries.amount) as recovered
    from recoveries
    inner join write_offs on recoveries.write_off_id = write_offs.write_off_id
    inner join ages
        on recoveries.recovered_on
        <= last_day(last_day(write_offs.written_off_on) + ages.months_after * interval 1 month)
    group by write_offs.cohort, ages.months_after
)

select
    cohorts.cohort,
    ages.months_after,
    cohorts.write_offs,
    cohorts.written_off,
    coalesce(cash.recovered, 0) as recovered,
    cast(coalesce(cash.recovered, 0) as double) / nullif(cohorts.written_off, 0) as rate
from cohorts
cross join ages
left join cash on cohorts.cohort = cash.cohort and ages.months_after = cash.months_after
where last_day(cohorts.cohort_end + ages.months_after * interval 1 month) <= $month_end
order by cohorts.cohort, ages.months_after
