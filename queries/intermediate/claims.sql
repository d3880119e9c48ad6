-- One row per loan: when its last instalment is due, and the day from which the bank may claim the whole of it (12.1).
-- Limitation of a debt in instalments runs from the due day of the last one (Civil Code 189), of one that was called in
-- from that day; a debtor's bankruptcy makes all of it due (Bankruptcy Law 46). A guarantor who did not agree in writing
-- to a later due day is bound by the first schedule's (Civil Code 695).
with last_lines as (
    select
        loan_id,
        max(due_on) as due_on
    from marts.instalments
    group by loan_id
),

first_lines as (
    select
        lines.loan_id,
        max(lines.due_on) as due_on
    from raw.instalments as lines
    semi join raw.guarantees as guarantees on lines.loan_id = guarantees.loan_id
    where coalesce(lines.version, 1) = 1
    group by lines.loan_id
),

called as (
    select
        events.loan_id,
        min(case when events.kind = 'acceleration' then events.happened_on end) as accelerated_on,
        min(case when events.kind = 'bankruptcy_notice' then events.happened_on end) as bankrupt_on
    from raw.legal_events as events
    cross join raw.build as build
    where events.kind in ('acceleration', 'bankruptcy_notice') and events.happened_on <= build.as_of
    group by events.loan_id
)

select
    loans.loan_id,
    loans.branch,
    loans.product,
    coalesce(last_lines.due_on, loans.matures_on) as last_due_on,
    coalesce(first_lines.due_on, last_lines.due_on, loans.matures_on) as first_agreed_on,
    called.accelerated_on,
    least(coalesce(last_lines.due_on, loans.matures_on), called.accelerated_on, called.bankrupt_on) as due_on,
    case
        when called.accelerated_on <= least(coalesce(last_lines.due_on, loans.matures_on), called.bankrupt_on)
            then 'acceleration'
        when called.bankrupt_on <= coalesce(last_lines.due_on, loans.matures_on) then 'bankruptcy_notice'
        else 'last_instalment'
    end as due_because
from staging.loans as loans
left join last_lines on loans.loan_id = last_lines.loan_id
left join first_lines on loans.loan_id = first_lines.loan_id
left join called on loans.loan_id = called.loan_id
