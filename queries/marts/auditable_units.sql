-- One row per unit of the audit universe, with the department that answers for it (14.1). A unit of the head office has
-- branch '', one that is no product's has product ''; so has what no loan of the book has, or nobody would see it.
select
    units.unit_id,
    units.name as unit,
    coalesce(units.name_zh, units.name) as unit_zh,
    units.kind as unit_kind,
    coalesce(homes.department_id, units.department_id, 'unknown') as department_id,
    coalesce(departments.name, units.department_id) as department,
    coalesce(departments.name_zh, departments.name, units.department_id) as department_zh,
    coalesce(branches.branch, '') as branch,
    coalesce(products.product, '') as product,
    coalesce(units.valid_from, date '1900-01-01') as valid_from,
    coalesce(units.valid_to, date '9999-12-31') as valid_to
from raw.auditable_units as units
left join intermediate.department_homes as homes on units.department_id = homes.recorded_id
left join marts.departments as departments on homes.department_id = departments.department_id
left join (select distinct branch from staging.loans) as branches on units.branch = branches.branch
left join (select distinct product from staging.loans) as products on units.product = products.product
order by units.unit_id
