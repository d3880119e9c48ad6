-- One row per loan and month end from disbursement until it left the book, plus the month in which it left; `loan_no` is
-- the loan's number in this build, a short key for joins of many rows.
-- Measures (`*_balance`, `*_amount`, `*_count`) are additive over loans; a measure is 0 where it does not count, and
-- empty where what it is measured from is not recorded.
with states as (
    select
        *,
        case when status = 'active' then days_past_due end as aged_days,
        status = 'active' as is_on_book,
        status = 'active' and observation_ends is not null as is_restructured,
        status = 'active' and class_booked is not null as is_booked,
        status = 'active' and balance > 0 and class_booked < class_floor as is_booked_better,
        status = 'active'
        and days_past_due > 0
        and (opening_days = 0 or (opening_days is null and disbursed_amount > 0)) as is_newly_late,
        status = 'active' and days_past_due = 0 and opening_days > 0 as is_cured,
        coalesce(opening_balance, 0) as opening_amount,
        case
            when state_source = 'recorded'
                and status = 'active'
                and opening_balance is null
                and disbursed_amount = 0
                and written_off_amount + sold_amount >= 0 then balance
            else 0
        end as entered_amount
    from marts.loan_month_states
),

bucketed as (
    select
        *,
        case
            when aged_days is null then null
            when aged_days = 0 then 'current'
            when aged_days <= 30 then '1-30'
            when aged_days <= 60 then '31-60'
            when aged_days <= 90 then '61-90'
            when aged_days <= 180 then '91-180'
            when aged_days <= 360 then '181-360'
            else '360+'
        end as bucket,
        case
            when opening_days is null then null
            when opening_days = 0 then 'current'
            when opening_days <= 30 then '1-30'
            when opening_days <= 60 then '31-60'
            when opening_days <= 90 then '61-90'
            when opening_days <= 180 then '91-180'
            when opening_days <= 360 then '181-360'
            else '360+'
        end as opening_bucket,
        case
            when aged_days is null then null
            when aged_days = 0 then 'M0'
            when aged_days <= 30 then 'M1'
            when aged_days <= 60 then 'M2'
            when aged_days <= 90 then 'M3'
            when aged_days <= 120 then 'M4'
            when aged_days <= 150 then 'M5'
            when aged_days <= 180 then 'M6'
            else 'M7+'
        end as bucket_m,
        -- As banks disclose: three years are 1 095 days (2.5).
        case
            when aged_days is null then null
            when aged_days = 0 then 'current'
            when aged_days <= 90 then '1-90'
            when aged_days <= 360 then '91-360'
            when aged_days <= 1095 then '361-1095'
            else '1095+'
        end as bucket_reg
    from states
),

-- How the balance moved: opening + disbursed + entered - repaid - written off - sold + capitalised + break = balance.
moved as (
    select
        *,
        opening_amount + disbursed_amount + entered_amount - written_off_amount - sold_amount
        + capitalised_amount + break_amount - balance as repaid_amount,
        -- Non-performing since the month began, or straight from performing to write-off or sale.
        was_npl
        or (is_unopened and (is_npl or written_off_amount + sold_amount < 0))
        or (not is_unopened and status in ('written_off', 'sold')) as is_npl_moved,
        is_npl and not was_npl and not is_unopened as is_npl_new
    from bucketed
),

-- npl opening + entered + inflow - upgraded - cash - written off - sold + capitalised + break = npl balance.
flowed as (
    select
        *,
        case when was_npl then opening_amount else 0 end as npl_opening_amount,
        case when is_npl_moved and status = 'active' and not is_npl then balance else 0 end as npl_upgraded_amount,
        case when is_npl_moved then repaid_amount else 0 end as npl_cash_amount,
        case when is_npl_moved or is_npl_new then written_off_amount else 0 end as npl_written_off_amount,
        case when is_npl_moved or is_npl_new then sold_amount else 0 end as npl_sold_amount,
        case when is_npl_moved then capitalised_amount else 0 end as npl_capitalised_amount,
        case when is_npl then entered_amount else 0 end as npl_entered_amount,
        case when is_npl_moved then break_amount else 0 end as npl_break_amount,
        case when is_npl then balance else 0 end as npl_balance
    from moved
)

