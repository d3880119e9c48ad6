-- One row per node of the trees of one reading: what it asks and where that leads, or what a leaf adds to the log odds.
select
    nodes.tree,
    nodes.node,
    terms.feature,
    terms.level,
    nodes.threshold,
    nodes.is_missing_left,
    nodes.left_node,
    nodes.right_node,
    nodes.value
from book_model_nodes() as nodes
left join book_model_terms() as terms on nodes.reading = terms.reading and nodes.place = terms.place
where nodes.reading = $reading
order by nodes.tree, nodes.node
