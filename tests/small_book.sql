-- The small book of tests/served.py. A loan's last digit modulo 5 decides how it is paid: 1 twenty days late,
-- 2 once without interest, 3 stops after three instalments, 4 after nine, 0 on time.
insert into raw.borrowers (borrower_id, name, kind, industry, region, id_number, phone)
select
    'B' || lpad(i::varchar, 3, '0'),
    '王小' || i,
    ['retail', 'small_business', 'corporate'][i % 3 + 1],
    'C13',
    'Suzhou',
    '32050019900101' || lpad(i::varchar, 4, '0'),
    '1380000' || lpad(i::varchar, 4, '0')
from range(1, 20) as r(i);

insert into raw.loans (
    loan_id, borrower_id, product, branch, principal, annual_rate, disbursed_on, term_months,
    repayment_method, collateral_kind, officer_id
)
select
    'L' || lpad(i::varchar, 3, '0'),
    'B' || lpad((i // 2)::varchar, 3, '0'),
    ['consumer', 'housing'][i % 2 + 1],
    ['North', 'South'][i // 2 % 2 + 1],
    12000 + 1200 * i,
    0.06,
    date '2023-09-10' + (i % 4) * interval 1 month,
    24,
    'equal_principal',
    ['unsecured', 'mortgaged'][i % 2 + 1],
    'S' || i % 3
from range(1, 41) as r(i);

insert into raw.instalments (loan_id, seq, due_on, principal_due, interest_due)
select
    loan_id,
    seq,
    disbursed_on + seq * interval 1 month,
    (principal / 24)::decimal(18, 2),
    (principal * 0.005)::decimal(18, 2)
from raw.loans, range(1, 25) as r(seq);

insert into raw.repayments (repayment_id, loan_id, paid_on, amount, channel)
select
    'R' || loan_id || lpad(seq::varchar, 2, '0'),
    loan_id,
    due_on + case when right(loan_id, 1)::int % 5 = 1 then 20 else 0 end * interval 1 day,
    case
        when right(loan_id, 1)::int % 5 = 2 and seq = 3 then principal_due
        else principal_due + interest_due
    end,
    'transfer'
from raw.instalments
where due_on <= date '2024-12-31'
    and seq <= case right(loan_id, 1)::int % 5 when 3 then 3 when 4 then 9 else 99 end;

insert into raw.repayments (repayment_id, loan_id, paid_on, amount, reverses)
select 'X1', loan_id, date '2024-05-03', -amount, repayment_id
from raw.repayments
where repayment_id = 'RL00601';

insert into raw.write_offs (write_off_id, loan_id, written_off_on, amount, kind)
values
('W1', 'L003', '2024-11-20', 13650, 'write_off'),
('W2', 'L013', '2024-12-20', 24150, 'write_off'),
('W3', 'L023', '2024-12-12', 34650, 'sale');

insert into raw.recoveries (recovery_id, loan_id, recovered_on, amount)
values ('C1', 'L003', '2024-12-05', 500);

insert into raw.restructures (restructure_id, loan_id, restructured_on, kind, pre_class, first_repay_on)
values ('T1', 'L008', '2024-06-15', 'extension', 2, '2024-07-10');

-- Its new schedule says of every instalment what the one it replaces said.
insert into raw.instalments (loan_id, seq, due_on, principal_due, interest_due, version, valid_from)
select loan_id, seq, due_on, principal_due, interest_due, 2, date '2024-06-15'
from raw.instalments
where loan_id = 'L008';

-- Classes set by hand, in each branch; one without a reason, one by one person alone.
insert into raw.class_changes (
    change_id, loan_id, changed_on, from_class, to_class, reason, initiated_by, reviewed_by, approved_by
)
values
('H1', 'L005', '2024-03-12', 1, 2, 'industry', 'S1', 'S2', 'S3'),
('H2', 'L010', '2024-11-12', 1, 2, null, 'S1', 'S2', 'S3'),
('H3', 'L012', '2024-12-09', 1, 2, 'collateral', 'S1', 'S2', 'S1'),
('H4', 'L006', '2024-12-31', 1, 2, 'other', 'S1', 'S2', 'S3');

-- What the core system recorded, wrongly.
insert into raw.loan_months (loan_id, month_end, balance, days_past_due, classification, provision, status)
values
('L001', '2024-12-31', 1, 99, 1, 40, 'active'),
('L004', '2024-12-31', 1, 0, 1, 900, 'active');

insert into raw.departments (department_id, name, name_zh)
values ('D1', 'Collections', '催收'), ('D2', 'Audit', '审计'), ('D3', 'Legal', '法务');

insert into raw.staff (staff_id, name, department_id, branch, joined_on, left_on, login)
values
('S1', '王芳', 'D1', null, '2020-01-01', null, 'fang'),
('S2', '李娜', 'D2', null, '2020-01-01', null, null),
('S3', '张伟', 'D3', 'North', '2020-01-01', '2024-12-20', null);

update raw.departments set budgeted_posts = 2 where department_id = 'D1';

insert into raw.staff_time (staff_id, month_end, paid_hours, leave_hours, training_hours, productive_hours)
select staff_id, month_end::date, 168, 8, 4.5, 120.25
from raw.staff
cross join (values ('2024-10-31'), ('2024-11-30'), ('2024-12-31')) as months (month_end);

insert into raw.case_types (case_type, name, standard_minutes)
values ('call', 'Call', 20), ('visit', 'Visit', 190);

insert into raw.cases (
    case_id, department_id, case_type, loan_id, branch, opened_at, due_at, closed_at, owner
)
select
    'K' || lpad(i::varchar, 3, '0'),
    'D' || i % 3 + 1,
    ['call', 'visit'][i % 2 + 1],
    case when i % 4 > 0 then 'L' || lpad((i % 40 + 1)::varchar, 3, '0') end,
    case when i % 8 = 0 then 'South' end,
    timestamp '2024-09-03 09:00' + i * interval 2 day,
    timestamp '2024-09-10 09:00' + i * interval 2 day,
    case when i % 3 > 0 then timestamp '2024-09-03 15:00' + (i * 2 + i % 11) * interval 1 day end,
    'S1'
from range(1, 60) as r(i);

insert into raw.case_events (event_id, case_id, event, happened_at, to_department)
select 'E' || case_id || event, case_id, event, opened_at + hours * interval 1 hour, 'D3'
from raw.cases
cross join (values ('sent', 24), ('accepted', 27)) as turns (event, hours)
where department_id = 'D1'
    -- One is answered by nobody as the year ends.
    and (event = 'sent' or case_id <> 'K057');

insert into raw.signals (signal_id, rule_id, loan_id, borrower_id, raised_on, cleared_on, severity)
values
('G1', 'S01', 'L001', null, '2024-11-02', null, 'high'),
('G2', 'S02', null, 'B005', '2024-10-02', '2024-12-01', 'low'),
('G3', 'S03', null, 'B006', '2024-12-02', null, 'low');

-- The audit universe: the first is critical and was audited too long ago, the audit of the third slipped, the fourth was
-- never rated.
insert into raw.auditable_units (unit_id, name, name_zh, kind, department_id, branch, product)
values
('U1', 'Conduct', '催收行为', 'process', 'D1', null, null),
('U2', 'North branch', '北支行', 'branch', 'D3', 'North', null),
('U3', 'Core system', '核心系统', 'system', 'D2', null, null),
('U4', 'Housing loans', '住房贷款', 'product', 'D3', null, 'housing');

insert into raw.unit_risk_assessments (
    assessment_id, unit_id, assessed_on, inherent_risk, control_effectiveness, rating, assessed_by
)
values
('E1', 'U1', '2023-06-01', 'high', 'weak', 'high', 'S2'),
('E2', 'U1', '2024-06-01', 'critical', 'weak', 'critical', 'S2'),
('E3', 'U2', '2024-02-01', 'medium', 'effective', 'low', 'S2'),
('E4', 'U3', '2024-03-01', 'high', 'partly_effective', 'high', null);

insert into raw.audit_engagements (
    engagement_id, unit_id, title, is_planned, plan_year, planned_from, planned_to, planned_days, lead_auditor,
    started_on, reported_on, days_spent, cancelled_on
)
values
('N1', 'U1', 'Conduct', true, 2023, '2023-08-01', '2023-10-31', 30, 'S2', '2023-09-01', '2023-11-15', 42, null),
('N2', 'U2', 'North', true, 2024, '2024-02-01', '2024-04-30', 20, 'S2', '2024-02-01', '2024-04-20', 18, null),
('N3', 'U3', 'Core', true, 2024, '2024-08-01', '2024-10-31', 25, null, '2024-11-20', null, null, null),
('N4', 'U3', 'Core, special', false, null, null, null, null, 'S2', '2024-05-02', '2024-06-10', 10, null),
('N5', 'U2', 'North again', true, 2024, '2024-10-01', '2024-12-10', 20, 'S2', null, null, null, '2024-11-30');

insert into raw.findings (
    finding_id, title, severity, status, department_id, branch, issued_on, due_on, current_due_on, closed_on, unit_id,
    engagement_id
)
select
    'F' || lpad(i::varchar, 2, '0'),
    'Finding ' || i,
    ['critical', 'high', 'medium', 'low'][i % 4 + 1],
    case when i % 3 = 0 then 'verified_closed' else 'in_progress' end,
    'D' || i % 3 + 1,
    ['North', 'South', null][i % 3 + 1],
    date '2024-08-05' + i * interval 5 day,
    date '2024-11-05' + i * interval 4 day,
    date '2024-11-05' + (i * 4 + i % 2 * 30) * interval 1 day,
    case when i % 3 = 0 then date '2024-11-01' + i * interval 5 day end,
    case when i % 4 > 0 then 'U' || i % 4 end,
    case when i = 2 then 'N2' end
from range(1, 21) as r(i);

insert into raw.compliance_checks (
    check_id, department_id, branch, checked_on, is_planned, items_tested, items_passed, rectified_on
)
select
    'Q' || lpad(i::varchar, 2, '0'),
    'D' || i % 3 + 1,
    ['North', 'South', null][i % 3 + 1],
    date '2024-01-20' + i * interval 30 day,
    i % 4 <> 0,
    20 + i,
    20 + i - i % 3,
    case when i % 3 = 1 then date '2024-01-20' + i * interval 30 day + interval 20 day end
from range(1, 13) as r(i);

insert into raw.finding_loans (finding_id, loan_id)
select distinct
    'F' || lpad((i % 20 + 1)::varchar, 2, '0'),
    'L' || lpad((i % 40 + 1)::varchar, 3, '0')
from range(0, 50) as r(i);

insert into raw.finding_actions (action_id, finding_id, action, due_on, done_on)
select 'A' || finding_id, finding_id, 'Mend it', due_on, closed_on
from raw.findings;

update raw.borrowers set group_id = 'G1' where borrower_id in ('B002', 'B005', 'B007');

insert into raw.capital (as_of, net_capital, tier1_capital)
values ('2023-12-31', 900000, 750000), ('2024-09-30', 1000000, 850000);

insert into raw.funding_plan (plan_id, reported_on, item, due_on, amount)
values
('U1', '2024-03-31', 'disbursement_budget', '2024-03-31', 50000),
('U2', '2024-12-31', 'disbursement_budget', '2024-12-31', 10000),
('U3', '2024-12-31', 'liability_outflow', '2025-01-20', 90000),
('U4', '2024-12-31', 'funding_available', null, 20000),
('U5', '2024-12-31', 'liquid_assets', null, 30000),
('U6', '2024-12-31', 'liquid_liabilities', null, 100000),
('U7', '2024-12-31', 'lending_limit', null, 900000);

-- Law and recovery: L004 was called in and is in court, L013 was called in long after, its guarantor forgotten.
insert into raw.legal_events (event_id, loan_id, proceeding_id, kind, happened_on, amount)
values
('J1', 'L004', null, 'acceleration', '2024-09-10', null),
('J2', 'L004', 'P1', 'fee', '2024-09-20', 400),
('J3', 'L004', 'P1', 'first_instance', '2024-09-25', null),
('J4', 'L004', 'P1', 'effective', '2024-11-05', null),
('J5', 'L004', 'P1', 'cash', '2024-12-10', 2500),
('J6', 'L013', null, 'acceleration', '2024-06-10', null);

insert into raw.proceedings (
    proceeding_id, loan_id, kind, filed_on, accepted_on, claimed, decided_on, decision, outcome, upheld, served_on,
    effective_on, perform_by, enforcement_filed_on
)
values
('P1', 'L004', 'litigation', '2024-09-20', '2024-09-25', 12000, '2024-10-18', 'judgment', 'won', 11800, '2024-10-20',
    '2024-11-05', '2024-11-20', '2024-12-02');

insert into raw.guarantees (guarantee_id, loan_id, amount, expires_on, kind)
values ('Y1', 'L013', 9000, '2024-12-10', 'joint');

insert into raw.collateral (collateral_id, loan_id, kind, value, registered_on)
select 'A' || loan_id, loan_id, 'home', principal * 1.4, disbursed_on
from raw.loans
where collateral_kind = 'mortgaged';

insert into raw.disposals (
    disposal_id, loan_id, defaulted_on, appraised_on, appraised, way, sold_on, proceeds, cost, acquired_on,
    acquired_value, asset_kind
)
values
('D1', 'L009', '2024-07-01', '2024-08-01', 30000, 'auction_1', '2024-12-12', 26000, 500, null, null, 'property'),
('D2', 'L013', '2024-07-01', '2024-08-01', 20000, 'debt_asset', null, null, 0, '2024-11-30', 14000, 'property');

insert into raw.settlements (settlement_id, loan_id, offered_on, approved_on, claim, agreed, paid_on, paid)
values ('T1', 'L014', '2024-10-01', '2024-10-20', 9000, 7000, '2024-12-01', 7000);

insert into raw.contract_reviews (review_id, loan_id, reviewed_on)
select 'V' || loan_id, loan_id, date '2024-06-15'
from raw.loans
where loan_id < 'L012';

insert into raw.contract_defects (defect_id, review_id, code, remedied_on)
values ('X1', 'VL002', 'CV02', null), ('X2', 'VL003', 'CV08', '2024-07-01');

insert into raw.fund_payments (payment_id, loan_id, paid_on, amount, payee, payee_kind, method, voucher_received_on)
select
    'F' || loan_id,
    loan_id,
    disbursed_on + 3,
    principal / 2,
    'Shop',
    case when loan_id = 'L005' then 'securities' else 'merchant' end,
    case when right(loan_id, 1) in ('1', '2') then 'self' else 'entrusted' end,
    case when right(loan_id, 1) <> '1' then disbursed_on + 20 end
from raw.loans;

insert into raw.incidents (incident_id, kind, grade, started_at, detected_at, contained_at, restored_at, downtime_minutes)
values
('I1', 'service', 'p1', '2024-12-03 09:00', '2024-12-03 09:10', '2024-12-03 10:00', '2024-12-03 11:10', 90),
('I2', 'security', 'p2', '2024-12-05 09:00', '2024-12-05 12:00', '2024-12-05 12:30', '2024-12-05 14:00', 0);

-- What departments are judged by.
insert into raw.cases (
    case_id, department_id, case_type, loan_id, opened_at, due_at, closed_at, owner, outcome
)
values
('V01', 'D1', 'complaint', 'L003', '2024-10-01 09:00', '2024-10-16 23:59', '2024-10-10 09:00', 'S1', 'rejected'),
('V02', 'D1', 'complaint', 'L003', '2024-12-02 09:00', '2024-12-17 23:59', '2024-12-10 09:00', 'S1', 'upheld'),
('V03', 'D1', 'inquiry', 'L005', '2024-12-02 09:00', '2024-12-05 09:00', '2024-12-03 09:00', 'S1', 'solved'),
('V04', 'D1', 'outreach', 'L005', '2024-12-02 09:00', '2024-12-20 09:00', '2024-12-12 09:00', 'S1', 'reached'),
('V05', 'D1', 'borrower_assist', 'L007', '2024-10-01 09:00', '2024-10-08 09:00', '2024-10-07 09:00', 'S1', 'helped'),
('V06', 'D1', 'training', null, '2024-12-02 09:00', '2024-12-30 09:00', '2024-12-12 09:00', 'S1', 'passed'),
('V07', 'D1', 'cash_recon', null, '2024-12-02 09:00', '2024-12-03 09:00', '2024-12-02 15:00', 'S1', 'matched'),
('V08', 'D1', 'account_ops', 'L005', '2024-12-02 09:00', '2024-12-05 09:00', '2024-12-03 09:00', 'S1', 'reversed'),
('V09', 'D1', 'vacancy', null, '2024-11-02 09:00', '2024-12-30 09:00', '2024-12-12 09:00', 'S1', 'filled'),
('V10', 'D1', 'pre_due_reminder', 'L005', '2024-12-02 09:00', '2024-12-05 09:00', '2024-12-03 09:00', 'S1', 'delivered'),
('V11', 'D1', 'field_visit', 'L005', '2024-12-02 09:00', '2024-12-12 09:00', '2024-12-03 09:00', 'S1', 'promise');

insert into raw.case_events (event_id, case_id, event, happened_at)
select 'E' || case_id, case_id, 'first_reply', opened_at + interval 2 hour
from raw.cases
where case_id in ('V01', 'V02', 'V03');

insert into raw.service_levels (case_type, measure, grade, clock, amount, unit, valid_from)
values ('inquiry', 'respond', 'standard', 'calendar', 4, 'hours', '1900-01-01');

insert into raw.duties (duty_id, organisation, position, department_id, name, case_type, kind)
values
('A5.3', 'merged', 1, 'D1', 'Complaints', 'complaint', 'case'),
('B5.1', 'merged', 2, 'D2', 'Audit', 'audit_engagement', 'case');

insert into raw.surveys (survey_id, case_id, sent_on, answered_on, satisfaction, recommend)
values ('V1', 'V03', '2024-12-04', '2024-12-06', 5, 10), ('V2', 'V02', '2024-12-11', null, null, null);

insert into raw.collection_costs (cost_id, incurred_on, kind, amount, is_refundable, branch)
values ('X1', '2024-12-31', 'staff', 100, false, null), ('X2', '2024-12-31', 'legal', 20, true, 'South');

insert into raw.unmatched_receipts (receipt_id, received_on, amount, branch, matched_on)
values ('Y1', '2024-12-20', 55.5, 'North', null), ('Y2', '2024-11-20', 10, null, '2024-12-02');

insert into raw.documents (loan_id, kind, received_on, valid_until)
select loan_id, 'loan_contract', disbursed_on, null from raw.loans
union all
select loan_id, 'insurance_policy', disbursed_on, disbursed_on + 365 from raw.loans;

insert into raw.contacts (
    contact_id, loan_id, contacted_at, channel, is_answered, is_right_party, party, told_debt
)
select
    'T' || loan_id || n, loan_id, timestamp '2024-12-05 10:00' + n * interval 7 hour, 'phone', n = 0, n = 0,
    case when n = 0 then 'debtor' else 'third_party' end, false
from raw.loans
cross join (values (0), (2)) as calls (n);

insert into raw.contacts (contact_id, loan_id, contacted_at, channel, is_answered, party)
select 'TB' || n, 'L004', timestamp '2024-12-09 10:00' + n * interval 1 hour, 'phone', false, 'debtor'
from range(0, 8) as r(n);

insert into raw.contacts (contact_id, loan_id, contacted_at, channel, is_answered, party, told_debt)
values ('TZ', 'L004', '2024-12-11 10:00', 'phone', true, 'third_party', true);

insert into raw.promises (promise_id, loan_id, promised_on, due_on, amount)
select 'Q' || loan_id, loan_id, '2024-12-05', date '2024-12-10', 1
from raw.loans;

insert into raw.appraisal_terms (department_id, level, component, weight, floor, target, valid_from)
values ('D1', 'department', 'on_time', 100, 0.1, 0.9, '1900-01-01');

-- Everybody was called five days before the due day, and nobody who was late after it.
insert into raw.contact_strategy (step_id, name, from_days, to_days, channels, amount, clock, valid_from)
values
('remind', 'Remind', -5, -1, 'phone', 2, 'calendar', '1900-01-01'),
('call', 'Call', 1, 30, 'phone', 3, 'calendar', '1900-01-01');
