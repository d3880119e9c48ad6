-- The only door from reports to rows. Each macro takes the branches and products that a reader may see and has
-- chosen; a row passes only if both lists hold its values, so an empty list shows nothing. Head office and rows
-- without a loan carry '', which a full scope contains. Personal data is masked here and nowhere else (15.3).

create or replace macro in_scope(branches, products, branch, product) as
    list_contains(branches, branch) and list_contains(products, product);

-- Whether the whole book is in view: every branch and every product of it.
create or replace macro book_in_view(branches, products) as
    not exists (
        select 1
        from marts.places as places
        where not in_scope(branches, products, places.branch, places.product)
    );

-- What is a borrower's is in view for who sees any loan of it: `places` are the branches and products of all of them.
create or replace macro in_places(branches, products, places) as
    len(list_filter(places, lambda place: in_scope(branches, products, place.branch, place.product))) > 0;

-- First character and two stars for a person; company names stay in clear.
create or replace macro mask_name(name, kind) as
    case
        when name is null then null
        when kind in ('corporate', 'small_business') and length(name) > 4 then name
        else substring(name, 1, 1) || '**'
    end;

create or replace macro mask_id_number(id_number) as
    case
        when id_number is null then null
        when length(id_number) < 10 then repeat('*', length(id_number))
        else substring(id_number, 1, 3) || repeat('*', length(id_number) - 7) || right(id_number, 4)
    end;

create or replace macro mask_phone(phone) as
    case
        when phone is null then null
        when length(phone) < 9 then repeat('*', length(phone))
        else substring(phone, 1, 3) || repeat('*', length(phone) - 7) || right(phone, 4)
    end;

-- The section of GB/T 4754 is the letter of a code such as C13; what is no such code stays as it is.
create or replace macro industry_section(industry) as
    case
        when regexp_full_match(industry, '[A-T][0-9]{1,4}') then substring(industry, 1, 1)
        else industry
    end;

create or replace macro scoped_loan_months(branches, products) as table
    select * from marts.loan_months
    where in_scope(branches, products, branch, product);

-- What a borrower owes with the loans in view at a month end: principal, and interest and fees that are past due, as
-- marts.watch_loans has it of a loan.
create or replace macro scoped_exposures(branches, products) as table
    select
        borrower_id,
        month_end,
        sum(balance + coalesce(overdue_interest, 0) + coalesce(overdue_fee, 0)) as exposure
    from marts.loan_months
    where in_scope(branches, products, branch, product) and status = 'active'
    group by borrower_id, month_end;

create or replace macro scoped_portfolio(branches, products) as table
    select * from marts.portfolio
    where in_scope(branches, products, branch, product);

create or replace macro scoped_segments(branches, products) as table
    select * from marts.segments
    where in_scope(branches, products, branch, product);

create or replace macro scoped_vintages(branches, products) as table
    select * from marts.vintages
    where in_scope(branches, products, branch, product);

create or replace macro scoped_loan_losses(branches, products) as table
    select * from marts.loan_losses
    where in_scope(branches, products, branch, product);

create or replace macro scoped_classes(branches, products) as table
    select * from marts.classes
    where in_scope(branches, products, branch, product);

-- The share of non-performing claims only to who has all claims of the borrower in view: else it would tell of the
-- others. Whether it is over the limit everyone may know, since it classes the claims in view.
create or replace macro scoped_obligors(branches, products) as table
    select
        * exclude (all_claim_count) replace (
            case
                when sum(claim_count) over (partition by month_end, borrower_id) = all_claim_count then npl_share
            end as npl_share
        )
    from marts.obligors
    where in_scope(branches, products, branch, product);

create or replace macro scoped_integrity(branches, products) as table
    select * from marts.integrity
    where in_scope(branches, products, branch, product);

create or replace macro scoped_moves(branches, products) as table
    select * from marts.moves
    where in_scope(branches, products, branch, product);

-- The moves of one month, and those of twelve: what roll rates and official migration rates are summed from.
create or replace macro scoped_rolls(branches, products) as table
    select * from marts.moves
    where span = 1 and in_scope(branches, products, branch, product);

create or replace macro scoped_migrations(branches, products) as table
    select * from marts.moves
    where span = 12 and in_scope(branches, products, branch, product);

