-- Fineract / Mifos X core-banking tables into canonical tables.
-- Input: source.m_*, all text; variable highest_rate, the contract's limit. Output: outcomes, flags, views of canonical.
-- Codes: loan_status_id 100 submitted, 200 approved, 300 active, 400 withdrawn, 500 rejected, 600 closed,
-- 601 written off, 700 overpaid. transaction_type_enum 1 disbursement, 2 repayment, 3 contra, 4 waived interest,
-- 5 repayment at disbursement, 6 write-off. contra_id stands on both sides: a contra names what it undoes, and the
-- undone transaction names its contra.

create table products as
select
    id as product_id,
    -- several products bear one name: they stay several
    case when count(*) over (partition by name) > 1 then name || ' #' || id else name end as product
from source.m_product_loan where not is_copy;

create table offices as
select
    id as office_id,
    case when count(*) over (partition by name) > 1 then name || ' #' || id else name end as branch
from source.m_office where not is_copy;

create table transactions as
select
    table_name,
    row_number,
    id,
    loan_id,
    transaction_type_enum as kind,
    contra_id,
    try_cast(transaction_date as date) as happened_on,
    try_cast(amount as decimal(28, 6)) as amount,
    try_cast(created_date as timestamp) as booked_at,
    coalesce(try_cast(principal_portion_derived as decimal(28, 6)), 0) as principal_portion,
    coalesce(try_cast(interest_portion_derived as decimal(28, 6)), 0) as interest_portion
from source.m_loan_transaction where not is_copy;

-- A disbursement that stands: of several on one loan, the one that the loan's own date names.
create table disbursements as
select t.*
from transactions as t
join source.m_loan as l on l.id = t.loan_id and not l.is_copy
where t.kind = '1'
    and not exists (from transactions as c where c.kind = '3' and c.contra_id = t.id)
qualify row_number() over (
    partition by t.loan_id
    order by (t.happened_on = try_cast(l.disbursedon_date as date)) desc nulls last, t.booked_at desc, t.id desc
) = 1;

create table lent as
with read as (
    select
        l.table_name,
        l.row_number,
        l.id as loan_id,
        l.loan_status_id as status,
        coalesce(l.client_id, 'group ' || l.group_id) as borrower_id,
        p.product,
        o.branch,
        l.currency_code as currency,
        l.loan_officer_id as officer_id,
        l.loan_transaction_strategy_id as strategy,
        try_cast(l.principal_amount as decimal(28, 6)) as principal,
        try_cast(l.annual_nominal_interest_rate as decimal(18, 6)) / 100 as annual_rate,
        try_cast(l.nominal_interest_rate_per_period as decimal(18, 6)) / 100
        * case l.interest_period_frequency_enum when '0' then 365 when '1' then 52 when '2' then 12 when '3' then 1 end
            as rate_by_period,
        try_cast(l.disbursedon_date as date) as disbursed_on,
        try_cast(l.expected_maturedon_date as date) as matures_on,
        try_cast(l.term_frequency as bigint)
        * case l.term_period_frequency_enum when '2' then 1 when '3' then 12 end as term_months,
        try_cast(l.number_of_repayments as bigint) * try_cast(l.repay_every as bigint)
        * case l.repayment_period_frequency_enum when '2' then 1 when '3' then 12 end as scheduled_months,
        case
            when l.interest_method_enum <> '0' then 'custom'
            when l.amortization_method_enum = '1' then 'equal_instalment'
            when l.amortization_method_enum = '0' then 'equal_principal'
        end as repayment_method,
        d.happened_on as paid_out_on,
        d.amount as paid_out
    from source.m_loan as l
    left join products as p on p.product_id = l.product_id
    left join source.m_client as c on c.id = l.client_id and not c.is_copy
    left join source.m_group as g on l.client_id is null and g.id = l.group_id and not g.is_copy
    left join offices as o on o.office_id = coalesce(c.office_id, g.office_id)
    left join disbursements as d on d.loan_id = l.id
    where not l.is_copy
)
select
    *,
    count(*) over (partition by loan_id) as namesakes,
    term_months is distinct from scheduled_months and scheduled_months is not null as is_term_odd
from read;

