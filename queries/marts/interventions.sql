-- One row per act by hand, or pattern of acts, that an auditor looks through: classes set by hand (`override`), one person
-- in two roles (`two_roles`), approvals above authority (`limit`), months dressed at their end (`dressing`), old debt
-- carried on by a new schedule or a new loan (`evergreening`), and what was booked days after it happened
-- (`backdating`). `faults` are the kinds of its exceptions, separated by a space: '' is an act in order.
with exceptions as (select * from marts.audit_exceptions),

states as (select * from marts.loan_month_states),

-- What the tests found of each change by hand; an upgrade is told of at its month end.
faults as (
    select
        changes.change_id,
        max(case when exceptions.kind = 'not_approved' then 1 else 0 end) as is_unapproved,
        max(case when exceptions.kind = 'no_reason' then 1 else 0 end) as is_unreasoned,
        max(case when exceptions.test_id = 'T12_sod' then 1 else 0 end) as is_two_roles,
        max(case when exceptions.test_id = 'T13_limit' then 1 else 0 end) as is_above_authority,
        min(exceptions.exception_id) as exception_id
    from raw.class_changes as changes
    inner join exceptions on changes.change_id = exceptions.reference and changes.loan_id = exceptions.loan_id
    where exceptions.test_id in ('T02_override', 'T12_sod', 'T13_limit')
    group by changes.change_id
),

early as (
    select
        loan_id,
        month_end,
        kind,
        reference,
        exception_id
    from exceptions
    where test_id = 'T03_upgrade'
),

overrides as (
    select
        'override' as list_id,
        case when changes.to_class > changes.from_class then 'made_worse' else 'made_better' end as kind,
        changes.loan_id,
        changes.changed_on as happened_on,
        changes.change_id as reference,
        changes.initiated_by,
        changes.reviewed_by,
        changes.approved_by,
        changes.reason,
        changes.from_class,
        changes.to_class,
        states.class_floor as class_by_rule,
        coalesce(states.balance, 0) as amount,
        trim(
            case when faults.is_unapproved = 1 then 'not_approved ' else '' end
            || case when faults.is_unreasoned = 1 then 'no_reason ' else '' end
            || case when faults.is_two_roles = 1 then 'two_roles ' else '' end
            || case when faults.is_above_authority = 1 then 'above_authority ' else '' end
            || coalesce(early.kind, '')
        ) as faults,
        coalesce(faults.exception_id, early.exception_id) as exception_id
    from raw.class_changes as changes
    left join states
        on changes.loan_id = states.loan_id and last_day(changes.changed_on) = states.month_end
    left join faults on changes.change_id = faults.change_id
    left join early
        on changes.loan_id = early.loan_id
        and last_day(changes.changed_on) = early.month_end
        and changes.from_class >= 3
        and changes.to_class < 3
    union all by name
    select
        'override' as list_id,
        'made_worse' as kind,
        exceptions.loan_id,
        exceptions.happened_on,
        exceptions.reference,
        cast(exceptions.recorded as bigint) as to_class,
        cast(exceptions.recomputed as bigint) as class_by_rule,
        exceptions.amount,
        exceptions.kind as faults,
        exceptions.exception_id
    from exceptions
    where exceptions.test_id = 'T02_override' and exceptions.kind = 'not_recorded'
    union all by name
    -- Booked better than the rules allow, at the first month end at which it was.
    select
        'override' as list_id,
        'made_better' as kind,
        better.loan_id,
        better.happened_on,
        better.reference,
        cast(better.recorded as bigint) as to_class,
        cast(better.recomputed as bigint) as class_by_rule,
        better.amount,
        better.kind as faults,
        better.exception_id
    from exceptions as better
    left join exceptions as earlier
        on better.test_id = earlier.test_id
        and better.loan_id = earlier.loan_id
        and last_day(cast(better.month_end - interval 1 month as date)) = earlier.month_end
    where better.test_id = 'T02_class' and earlier.loan_id is null
),

