-- One row per reading and term of the learned score: a feature, or one level of a feature that is a word. The plain
-- reading has a coefficient for the standardised value, the challenger what shuffling the feature takes off its AUC.
-- Filled by data/scoring.py.
select
    cast(null as varchar) as reading,
    cast(null as integer) as place,
    cast(null as varchar) as feature,
    cast(null as varchar) as level,
    cast(null as double) as mean,
    cast(null as double) as deviation,
    cast(null as double) as coefficient,
    cast(null as double) as importance
where false