create or replace macro scoped_loan_moves(branches, products) as table
    select * from marts.loan_moves
    where in_scope(branches, products, branch, product);

create or replace macro scoped_cures(branches, products) as table
    select * from marts.cures
    where in_scope(branches, products, branch, product);

create or replace macro scoped_loans(branches, products) as table
    select * from marts.loans
    where in_scope(branches, products, branch, product);

create or replace macro scoped_instalments(branches, products) as table
    select * from marts.instalments
    where in_scope(branches, products, branch, product);

create or replace macro scoped_due_lines(branches, products) as table
    select * from marts.due_lines
    where in_scope(branches, products, branch, product);

create or replace macro scoped_due_instalments(branches, products) as table
    select * from marts.due_instalments
    where in_scope(branches, products, branch, product);

create or replace macro scoped_due_cohorts(branches, products) as table
    select * from marts.due_cohorts
    where in_scope(branches, products, branch, product);

create or replace macro scoped_first_payments(branches, products) as table
    select * from marts.first_payments
    where in_scope(branches, products, branch, product);

create or replace macro scoped_payments(branches, products) as table
    select * from marts.payments
    where in_scope(branches, products, branch, product);

create or replace macro scoped_restructures(branches, products) as table
    select * from marts.restructures
    where in_scope(branches, products, branch, product);

create or replace macro scoped_write_offs(branches, products) as table
    select * from marts.write_offs
    where in_scope(branches, products, branch, product);

create or replace macro scoped_recoveries(branches, products) as table
    select * from marts.recoveries
    where in_scope(branches, products, branch, product);

create or replace macro scoped_legal_clocks(branches, products) as table
    select * from marts.legal_clocks
    where in_scope(branches, products, branch, product);

create or replace macro scoped_clock_steps(branches, products) as table
    select * from marts.clock_steps
    where in_scope(branches, products, branch, product);

create or replace macro scoped_clock_standings(branches, products) as table
    select * from marts.clock_standings
    where in_scope(branches, products, branch, product);

create or replace macro scoped_clock_months(branches, products) as table
    select * from marts.clock_months
    where in_scope(branches, products, branch, product);

create or replace macro scoped_delay_interest(branches, products) as table
    select * from marts.delay_interest
    where in_scope(branches, products, branch, product);

create or replace macro scoped_proceedings(branches, products) as table
    select * from marts.proceedings
    where in_scope(branches, products, branch, product);

create or replace macro scoped_legal_stages(branches, products) as table
    select * from marts.legal_stages
    where in_scope(branches, products, branch, product);

create or replace macro scoped_disposals(branches, products) as table
    select * from marts.disposals
    where in_scope(branches, products, branch, product);

create or replace macro scoped_contract_defects(branches, products) as table
    select * from marts.contract_defects
    where in_scope(branches, products, branch, product);

create or replace macro scoped_settlements(branches, products) as table
    select * from marts.settlements
    where in_scope(branches, products, branch, product);

create or replace macro scoped_cash_days(branches, products) as table
    select * from marts.cash_days
    where in_scope(branches, products, branch, product);

create or replace macro scoped_collection_months(branches, products) as table
    select * from marts.collection_months
    where in_scope(branches, products, branch, product);

create or replace macro scoped_collection_gaps(branches, products) as table
    select * from marts.collection_gaps
    where in_scope(branches, products, branch, product);

create or replace macro scoped_forecasts(branches, products) as table
    select * from marts.forecasts
    where in_scope(branches, products, branch, product);

create or replace macro scoped_inflows(branches, products) as table
    select * from marts.inflows
    where in_scope(branches, products, branch, product);

create or replace macro scoped_maturities(branches, products) as table
    select * from marts.maturities
    where in_scope(branches, products, branch, product);

create or replace macro scoped_maturity_dates(branches, products) as table
    select * from marts.maturity_dates
    where in_scope(branches, products, branch, product);

create or replace macro scoped_replaced_lines(branches, products) as table
    select * from marts.replaced_lines
    where in_scope(branches, products, branch, product);

create or replace macro scoped_transitions(branches, products) as table
    select * from marts.transitions
    where in_scope(branches, products, branch, product);

create or replace macro scoped_loss_cases(branches, products) as table
    select * from marts.loss_cases
    where in_scope(branches, products, branch, product);

