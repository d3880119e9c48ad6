-- One row per loan and state date inside an observation period: when it ends, and whether the loan was
-- restructured again while another observation ran (rule F3_re_restr).
select
    states.loan_no,
    states.state_date,
    max(observations.ends_on) as ends_on,
    max(case when observations.is_repeated then 1 else 0 end) as is_repeated
from intermediate.loan_states as states
inner join intermediate.observations as observations
    on states.loan_no = observations.loan_no
    and (
        states.state_date > observations.observed_after
        or states.state_date = observations.restructured_on
    )
    and states.state_date <= observations.observed_until
    and states.state_date < observations.ends_on
where states.status = 'active'
group by states.loan_no, states.state_date
