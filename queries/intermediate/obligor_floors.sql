-- One row per non-retail borrower and state date: what its claims together set as a floor for each of them (4.3).
-- Shares are compared strictly; a borrower without a report on its debts elsewhere is not evaluated, never passed.
with claims as (
    select
        floors.state_date,
        floors.borrower_id,
        case when floors.status = 'active' then floors.balance else 0 end as balance,
        floors.status,
        floors.days_past_due,
        greatest(floors.own_floor, coalesce(floors.class_booked, 1)) as own_class,
        floors.obligor_npl_share,
        floors.obligor_dpd90_share
    from intermediate.loan_floors as floors
    inner join staging.borrowers as borrowers on floors.borrower_id = borrowers.borrower_id
    where borrowers.kind = 'corporate' and floors.status in ('active', 'written_off')
),

obligors as (
    select
        borrower_id,
        state_date,
        cast(sum(balance) as decimal(18, 2)) as balance,
        cast(sum(case when own_class >= 3 then balance else 0 end) as decimal(18, 2)) as npl_balance,
        max(case when status = 'active' and own_class >= 3 then 1 else 0 end) as has_npl,
        max(
            case when status = 'written_off' or own_class >= 3 or days_past_due > 90 then 1 else 0 end
        ) as has_default,
        max(obligor_npl_share) as obligor_npl_share,
        max(obligor_dpd90_share) as obligor_dpd90_share
    from claims
    group by borrower_id, state_date
),

reports as (
    select
        obligors.borrower_id,
        obligors.state_date,
        bureau.total_debt,
        bureau.debt_dpd90,
        bureau.any_npl,
        bureau.reported_on,
        row_number() over (
            partition by obligors.borrower_id, obligors.state_date order by bureau.reported_on desc
        ) as recency
    from obligors
    inner join raw.bureau as bureau
        on obligors.borrower_id = bureau.borrower_id and bureau.reported_on <= obligors.state_date
)

select
    obligors.borrower_id,
    obligors.state_date,
    obligors.balance,
    obligors.npl_balance,
    obligors.has_default,
    obligors.obligor_npl_share,
    obligors.obligor_dpd90_share,
    reports.reported_on,
    reports.total_debt,
    reports.debt_dpd90,
    case when obligors.has_npl = 1 then true else reports.any_npl end as has_npl_anywhere,
    case
        when obligors.npl_balance > obligors.obligor_npl_share * obligors.balance then 'F3_10pct'
        when reports.debt_dpd90 > obligors.obligor_dpd90_share * reports.total_debt then 'F3_20pct'
        when obligors.has_npl = 1 or reports.any_npl then 'F2_other_npl'
    end as rule_id
from obligors
left join reports
    on obligors.borrower_id = reports.borrower_id
    and obligors.state_date = reports.state_date
    and reports.recency = 1
