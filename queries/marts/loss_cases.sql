-- One row per default of a loan: its exposure then, when and how it ended, when it was written off. What came of it is
-- in marts.loss_flows; whether it is settled is asked as of a month end (5.2).
select
    cases.loan_id,
    cases.borrower_id,
    cases.branch,
    cases.product,
    cases.defaulted_on,
    cases.default_rule,
    cases.annual_rate,
    cast(cases.exposure as decimal(18, 2)) as exposure,
    cases.ended_on,
    cases.ended_as,
    min(last_day(write_offs.written_off_on)) as written_off_on
from intermediate.loss_cases as cases
left join staging.write_offs as write_offs
    on cases.loan_id = write_offs.loan_id
    and write_offs.kind = 'write_off'
    and not write_offs.is_partial
    and (write_offs.reversed_on is null or write_offs.reversed_on > last_day(write_offs.written_off_on))
    and last_day(write_offs.written_off_on) >= cases.defaulted_on
    and (cases.ended_on is null or last_day(write_offs.written_off_on) <= cases.ended_on)
where cases.exposure > 0
group by all
order by cases.loan_id, cases.defaulted_on
