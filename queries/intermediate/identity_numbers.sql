-- One row per borrower with an identity number in clear: the check sign that it carries and the one that its first
-- seventeen signs make (GB 11643 of residents, GB 32100 of firms). A masked or foreign number has none to judge.
with places as (
    select *
    from (
        values
            (1, 7, 1), (2, 9, 3), (3, 10, 9), (4, 5, 27), (5, 8, 19), (6, 4, 26), (7, 2, 16), (8, 1, 17), (9, 6, 20),
            (10, 3, 29), (11, 7, 25), (12, 9, 13), (13, 10, 8), (14, 5, 24), (15, 8, 10), (16, 4, 30), (17, 2, 28)
    ) as weights (place, of_resident, of_firm)
),

residents as (
    select
        borrower_id,
        upper(id_number) as id_number
    from raw.borrowers
    where kind = 'retail' and regexp_matches(upper(id_number), '^[0-9]{17}[0-9X]$')
),

firms as (
    select
        borrower_id,
        upper(id_number) as id_number
    from raw.borrowers
    where kind <> 'retail' and regexp_matches(upper(id_number), '^[0-9A-HJ-NPQRTUWXY]{18}$')
),

sums as (
    select
        residents.borrower_id,
        residents.id_number,
        true as is_resident,
        sum(cast(substr(residents.id_number, places.place, 1) as integer) * places.of_resident) as weighed
    from residents
    cross join places
    group by residents.borrower_id, residents.id_number
    union all
    select
        firms.borrower_id,
        firms.id_number,
        false as is_resident,
        sum(
            (strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', substr(firms.id_number, places.place, 1)) - 1) * places.of_firm
        ) as weighed
    from firms
    cross join places
    group by firms.borrower_id, firms.id_number
)

select
    borrower_id,
    substr(id_number, 18, 1) as check_sign,
    case
        when is_resident then substr('10X98765432', cast(weighed % 11 + 1 as integer), 1)
        else substr('0123456789ABCDEFGHJKLMNPQRTUWXY', cast((31 - weighed % 31) % 31 + 1 as integer), 1)
    end as right_sign
from sums
