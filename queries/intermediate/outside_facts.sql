-- One row per borrower and month end at which something outside the bank is known of it: public marks, how its debts at
-- other banks grew, the industry and the group. What there is none of is empty. A mark counts from the
-- day on which the bank knew of it until it ended; a single event as long as its signal fades. A report counts until
-- the next one.
with horizon as (select max(age_to) as days from marts.decay_steps),

marks as (
    select
        borrower_id,
        kind,
        happened_on,
        coalesce(recorded_on, happened_on) as known_on,
        coalesce(ended_on, date '9999-12-31') as ended_on,
        amount,
        grade,
        kind in ('news', 'legal_representative_changed', 'rating_down') as is_event
    from raw.external_marks
),

lasting as (
    select
        marks.borrower_id,
        months.month_end,
        marks.kind,
        marks.amount,
        marks.grade,
        date_diff('day', marks.happened_on, months.month_end) as age
    from marks
    cross join horizon
    inner join marts.month_ends as months
        on months.month_end >= marks.known_on
        and months.month_end < marks.ended_on
        and (
            not marks.is_event
            or months.month_end <= cast(marks.happened_on + horizon.days * interval 1 day as date)
        )
),

told as (
    select
        borrower_id,
        month_end,
        count(case when kind = 'enforcement' then 1 end) as enforcements,
        count(case when kind = 'dishonest' then 1 end) as dishonest_marks,
        sum(case when kind = 'lawsuit' then coalesce(amount, 0) end) as lawsuit_amount,
        sum(case when kind = 'tax_arrears' then coalesce(amount, 0) end) as tax_arrears,
        count(case when kind = 'tax_violation' then 1 end) as tax_violations,
        count(case when kind = 'abnormal_operation' then 1 end) as abnormal_operations,
        count(case when kind = 'licence_revoked' then 1 end) as licence_revoked,
        count(case when kind = 'equity_frozen' then 1 end) as equity_frozen,
        max(case when kind = 'equity_pledged' then grade end) as equity_pledged,
        count(case when kind = 'controller_missing' then 1 end) as controller_missing,
        count(case when kind = 'bankruptcy_petition' then 1 end) as bankruptcy_petitions,
        min(case when kind = 'news' then age end) as news_age,
        min(case when kind = 'news' and grade >= 2 then age end) as graver_news_age,
        min(case when kind = 'news' and grade >= 3 then age end) as gravest_news_age,
        min(case when kind = 'legal_representative_changed' then age end) as representative_changed_age,
        min(case when kind = 'rating_down' then age end) as rating_down_age,
        min(case when kind = 'rating_down' and grade >= 2 then age end) as rating_far_down_age
    from lasting
    group by borrower_id, month_end
),

reported as (
    select
        borrower_id,
        reported_on,
        coalesce(lead(reported_on) over by_day, date '9999-12-31') as next_on,
        any_npl,
        any_special_mention,
        hard_inquiries_3m,
        total_debt
    from raw.bureau
    window by_day as (partition by borrower_id order by reported_on)
),

half_a_year_before as (
    select
        later.borrower_id,
        later.reported_on,
        arg_max(earlier.total_debt, earlier.reported_on) as total_debt
    from reported as later
    inner join reported as earlier
        on later.borrower_id = earlier.borrower_id
        and date_diff('month', earlier.reported_on, later.reported_on) between 6 and 12
    group by later.borrower_id, later.reported_on
),

debts as (
    select
        reported.*,
        cast(reported.total_debt as double) / nullif(cast(earlier.total_debt as double), 0) - 1 as debt_growth
    from reported
    left join half_a_year_before as earlier
        on reported.borrower_id = earlier.borrower_id and reported.reported_on = earlier.reported_on
),

elsewhere as (
    select
        debts.borrower_id,
        months.month_end,
        case when debts.any_npl then true end as has_npl_elsewhere,
        case when debts.any_special_mention then true end as has_special_mention_elsewhere,
        case
            when debts.hard_inquiries_3m > 0 and date_diff('day', debts.reported_on, months.month_end) <= 92
                then debts.hard_inquiries_3m
        end as hard_inquiries_3m,
        debts.debt_growth as bureau_debt_growth
    from debts
    inner join marts.month_ends as months
        on months.month_end >= debts.reported_on and months.month_end < debts.next_on
    where debts.any_npl or debts.any_special_mention or debts.hard_inquiries_3m > 0 or debts.debt_growth is not null
),

watched as (
    select
        months.month_end,
        trim(unnest(string_split(parameters.value, ','))) as industry
    from marts.month_ends as months
    inner join staging.parameters as parameters
        on months.month_end between parameters.valid_from and parameters.valid_to
    where parameters.param_id = 'ews_watched_industries' and parameters.regime = 'CN' and parameters.product = '*'
),

in_watched_industry as (
    select
        borrowers.borrower_id,
        watched.month_end,
        any_value(borrowers.industry) as watched_industry
    from raw.borrowers as borrowers
    inner join watched
        on borrowers.industry = watched.industry or substring(borrowers.industry, 1, 1) = watched.industry
    group by borrowers.borrower_id, watched.month_end
),

-- Whose days in a group nobody tells has always been in the one that it is in now.
memberships as (
    select
        borrower_id,
        group_id,
        greatest(joined_on, coalesce(recorded_on, joined_on)) as joined_on,
        coalesce(left_on, date '9999-12-31') as left_on
    from raw.group_memberships
    union all
    select
        borrowers.borrower_id,
        borrowers.group_id,
        date '0001-01-01' as joined_on,
        date '9999-12-31' as left_on
    from raw.borrowers as borrowers
    anti join raw.group_memberships as dated on borrowers.borrower_id = dated.borrower_id
    where borrowers.group_id is not null
),

defaulted as (
    select
        memberships.group_id,
        months.borrower_id,
        months.month_end
    from marts.borrower_months as months
    inner join memberships
        on months.borrower_id = memberships.borrower_id
        and months.month_end >= memberships.joined_on
        and months.month_end < memberships.left_on
    where months.is_defaulted
),

in_trouble as (
    select
        members.borrower_id,
        defaulted.month_end,
        count(*) as defaulted_group_members
    from defaulted
    inner join memberships as members
        on defaulted.group_id = members.group_id
        and defaulted.borrower_id <> members.borrower_id
        and defaulted.month_end >= members.joined_on
        and defaulted.month_end < members.left_on
    group by members.borrower_id, defaulted.month_end
)

select
    borrower_id,
    month_end,
    nullif(enforcements, 0) as enforcements,
    nullif(dishonest_marks, 0) as dishonest_marks,
    nullif(lawsuit_amount, 0) as lawsuit_amount,
    cast(tax_arrears as double) as tax_arrears,
    nullif(tax_violations, 0) as tax_violations,
    nullif(abnormal_operations, 0) as abnormal_operations,
    nullif(licence_revoked, 0) as licence_revoked,
    nullif(equity_frozen, 0) as equity_frozen,
    equity_pledged,
    nullif(controller_missing, 0) as controller_missing,
    nullif(bankruptcy_petitions, 0) as bankruptcy_petitions,
    news_age,
    graver_news_age,
    gravest_news_age,
    representative_changed_age,
    rating_down_age,
    rating_far_down_age
from told
union all by name
select *
from elsewhere
union all by name
select *
from in_watched_industry
union all by name
select *
from in_trouble