create or replace macro scoped_loss_flows(branches, products) as table
    select * from marts.loss_flows
    where in_scope(branches, products, branch, product);

create or replace macro scoped_loan_ecls(branches, products) as table
    select * from marts.loan_ecls
    where in_scope(branches, products, branch, product);

create or replace macro scoped_expected_losses(branches, products) as table
    select * from marts.expected_losses
    where in_scope(branches, products, branch, product);

create or replace macro scoped_loss_segments(branches, products) as table
    select * from marts.loss_segments
    where in_scope(branches, products, branch, product);

create or replace macro scoped_signals(branches, products) as table
    select * from marts.signals
    where in_scope(branches, products, branch, product);

create or replace macro scoped_cases(branches, products) as table
    select * from marts.cases
    where in_scope(branches, products, branch, product);

create or replace macro scoped_case_stays(branches, products) as table
    select * from marts.case_stays
    where in_scope(branches, products, branch, product);

-- Stays as they stood at the end of a day: begun by then, and of whom they were that day.
create or replace macro scoped_case_stays_on(branches, products, on_day) as table
    select stays.* replace (coalesce(earlier.staff_id, stays.owner) as owner)
    from marts.case_stays as stays
    left join marts.earlier_owners as earlier
        on stays.stay_id = earlier.stay_id and earlier.held_from <= on_day and on_day < earlier.held_until
    where in_scope(branches, products, stays.branch, stays.product) and stays.entered_on <= on_day;

create or replace macro scoped_case_times(branches, products) as table
    select * from marts.case_times
    where in_scope(branches, products, branch, product);

create or replace macro scoped_desk_months(branches, products) as table
    select * from marts.desk_months
    where in_scope(branches, products, branch, product);

create or replace macro scoped_duty_months(branches, products) as table
    select * from marts.duty_months
    where in_scope(branches, products, branch, product);

create or replace macro scoped_calls(branches, products) as table
    select * from marts.calls
    where in_scope(branches, products, branch, product);

create or replace macro scoped_hand_overs(branches, products) as table
    select * from marts.hand_overs
    where in_scope(branches, products, branch, product);

-- Hand-overs as they stood at the end of a day: what was answered later was open still.
create or replace macro scoped_hand_overs_on(branches, products, on_day) as table
    select
        sent.hand_over_id,
        sent.case_id,
        sent.case_type,
        sent.branch,
        sent.product,
        sent.loan_id,
        sent.from_department_id,
        sent.to_department_id,
        sent.holder_id,
        sent.sent_at,
        sent.sent_on,
        sent.sent_before_on,
        case when sent.answered_on <= on_day then sent.answered_at end as answered_at,
        case when sent.answered_on <= on_day then sent.outcome else 'open' end as outcome,
        sent.target_minutes,
        case
            when sent.outcome = 'accepted' and sent.answered_on <= on_day then date_diff(
                'second',
                sent.answered_at,
                least(coalesce(sent.released_at, on_day + interval 1 day), on_day + interval 1 day)
            ) / 86400.0
        end as dwell_days,
        case
            when sent.answered_on <= on_day then sent.wait_minutes
            else
                today.minutes_before + case when today.is_workday then today.day_minutes else 0 end
                - sent.sent_minute
        end as wait_minutes,
        coalesce(
            case
                when sent.answered_on <= on_day then sent.is_late
                else
                    today.minutes_before + case when today.is_workday then today.day_minutes else 0 end
                    - sent.sent_minute > sent.target_minutes
            end,
            false
        ) as is_late
    from marts.hand_overs as sent
    left join marts.working_days as today on sent.calendar_id = today.calendar_id and today.day = on_day
    where in_scope(branches, products, sent.branch, sent.product) and sent.sent_on <= on_day;

create or replace macro scoped_case_events(branches, products) as table
    select * from marts.case_events
    where in_scope(branches, products, branch, product);

create or replace macro scoped_workload(branches, products) as table
    select * from marts.workload
    where in_scope(branches, products, branch, product);

create or replace macro scoped_staff_months(branches, products) as table
    select * from marts.staff_months
    where in_scope(branches, products, branch, product);

