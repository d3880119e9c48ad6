-- One row per reading and tenth of the tested loans by probability: what was foretold and what happened. Filled by
-- data/scoring.py.
select
    cast(null as varchar) as reading,
    cast(null as integer) as band,
    cast(null as bigint) as rows,
    cast(null as bigint) as defaults,
    cast(null as double) as pd_from,
    cast(null as double) as pd_to,
    cast(null as double) as mean_pd,
    cast(null as double) as default_rate,
    cast(null as double) as standard_error
where false
