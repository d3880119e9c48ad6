-- One row per clock of the law in a standing, or hearing ahead: the day, what is at risk if it is missed, and its loan
-- (12.1). Hearings have the amount claimed.
select
    clocks.clock_id as date_id,
    clocks.legal_clock,
    clocks.status as clock_status,
    clocks.subject_id,
    clocks.loan_id,
    clocks.borrower_id,
    clocks.branch,
    clocks.product,
    clocks.starts_on,
    clocks.expires_on,
    clocks.last_day,
    clocks.days_left,
    clocks.met_on,
    clocks.amount,
    coalesce(clocks.expires_on, date '2999-12-31') as sort_on
from scoped_legal_clocks($branches, $products) as clocks
where ($clock = '' or clocks.legal_clock = $clock)
    and (
        clocks.status = $status
        or ($status = '' and clocks.status in ('within_30', 'within_90', 'within_180'))
        or ($status = 'lost' and clocks.status = 'expired' and clocks.legal_clock not in ('appeal_deadline'))
    )
union all
select
    'hearing:' || hearings.proceeding_id as date_id,
    'hearing' as legal_clock,
    'within_180' as clock_status,
    hearings.proceeding_id as subject_id,
    hearings.loan_id,
    hearings.borrower_id,
    hearings.branch,
    hearings.product,
    hearings.accepted_on as starts_on,
    hearings.hearing_on as expires_on,
    hearings.hearing_on as last_day,
    hearings.hearing_on - $day as days_left,
    null as met_on,
    coalesce(hearings.claimed, 0) as amount,
    hearings.hearing_on as sort_on
from scoped_proceedings($branches, $products) as hearings
where hearings.hearing_on >= $day
    and hearings.decided_on is null
    and ($clock = '' or $clock = 'hearing')
    and $status = ''