-- People belong to no product, and those of head office to no branch: with a part of the book in view they are not, though
-- they work for it. `people_unseen` are so many of the department.
create or replace macro scoped_capacity(branches, products) as table
    select
        *,
        case
            when not list_contains(products, '') then staff
            when not list_contains(branches, '') then staff_of_all
            else 0
        end as people_unseen
    from marts.capacity
    where in_scope(branches, products, branch, product);

create or replace macro scoped_result_rows(branches, products) as table
    select * from marts.result_rows
    where in_scope(branches, products, branch, product);

create or replace macro scoped_results(branches, products) as table
    select * from marts.results
    where in_scope(branches, products, branch, product);

create or replace macro scoped_use_checks(branches, products) as table
    select * from marts.use_checks
    where in_scope(branches, products, branch, product);

create or replace macro scoped_use_exceptions(branches, products) as table
    select * from marts.use_exceptions
    where in_scope(branches, products, branch, product);

create or replace macro scoped_fund_payments(branches, products) as table
    select * from marts.fund_payments
    where in_scope(branches, products, branch, product);

create or replace macro scoped_draw_months(branches, products) as table
    select * from marts.draw_months
    where in_scope(branches, products, branch, product);

create or replace macro scoped_asset_values(branches, products) as table
    select * from marts.asset_values
    where in_scope(branches, products, branch, product);

create or replace macro scoped_monitored_borrowers(branches, products) as table
    select * from marts.monitored_borrowers
    where in_scope(branches, products, branch, product);

create or replace macro scoped_oversight_months(branches, products) as table
    select * from marts.oversight_months
    where in_scope(branches, products, branch, product);

-- What the departments' duties are judged by.
create or replace macro scoped_contacts(branches, products) as table
    select * from marts.contacts
    where in_scope(branches, products, branch, product);

create or replace macro scoped_conduct_violations(branches, products) as table
    select * from marts.conduct_violations
    where in_scope(branches, products, branch, product);

create or replace macro scoped_contact_months(branches, products) as table
    select * from marts.contact_months
    where in_scope(branches, products, branch, product);

create or replace macro scoped_promises(branches, products) as table
    select * from marts.promises
    where in_scope(branches, products, branch, product);

create or replace macro scoped_promise_months(branches, products) as table
    select * from marts.promise_months
    where in_scope(branches, products, branch, product);

create or replace macro scoped_overdue_recoveries(branches, products) as table
    select * from marts.overdue_recoveries
    where in_scope(branches, products, branch, product);

create or replace macro scoped_bucket_entries(branches, products) as table
    select * from marts.bucket_entries
    where in_scope(branches, products, branch, product);

create or replace macro scoped_contact_steps(branches, products) as table
    select * from marts.contact_steps
    where in_scope(branches, products, branch, product);

create or replace macro scoped_contact_step_months(branches, products) as table
    select * from marts.contact_step_months
    where in_scope(branches, products, branch, product);

create or replace macro scoped_contact_steps_next(branches, products) as table
    select * from marts.contact_steps_next
    where in_scope(branches, products, branch, product);

create or replace macro scoped_referrals(branches, products) as table
    select * from marts.referrals
    where in_scope(branches, products, branch, product);

create or replace macro scoped_collection_efforts(branches, products) as table
    select * from marts.collection_efforts
    where in_scope(branches, products, branch, product);

create or replace macro scoped_collection_results(branches, products) as table
    select * from marts.collection_results
    where in_scope(branches, products, branch, product);

create or replace macro scoped_collection_costs(branches, products) as table
    select * from marts.collection_costs
    where in_scope(branches, products, branch, product);

create or replace macro scoped_collector_months(branches, products) as table
    select * from marts.collector_months
    where in_scope(branches, products, branch, product);

create or replace macro scoped_unmatched_months(branches, products) as table
    select * from marts.unmatched_months
    where in_scope(branches, products, branch, product);

create or replace macro scoped_loan_documents(branches, products) as table
    select * from marts.loan_documents
    where in_scope(branches, products, branch, product);

create or replace macro scoped_document_months(branches, products) as table
    select * from marts.document_months
    where in_scope(branches, products, branch, product);

-- The bank has one budget for all its loans, and one quality of its data: only for who has all of them in view.
create or replace macro scoped_funding_months(branches, products) as table
    select * from marts.funding_months
    where book_in_view(branches, products);