create table loan_outcomes as
with judged as (
    select
        *,
        case status
            when '100' then 'submitted, not disbursed'
            when '200' then 'approved, not disbursed'
            when '400' then 'withdrawn, not disbursed'
            when '500' then 'rejected, not disbursed'
        end as undisbursed,
        case
            when loan_id is null then 'id is missing'
            when namesakes > 1 then 'id is repeated'
            when status not in ('300', '600', '601', '700') or status is null then 'unknown loan_status_id'
            when disbursed_on is null or paid_out_on is null then 'disbursed by its status, not by its events'
            when principal is null or principal <= 0 then 'principal_amount is not an amount above 0'
            when principal <> round(principal, 2) then 'principal_amount has more than two decimals'
            when annual_rate is null or annual_rate < 0 then 'annual_nominal_interest_rate is not a rate'
            when annual_rate > getvariable('highest_rate') then 'yearly rate is above the highest that the contract allows'
            when borrower_id is null or product is null or branch is null
                then 'client, product or office is unknown'
        end as fault
    from lent
)
select
    *,
    case when undisbursed is not null then 'set_aside' when fault is not null then 'rejected' else 'converted' end
        as outcome,
    coalesce(undisbursed, fault) as reason
from judged;

insert into outcomes select table_name, row_number, outcome, reason from loan_outcomes;

create view disbursed as select * from loan_outcomes where outcome = 'converted';

-- The recorded schedule of every loan; a row is judged with its loan.
create table schedule as
with read as (
    select
        table_name,
        row_number,
        loan_id,
        try_cast(installment as bigint) as seq,
        try_cast(duedate as date) as due_on,
        try_cast(principal_amount as decimal(28, 6)) as principal_due,
        try_cast(interest_amount as decimal(28, 6)) as interest_due,
        try_cast(coalesce(fee_charges_amount, '0') as decimal(28, 6)) as fee_due,
        try_cast(coalesce(penalty_charges_amount, '0') as decimal(28, 6)) as penalty_due,
        coalesce(try_cast(interest_waived_derived as decimal(28, 6)), 0) as interest_waived
    from source.m_loan_repayment_schedule where not is_copy
)
select
    *,
    count(*) over (partition by loan_id, seq) as namesakes,
    least(principal_due, interest_due, fee_due, penalty_due) as smallest,
    principal_due is null or interest_due is null or fee_due is null or penalty_due is null as is_unreadable,
    principal_due <> round(principal_due, 2) or interest_due <> round(interest_due, 2)
    or fee_due <> round(fee_due, 2) or penalty_due <> round(penalty_due, 2)
    or interest_waived <> round(interest_waived, 2) as is_too_fine
from read;

create view schedule_sums as
select s.loan_id, sum(s.principal_due) = any_value(l.principal) as adds_up
from schedule as s
join lent as l using (loan_id)
group by s.loan_id;

insert into outcomes
with judged as (
    select
        s.table_name,
        s.row_number,
        l.outcome as loan_outcome,
        l.reason as loan_reason,
        case
            when l.loan_id is null then 'no such loan'
            when s.seq is null or s.due_on is null then 'installment or duedate cannot be read'
            when s.namesakes > 1 then 'installment is repeated'
            when s.is_unreadable then 'an amount cannot be read'
            when s.smallest < 0 then 'an amount is negative'
            when s.is_too_fine then 'an amount has more than two decimals'
        end as fault
    from schedule as s
    left join loan_outcomes as l using (loan_id)
)
select
    table_name,
    row_number,
    case
        when loan_outcome = 'set_aside' then 'set_aside'
        when fault is not null or loan_outcome = 'rejected' then 'rejected'
        else 'converted'
    end,
    case when loan_outcome <> 'converted' then 'of a loan: ' || loan_reason else fault end
from judged;

