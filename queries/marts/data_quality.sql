-- One row per data quality rule (15.1): rows tested, rows that fail, and the score; nothing tested has no score.
with rules as (
    select
        'DQ01_borrower_known' as rule_id,
        'referential integrity' as dimension,
        'Every loan names a borrower that is in the file' as title,
        '每笔贷款的借款人都在借款人表中' as title_zh,
        'P2' as severity
    union all
    select
        'DQ02_schedule_adds_up' as rule_id,
        'consistency' as dimension,
        'The first schedule repays exactly the principal' as title,
        '首版还款计划的本金合计等于贷款本金' as title_zh,
        'P1' as severity
    union all
    select
        'DQ03_state_known' as rule_id,
        'completeness' as dimension,
        'Every loan has a schedule or a recorded month' as title,
        '每笔贷款都有还款计划或月末记录' as title_zh,
        'P1' as severity
    union all
    select
        'DQ04_reversal_matches' as rule_id,
        'consistency' as dimension,
        'A reversal has the amount of the payment it takes back' as title,
        '冲正金额与原还款一致' as title_zh,
        'P2' as severity
    union all
    select
        'DQ05_reversed_once' as rule_id,
        'uniqueness' as dimension,
        'A payment is taken back at most once' as title,
        '一笔还款至多冲正一次' as title_zh,
        'P2' as severity
    union all
    select
        'DQ06_paid_after_disbursed' as rule_id,
        'validity' as dimension,
        'No payment is dated before its loan was disbursed' as title,
        '还款日不早于放款日' as title_zh,
        'P2' as severity
    union all
    select
        'DQ07_booked_soon' as rule_id,
        'timeliness' as dimension,
        'A payment is booked within three days of its value date' as title,
        '还款在起息日后三日内入账' as title_zh,
        'P3' as severity
    union all
    select
        'DQ08_currency_single' as rule_id,
        'validity' as dimension,
        'All loans are in the currency of most loans; amounts are added without conversion' as title,
        '所有贷款币种一致；金额未经折算直接相加' as title_zh,
        'P1' as severity
    union all
    select
        'DQ09_record_agrees' as rule_id,
        'accuracy' as dimension,
        'Recorded days past due equal the recomputed ones' as title,
        '记录的逾期天数与复算一致' as title_zh,
        'P2' as severity
    union all
    select
        'DQ10_rows_loaded' as rule_id,
        'validity' as dimension,
        'Rows of the files that could be loaded' as title,
        '文件中可入库的行' as title_zh,
        'P2' as severity
    union all
    select
        'DQ11_obligor_evaluated' as rule_id,
        'completeness' as dimension,
        'Non-retail borrowers have a report on their debts at all banks' as title,
        '对公借款人有全行业负债报告（否则20%规则不作评估）' as title_zh,
        'P3' as severity
    union all
    select
        'DQ12_record_current' as rule_id,
        'timeliness' as dimension,
        'A loan that is on the book by its record is recorded at the last month end' as title,
        '按记录仍在账的贷款在最近月末有记录' as title_zh,
        'P1' as severity
    union all
    select
        'DQ13_not_in_future' as rule_id,
        'validity' as dimension,
        'No payment is dated after the day of the load; one such date moves the whole book' as title,
        '还款日不晚于加载日；一个错误日期会移动整个账簿' as title_zh,
        'P1' as severity
    union all
    select
        'DQ14_ledger_agrees' as rule_id,
        'consistency' as dimension,
        'The loans of a product add up to the general ledger' as title,
        '产品分户合计等于总账' as title_zh,
        'P2' as severity
    union all
    select
        'DQ15_obligor_once' as rule_id,
        'uniqueness' as dimension,
        'No identity number is that of two borrowers' as title,
        '同一证件号码不对应两个借款人' as title_zh,
        'P2' as severity
    union all
    select
        'DQ16_allocated_whole' as rule_id,
        'consistency' as dimension,
        'What a payment settled adds up to the payment' as title,
        '还款冲销明细合计等于还款金额' as title_zh,
        'P2' as severity
    union all
    select
        'DQ17_identity_sign' as rule_id,
        'validity' as dimension,
        'Identity numbers and credit codes carry the right check sign' as title,
        '身份证号码和统一社会信用代码校验位正确' as title_zh,
        'P3' as severity
    union all
    select
        'DQ18_loaded_in_time' as rule_id,
        'timeliness' as dimension,
        'The data of a day is loaded by eight the next morning' as title,
        '当日数据于次日八时前加载' as title_zh,
        'P3' as severity
    union all
    select
        'DQ19_evidence_found' as rule_id,
        'accessibility' as dimension,
        'What is recorded as done about a finding says where its evidence lies' as title,
        '已完成的整改措施均注明证据存放位置' as title_zh,
        'P3' as severity
),

summed as (
    select
        rule_id,
        cast(sum(tested) as bigint) as tested,
        cast(sum(failed) as bigint) as failed
    from intermediate.quality_tests
    group by rule_id
)

select
    rules.rule_id,
    rules.dimension,
    rules.title,
    rules.title_zh,
    rules.severity,
    coalesce(summed.tested, 0) as tested,
    coalesce(summed.failed, 0) as failed,
    1 - cast(summed.failed as double) / nullif(summed.tested, 0) as score
from rules
left join summed on rules.rule_id = summed.rule_id
order by rules.rule_id