create or replace macro scoped_quality_months(branches, products) as table
    select * from marts.quality_months
    where book_in_view(branches, products);

create or replace macro scoped_quality_issue_months(branches, products) as table
    select * from marts.quality_issue_months
    where book_in_view(branches, products);

-- The ledger knows products and no branches: a product only for who has it in view at every branch.
create or replace macro scoped_ledger_months(branches, products) as table
    select * from marts.ledger_months as ledger
    where in_scope(branches, products, '', ledger.product)
        and not exists (
            select 1
            from marts.places as places
            where places.product = ledger.product
                and not in_scope(branches, products, places.branch, places.product)
        );

create or replace macro scoped_quality_failures(branches, products) as table
    select * from marts.quality_failures
    where in_scope(branches, products, branch, product);

-- A row that was not loaded, or loaded with a doubt, belongs to no branch: only for who has the whole book in view. Its
-- cells are as the file has them, but for what may name or reach a person (15.3).
create or replace macro scoped_source_rows(branches, products) as table
    select
        kind || ' ' || table_name || ' ' || row_number || ' ' || rule as row_id,
        kind,
        table_name,
        row_number,
        rule,
        reason,
        regexp_replace(
            record,
            '"([^"]*(name|phone|mobile|mail|address|id_number|identity|note|remark|text)[^"]*)":"(?:[^"\\]|\\.)*"',
            '"\1":"***"',
            'gi'
        ) as record
    from (
        select 'rejected' as kind, table_name, row_number, rule, reason, record
        from raw.rejected_rows
        union all
        select
            case when reason like 'set aside: %' then 'set_aside' else 'flagged' end as kind,
            table_name,
            row_number,
            reason as rule,
            reason,
            record
        from raw.flagged_rows
    )
    where book_in_view(branches, products);

-- People and departments are judged by all their work: only for who has the whole book in view.
create or replace macro scoped_appraisals(branches, products) as table
    select * from marts.appraisals
    where book_in_view(branches, products);

create or replace macro scoped_appraisal_parts(branches, products) as table
    select * from marts.appraisal_parts
    where book_in_view(branches, products);

-- Weighed against all like ones of the bank: a product only for who has it in view at every branch.
create or replace macro scoped_service_links(branches, products) as table
    select * from marts.service_links as links
    where not exists (
        select 1
        from marts.places as places
        where places.product = links.product
            and not in_scope(branches, products, places.branch, places.product)
    );

-- How long a finding has been open, in bands (14.1).
create or replace macro finding_age_band(days) as
    case
        when days <= 30 then '0-30'
        when days <= 60 then '31-60'
        when days <= 90 then '61-90'
        when days <= 180 then '91-180'
        when days <= 365 then '181-365'
        when days is not null then '365+'
    end;

-- What stands behind a finding is told of the loans that may be seen.
create or replace macro scoped_findings(branches, products) as table
    select
        findings.* exclude (loan_count, exposure),
        coalesce(behind.loan_count, 0) as loan_count,
        coalesce(behind.exposure, 0) as exposure
    from marts.findings as findings
    left join (
        select finding_id, count(*) as loan_count, sum(balance) as exposure
        from marts.finding_loans
        where in_scope(branches, products, branch, product)
        group by finding_id
    ) as behind on findings.finding_id = behind.finding_id
    where in_scope(branches, products, findings.branch, findings.product);

create or replace macro scoped_finding_loans(branches, products) as table
    select * from marts.finding_loans
    where in_scope(branches, products, branch, product);

create or replace macro scoped_finding_actions(branches, products) as table
    select * from marts.finding_actions
    where in_scope(branches, products, branch, product);

create or replace macro scoped_finding_dues(branches, products) as table
    select
        dues.* exclude (exposure),
        case when dues.what = 'finding' then coalesce(behind.exposure, 0) else 0 end as exposure
    from marts.finding_dues as dues
    left join (
        select finding_id, sum(balance) as exposure
        from marts.finding_loans
        where in_scope(branches, products, branch, product)
        group by finding_id
    ) as behind on dues.finding_id = behind.finding_id
    where in_scope(branches, products, dues.branch, dues.product);

create or replace macro scoped_finding_exposures(branches, products) as table
    select * from marts.finding_exposures
    where in_scope(branches, products, branch, product)
        and in_scope(branches, products, loan_branch, loan_product);

