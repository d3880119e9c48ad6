-- One row per document that a loan's file must hold: at which month ends it is asked for, the loan being on the book and
-- older than 30 days, and from which to which of them it lay there and was valid (11.1, doc_completeness).
with loans as (
    select
        loan_id,
        max(branch) as branch,
        max(product) as product,
        max(case when status = 'active' then month_end end) as last_month
    from marts.loan_month_states
    group by loan_id
),

asked as (
    select
        documents.loan_id,
        documents.kind,
        loans.branch,
        loans.product,
        documents.received_on,
        documents.valid_until,
        last_day(cast(given.disbursed_on + interval 31 day as date)) as asked_from,
        loans.last_month as asked_until
    from raw.documents as documents
    inner join loans on documents.loan_id = loans.loan_id
    inner join staging.loans as given on documents.loan_id = given.loan_id
    where last_day(cast(given.disbursed_on + interval 31 day as date)) <= loans.last_month
),

held as (
    select
        *,
        case when received_on is not null then greatest(last_day(received_on), asked_from) end as held_from,
        least(
            asked_until,
            case
                when valid_until is null then asked_until
                when valid_until = last_day(valid_until) then valid_until
                else cast(date_trunc('month', valid_until) - interval 1 day as date)
            end
        ) as held_until
    from asked
)

select
    loan_id,
    kind,
    branch,
    product,
    received_on,
    valid_until,
    asked_from,
    asked_until,
    case when held_from <= held_until then held_from end as held_from,
    case when held_from <= held_until then held_until end as held_until
from held
order by loan_id, kind
