-- One row: which build this is, how far its data goes, how much it holds, and what tells the models that made it.
select
    build.build_id,
    build.as_of,
    build.loaded_at,
    build.source,
    build.is_demo,
    build.models,
    (select count(*) from staging.loans) as loans,
    (select count(*) from staging.borrowers) as borrowers,
    (select min(month_end) from marts.month_ends) as first_month,
    (select max(month_end) from marts.month_ends) as last_month
from raw.build as build
