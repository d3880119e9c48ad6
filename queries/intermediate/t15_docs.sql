-- T15 (14.2): the proof of a loan's use that was missing 30 days after it was due, whether or not it came later.
select
    'T15_docs' as test_id,
    case when uses.proof_received_on is null then 'missing' else 'late' end as kind,
    uses.loan_id,
    cast(uses.due_on + interval 31 day as date) as happened_on,
    uses.check_id as reference,
    cast(
        date_diff('day', uses.due_on, coalesce(uses.proof_received_on, build.as_of)) as decimal(18, 2)
    ) as recorded,
    cast(30 as decimal(18, 2)) as recomputed,
    loans.principal as amount
from raw.fund_uses as uses
inner join staging.loans as loans on uses.loan_id = loans.loan_id
cross join raw.build as build
where date_diff('day', uses.due_on, coalesce(uses.proof_received_on, build.as_of)) > 30
