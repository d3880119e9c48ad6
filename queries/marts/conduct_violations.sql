-- One row per contact and rule of conduct that it broke (section 7): the contact, who made it, and the rule.
with broken as (
    select contact_id, 'time' as conduct_rule
    from marts.contacts
    where time_violation = 1
    union all
    select contact_id, 'frequency' as conduct_rule
    from marts.contacts
    where frequency_violation = 1
    union all
    select contact_id, 'third_party' as conduct_rule
    from marts.contacts
    where third_party_violation = 1
)

select
    concat(broken.contact_id, '/', broken.conduct_rule) as violation_id,
    broken.conduct_rule,
    contacts.contact_id,
    contacts.contacted_at,
    contacts.month_end,
    contacts.loan_id,
    contacts.borrower_id,
    contacts.branch,
    contacts.product,
    contacts.channel,
    contacts.party,
    contacts.is_robot,
    contacts.staff_id,
    staff.name as staff_name,
    staff.department_id
from broken
inner join marts.contacts as contacts on broken.contact_id = contacts.contact_id
left join marts.staff as staff on contacts.staff_id = staff.staff_id
order by contacts.contacted_at, violation_id
