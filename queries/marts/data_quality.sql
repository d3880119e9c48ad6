-- One row per data quality rule (15.1): rows tested, rows that fail, and the score; nothing tested has no score.
with rules as (
    select
        'DQ01_borrower_known' as rule_id,
        'referential integrity' as dimension,
        'Every loan names a borrower that is in the file' as title,
        '每笔贷款的借款人都在借款人表中' as title_zh,
        'P2' as severity,
        count(*) as tested,
        sum(case when borrowers.is_known then 0 else 1 end) as failed
    from staging.loans as loans
    inner join staging.borrowers as borrowers on loans.borrower_id = borrowers.borrower_id
    union all
    select
        'DQ02_schedule_adds_up' as rule_id,
        'consistency' as dimension,
        'The first schedule repays exactly the principal' as title,
        '首版还款计划的本金合计等于贷款本金' as title_zh,
        'P1' as severity,
        count(*) as tested,
        sum(case when versions.scheduled_principal <> loans.principal then 1 else 0 end) as failed
    from (
        select
            loan_id,
            sum(principal_due) as scheduled_principal
        from staging.instalments
        where version = 1
        group by loan_id
    ) as versions
    inner join staging.loans as loans on versions.loan_id = loans.loan_id
    union all
    select
        'DQ03_state_known' as rule_id,
        'completeness' as dimension,
        'Every loan has a schedule or a recorded month' as title,
        '每笔贷款都有还款计划或月末记录' as title_zh,
        'P1' as severity,
        count(*) as tested,
        sum(case when state_source is null then 1 else 0 end) as failed
    from marts.loans
    where status is null or status <> 'not_drawn'
    union all
    select
        'DQ04_reversal_matches' as rule_id,
        'consistency' as dimension,
        'A reversal has the amount of the payment it takes back' as title,
        '冲正金额与原还款一致' as title_zh,
        'P2' as severity,
        count(*) as tested,
        sum(case when abs(reversals.amount) <> payments.amount then 1 else 0 end) as failed
    from staging.payments as reversals
    inner join staging.payments as payments on reversals.reverses = payments.repayment_id
    union all
    select
        'DQ05_reversed_once' as rule_id,
        'uniqueness' as dimension,
        'A payment is taken back at most once' as title,
        '一笔还款至多冲正一次' as title_zh,
        'P2' as severity,
        count(*) as tested,
        sum(case when reversals > 1 then 1 else 0 end) as failed
    from (
        select
            reverses,
            count(*) as reversals
        from staging.payments
        where reverses is not null
        group by reverses
    ) as counted
    union all
    select
        'DQ06_paid_after_disbursed' as rule_id,
        'validity' as dimension,
        'No payment is dated before its loan was disbursed' as title,
        '还款日不早于放款日' as title_zh,
        'P2' as severity,
        count(*) as tested,
        sum(case when payments.paid_on < loans.disbursed_on then 1 else 0 end) as failed
    from staging.payments as payments
    inner join staging.loans as loans on payments.loan_id = loans.loan_id
    union all
    select
        'DQ07_booked_soon' as rule_id,
        'timeliness' as dimension,
        'A payment is booked within three days of its value date' as title,
        '还款在起息日后三日内入账' as title_zh,
        'P3' as severity,
        count(*) as tested,
        sum(case when date_diff('day', paid_on, cast(booked_at as date)) > 3 then 1 else 0 end) as failed
    from staging.payments
    where booked_at is not null
    union all
    select
        'DQ08_currency_single' as rule_id,
        'validity' as dimension,
        'All loans are in the currency of most loans; amounts are added without conversion' as title,
        '所有贷款币种一致；金额未经折算直接相加' as title_zh,
        'P1' as severity,
        count(*) as tested,
        sum(case when loans.currency <> most.currency then 1 else 0 end) as failed
    from staging.loans as loans
    cross join (
        select currency
        from staging.loans
        group by currency
        order by count(*) desc, currency
        limit 1
    ) as most
    union all
    select
        'DQ09_record_agrees' as rule_id,
        'accuracy' as dimension,
        'Recorded days past due equal the recomputed ones' as title,
        '记录的逾期天数与复算一致' as title_zh,
        'P2' as severity,
        count(*) as tested,
        sum(case when dpd_recorded <> days_past_due then 1 else 0 end) as failed
    from marts.loan_months
    where state_source = 'computed' and status = 'active' and dpd_recorded is not null
    union all
    select
        'DQ10_rows_loaded' as rule_id,
        'validity' as dimension,
        'Rows of the files that could be loaded' as title,
        '文件中可入库的行' as title_zh,
        'P2' as severity,
        cast(sum(rows) as bigint) as tested,
        cast(sum(rejected) as bigint) as failed
    from raw.loads
    union all
    select
        'DQ11_obligor_evaluated' as rule_id,
        'completeness' as dimension,
        'Non-retail borrowers have a report on their debts at all banks' as title,
        '对公借款人有全行业负债报告（否则20%规则不作评估）' as title_zh,
        'P3' as severity,
        count(*) as tested,
        sum(case when reports.borrower_id is null then 1 else 0 end) as failed
    from (
        select distinct loans.borrower_id
        from marts.loans as loans
        where loans.borrower_kind = 'corporate' and loans.status = 'active'
    ) as obligors
    left join (
        select distinct borrower_id
        from raw.bureau
    ) as reports on obligors.borrower_id = reports.borrower_id
    union all
    select
        'DQ12_record_current' as rule_id,
        'timeliness' as dimension,
        'A loan that is on the book by its record is recorded at the last month end' as title,
        '按记录仍在账的贷款在最近月末有记录' as title_zh,
        'P1' as severity,
        count(*) as tested,
        sum(case when loans.state_on < metadata.last_month then 1 else 0 end) as failed
    from marts.loans as loans
    cross join marts.metadata as metadata
    where loans.state_source = 'recorded' and loans.status = 'active'
    union all
    select
        'DQ13_not_in_future' as rule_id,
        'validity' as dimension,
        'No payment is dated after the day of the load; one such date moves the whole book' as title,
        '还款日不晚于加载日；一个错误日期会移动整个账簿' as title_zh,
        'P1' as severity,
        count(*) as tested,
        sum(case when payments.paid_on > cast(build.loaded_at as date) then 1 else 0 end) as failed
    from staging.payments as payments
    cross join raw.build as build
)

select
    rule_id,
    dimension,
    title,
    title_zh,
    severity,
    coalesce(tested, 0) as tested,
    coalesce(failed, 0) as failed,
    1 - cast(failed as double) / nullif(tested, 0) as score
from rules
order by rule_id
