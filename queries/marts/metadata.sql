-- One row: which build this is, how far its data goes, and how much it holds.
select
    build.build_id,
    build.as_of,
    build.loaded_at,
    build.source,
    build.is_demo,
    (select count(*) from staging.loans) as loans,
    (select count(*) from staging.borrowers) as borrowers,
    (select min(month_end) from marts.month_ends) as first_month,
    (select max(month_end) from marts.month_ends) as last_month
from raw.build as build
