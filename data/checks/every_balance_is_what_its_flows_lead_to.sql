-- A loan at a month end, or a cell of a cube, whose balance or non-performing balance is not the one that it opened
-- with plus and less its flows, to the cent. What no flow explains stands as a break, so this holds for any book.
with cells as (
    select
        'loan_months' as source,
        *
    from marts.loan_months
    union all by name
    select
        'portfolio' as source,
        *
    from marts.portfolio
    union all by name
    select
        'segments' as source,
        *
    from marts.segments
),

moved as (
    select
        source,
        month_end,
        loan_id,
        branch,
        product,
        balance,
        opening_amount + disbursed_amount + entered_amount - scheduled_amount - prepaid_amount - unsplit_amount
        - written_off_amount - sold_amount + capitalised_amount + break_amount as led_to,
        npl_balance,
        npl_opening_amount + npl_entered_amount + npl_inflow_amount - npl_upgraded_amount - npl_cash_amount
        - npl_written_off_amount - npl_sold_amount + npl_capitalised_amount + npl_break_amount as npl_led_to
    from cells
)

select *
from moved
where balance is distinct from led_to or npl_balance is distinct from npl_led_to