-- Approvals are told with who made them.
approvals as (
    select
        case when exceptions.test_id = 'T12_sod' then 'two_roles' else 'limit' end as list_id,
        exceptions.kind,
        exceptions.loan_id,
        exceptions.happened_on,
        exceptions.reference,
        approvals.initiated_by,
        approvals.reviewed_by,
        approvals.approved_by,
        exceptions.recorded,
        exceptions.recomputed,
        exceptions.amount,
        exceptions.kind as faults,
        exceptions.exception_id
    from exceptions
    inner join intermediate.approvals as approvals
        on exceptions.kind = approvals.kind
        and exceptions.loan_id = approvals.loan_id
        and exceptions.reference = approvals.reference
        and exceptions.happened_on = approvals.decided_on
    where exceptions.test_id in ('T12_sod', 'T13_limit')
),

-- The first month end at which a new schedule hid 30 days or more, approved or not (R-DPD-6).
hidden as (
    select
        states.loan_id,
        min(states.month_end) as month_end
    from states
    where states.state_source = 'computed'
        and states.status = 'active'
        and states.dpd_original - states.days_past_due >= 30
    group by states.loan_id
),

unapproved as (
    select
        loan_id,
        min(exception_id) as exception_id
    from exceptions
    where test_id = 'T05_reage'
    group by loan_id
),

evergreens as (
    select
        'evergreening' as list_id,
        'days_hidden' as kind,
        hidden.loan_id,
        hidden.month_end as happened_on,
        '' as reference,
        cast(states.days_past_due as decimal(18, 2)) as recorded,
        cast(states.dpd_original as decimal(18, 2)) as recomputed,
        states.balance as amount,
        case when unapproved.loan_id is null then '' else 'days_hidden' end as faults,
        unapproved.exception_id
    from hidden
    inner join states on hidden.loan_id = states.loan_id and hidden.month_end = states.month_end
    left join unapproved on hidden.loan_id = unapproved.loan_id
    union all by name
    select
        'evergreening' as list_id,
        renewed.kind,
        renewed.loan_id,
        renewed.restructured_on as happened_on,
        renewed.restructure_id as reference,
        renewed.approved_by,
        renewed.reason,
        coalesce(states.balance, 0) as amount,
        '' as faults
    from raw.restructures as renewed
    left join states on renewed.loan_id = states.loan_id and last_day(renewed.restructured_on) = states.month_end
    where renewed.kind in ('refinance', 'interest_to_principal')
    union all by name
    select
        'evergreening' as list_id,
        kind,
        loan_id,
        happened_on,
        reference,
        recorded,
        recomputed,
        amount,
        kind as faults,
        exception_id
    from exceptions
    where test_id = 'T05_new_loan'
),

found as (
    select * from overrides
    union all by name
    select * from approvals
    union all by name
    select * from evergreens
    union all by name
    select
        case when test_id = 'T08_backdating' then 'backdating' else 'dressing' end as list_id,
        kind,
        loan_id,
        happened_on,
        reference,
        recorded,
        recomputed,
        amount,
        kind as faults,
        exception_id
    from exceptions
    where test_id in ('T08_backdating', 'T09_month_end_dressing')
)

select
    found.list_id || ' ' || found.kind || ' ' || found.loan_id || ' ' || found.happened_on || ' ' || found.reference
        as intervention_id,
    found.list_id,
    found.kind,
    found.loan_id,
    loans.borrower_id,
    found.happened_on,
    last_day(found.happened_on) as month_end,
    found.reference,
    loans.branch,
    loans.product,
    coalesce(loans.officer_id, '') as officer_id,
    found.initiated_by,
    found.reviewed_by,
    found.approved_by,
    found.reason,
    found.from_class,
    found.to_class,
    found.class_by_rule,
    found.recorded,
    found.recomputed,
    found.amount,
    found.faults,
    case when found.faults = '' then 0 else 1 end as fault_count,
    found.exception_id
from found
inner join staging.loans as loans on found.loan_id = loans.loan_id
order by found.list_id, found.happened_on, found.loan_id
