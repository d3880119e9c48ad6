-- One row per month end, branch and product: attempts to reach debtors, whom they reached, and the rules of conduct that
-- they broke (section 7). Attempts are calls and visits by people; robots' calls stand apart.
select
    month_end,
    branch,
    product,
    count(*) as contact_count,
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
group by month_end, branch, product
order by month_end, branch, product
