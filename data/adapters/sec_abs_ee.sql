-- Regulation AB II auto loans (EX-102): a monthly tape, one row per loan and reporting month, into canonical tables.
-- Input: source.ald_raw, all text. Output: outcomes, flags and the views of the schema canonical.

-- One row per row of the tape, typed. A value that breaks its type is null here and is rejected below.
create table tape as
with typed as (
    select
        table_name,
        row_number,
        is_copy,
        securitizationKey as trust,
        -- an asset number is unique only inside its trust
        securitizationKey || '/' || assetNumber as loan_id,
        try_cast(reportingPeriodEndingDate as date) as month_end,
        try_strptime(reportDate, '%Y%m%d')::date as reported_on,
        try_cast(originationDate as date) as disbursed_on,
        try_cast(loanMaturityDate as date) as matures_on,
        try_cast(originalLoanAmount as decimal(18, 6)) as principal,
        try_cast(originalLoanTerm as bigint) as term_months,
        try_cast(originalInterestRatePercentage as decimal(18, 8)) as tape_rate,
        try_cast(reportingPeriodInterestRatePercentage as decimal(18, 8)) as period_rate,
        try_cast(reportingPeriodBeginningLoanBalanceAmount as decimal(18, 6)) as opening_balance,
        try_cast(actualPrincipalCollectedAmount as decimal(18, 6)) as principal_collected,
        try_cast(chargedoffPrincipalAmount as decimal(18, 6)) as charged_off,
        try_cast(reportingPeriodActualEndBalanceAmount as decimal(18, 6)) as balance,
        try_cast(currentDelinquencyStatus as decimal(18, 6)) as days_past_due,
        try_cast(recoveredAmount as decimal(18, 6)) as recovered,
        try_cast(repossessedProceedsAmount as decimal(18, 6)) as proceeds,
        try_cast(obligorCreditScore as decimal(18, 6)) as credit_score,
        try_cast(vehicleValueAmount as decimal(18, 6)) as vehicle_value,
        obligorCreditScoreType as score_type,
        obligorGeographicLocation as state,
        nextReportingPeriodPaymentAmountDue as next_payment_due,
        lower(repossessedIndicator) = 'true' as is_repossessed,
        zeroBalanceCode as zero_balance_code,
        modificationTypeCode as modification_code,
        chargedoffPrincipalAmount is not null and charged_off is null
        or recoveredAmount is not null and recovered is null
        or repossessedProceedsAmount is not null and proceeds is null
        or originalLoanTerm is not null and term_months is null
        or loanMaturityDate is not null and matures_on is null
        or vehicleValueAmount is not null and vehicle_value is null as is_unreadable
    from source.ald_raw
)
select
    *,
    -- a rate over 1 can only be per cent: as a fraction it would be a loan at more than 100 % a year
    tape_rate > 1 as is_per_cent,
    tape_rate > 0 and tape_rate <= 1
    and coalesce(median(tape_rate) filter (where tape_rate > 0) over (partition by trust) > 1, false)
        as is_scale_unknown,
    case when tape_rate > 1 then tape_rate / 100 else tape_rate end as annual_rate,
    principal > 0 and disbursed_on is not null and tape_rate between 0 and 100 as has_terms
from typed;

-- What became of each row: the first reason that applies.
insert into outcomes
with reports as (
    select
        *,
        -- of several reports of one loan-month the newest speaks; equal dates leave no way to choose
        max(reported_on) over (partition by loan_id, month_end) as newest_report,
        count(*) over (partition by loan_id, month_end, reported_on) as equally_new,
        bool_or(has_terms) over (partition by loan_id) as loan_has_terms
    from tape where not is_copy
),
judged as (
    select
        table_name,
        row_number,
        case
            when loan_id is null then 'securitizationKey or assetNumber is missing'
            when month_end is null or month_end <> last_day(month_end)
                then 'reportingPeriodEndingDate is not the last day of a month'
            when reported_on is null then 'reportDate is not a date'
            when reported_on < newest_report then 'superseded by a later report of the same month'
            when equally_new > 1 then 'two rows with one key and one report date differ'
            when balance is null then 'reportingPeriodActualEndBalanceAmount is missing or not a number'
            when balance < 0 then 'reportingPeriodActualEndBalanceAmount is negative'
            when days_past_due is null or days_past_due < 0 or days_past_due <> round(days_past_due)
                then 'currentDelinquencyStatus is not a number of days'
            when is_scale_unknown then 'rate may be per cent or a fraction: its trust reports per cent'
            when not coalesce(loan_has_terms, false)
                then 'no row of this loan gives its amount, rate and origination date'
        end as reason
    from reports
)
select
    table_name,
    row_number,
    case
        when reason is null then 'converted'
        when reason = 'superseded by a later report of the same month' then 'set_aside'
        else 'rejected'
    end,
    reason
from judged;

create view accepted as
select tape.* from tape
join outcomes using (table_name, row_number)
where outcomes.outcome = 'converted';

