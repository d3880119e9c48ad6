-- One row per node of the boosted trees: the term that it asks (`place` in marts.model_terms), the value up to which a row
-- goes left, where a missing value goes, its two nodes; or, of a leaf, what it adds to the log odds. With the intercept of
-- the card that is the whole model. Filled by data/scoring.py.
select
    cast(null as varchar) as reading,
    cast(null as integer) as tree,
    cast(null as integer) as node,
    cast(null as integer) as place,
    cast(null as double) as threshold,
    cast(null as boolean) as is_missing_left,
    cast(null as integer) as left_node,
    cast(null as integer) as right_node,
    cast(null as double) as value
where false