create or replace macro scoped_finding_months(branches, products) as table
    select * from marts.finding_months
    where in_scope(branches, products, branch, product)
        and (loan_branch is null or in_scope(branches, products, loan_branch, loan_product));

create or replace macro scoped_compliance_months(branches, products) as table
    select * from marts.compliance_months
    where in_scope(branches, products, branch, product);

create or replace macro scoped_auditable_units(branches, products) as table
    select * from marts.auditable_units
    where in_scope(branches, products, branch, product);

create or replace macro scoped_unit_assessments(branches, products) as table
    select * from marts.unit_assessments
    where in_scope(branches, products, branch, product);

create or replace macro scoped_audit_engagements(branches, products) as table
    select * from marts.audit_engagements
    where in_scope(branches, products, branch, product);

create or replace macro scoped_audit_unit_months(branches, products) as table
    select * from marts.audit_unit_months
    where in_scope(branches, products, branch, product);

create or replace macro scoped_audit_plan_months(branches, products) as table
    select * from marts.audit_plan_months
    where in_scope(branches, products, branch, product);

-- Auditors are a share of all people of the bank: only for who has the whole book in view.
create or replace macro scoped_auditor_months(branches, products) as table
    select * from marts.auditor_months
    where not exists (
        select 1
        from marts.portfolio as portfolio
        where not in_scope(branches, products, portfolio.branch, portfolio.product)
    );

-- Without a product an exception is of the whole book.
create or replace macro scoped_audit_exceptions(branches, products) as table
    select * from marts.audit_exceptions
    where case
        when product = '' then book_in_view(branches, products)
        else in_scope(branches, products, branch, product)
    end;

create or replace macro scoped_audit_populations(branches, products) as table
    select * from marts.audit_populations
    where case
        when product = '' then book_in_view(branches, products)
        else in_scope(branches, products, branch, product)
    end;

create or replace macro scoped_interventions(branches, products) as table
    select * from marts.interventions
    where in_scope(branches, products, branch, product);

-- The schedule of a contract as agreed, every version of it, and from which day on each is in force.
create or replace macro scoped_schedule_lines(branches, products) as table
    select
        lines.*,
        coalesce(lines.valid_from, changes.restructured_on, date '0001-01-01') as starts_on,
        loans.branch,
        loans.product
    from staging.instalments as lines
    inner join marts.loans as loans on lines.loan_id = loans.loan_id
    left join (
        select
            loan_id,
            schedule_version,
            min(restructured_on) as restructured_on
        from marts.restructures
        group by loan_id, schedule_version
    ) as changes on lines.loan_id = changes.loan_id and lines.version = changes.schedule_version
    where in_scope(branches, products, loans.branch, loans.product);

create or replace macro scoped_penalty_steps(branches, products) as table
    select * from marts.penalty_steps
    where in_scope(branches, products, branch, product);

create or replace macro scoped_vertical_settlements(branches, products) as table
    select * from marts.vertical_settlements
    where in_scope(branches, products, branch, product);

-- What the core system settled with each payment, as it says.
create or replace macro scoped_allocations(branches, products) as table
    select
        allocations.*,
        loans.branch,
        loans.product
    from raw.allocations as allocations
    inner join marts.loans as loans on allocations.loan_id = loans.loan_id
    where in_scope(branches, products, loans.branch, loans.product);

create or replace macro book_audit_tests() as table
    select * from marts.audit_tests;

-- Early warnings. What counts borrowers counts each at its home, the branch and product of its first loan, so that
-- branches add up; what lists a borrower lists it to whoever sees one of its loans.
create or replace macro scoped_borrower_months(branches, products) as table
    select * from marts.borrower_months
    where in_scope(branches, products, branch, product);

create or replace macro scoped_default_spells(branches, products) as table
    select * from marts.default_spells
    where in_scope(branches, products, branch, product);

create or replace macro scoped_alerts(branches, products) as table
    select * from marts.alerts
    where in_scope(branches, products, branch, product);

create or replace macro scoped_defaults(branches, products) as table
    select * from marts.defaults
    where in_scope(branches, products, branch, product);

