-- One row per clock and event that may restart or stop it, in the order of days (Civil Code 195; limitation rules 8 to
-- 16). Demands count that reached the debtor; payments, promises and acknowledgements are the debtor's own acts. What a
-- court or an arbitrator has before it stops the clock until `ends_on`; an obstacle may suspend it (194). Events before the
-- clock starts do not matter, but for what lasts into it.
with acts as (
    select
        loan_id,
        guarantee_id,
        happened_on,
        kind as event,
        kind in ('part_payment', 'acknowledgement') as is_by_debtor,
        false as stops,
        cast(null as date) as ends_on
    from raw.legal_events
    where reached
        and kind in (
            'demand', 'public_notice', 'debit', 'part_payment', 'acknowledgement', 'bankruptcy_claim', 'guarantor_demand'
        )
    union all
    select
        loan_id,
        guarantee_id,
        happened_on,
        kind as event,
        false as is_by_debtor,
        false as stops,
        ends_on
    from raw.legal_events
    where kind = 'obstacle'
    union all
    select
        loan_id,
        null as guarantee_id,
        promised_on as happened_on,
        'promise' as event,
        true as is_by_debtor,
        false as stops,
        cast(null as date) as ends_on
    from raw.promises
    union all
    select
        payments.loan_id,
        null as guarantee_id,
        payments.paid_on as happened_on,
        'part_payment' as event,
        true as is_by_debtor,
        false as stops,
        cast(null as date) as ends_on
    from raw.repayments as payments
    anti join raw.repayments as taken_back on payments.repayment_id = taken_back.reverses
    where payments.amount > 0 and payments.reverses is null and coalesce(payments.payer, 'borrower') <> 'third_party'
    union all
    select
        loan_id,
        null as guarantee_id,
        filed_on as happened_on,
        'suit' as event,
        false as is_by_debtor,
        true as stops,
        case when outcome in ('settled', 'withdrawn') then decided_on else effective_on end as ends_on
    from raw.proceedings
    union all
    select
        loan_id,
        null as guarantee_id,
        enforcement_filed_on as happened_on,
        'enforcement' as event,
        false as is_by_debtor,
        true as stops,
        enforcement_ended_on as ends_on
    from raw.proceedings
    where enforcement_filed_on is not null
),

-- A suit that was pending when the claim fell due counts from that day, and so does an obstacle.
fitting as (
    select
        starts.clock_id,
        greatest(acts.happened_on, starts.starts_on) as happened_on,
        acts.event,
        acts.is_by_debtor,
        acts.stops,
        case when acts.ends_on <= build.as_of then acts.ends_on end as ends_on
    from intermediate.clock_starts as starts
    inner join acts on starts.loan_id = acts.loan_id
    cross join raw.build as build
    where acts.happened_on <= build.as_of
        and (
            acts.happened_on > starts.starts_on
            or (
                (acts.stops or acts.event = 'obstacle')
                and coalesce(acts.ends_on, date '9999-12-31') > starts.starts_on
            )
        )
        and case starts.legal_clock
            when 'limitation_expiry'
                then acts.event <> 'guarantor_demand' and (acts.event <> 'obstacle' or acts.guarantee_id is null)
            when 'guarantee_limitation' then acts.guarantee_id = starts.subject_id
            else acts.event <> 'guarantor_demand' and not acts.stops
        end
)

select
    clock_id,
    row_number() over (partition by clock_id order by happened_on, stops, event, ends_on) as event_no,
    happened_on,
    event,
    is_by_debtor,
    stops,
    ends_on
from fitting
