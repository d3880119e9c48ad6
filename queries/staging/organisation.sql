-- One row: the organisation in force on the book's last day.
select coalesce(max(parameters.value), 'merged') as organisation
from raw.build as build
left join staging.parameters as parameters
    on parameters.param_id = 'organisation'
    and build.as_of between parameters.valid_from and parameters.valid_to
