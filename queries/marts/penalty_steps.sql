-- One row per exception of T06 of penalty or compound interest, instalment and stretch of days: what was unpaid of it on these
-- days, the rate, and what they make.
select
    found.loan_id,
    rules.branch,
    rules.product,
    found.happened_on as month_end,
    found.reference,
    spells.due_on,
    spells.unpaid,
    spells.from_day,
    cast(spells.until_day - interval 1 day as date) as until_day,
    spells.days,
    spells.annual_rate,
    spells.penalty_uplift,
    spells.penalty_rate,
    spells.year_days,
    round(spells.days * cast(spells.unpaid as double) * spells.penalty_rate / spells.year_days, 4) as asked
from intermediate.t06_interest as found
inner join intermediate.loan_rules as rules on found.loan_id = rules.loan_id
inner join intermediate.unpaid_spells as spells
    on rules.loan_no = spells.loan_no
    and found.happened_on = spells.month_end
    and spells.component = case found.reference when 'penalty' then 'principal' else 'interest' end
where found.reference in ('penalty', 'compound')
order by found.loan_id, found.happened_on, spells.due_on, spells.from_day
