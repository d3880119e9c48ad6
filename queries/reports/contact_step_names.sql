-- One row per step of the contact strategy that was ever in force: what it is called.
select
    step_id,
    arg_max(name, valid_from) as name,
    arg_max(name_zh, valid_from) as name_zh
from book_contact_strategy()
group by step_id
order by step_id
