-- One row per default, month end and kind of what came of it: cash, what was still owed when it was cured, and net
-- recoveries after a write-off; with its worth on the day of default, discounted at the loan's own rate (5.2).
with cases as (
    select *
    from intermediate.loss_cases
    where exposure > 0
),

-- Cash of the months after default until the case ended; where only balances are recorded, what they fell by.
cash as (
    select
        cases.loan_id,
        cases.defaulted_on,
        months.month_end,
        'cash' as kind,
        coalesce(
            months.collected_in_month,
            greatest(
                coalesce(months.opening_balance, 0) - months.balance
                - months.written_off_amount - months.sold_amount,
                0
            )
        ) as amount
    from cases
    inner join marts.loan_month_states as months
        on cases.loan_id = months.loan_id
        and months.month_end > cases.defaulted_on
        and (cases.ended_on is null or months.month_end <= cases.ended_on)
    where months.status <> 'sold'
),

cured as (
    select
        cases.loan_id,
        cases.defaulted_on,
        cases.ended_on as month_end,
        'cured' as kind,
        months.balance as amount
    from cases
    inner join marts.loan_month_states as months
        on cases.loan_id = months.loan_id and cases.ended_on = months.month_end
    where cases.ended_as = 'cured'
),

recovered as (
    select
        cases.loan_id,
        cases.defaulted_on,
        last_day(recoveries.recovered_on) as month_end,
        'recovered' as kind,
        sum(recoveries.amount - coalesce(recoveries.cost, 0)) as amount
    from cases
    inner join raw.recoveries as recoveries
        on cases.loan_id = recoveries.loan_id
        and recoveries.kind is distinct from 'forgiven'
        and last_day(recoveries.recovered_on) >= cases.defaulted_on
        and (cases.ended_on is null or last_day(recoveries.recovered_on) <= cases.ended_on)
    group by cases.loan_id, cases.defaulted_on, last_day(recoveries.recovered_on)
),

flows as (
    from cash
    union all
    from cured
    union all
    from recovered
)

select
    flows.loan_id,
    flows.defaulted_on,
    flows.month_end,
    flows.kind,
    cases.branch,
    cases.product,
    date_diff('month', flows.defaulted_on, flows.month_end) as age,
    cast(flows.amount as decimal(18, 2)) as amount,
    flows.amount / power(1 + cases.annual_rate, date_diff('month', flows.defaulted_on, flows.month_end) / 12.0) as worth,
    flows.amount / power(1 + cases.annual_rate, date_diff('month', flows.defaulted_on, flows.month_end) / 12.0)
    / cases.exposure as share
from flows
inner join cases on flows.loan_id = cases.loan_id and flows.defaulted_on = cases.defaulted_on
where flows.amount <> 0
order by flows.loan_id, flows.defaulted_on, flows.month_end
