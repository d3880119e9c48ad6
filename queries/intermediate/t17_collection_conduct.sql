-- T17 (14.2, section 7): a contact that broke a rule of conduct, as Collections counts them: at night without consent, the
-- first unanswered call over those allowed in a day, somebody unrelated.
with rules as (
    select
        max(case when param_id = 'quiet_from' then cast(value as decimal(18, 2)) end) as quiet_from,
        max(case when param_id = 'unanswered_attempts_max' then cast(value as decimal(18, 2)) end) as unanswered_max
    from staging.parameters
)

select
    'T17_collection_conduct' as test_id,
    case broken.conduct_rule when 'time' then 'at_night' when 'frequency' then 'too_often' else broken.conduct_rule end as kind,
    broken.loan_id,
    cast(broken.contacted_at as date) as happened_on,
    broken.contact_id as reference,
    case broken.conduct_rule
        when 'time' then cast(extract(hour from broken.contacted_at) as decimal(18, 2))
        when 'frequency' then rules.unanswered_max + 1
    end as recorded,
    case broken.conduct_rule when 'time' then rules.quiet_from when 'frequency' then rules.unanswered_max end as recomputed,
    cast(null as decimal(18, 2)) as amount
from marts.conduct_violations as broken
cross join rules
