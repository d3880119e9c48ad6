-- One row per borrower and month end on the book, and the month end by which its last loan had left (`is_on_book` is
-- false there). In default as section 1.4 says, by what was known that day: a firm with any of its loans, and so is who
-- owes as a person here, whose loans are one row. branch and product are the home: those of the first loan.
with months as (
    select
        borrower_id,
        month_end,
        any_value(borrower_kind) as borrower_kind,
        cast(sum(case when status = 'active' then balance else 0 end) as decimal(18, 2)) as exposure,
        cast(
            sum(
                case when status = 'active' then overdue_interest + overdue_fee else 0 end
            ) as decimal(18, 2)
        ) as overdue_income,
        cast(sum(case when status = 'active' and balance > 0 then 1 else 0 end) as integer) as loan_count,
        coalesce(max(case when status = 'active' then days_past_due end), 0) as days_past_due,
        coalesce(max(case when status = 'active' then classification end), 1) as classification,
        max(case when status = 'active' then stage end) as stage,
        bool_or(status = 'active') as is_on_book,
        bool_or(status = 'written_off') as is_written_off,
        bool_or(status = 'sold') as is_sold,
        bool_or(status = 'active' and observation_ends is not null) as is_restructured,
        coalesce(bool_or(status = 'active' and due_in_month > 0), false) as has_due
    from marts.months_as_known
    group by borrower_id, month_end
),

judged as (
    select
        *,
        days_past_due > 90 or classification >= 3 or coalesce(stage, 0) = 3 or is_written_off as is_defaulted
    from months
),

first_defaults as (
    select
        borrower_id,
        min(month_end) as first_default_on
    from judged
    where is_defaulted
    group by borrower_id
)

select
    judged.borrower_id,
    judged.borrower_kind,
    homes.home_branch as branch,
    homes.home_product as product,
    judged.month_end,
    judged.exposure,
    coalesce(judged.overdue_income, 0) as overdue_income,
    judged.loan_count,
    judged.days_past_due,
    judged.classification,
    judged.stage,
    judged.is_on_book,
    judged.is_written_off,
    judged.is_sold,
    judged.is_restructured,
    judged.has_due,
    judged.is_defaulted,
    case when firsts.first_default_on <= judged.month_end then firsts.first_default_on end as first_default_on
from judged
inner join intermediate.homes as homes on judged.borrower_id = homes.borrower_id
left join first_defaults as firsts on judged.borrower_id = firsts.borrower_id
order by judged.month_end, judged.borrower_id
