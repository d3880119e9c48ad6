-- One row per feature or reading and month end after the training window: the population stability index of its values
-- against the training rows (11.1). Filled by data/scoring.py.
select
    cast(null as varchar) as subject,
    cast(null as varchar) as kind,
    cast(null as date) as month_end,
    cast(null as bigint) as rows,
    cast(null as double) as psi
where false
