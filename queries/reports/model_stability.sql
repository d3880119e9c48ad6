-- One row per feature or score and month end after the training window, with how far it has moved.
select
    subject,
    kind,
    month_end,
    rows,
    psi,
    case
        when psi >= 0.25 then 'moved'
        when psi >= 0.10 then 'moving'
        when psi is not null then 'stable'
    end as stability
from book_model_stability()
where kind = 'feature' or subject = $reading
order by kind desc, subject, month_end
