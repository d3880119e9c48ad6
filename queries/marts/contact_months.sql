-- One row per month end, branch, product and channel (machines are one): attempts to reach debtors, whom they reached, and
-- the rules of conduct that they broke (section 7). Attempts are calls and visits by people; robots' calls stand apart.
select
    month_end,
    branch,
    product,
    case when is_robot then 'robot' else coalesce(channel, 'phone') end as contact_channel,
    count(*) as contact_count,
    sum(case when is_answered then 1 else 0 end) as answered_count,
    sum(case when is_right_party then 1 else 0 end) as reached_count,
    sum(attempt_count) as attempt_count,
    sum(connected_count) as connected_count,
    sum(right_party_count) as right_party_count,
    sum(promised_count) as promised_count,
    sum(robot_count) as robot_count,
    sum(visit_count) as visit_count,
    sum(visit_met_count) as visit_met_count,
    sum(time_violation) as time_violation,
    sum(frequency_violation) as frequency_violation,
    sum(third_party_violation) as third_party_violation,
    sum(time_violation + frequency_violation + third_party_violation) as violation_count
from marts.contacts
group by
    month_end,
    branch,
    product,
    case when is_robot then 'robot' else coalesce(channel, 'phone') end
order by month_end, branch, product
