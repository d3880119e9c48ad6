-- One row per borrower that a file or a loan names; a borrower known only from a loan has is_known = false.
with borrowers as (select * from raw.borrowers),

named_by_loans as (
    select distinct loans.borrower_id
    from raw.loans as loans
    left join borrowers on loans.borrower_id = borrowers.borrower_id
    where borrowers.borrower_id is null
)

select
    borrower_id,
    name,
    kind,
    group_id,
    industry,
    region,
    id_number,
    phone,
    true as is_known
from borrowers
union all
select
    borrower_id,
    cast(null as varchar) as name,
    cast(null as varchar) as kind,
    cast(null as varchar) as group_id,
    cast(null as varchar) as industry,
    cast(null as varchar) as region,
    cast(null as varchar) as id_number,
    cast(null as varchar) as phone,
    false as is_known
from named_by_loans