select
    loan_no,
    loan_id,
    borrower_id,
    month_end,
    status,
    branch,
    product,
    borrower_kind,
    collateral_kind,
    region,
    industry,
    officer_id,
    months_on_book,
    balance,
    days_past_due,
    bucket,
    bucket_m,
    bucket_reg,
    classification,
    class_floor,
    class_booked,
    floor_rule,
    stage,
    provision,
    is_restructured,
    is_restructured_again,
    observation_ends,
    oldest_unpaid_due,
    overdue_principal,
    overdue_interest,
    overdue_fee,
    case
        when is_on_book then overdue_principal + overdue_interest + overdue_fee
        else 0
    end as overdue_amount,
    instalments_past_due,
    advance_balance,
    dpd_original,
    dpd_recorded,
    balance_recorded,
    status_recorded,
    state_source,
    opening_balance,
    opening_bucket,
    opening_class,
    -- How late a loan counts in its vintage (6.3): a sold loan by its days then, a written-off one by more than 90.
    case
        when status = 'written_off' then greatest(days_past_due, 91)
        when status in ('active', 'sold') then days_past_due
    end as late_days,
    -- With what balance: what was written off or sold that month; a core system that names no sum leaves the balance
    -- that it recorded, or the one before.
    case
        when status = 'active' then balance
        when status = 'closed' then 0
        when written_off_amount + sold_amount > 0 then written_off_amount + sold_amount
        when principal_outstanding > 0 then principal_outstanding
        else coalesce(opening_balance, 0)
    end as late_balance,
    case when opening_balance > 0 then 1 else 0 end as opening_count,
    case when is_on_book and balance > 0 then 1 else 0 end as loan_count,
    case when is_on_book and balance > 0 and aged_days > 0 then 1 else 0 end as overdue_count,
    case when aged_days > 0 then balance else 0 end as par1_balance,
    case when aged_days > 30 then balance else 0 end as par30_balance,
    case when aged_days > 60 then balance else 0 end as par60_balance,
    case when aged_days > 90 then balance else 0 end as par90_balance,
    case when aged_days > 30 or is_restructured then balance else 0 end as par30_restructured_balance,
    case when is_on_book then overdue_principal else 0 end as overdue_principal_balance,
    -- The regulatory instalment rule: an instalment consumer loan counts whole only from the 91st day (3.2); where
    -- the record does not tell what is overdue, the whole balance counts.
    case
        when aged_days is null or aged_days = 0 then 0
        when aged_days <= 90
            and borrower_kind = 'retail'
            and repayment_method in ('equal_instalment', 'equal_principal')
            and overdue_principal is not null then overdue_principal
        else balance
    end as overdue_1104_balance,
    case when classification = 1 then balance else 0 end as normal_balance,
    case when classification = 2 then balance else 0 end as special_mention_balance,
    case when classification = 3 then balance else 0 end as substandard_balance,
    case when classification = 4 then balance else 0 end as doubtful_balance,
    case when classification = 5 then balance else 0 end as loss_balance,
    npl_balance,
    case when is_restructured then balance else 0 end as restructured_balance,
    case when is_restructured and balance > 0 then 1 else 0 end as restructured_count,
    case when is_restructured and days_past_due > 90 then balance else 0 end as restructured_overdue90_balance,
    -- Restructured again while under observation, and still booked performing: must be nothing (4.4).
    case
        when is_restructured and is_restructured_again and coalesce(class_booked, classification) < 3 then balance
        else 0
    end as re_restructured_not_npl_balance,
    -- Booked against recomputed (3.3, 4.2): a class may be worse than its floor, never better. Where no class is booked,
    -- and where no allowance is recorded, there is no figure: empty, never 0.
    case when is_booked and class_booked >= 3 then balance when is_booked then 0 end as booked_npl_balance,
    case
        when is_booked and classification >= 3 and class_booked < 3 then balance
        when is_booked then 0
    end as understated_npl_balance,
    case when is_booked_better then balance when is_booked then 0 end as booked_better_balance,
    case when is_booked_better then 1 when is_booked then 0 end as booked_better_count,
    case when is_on_book and stage = 2 then balance else 0 end as stage2_balance,
    case when is_on_book and stage = 2 then provision end as stage2_allowance,
    case when is_on_book and stage = 3 then balance else 0 end as stage3_balance,
    case when is_on_book and stage = 3 then provision end as stage3_allowance,
    case when is_on_book then provision end as allowance,
    disbursed_amount,
    coalesce(due_in_month, 0) as due_amount,
    coalesce(collected_in_month, 0) as collected_amount,
    written_off_amount,
    sold_amount,
    npl_inflow_amount,
    case when is_newly_late then balance else 0 end as newly_late_balance,
    case when is_newly_late then 1 else 0 end as newly_late_count,
    -- Late again: there was a month end before on which the loan was late, and the last one it was not.
    case when is_newly_late and was_late_before then balance else 0 end as late_again_balance,
    case when is_newly_late and was_late_before then 1 else 0 end as late_again_count,
    case when is_cured then balance else 0 end as cured_balance,
    case when is_cured then 1 else 0 end as cured_count,
    -- Off the book while late: paid off, written off or sold, at the balance of the month end before.
    case when not is_on_book and opening_days > 0 then coalesce(opening_balance, 0) else 0 end as left_late_balance,
    case when not is_on_book and opening_days > 0 then 1 else 0 end as left_late_count,
    cast(annual_rate * balance as decimal(18, 2)) as rate_balance,
    opening_amount,
    entered_amount,
    case when state_source = 'recorded' then 0 else repaid_amount - prepaid_amount end as scheduled_amount,
    prepaid_amount,
    case when state_source = 'recorded' then repaid_amount else 0 end as unsplit_amount,
    capitalised_amount,
    break_amount,
    case when break_amount <> 0 then 1 else 0 end as break_count,
    case
        when state_source = 'recorded' or opening_balance is null then 0
        else opening_balance - principal_due_in_month
    end as smm_base_amount,
    case when opening_class <= 2 then opening_amount else 0 end as performing_opening_amount,
    -- A default counts once in a loan's life, at its balance; straight to write-off at its opening balance.
    case
        when not is_first_default or is_unopened then 0
        when is_on_book then balance
        else opening_amount + disbursed_amount
    end as default_amount,
    cast((opening_amount + balance) * 0.5 as decimal(18, 3)) as average_amount,
    npl_opening_amount,
    npl_entered_amount,
    npl_upgraded_amount,
    npl_cash_amount,
    npl_written_off_amount,
    npl_sold_amount,
    npl_capitalised_amount,
    npl_break_amount,
    npl_balance - npl_opening_amount - npl_entered_amount + npl_written_off_amount + npl_sold_amount
    as npl_formation_net_amount,
    npl_balance - npl_opening_amount - npl_entered_amount + npl_written_off_amount + npl_sold_amount
    + npl_cash_amount + npl_upgraded_amount as npl_formation_gross_amount
from flowed
