-- One row per loan that was ever more than 30 days past due at a month end: the first month end over 30, 60 and 90
-- days with the balance it had then, and, for a loan that went late and for good, when, how late and with how much.
with months as (select * from intermediate.late_months),

firsts as (
    select
        loan_id,
        min(month_end) as first_30_on,
        min(case when late_days > 60 then month_end end) as first_60_on,
        min(case when late_days > 90 then month_end end) as first_90_on
    from months
    group by loan_id
)

select
    firsts.loan_id,
    firsts.first_30_on,
    firsts.first_60_on,
    firsts.first_90_on,
    sum(case when months.month_end = firsts.first_30_on then months.late_balance end) as first_30_balance,
    sum(case when months.month_end = firsts.first_60_on then months.late_balance end) as first_60_balance,
    sum(case when months.month_end = firsts.first_90_on then months.late_balance end) as first_90_balance,
    max(case when months.stays then months.month_end end) as gone_on,
    max(case when months.stays then months.late_days end) as gone_days,
    max(case when months.stays then months.late_balance end) as gone_balance
from firsts
inner join months on firsts.loan_id = months.loan_id
group by firsts.loan_id, firsts.first_30_on, firsts.first_60_on, firsts.first_90_on
