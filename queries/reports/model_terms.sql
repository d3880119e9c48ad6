-- One row per term of one reading: its weight, and what shuffling its feature takes off the AUC.
select
    feature,
    level,
    coefficient,
    importance,
    mean,
    deviation
from book_model_terms()
where reading = $reading
order by importance desc, feature, abs(coefficient) desc, level
