-- One row per exception of a re-performance test (14.2): test, loan (empty: of no single one), the day of the event or
-- the month end, and what it refers to; recorded beside recomputed, and the money at stake. Branch '' is head office;
-- without a product it is of the whole book.
with found as (
    select * from intermediate.t01_dpd
    union all
    select * from intermediate.t01_balance
    union all
    select * from intermediate.t02_class
    union all
    select * from intermediate.t02_override
    union all
    select * from intermediate.t03_upgrade
    union all
    select * from intermediate.t04_restructure_flag
    union all
    select * from intermediate.t05_reage
    union all
    select * from intermediate.t05_new_loan
    union all
    select * from intermediate.t06_interest
    union all
    select * from intermediate.t07_waterfall
    union all
    select * from intermediate.t08_backdating
    union all
    select * from intermediate.t09_month_end_dressing
    union all
    select * from intermediate.t10_write_off
    union all
    select * from intermediate.t11_schedule
    union all
    select * from intermediate.t12_sod
    union all
    select * from intermediate.t13_limit
    union all
    select * from intermediate.t13_concentration
    union all
    select * from intermediate.t14_duplicates
    union all
    select * from intermediate.t15_docs
    union all
    select * from intermediate.t16_valuation
    union all
    select * from intermediate.t17_collection_conduct
    union all
    select * from intermediate.t18_snapshot
    union all
    select * from intermediate.t18_missing
    union all
    select * from intermediate.t19_limitation
)

select
    found.test_id || ' ' || found.kind || ' ' || found.loan_id || ' ' || found.happened_on || ' ' || found.reference
        as exception_id,
    found.test_id,
    found.kind,
    found.loan_id,
    loans.borrower_id,
    found.happened_on,
    last_day(found.happened_on) as month_end,
    found.reference,
    coalesce(loans.branch, '') as branch,
    case
        when found.test_id = 'T13_concentration' then ''
        else coalesce(loans.product, found.reference)
    end as product,
    coalesce(loans.officer_id, '') as officer_id,
    found.recorded,
    found.recomputed,
    found.recorded - found.recomputed as difference,
    found.amount
from found
left join staging.loans as loans on found.loan_id = loans.loan_id
order by found.test_id, found.happened_on, found.loan_id
