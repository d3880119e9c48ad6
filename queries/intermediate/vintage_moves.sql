-- One row per origination month, branch, product, month end and kind of thing that, once it happened, counts in every
-- later month: loans first seen late, gone late, seen at all, lost, recovered. `days` is how late those gone were.
with loans as (
    select
        loan_no,
        loan_id,
        branch,
        product,
        cast(date_trunc('month', disbursed_on) as date) as vintage,
        last_day(disbursed_on) as begins_on
    from intermediate.loan_rules
),

late as (select * from intermediate.late_loans),

moves as (
    select loan_id, first_30_on as month_end, 'first_30' as kind, 0 as days, first_30_balance as amount, 1 as loans
    from late
    union all
    select loan_id, first_60_on, 'first_60', 0, first_60_balance, 1 from late where first_60_on is not null
    union all
    select loan_id, first_90_on, 'first_90', 0, first_90_balance, 1 from late where first_90_on is not null
    union all
    select loan_id, gone_on, 'gone', gone_days, gone_balance, 1 from late where gone_on is not null
    union all
    select loans.loan_id, seen.first_on, 'seen', 0, 0, 1
    from intermediate.seen_loans as seen
    inner join loans on seen.loan_no = loans.loan_no
    union all
    select loans.loan_id, last_day(cast(seen.last_on + interval 1 day as date)), 'seen', 0, 0, -1
    from intermediate.seen_loans as seen
    inner join loans on seen.loan_no = loans.loan_no
    where not seen.has_left
    union all
    select loans.loan_id, seen.first_on, 'begun', 0, 0, 1
    from intermediate.seen_loans as seen
    inner join loans on seen.loan_no = loans.loan_no
    where seen.first_on = loans.begins_on
    union all
    -- In a gap of the record nothing is known, and for what it ever was, from then on.
    select loans.loan_id, gaps.stops_on, 'seen', 0, 0, -1
    from intermediate.record_gaps as gaps
    inner join loans on gaps.loan_no = loans.loan_no
    union all
    select loans.loan_id, gaps.goes_on, 'seen', 0, 0, 1
    from intermediate.record_gaps as gaps
    inner join loans on gaps.loan_no = loans.loan_no
    union all
    select loans.loan_id, min(gaps.stops_on), 'begun', 0, 0, -1
    from intermediate.record_gaps as gaps
    inner join intermediate.seen_loans as seen on gaps.loan_no = seen.loan_no
    inner join loans on gaps.loan_no = loans.loan_no
    where seen.first_on = loans.begins_on
    group by loans.loan_id
    union all
    select loans.loan_id, seen.first_on, 'scheduled', 0, 0, seen.has_schedule
    from intermediate.seen_loans as seen
    inner join loans on seen.loan_no = loans.loan_no
    union all
    select loan_id, month_end, 'lost', 0, lost_amount, 0 from marts.loan_losses
    union all
    select loan_id, month_end, 'recovered', 0, recovered_amount, 0 from marts.loan_losses
)

select
    loans.vintage,
    loans.branch,
    loans.product,
    moves.month_end,
    moves.kind,
    moves.days,
    sum(moves.loans) as loans,
    sum(cast(moves.amount as decimal(18, 2))) as amount
from moves
inner join loans on moves.loan_id = loans.loan_id
group by loans.vintage, loans.branch, loans.product, moves.month_end, moves.kind, moves.days
