-- One row per loan with what it adds to each figure of its vintage (6.3): at so many months on book, or, without them,
-- at the scope's month end. The sums are those of the cube, to the cent.
with placed as (
    select distinct
        vintage,
        case
            when $step = 'quarter' then year(vintage) || 'Q' || quarter(vintage)
            else strftime(vintage, '%Y-%m')
        end as period,
        case
            when $months_on_book is null then $month_end
            else last_day(vintage + $months_on_book * interval 1 month)
        end as told_on
    from scoped_vintages($branches, $products)
    where month_end = $month_end
),

-- A few months of origination, told apart before a loan is read.
vintages as (
    select *
    from placed
    where last_day(vintage) <= told_on
        and told_on <= $month_end
        and (len($periods) = 0 or list_contains($periods, period))
),

loans as (
    select
        lent.*,
        vintages.period,
        vintages.told_on
    from scoped_loans($branches, $products) as lent
    inner join vintages on lent.vintage = vintages.vintage
),

days as (
    select distinct told_on
    from vintages
),

months as (
    select
        loan_id,
        month_end,
        status,
        late_days,
        late_balance,
        balance,
        coalesce(overdue_principal, 0) as overdue_principal
    from scoped_loan_months($branches, $products)
    where month_end in (select told_on from days)
),

losses as (
    select
        facts.loan_id,
        sum(facts.lost_amount) as lost_amount,
        sum(facts.recovered_amount) as recovered_amount
    from scoped_loan_losses($branches, $products) as facts
    inner join loans on facts.loan_id = loans.loan_id and facts.month_end <= loans.told_on
    group by facts.loan_id
),

-- In the month itself by its row; from the month after it was written off or sold as late as it was then.
told as (
    select
        loans.*,
        months.status as status_then,
        coalesce(months.late_days, case when loans.gone_on < loans.told_on then loans.gone_days end, 0) as late_days,
        coalesce(months.late_balance, case when loans.gone_on < loans.told_on then loans.gone_balance end, 0)
            as late_balance,
        coalesce(months.status = 'active', false) as is_on_book,
        coalesce(months.balance, 0) as balance_then,
        coalesce(months.overdue_principal, 0) as overdue_then,
        coalesce(losses.lost_amount, 0) as gross_loss_amount,
        coalesce(losses.lost_amount - losses.recovered_amount, 0) as net_loss_amount
    from loans
    left join months on loans.loan_id = months.loan_id and loans.told_on = months.month_end
    left join losses on loans.loan_id = losses.loan_id
)

select
    loan_id,
    borrower_id,
    branch,
    product,
    period,
    told_on as month_end,
    disbursed_on,
    principal,
    first_30_on,
    first_60_on,
    first_90_on,
    late_days as days_past_due,
    late_balance,
    coalesce(
        status_then,
        case when status <> 'active' and coalesce(left_on, state_on) <= told_on then status end
    ) as status,
    1 as original_count,
    principal as original_amount,
    case when first_30_on <= told_on then 1 else 0 end as ever_30_count,
    case when first_60_on <= told_on then 1 else 0 end as ever_60_count,
    case when first_90_on <= told_on then 1 else 0 end as ever_90_count,
    case when first_30_on <= told_on then first_30_balance else 0 end as ever_30_balance,
    case when first_60_on <= told_on then first_60_balance else 0 end as ever_60_balance,
    case when first_90_on <= told_on then first_90_balance else 0 end as ever_90_balance,
    case when late_days > 30 then 1 else 0 end as current_30_count,
    case when late_days > 60 then 1 else 0 end as current_60_count,
    case when late_days > 90 then 1 else 0 end as current_90_count,
    case when late_days > 30 then late_balance else 0 end as current_30_balance,
    case when late_days > 60 then late_balance else 0 end as current_60_balance,
    case when late_days > 90 then late_balance else 0 end as current_90_balance,
    case when is_on_book and late_days > 30 then 1 else 0 end as on_book_30_count,
    case when is_on_book and late_days > 60 then 1 else 0 end as on_book_60_count,
    case when is_on_book and late_days > 90 then 1 else 0 end as on_book_90_count,
    case when is_on_book and late_days > 30 then late_balance else 0 end as on_book_30_balance,
    case when is_on_book and late_days > 60 then late_balance else 0 end as on_book_60_balance,
    case when is_on_book and late_days > 90 then late_balance else 0 end as on_book_90_balance,
    gross_loss_amount,
    net_loss_amount,
    principal - case when is_on_book then balance_then - overdue_then else 0 end as due_amount,
    case
        when is_on_book then overdue_then
        when late_days > 30 then late_balance
        else 0
    end as due_unpaid_amount
from told
