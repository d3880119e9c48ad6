-- One row per rule or limit, regime, product ('*' = any) and validity (valid_to is the last day it holds).
select
    param_id,
    coalesce(regime, 'CN') as regime,
    coalesce(product, '*') as product,
    value,
    coalesce(valid_from, date '1900-01-01') as valid_from,
    coalesce(valid_to, date '9999-12-31') as valid_to,
    source
from raw.parameters
