-- One row per loan and month end at which something about its payments was not calm: days past due, instalments late in
-- the last six months, months in a row with part payments, months in a row in which the worst delay rose, and a first
-- instalment that was missed. What was taken back later counted until that day.
with lines as (
    select
        late.loan_no,
        fallen.due_on,
        late.paid_on,
        late.unpaid_1
    from intermediate.late_lines as late
    inner join intermediate.fallen_due as fallen
        on late.loan_no = fallen.loan_no
        and late.version = fallen.version
        and late.line_no = fallen.line_no
),

late_months as (
    select
        loan_no,
        last_day(cast(due_on + interval 1 day as date)) as month_end,
        count(*) as late_count
    from lines
    where unpaid_1 > 0
    group by loan_no, last_day(cast(due_on + interval 1 day as date))
),

late_instalments as (
    select
        loan_no,
        last_day(cast(month_end + to_months(ahead) as date)) as month_end,
        cast(sum(late_count) as bigint) as late_instalments_6m
    from late_months
    cross join range(6) as later (ahead)
    group by loan_no, last_day(cast(month_end + to_months(ahead) as date))
),

states as (
    select
        loan_no,
        state_date as month_end,
        days_past_due,
        collected_in_month > 0 and collected_in_month < due_in_month as is_partial
    from intermediate.loan_states
    where is_on_grid and status = 'active' and days_past_due > 0
),

-- The worst delay of a month: that of its last day, or of the day before an instalment was paid in it.
delays as (
    select
        loan_no,
        month_end,
        days_past_due as delay
    from states
    union all
    select
        loan_no,
        last_day(paid_on) as month_end,
        date_diff('day', due_on, paid_on) - 1 as delay
    from lines
    where paid_on is not null and date_diff('day', due_on, paid_on) > 1
),

worst as (
    select
        loan_no,
        month_end,
        max(delay) as worst_delay
    from delays
    group by loan_no, month_end
),

stepped as (
    select
        loan_no,
        month_end,
        worst_delay,
        date_diff('month', lag(month_end) over in_order, month_end) = 1 as follows,
        lag(worst_delay) over in_order as delay_before
    from worst
    window in_order as (partition by loan_no order by month_end)
),

rising_runs as (
    select
        loan_no,
        month_end,
        worst_delay,
        coalesce(follows and worst_delay <= delay_before, false) as is_fall,
        sum(case when follows and worst_delay > delay_before then 0 else 1 end) over (
            partition by loan_no order by month_end rows between unbounded preceding and current row
        ) as run_no
    from stepped
),

rising as (
    select
        loan_no,
        month_end,
        worst_delay,
        row_number() over in_run - case when bool_or(is_fall) over in_run then 1 else 0 end as rising_months
    from rising_runs
    window in_run as (
        partition by loan_no, run_no order by month_end rows between unbounded preceding and current row
    )
),

partial_runs as (
    select
        loan_no,
        month_end,
        date_diff('month', date '1900-01-31', month_end)
        - row_number() over (partition by loan_no order by month_end) as run_no
    from states
    where is_partial
),

partials as (
    select
        loan_no,
        month_end,
        row_number() over (partition by loan_no, run_no order by month_end) as partial_payments
    from partial_runs
),

horizon as (select max(age_to) as days from marts.decay_steps),

missed as (
    select
        loan_no,
        7 as missed_days,
        cast(first_due_on + interval 7 day as date) as missed_on
    from intermediate.first_dues
    where is_fpd_7
    union all
    select
        loan_no,
        30 as missed_days,
        cast(first_due_on + interval 30 day as date) as missed_on
    from intermediate.first_dues
    where is_fpd_30
),

missed_months as (
    select
        missed.loan_no,
        months.month_end,
        max(missed.missed_days) as first_missed_days,
        min(date_diff('day', missed.missed_on, months.month_end)) as first_missed_age
    from missed
    cross join horizon
    inner join marts.month_ends as months
        on months.month_end >= missed.missed_on
        and months.month_end <= cast(missed.missed_on + horizon.days * interval 1 day as date)
    group by missed.loan_no, months.month_end
),

together as (
    select
        loan_no,
        month_end,
        days_past_due
    from states
    union all by name
    select
        loan_no,
        month_end,
        late_instalments_6m
    from late_instalments
    union all by name
    select
        loan_no,
        month_end,
        worst_delay as worst_delay_in_month,
        rising_months
    from rising
    union all by name
    select
        loan_no,
        month_end,
        partial_payments
    from partials
    union all by name
    select
        loan_no,
        month_end,
        first_missed_days,
        first_missed_age
    from missed_months
)

select
    loan_no,
    month_end,
    max(days_past_due) as days_past_due,
    max(late_instalments_6m) as late_instalments_6m,
    max(worst_delay_in_month) as worst_delay_in_month,
    nullif(max(rising_months), 0) as rising_months,
    max(partial_payments) as partial_payments,
    max(first_missed_days) as first_missed_days,
    max(first_missed_age) as first_missed_age
from together
group by loan_no, month_end
