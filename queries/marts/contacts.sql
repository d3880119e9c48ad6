-- One row per attempt to reach a debtor: by whom and how, whom it reached, and which rule of conduct it broke (section 7).
-- Quiet hours are the debtor's local time; a letter has none. Of a debtor's unanswered calls of one day the first over the
-- number allowed is the violation, one a day. Someone unrelated may be asked only for a debtor who cannot be reached, may
-- not be told of the debt, and not be asked again after objecting. What was not recorded is held against nobody.
with rules as (
    select
        max(case when param_id = 'quiet_from' then cast(value as integer) end) as quiet_from,
        max(case when param_id = 'quiet_until' then cast(value as integer) end) as quiet_until,
        max(case when param_id = 'unanswered_attempts_max' then cast(value as integer) end) as unanswered_max,
        max(case when param_id = 'lost_contact_days' then cast(value as integer) end) as lost_days
    from staging.parameters
),

attempts as (
    select
        contacts.contact_id,
        contacts.loan_id,
        loans.borrower_id,
        loans.branch,
        loans.product,
        contacts.contacted_at,
        cast(contacts.contacted_at as date) as contacted_on,
        contacts.channel,
        contacts.staff_id,
        contacts.party,
        coalesce(contacts.is_robot, false) as is_robot,
        coalesce(contacts.is_answered, false) as is_answered,
        coalesce(contacts.is_right_party, false) as is_right_party,
        coalesce(contacts.has_consent, false) as has_consent,
        coalesce(contacts.told_debt, false) as told_debt,
        coalesce(contacts.party = 'third_party', false) and coalesce(contacts.is_answered, false) as is_third_party,
        coalesce(contacts.channel, 'phone') = 'phone' and not coalesce(contacts.is_answered, false) as is_unanswered,
        max(case when contacts.is_right_party then contacts.contacted_at end) over before_it as reached_at,
        max(case when contacts.has_objected then 1 else 0 end) over before_it as was_objected
    from raw.contacts as contacts
    inner join staging.loans as loans on contacts.loan_id = loans.loan_id
    window before_it as (
        partition by contacts.loan_id order by contacts.contacted_at, contacts.contact_id
        rows between unbounded preceding and 1 preceding
    )
),

placed as (
    select
        attempts.*,
        sum(case when is_unanswered then 1 else 0 end) over (
            partition by borrower_id, contacted_on order by contacted_at, contact_id
            rows between unbounded preceding and current row
        ) as unanswered_so_far
    from attempts
)

select
    placed.contact_id,
    placed.loan_id,
    placed.borrower_id,
    placed.branch,
    placed.product,
    placed.contacted_at,
    placed.contacted_on,
    last_day(placed.contacted_on) as month_end,
    placed.channel,
    placed.staff_id,
    placed.party,
    placed.is_robot,
    placed.is_answered,
    placed.is_right_party,
    case when not placed.is_robot and coalesce(placed.channel, 'phone') in ('phone', 'visit') then 1 else 0 end
        as attempt_count,
    case
        when not placed.is_robot and coalesce(placed.channel, 'phone') in ('phone', 'visit') and placed.is_answered
            then 1
        else 0
    end as connected_count,
    case
        when not placed.is_robot and coalesce(placed.channel, 'phone') in ('phone', 'visit') and placed.is_right_party
            then 1
        else 0
    end as right_party_count,
    case when placed.is_robot then 1 else 0 end as robot_count,
    case when placed.channel = 'visit' then 1 else 0 end as visit_count,
    case when placed.channel = 'visit' and placed.is_right_party then 1 else 0 end as visit_met_count,
    case
        when not placed.is_robot and coalesce(placed.channel, 'phone') in ('phone', 'visit') and placed.is_right_party
            and promised.loan_id is not null then 1
        else 0
    end as promised_count,
    case
        when coalesce(placed.channel, 'phone') <> 'letter'
            and not placed.has_consent
            and (
                hour(placed.contacted_at) >= rules.quiet_from or hour(placed.contacted_at) < rules.quiet_until
            ) then 1
        else 0
    end as time_violation,
    case when placed.is_unanswered and placed.unanswered_so_far = rules.unanswered_max + 1 then 1 else 0 end
        as frequency_violation,
    case
        when placed.is_third_party
            and (
                placed.told_debt
                or coalesce(placed.was_objected, 0) = 1
                or coalesce(date_diff('day', placed.reached_at, placed.contacted_at) < rules.lost_days, false)
            ) then 1
        else 0
    end as third_party_violation
from placed
cross join rules
left join (
    select distinct
        loan_id,
        promised_on
    from raw.promises
) as promised on placed.loan_id = promised.loan_id and placed.contacted_on = promised.promised_on
order by placed.contacted_at, placed.contact_id