create or replace macro scoped_alert_answers(branches, products) as table
    select * from marts.alert_answers
    where in_scope(branches, products, branch, product);

create or replace macro scoped_rule_answers(branches, products) as table
    select * from marts.rule_answers
    where in_scope(branches, products, branch, product);

create or replace macro scoped_foreseen_defaults(branches, products) as table
    select * from marts.foreseen_defaults
    where in_scope(branches, products, branch, product);

create or replace macro scoped_rule_alerts(branches, products) as table
    select * from marts.rule_alerts
    where in_scope(branches, products, branch, product);

create or replace macro scoped_rule_defaults(branches, products) as table
    select * from marts.rule_defaults
    where in_scope(branches, products, branch, product);

create or replace macro scoped_rule_months(branches, products) as table
    select * from marts.rule_months
    where in_scope(branches, products, branch, product);

create or replace macro scoped_warning_months(branches, products) as table
    select * from marts.warning_months
    where in_scope(branches, products, branch, product);

create or replace macro scoped_loan_facts(branches, products) as table
    select * from marts.loan_facts
    where in_scope(branches, products, home_branch, home_product);

create or replace macro scoped_borrower_facts(branches, products) as table
    select * from marts.borrower_facts
    where in_scope(branches, products, home_branch, home_product);

create or replace macro scoped_home_hits(branches, products) as table
    select * exclude (places) from marts.signal_hits
    where in_scope(branches, products, home_branch, home_product);

create or replace macro scoped_home_scores(branches, products) as table
    select * exclude (places) from marts.borrower_scores
    where in_scope(branches, products, branch, product);

-- A signal of a loan to who sees the loan, one of a borrower to who sees any loan of it.
create or replace macro scoped_signal_hits(branches, products) as table
    select * exclude (places) from marts.signal_hits
    where (loan_id is not null and in_scope(branches, products, branch, product))
        or (loan_id is null and in_places(branches, products, places));

create or replace macro scoped_borrower_scores(branches, products) as table
    select * exclude (places) from marts.borrower_scores
    where in_places(branches, products, places);

create or replace macro scoped_watch_loans(branches, products) as table
    select * from marts.watch_loans
    where in_scope(branches, products, branch, product);

-- The exposure of the whole borrower stays inside: a reader adds up the loans in view.
create or replace macro scoped_watch_months(branches, products) as table
    select * exclude (exposure, exposure_before, places) from marts.watch_months
    where in_places(branches, products, places);

create or replace macro scoped_model_scores(branches, products) as table
    select * from marts.model_scores
    where in_scope(branches, products, branch, product);

-- Of so many borrowers by number, the masked names: the few are looked for first, the rest of the book is not masked.
create or replace macro scoped_named_borrowers(branches, products, numbers) as table
    select
        borrower_id,
        mask_name(name, kind) as name
    from marts.borrowers
    where list_contains(numbers, borrower_id) and in_places(branches, products, places);

-- A borrower is seen by whoever sees one of its loans, always masked.
create or replace macro scoped_borrowers(branches, products) as table
    select
        borrower_id,
        mask_name(name, kind) as name,
        kind,
        group_id,
        industry,
        region,
        mask_id_number(id_number) as id_number,
        mask_phone(phone) as phone,
        is_known
    from marts.borrowers
    where in_places(branches, products, places);

-- One borrower in clear; read only after the reader's reason has been logged.
create or replace macro scoped_personal(branches, products, wanted_borrower_id) as table
    select
        borrower_id,
        name,
        id_number,
        phone
    from marts.borrowers
    where borrower_id = wanted_borrower_id
        and exists (
            select 1
            from marts.loans as loans
            where loans.borrower_id = wanted_borrower_id
                and in_scope(branches, products, loans.branch, loans.product)
        );

-- Of the whole book, so only for who has the whole book in view: every branch and every product of it.
create or replace macro scoped_concentrations(branches, products) as table
    select * from marts.concentrations
    where book_in_view(branches, products);

create or replace macro scoped_concentration_limits(branches, products) as table
    select * from marts.concentration_limits
    where book_in_view(branches, products);

-- The bank has one plan for all its loans: only for who has all of them in view.
create or replace macro scoped_funding_plan(branches, products) as table
    select * from raw.funding_plan
    where book_in_view(branches, products);

