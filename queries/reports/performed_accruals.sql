-- One row per stretch of days of a month on which a loan's principal not yet due and its rate stayed the same: the days,
-- that principal, the rate, a day's interest to the cent, and all of it (T06). Day by day, by the schedule in force.
with loan as (
    select
        product,
        annual_rate,
        disbursed_on,
        left_on
    from scoped_loans($branches, $products)
    where loan_id = $loan_id
),

counting as (
    select
        case
            when coalesce(
                max(rules.value) filter (where rules.product = loan.product),
                max(rules.value) filter (where rules.product = '*')
            ) = 'ACT/365' then 365
            else 360
        end as year_days
    from loan
    left join book_rules() as rules
        on rules.param_id = 'day_count'
        and loan.disbursed_on between rules.valid_from and rules.valid_to
        and rules.product in (loan.product, '*')
),

restructures as (
    select
        schedule_version,
        max(new_rate) as new_rate
    from scoped_restructures($branches, $products)
    where loan_id = $loan_id
    group by schedule_version
),

lines as (
    select
        version,
        due_on,
        principal_due,
        starts_on
    from scoped_schedule_lines($branches, $products)
    where loan_id = $loan_id
),

calendar as (
    select cast(unnest(generate_series(date_trunc('month', $day), $day, interval 1 day)) as date) as on_day
),

on_book as (
    select
        calendar.on_day,
        coalesce(max(lines.version) filter (where lines.starts_on <= calendar.on_day), min(lines.version)) as version
    from calendar
    cross join loan
    cross join lines
    where calendar.on_day >= loan.disbursed_on and (loan.left_on is null or calendar.on_day < loan.left_on)
    group by calendar.on_day
),

rates as (
    select
        on_book.on_day,
        arg_max(restructures.new_rate, restructures.schedule_version) as new_rate
    from on_book
    inner join restructures on restructures.schedule_version <= on_book.version
    where restructures.new_rate is not null
    group by on_book.on_day
),

by_day as (
    select
        on_book.on_day,
        on_book.version,
        coalesce(any_value(rates.new_rate), any_value(loan.annual_rate)) as annual_rate,
        sum(case when lines.due_on > on_book.on_day then lines.principal_due else 0 end) as not_due
    from on_book
    cross join loan
    inner join lines on on_book.version = lines.version
    left join rates on on_book.on_day = rates.on_day
    group by on_book.on_day, on_book.version
)

select
    min(by_day.on_day) as from_day,
    max(by_day.on_day) as until_day,
    count(*) as days,
    by_day.version,
    by_day.not_due,
    by_day.annual_rate,
    counting.year_days,
    round(by_day.not_due * by_day.annual_rate / counting.year_days, 2) as daily,
    count(*) * round(by_day.not_due * by_day.annual_rate / counting.year_days, 2) as interest
from by_day
cross join counting
group by by_day.version, by_day.not_due, by_day.annual_rate, counting.year_days
order by from_day
