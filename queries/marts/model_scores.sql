-- One row per loan and month end with a learned score: every loan of the last month end that never defaulted, and the
-- tested sample of earlier months with what became of it. `reasons` are features, `parts` what each adds to the log
-- odds above an average loan, `grounds` the values themselves. Filled by data/scoring.py.
select
    cast(null as varchar) as loan_id,
    cast(null as varchar) as borrower_id,
    cast(null as date) as month_end,
    cast(null as varchar) as branch,
    cast(null as varchar) as product,
    cast(null as decimal(18, 2)) as balance,
    cast(null as bigint) as days_past_due,
    cast(null as boolean) as is_test,
    cast(null as boolean) as is_default,
    cast(null as varchar) as reading,
    cast(null as double) as pd,
    cast(null as integer) as band,
    cast(null as varchar[]) as reasons,
    cast(null as varchar[]) as grounds,
    cast(null as double[]) as parts
where false
