-- One row: the loans of stage 1 whose lifetime PD stands above that of a current loan of the product over the same remaining
-- life as a relative rise of PD asks (sicr_pd, section 5): so many times and points above, or a threefold rise.
with limits as (
    select
        max(case when param_id = 'sicr_pd_ratio' then cast(value as double) end) as ratio,
        max(case when param_id = 'sicr_pd_points' then cast(value as double) end) as points,
        max(case when param_id = 'sicr_pd_backstop' then cast(value as double) end) as backstop
    from book_rules()
    where starts_with(param_id, 'sicr_pd_') and product = '*' and $month_end between valid_from and valid_to
),

measured as (
    select
        loans.balance,
        loans.pd_life,
        curves.curve[loans.months_left] as pd_of_current
    from scoped_loan_ecls($branches, $products) as loans
    inner join book_pd_curves() as curves
        on loans.month_end = curves.month_end and loans.product = curves.product and curves.state = 'current'
    where loans.month_end = $month_end and loans.is_on_book and loans.stage = 1
)

select
    limits.ratio,
    limits.points,
    limits.backstop,
    count(measured.balance) as loans,
    coalesce(sum(measured.balance), 0) as balance
from limits
left join measured
    on (
        measured.pd_life >= limits.ratio * measured.pd_of_current
        and measured.pd_life - measured.pd_of_current >= limits.points
    )
    or (measured.pd_life >= limits.backstop * measured.pd_of_current and measured.pd_life > 0)
group by limits.ratio, limits.points, limits.backstop