-- What is odd on a row, whatever became of the row. None of it is repaired.
insert into flags
with months as (
    select
        *,
        lag(matures_on) over loan_rows as matures_before,
        lag(state) over loan_rows as state_before
    from accepted
    window loan_rows as (partition by loan_id order by month_end)
),
found as (
    select table_name, row_number, unnest([
        case when is_per_cent then 'rate is in per cent: divided by 100 to make a fraction' end,
        case when period_rate > 1 then 'rate of the reporting period is in per cent: not used' end,
        case when credit_score = 0 then 'credit score is 0: no score' end,
        case
            when abs(opening_balance - principal_collected - charged_off - balance) > 0.005
                then 'opening balance - principal collected - charged off is not the closing balance'
        end,
        case when charged_off < 0 then 'charge-off is negative: no write-off made of it' end,
        case when recovered < 0 then 'recovery is negative: no recovery made of it' end,
        case when proceeds < 0 then 'repossession proceeds are negative' end,
        case when next_payment_due is null then 'payment due in the next month is missing' end,
        case when zero_balance_code is not null and balance > 0 then 'left the book with a balance' end,
        case
            when zero_balance_code not in ('1', '3', '4') then 'unknown zero balance code: kept as active'
        end,
        case when is_unreadable then 'a number or date cannot be read: left empty' end,
        case when vehicle_value < 0 then 'vehicle value is negative: no collateral made of it' end,
        case when balance is null and recovered > 0 then 'recovery on a row without a balance: not loaded' end,
        case when reported_on < month_end then 'reported before the month had ended' end,
        case
            when balance <> round(balance, 2) or charged_off <> round(charged_off, 2)
                or recovered <> round(recovered, 2) or principal <> round(principal, 2)
                then 'amount has more than two decimals: rounded to the cent'
        end
    ]) as reason
    from tape
    union all
    select table_name, row_number, unnest([
        case when matures_on <> matures_before then 'maturity date differs from the month before' end,
        case when state <> state_before then 'state of the obligor differs from the month before' end
    ])
    from months
)
select * from found where reason is not null;

-- The terms of a loan are those of its newest row that has them.
create view terms as
select * from accepted where has_terms
qualify row_number() over (partition by loan_id order by month_end desc) = 1;

create view canonical.loans as
select
    loan_id,
    -- the tape does not say who owes: each loan stands for its own obligor
    loan_id as borrower_id,
    'auto' as product,
    -- the trust holds the loan and answers for it; the state is the borrower's region
    trust as branch,
    principal,
    annual_rate,
    disbursed_on,
    term_months,
    matures_on,
    'USD' as currency,
    'mortgaged' as collateral_kind,
    'vehicle' as purpose
from terms;

create view canonical.borrowers as
select
    loan_id as borrower_id,
    case when score_type = 'Commercial Bureau' then 'small_business' else 'retail' end as kind,
    state as region
from terms;

create view canonical.collateral as
select loan_id as collateral_id, loan_id, 'vehicle' as kind, vehicle_value as value
from terms where vehicle_value >= 0;

create view canonical.loan_months as
select
    loan_id,
    month_end,
    balance,
    days_past_due,
    case zero_balance_code when '1' then 'closed' when '3' then 'sold' when '4' then 'written_off' else 'active' end
        as status
from accepted;

create view canonical.write_offs as
select
    loan_id || '/' || month_end as write_off_id,
    loan_id,
    month_end as written_off_on,
    charged_off as amount,
    'write_off' as kind,
    coalesce(zero_balance_code, '') <> '4' as is_partial
from accepted where charged_off > 0;

create view canonical.recoveries as
select
    loan_id || '/' || month_end as recovery_id,
    loan_id,
    month_end as recovered_on,
    recovered as amount
from accepted where recovered > 0;

-- The tape says that the terms were changed and how, not that the obligor was in difficulty.
create view canonical.restructures as
select
    loan_id || '/' || month_end as restructure_id,
    loan_id,
    month_end as restructured_on,
    case
        when modification_code = '1' and period_rate < tape_rate then 'rate_cut'
        when modification_code = '2' then 'forgiveness'
        when modification_code in ('3', '4') then 'extension'
        else 'other'
    end as kind,
    'modificationTypeCode ' || modification_code as reason
from accepted where modification_code is not null;

-- One signal per stay in repossession: raised at its first month end, cleared at the first month end without it.
create view canonical.signals as
with changes as (
    select
        loan_id,
        month_end,
        is_repossessed,
        coalesce(lag(is_repossessed) over (partition by loan_id order by month_end), false) as was_repossessed
    from accepted where is_repossessed is not null
),
starts as (
    select *, lead(month_end) over (partition by loan_id order by month_end) as next_change
    from changes where is_repossessed <> was_repossessed
)
select
    loan_id || '/repossessed/' || month_end as signal_id,
    'repossessed' as rule_id,
    loan_id,
    loan_id as borrower_id,
    month_end as raised_on,
    next_change as cleared_on,
    'high' as severity
from starts where is_repossessed;
