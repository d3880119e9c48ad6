-- One row per branch and product of the book: what a reader can choose from, within the reader's rights.
select
    kind,
    value
from book_dimensions()
order by kind, value
