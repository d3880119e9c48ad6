-- One row per tenth of the tested loans by one reading's probability: foretold beside happened.
select
    band,
    rows,
    defaults,
    pd_from,
    pd_to,
    mean_pd,
    default_rate,
    standard_error,
    greatest(default_rate - 2 * standard_error, 0) as rate_from,
    least(default_rate + 2 * standard_error, 1) as rate_to
from book_model_calibration()
where reading = $reading
order by band