insert into outcomes
with judged as (
    select
        t.*,
        l.outcome as loan_outcome,
        l.reason as loan_reason,
        u.kind as undone_kind,
        d.id is not null as is_the_disbursement,
        c.id is not null as is_undone,
        case
            when t.id is null or count(*) over (partition by t.id) > 1 then 'id is missing or repeated'
            when l.loan_id is null then 'no such loan'
            when t.happened_on is null then 'transaction_date is not a date'
            when t.amount is null then 'amount is not a number'
            when t.amount <> round(t.amount, 2) then 'amount has more than two decimals'
            when t.kind is null or t.kind not in ('1', '2', '3', '4', '5', '6') then 'unknown transaction_type_enum'
            when t.kind = '3' and u.id is null then 'contra of no transaction of its loan'
            when t.kind = '3' and t.amount <> -u.amount then 'contra is not the amount that it undoes'
            when t.kind <> '3' and t.amount < 0 then 'amount is negative'
        end as fault
    from transactions as t
    left join loan_outcomes as l using (loan_id)
    left join transactions as u on t.kind = '3' and u.id = t.contra_id and u.loan_id = t.loan_id
    left join transactions as c on c.kind = '3' and c.contra_id = t.id and c.loan_id = t.loan_id
    left join disbursements as d on d.id = t.id
),
reasoned as (
    select
        *,
        case
            when kind = '1' and is_undone then 'disbursement undone by a contra'
            when kind = '1' and not is_the_disbursement then 'second disbursement beside the one of the loan''s date'
            when kind = '3' and undone_kind <> '2' then 'contra of something other than a repayment'
            when kind in ('4', '6') and is_undone then 'undone by a contra'
            when kind = '5' then 'paid charges due at disbursement: no instalment'
        end as beside
    from judged
)
select
    table_name,
    row_number,
    case
        when loan_outcome = 'set_aside' then 'set_aside'
        when fault is not null or loan_outcome = 'rejected' then 'rejected'
        when beside is not null then 'set_aside'
        else 'converted'
    end,
    case when loan_outcome <> 'converted' then 'of a loan: ' || loan_reason else coalesce(fault, beside) end
from reasoned;

insert into outcomes
select
    c.table_name,
    c.row_number,
    case when l.outcome = 'rejected' or l.outcome is null then 'rejected' else 'set_aside' end,
    case
        when l.outcome is null then 'no such loan'
        when l.outcome <> 'converted' then 'of a loan: ' || l.reason
        when c.charge_time_enum = '1' then 'due at disbursement: no instalment'
        else 'due later: already in the fees of the schedule'
    end
from source.m_loan_charge as c
left join loan_outcomes as l on l.loan_id = c.loan_id
where not c.is_copy;

create view taken as select table_name, row_number from outcomes where outcome = 'converted';

-- Interest waived is no cash: from the day of the waiver a new version of the schedule asks for less. The schedule
-- says which instalments; the transactions say when. What the schedule waives without a transaction is dated on the
-- loan's last transaction.
create table waivers as
with dated as (
    select loan_id, happened_on as waived_on, sum(amount) as waived
    from transactions semi join taken using (table_name, row_number)
    where kind = '4'
    group by all
),
instalments as (
    select loan_id, sum(interest_waived) as waived
    from schedule semi join taken using (table_name, row_number)
    group by all
),
undated as (
    select
        i.loan_id,
        last_event.happened_on as waived_on,
        i.waived - coalesce(sum(d.waived), 0) as waived
    from instalments as i
    left join dated as d using (loan_id)
    join (select loan_id, max(happened_on) as happened_on from transactions group by all) as last_event using (loan_id)
    group by i.loan_id, last_event.happened_on, i.waived
),
days as (
    select loan_id, waived_on, sum(waived) as waived
    from (from dated union all from undated where waived > 0)
    group by all
)
select
    loan_id,
    waived_on,
    row_number() over (partition by loan_id order by waived_on) + 1 as version,
    sum(waived) over (partition by loan_id order by waived_on) as waived_so_far
from days;

create view canonical.instalments as
with recorded as (
    select
        *,
        sum(interest_waived) over (partition by loan_id order by due_on, seq) - interest_waived as waived_before
    from schedule semi join taken using (table_name, row_number)
),
restated as (
    select
        r.* exclude (interest_due),
        r.interest_due
        - greatest(0, least(r.interest_waived, w.waived_so_far - r.waived_before)) as interest_due,
        w.version,
        w.waived_on as valid_from
    from recorded as r
    join waivers as w using (loan_id)
),
versions as (
    select loan_id, seq, due_on, principal_due, interest_due, fee_due, penalty_due, 1 as version, null as valid_from
    from recorded
    union all by name
    select loan_id, seq, due_on, principal_due, interest_due, fee_due, penalty_due, version, valid_from from restated
)
select v.* exclude (valid_from), coalesce(v.valid_from, l.disbursed_on) as valid_from
from versions as v
join disbursed as l using (loan_id);

create view canonical.loans as
select
    loan_id,
    borrower_id,
    product,
    branch,
    principal,
    annual_rate,
    disbursed_on,
    case when not is_term_odd then term_months end as term_months,
    matures_on,
    repayment_method,
    currency,
    officer_id
from disbursed;

create view canonical.repayments as
select
    id as repayment_id,
    loan_id,
    happened_on as paid_on,
    amount,
    booked_at,
    case when kind = '3' then contra_id end as reverses
from transactions semi join taken using (table_name, row_number)
where kind in ('2', '3');

