-- One row per rule or limit, regime, product and validity; those that hold on the date looked at are marked.
select
    param_id,
    regime,
    product,
    value,
    valid_from,
    nullif(valid_to, date '9999-12-31') as valid_to,
    source,
    $as_of between valid_from and valid_to as is_in_force
from book_parameters()
order by param_id, regime, product, valid_from