create or replace macro scoped_funding_figures(branches, products) as table
    select * from marts.funding_figures
    where book_in_view(branches, products);

-- Firms and members of connected groups, masked as all borrowers are.
create or replace macro scoped_connections(branches, products) as table
    select
        borrower_id,
        group_id,
        mask_name(name, kind) as name,
        kind,
        region,
        industry,
        branch,
        product
    from marts.connections
    where in_scope(branches, products, branch, product);

-- About the book itself: no customer's row, so no scope.
create or replace macro book_metadata() as table select * from marts.metadata;

create or replace macro book_month_ends() as table select month_end from marts.month_ends;

-- The learned score as such: figures, weights, calibration and stability, of the whole book and of no one loan.
create or replace macro book_model_cards() as table select * from marts.model_cards;

create or replace macro book_model_terms() as table select * from marts.model_terms;

create or replace macro book_model_nodes() as table select * from marts.model_nodes;

create or replace macro book_model_calibration() as table select * from marts.model_calibration;

create or replace macro book_model_stability() as table select * from marts.model_stability;

-- What the bank is held against, as it reports it.
create or replace macro book_capital() as table select * from raw.capital;

create or replace macro book_quality() as table select * from marts.data_quality;

create or replace macro book_quality_weights() as table select * from marts.quality_months;

create or replace macro book_quality_issues() as table select * from marts.quality_issue_months;

create or replace macro book_quality_trends() as table select * from marts.quality_trends;

create or replace macro book_loads() as table select * from raw.loads;

create or replace macro book_source_loads() as table select * from raw.source_loads;

-- Rows that were not loaded, and those of a foreign tape that were loaded with a doubt or set aside; no record.
create or replace macro book_rejects() as table
    select
        kind,
        table_name,
        rule,
        count(*) as rows,
        min(row_number) as first_row
    from (
        select 'rejected' as kind, table_name, rule, row_number
        from raw.rejected_rows
        union all
        select
            case when reason like 'set aside: %' then 'set_aside' else 'flagged' end as kind,
            table_name,
            reason as rule,
            row_number
        from raw.flagged_rows
    )
    group by kind, table_name, rule;

create or replace macro book_parameters() as table select * from staging.parameters;

-- The rules that the book is judged by: those of the home regime. Another regime's are told, never applied.
create or replace macro book_rules() as table select * from staging.parameters where regime = 'CN';

create or replace macro book_signal_rules() as table select * from marts.signal_rules;
-- What expected loss is reckoned with: rates of a whole product, no customer's row.
create or replace macro book_pd_curves() as table select * from marts.pd_curves;

create or replace macro book_lgds() as table select * from marts.lgds;

create or replace macro book_decay_steps() as table select * from marts.decay_steps;

create or replace macro book_warning_limits() as table select * from marts.warning_limits;

create or replace macro book_departments() as table
    select
        department_id,
        position,
        name,
        name_zh,
        calendar_id,
        head_id,
        budgeted_posts,
        takes_over,
        may_unmask
    from marts.departments;

-- What the auditable units are called: how they are rated is told to who may see them.
create or replace macro book_auditable_units() as table
    select
        unit_id,
        unit,
        unit_zh
    from marts.auditable_units;

create or replace macro book_capacity_terms() as table select * from marts.capacity_terms;

-- The people of the house: whose cases they are is told to who may see these.
create or replace macro book_staff() as table
    select
        staff_id,
        name,
        department_id,
        branch,
        grade,
        joined_on,
        left_on,
        fte,
        login
    from marts.staff;

create or replace macro book_duties() as table select * from marts.duties;

create or replace macro book_contact_strategy() as table select * from marts.contact_strategy;

create or replace macro book_service_levels() as table
    select
        case_type,
        measure,
        grade,
        clock,
        amount,
        unit,
        starts_with,
        ends_with,
        is_statutory,
        is_pausable,
        source,
        valid_from,
        valid_to
    from raw.service_levels;

create or replace macro book_working_days() as table select * from marts.working_days;

create or replace macro book_office_days() as table select * from marts.office_days;

create or replace macro book_working_days() as table select * from marts.working_days;

create or replace macro book_dimensions() as table
    select distinct 'branch' as kind, branch as value from marts.places
    union all
    select distinct 'product' as kind, product as value from marts.places;