create view canonical.write_offs as
select
    t.id as write_off_id,
    t.loan_id,
    t.happened_on as written_off_on,
    -- what leaves the book is principal; interest written off is flagged
    t.principal_portion as amount,
    'write_off' as kind,
    l.status <> '601' as is_partial
from (from transactions semi join taken using (table_name, row_number)) as t
join disbursed as l using (loan_id)
where t.kind = '6';

insert into outcomes
select
    table_name,
    row_number,
    case when id is null or count(*) over (partition by id) > 1 then 'rejected' else 'converted' end,
    case when id is null or count(*) over (partition by id) > 1 then 'id is missing or repeated' end
from source.m_client where not is_copy;

create view canonical.borrowers as
select id as borrower_id
from source.m_client semi join taken using (table_name, row_number);

insert into outcomes
select table_name, row_number, 'converted', null
from (
    select table_name, row_number, is_copy from source.m_office
    union all
    select table_name, row_number, is_copy from source.m_product_loan
    union all
    select table_name, row_number, is_copy from source.m_group
)
where not is_copy;

insert into outcomes
select
    table_name,
    row_number,
    case when id is null or count(*) over (partition by id) > 1 then 'rejected' else 'converted' end,
    case when id is null or count(*) over (partition by id) > 1 then 'id is missing or repeated' end
from source.m_staff where not is_copy;

create view canonical.staff as
select s.id as staff_id, o.branch
from (from source.m_staff semi join taken using (table_name, row_number)) as s
left join offices as o on o.office_id = s.office_id;

insert into flags
with sums as (
    select
        loan_id,
        sum(principal_due) as principal_due,
        sum(interest_waived) as waived,
        sum(fee_due + penalty_due) as charged
    from schedule group by all
),
waived as (
    select loan_id, sum(amount) as amount
    from transactions semi join taken using (table_name, row_number)
    where kind = '4' group by all
),
later_charges as (
    select loan_id, sum(try_cast(amount as decimal(28, 6))) as amount
    from source.m_loan_charge where charge_time_enum <> '1' and not is_copy group by all
),
loan_flags as (
    select l.table_name, l.row_number, unnest([
        case when s.principal_due is distinct from l.principal
            then 'principal of the schedule is not the principal of the loan' end,
        case when l.outcome = 'converted' and l.paid_out <> l.principal
            then 'disbursement is not the principal of the loan' end,
        case when l.outcome = 'converted' and l.paid_out_on <> l.disbursed_on
            then 'disbursement is not on the loan''s own date' end,
        case when abs(l.annual_rate - l.rate_by_period) > 0.0005
            then 'yearly rate is not the rate per period times the periods of a year' end,
        case when l.is_term_odd then 'term is not the number of instalments times their interval: left empty' end,
        case when l.outcome = 'converted' and l.strategy = '4'
            then 'pays overdue interest before principal (strategy 4): allocated instalment by instalment here' end,
        case when l.outcome = 'converted' and coalesce(s.waived, 0) > coalesce(w.amount, 0)
            then 'interest waived without a transaction: dated on the loan''s last transaction' end,
        case when l.outcome = 'converted' and coalesce(w.amount, 0) > coalesce(s.waived, 0)
            then 'waiver is more than the schedule waives' end,
        case when coalesce(c.amount, 0) > coalesce(s.charged, 0)
            then 'charges due later are more than the fees of the schedule' end
    ]) as reason
    from loan_outcomes as l
    left join sums as s using (loan_id)
    left join waived as w using (loan_id)
    left join later_charges as c using (loan_id)
),
transaction_flags as (
    select t.table_name, t.row_number, unnest([
        case when t.kind = '6' and t.amount <> t.principal_portion
            then 'write-off holds interest: only its principal is written off here' end,
        case when t.kind = '1' and d.id is null then 'loan is disbursed a second time' end,
        case when t.kind = '5' and t.amount > l.principal
            then 'charges paid at disbursement are more than the loan' end,
        case when t.happened_on < l.disbursed_on then 'before the loan was disbursed' end
    ]) as reason
    from transactions as t
    join lent as l using (loan_id)
    left join disbursements as d on d.id = t.id
),
schedule_flags as (
    select table_name, row_number, 'an amount is negative' as reason from schedule where smallest < 0
),
client_flags as (
    select table_name, row_number, 'client is deleted' as reason from source.m_client where is_deleted = '1'
)
select table_name, row_number, reason
from (
    from loan_flags union all from transaction_flags union all from schedule_flags union all from client_flags
)
where reason is not null;
