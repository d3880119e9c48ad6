-- One row per month end: how the expected loss of the month before became that of now; the steps are signed and add up
-- to the cent (ecl_bridge).
select
    month_end,
    sum(opening_ecl) as ecl_opening,
    sum(new_ecl) as ecl_new,
    sum(derecognised_ecl) as ecl_derecognised,
    sum(stage_ecl) as ecl_stage,
    sum(pd_ecl) as ecl_pd,
    sum(lgd_ecl) as ecl_lgd,
    sum(exposure_ecl) as ecl_exposure,
    sum(written_off_ecl) as ecl_written_off,
    sum(ecl) as expected_loss,
    sum(opening_ecl) + sum(new_ecl) + sum(derecognised_ecl) + sum(stage_ecl) + sum(pd_ecl) + sum(lgd_ecl)
    + sum(exposure_ecl) + sum(written_off_ecl) = sum(ecl) as closes
from scoped_expected_losses($branches, $products)
where month_end <= $month_end
group by month_end
order by month_end
