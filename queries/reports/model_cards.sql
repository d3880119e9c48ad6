-- One row per reading of the learned score and per benchmark: window, rows, settings and figures of the test.
select *
from book_model_cards()
order by verdict is null, reading desc
