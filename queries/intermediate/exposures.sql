-- One row per loan on the book and month end: its stage, and what its expected loss is reckoned from: balance, yearly
-- rate, months still to run by the schedule then in force, how it is repaid, what collateral covers of it.
with months as (
    select
        loan_id,
        month_end,
        borrower_id,
        branch,
        product,
        borrower_kind,
        collateral_kind,
        region,
        industry,
        balance,
        annual_rate,
        repayment_method,
        days_past_due,
        classification,
        provision,
        opening_balance
    from marts.loan_month_states
    where status = 'active'
        and balance > 0
        and month_end in (select kept.month_end from intermediate.ecl_months as kept)
)

select
    months.*,
    stages.stage,
    stages.stage_rule,
    stages.stage_recorded,
    stages.state,
    least(
        greatest(coalesce(date_diff('month', months.month_end, dates.matures_on), 0), rules.ecl_least_months), 360
    ) as months_left
from months
inner join intermediate.stages as stages on months.loan_id = stages.loan_id and months.month_end = stages.month_end
inner join intermediate.ecl_rules as rules on months.month_end = rules.month_end and months.product = rules.product
left join marts.maturity_dates as dates
    on months.loan_id = dates.loan_id
    and dates.in_force_from <= months.month_end
    and months.month_end < dates.in_force_until
