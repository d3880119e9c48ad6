-- T15 (14.2): what must be in a loan's file and was missing 30 days after it was due, whether or not it came later: the
-- proof of its use, and every document of `documents`, which is due when the loan is given.
with asked as (
    select
        loan_id,
        '' as of_what,
        check_id as reference,
        due_on,
        proof_received_on as came_on
    from raw.fund_uses
    union all
    select
        documents.loan_id,
        'file_' as of_what,
        documents.kind as reference,
        loans.disbursed_on as due_on,
        documents.received_on as came_on
    from raw.documents as documents
    inner join staging.loans as loans on documents.loan_id = loans.loan_id
),

waited as (
    select
        asked.*,
        date_diff('day', asked.due_on, coalesce(asked.came_on, build.as_of)) as days
    from asked
    cross join raw.build as build
)

select
    'T15_docs' as test_id,
    waited.of_what || case when waited.came_on is null then 'missing' else 'late' end as kind,
    waited.loan_id,
    cast(waited.due_on + interval 31 day as date) as happened_on,
    waited.reference,
    cast(waited.days as decimal(18, 2)) as recorded,
    cast(30 as decimal(18, 2)) as recomputed,
    loans.principal as amount
from waited
inner join staging.loans as loans on waited.loan_id = loans.loan_id
where waited.days > 30
