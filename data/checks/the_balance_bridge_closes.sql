-- A loan and month whose opening balance and flows do not add up to its balance, or whose non-performing balance does
-- not: the break is one of the flows, so only wrong arithmetic is found here.
select
    loan_id,
    month_end,
    balance,
    opening_amount + disbursed_amount + entered_amount - scheduled_amount - prepaid_amount - unsplit_amount
    - written_off_amount - sold_amount + capitalised_amount + break_amount as balance_bridged,
    npl_balance,
    npl_opening_amount + npl_entered_amount + npl_inflow_amount - npl_upgraded_amount - npl_cash_amount
    - npl_written_off_amount - npl_sold_amount + npl_capitalised_amount + npl_break_amount as npl_bridged
from marts.loan_months
where balance_bridged <> balance or npl_bridged <> npl_balance
