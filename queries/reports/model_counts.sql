-- One row per month end since the learned score was trained: how well it separates, once its test months are over,
-- and how far its scores have moved since it was trained (11.1). One for the whole house.
with cards as (
    select *
    from book_model_cards()
    where reading = 'logistic' and state = 'fitted'
)

select
    months.month_end,
    cards.reading || ' ' || months.month_end as row_id,
    cards.reading,
    cards.trained_to,
    cards.tested_to,
    cards.scored_on,
    cast(stability.psi as decimal(18, 6)) as psi,
    cast(case when months.month_end >= last_day(cards.scored_on) then cards.auc end as decimal(18, 6)) as auc,
    cast(case when months.month_end >= last_day(cards.scored_on) then cards.ks end as decimal(18, 6)) as ks
from cards
cross join book_month_ends() as months
left join book_model_stability() as stability
    on cards.reading = stability.subject and stability.kind = 'score' and stability.month_end = months.month_end
where len($branches) > 0 and len($products) > 0 and months.month_end > cards.trained_to and months.month_end <= $month_end
