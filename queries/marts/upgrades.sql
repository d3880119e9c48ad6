-- One row per loan and month end at which its booked class was performing again after a month end booked
-- non-performing, with the earliest day for it (4.5): six months, or the second full payment, after the arrears were
-- cleared, whichever is later. `is_early` is empty where the days-past-due method serves (retail, small business) and
-- where there never were arrears to clear; a loan with arrears still open, or fewer than two payments since, is early.
with booked as (
    select
        loan_id,
        month_end,
        branch,
        product,
        borrower_kind,
        class_booked
    from marts.loan_month_states
    where status = 'active' and class_booked is not null
),

upgraded as (
    select
        later.loan_id,
        later.month_end,
        later.branch,
        later.product,
        later.borrower_kind,
        earlier.class_booked as from_class,
        later.class_booked as to_class,
        rules.loan_no
    from booked as earlier
    inner join booked as later
        on earlier.loan_id = later.loan_id
        and later.month_end = last_day(cast(earlier.month_end + interval 1 day as date))
    inner join intermediate.loan_rules as rules on earlier.loan_id = rules.loan_id
    where earlier.class_booked >= 3 and later.class_booked < 3
),

lines as (
    select
        upgraded.loan_no,
        upgraded.month_end,
        settlements.due_on,
        settlements.settled_on
    from upgraded
    inner join intermediate.settlements as settlements
        on upgraded.loan_no = settlements.loan_no and settlements.due_on < upgraded.month_end
    where settlements.is_aged
),

cured as (
    select
        loan_no,
        month_end,
        max(case when settled_on is null or settled_on > month_end then 1 else 0 end) as has_arrears,
        max(case when settled_on > due_on then settled_on end) as cured_on
    from lines
    group by loan_no, month_end
),

payments as (
    select
        cured.loan_no,
        cured.month_end,
        settlements.settled_on,
        row_number() over (
            partition by cured.loan_no, cured.month_end order by settlements.due_on, settlements.line_no
        ) as place
    from cured
    inner join intermediate.settlements as settlements
        on cured.loan_no = settlements.loan_no and settlements.due_on > cured.cured_on
    where settlements.is_aged and cured.has_arrears = 0
),

dated as (
    select
        upgraded.*,
        coalesce(cured.has_arrears, 0) as has_arrears,
        cured.cured_on,
        case
            when payments.settled_on is not null
                then greatest(cast(cured.cured_on + interval 6 month as date), payments.settled_on)
        end as earliest_on
    from upgraded
    left join cured on upgraded.loan_no = cured.loan_no and upgraded.month_end = cured.month_end
    left join payments
        on upgraded.loan_no = payments.loan_no and upgraded.month_end = payments.month_end and payments.place = 2
)

select
    loan_id,
    month_end,
    branch,
    product,
    borrower_kind,
    from_class,
    to_class,
    case when has_arrears = 0 then cured_on end as cured_on,
    earliest_on,
    case
        when borrower_kind <> 'corporate' then null
        when has_arrears = 1 then true
        when cured_on is null then null
        else earliest_on is null or earliest_on > month_end
    end as is_early
from dated
order by month_end, loan_id
