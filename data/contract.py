"""The data contract: every table that a folder may hold, its columns, keys, references and ranges.

The loader checks files against it; the generator and the adapters write to it.
"""

from dataclasses import dataclass
from typing import Literal

Type = Literal["text", "date", "timestamp", "amount", "rate", "integer", "flag", "number"]

SQL_TYPES: dict[Type, str] = {
    "text": "varchar",
    "date": "date",
    "timestamp": "timestamp",
    "amount": "decimal(18, 2)",
    "rate": "decimal(12, 8)",
    "integer": "bigint",
    "flag": "boolean",
    "number": "double",
}

CLASS_NAMES: dict[str, int] = {
    "normal": 1,
    "special_mention": 2,
    "substandard": 3,
    "doubtful": 4,
    "loss": 5,
    "正常": 1,
    "关注": 2,
    "次级": 3,
    "可疑": 4,
    "损失": 5,
}

# What intermediate.appraisal_months measures: of people too, and of departments or the house alone.
PERSONAL_COMPONENTS = (
    *("cure", "conduct", "on_time", "complaint_on_time", "complaint_upheld", "fcr", "csat"),
    *("ops_error", "incident_on_time", "security_on_time"),
)
SHARED_COMPONENTS = (
    *("ptp_kept", "contact_coverage", "cost_to_collect", "doc_completeness", "alert_on_time"),
    *("review_on_time", "report_on_time", "contract_defects", "legal_recovery", "availability"),
    *("class_deviation", "rectified_on_time", "repeat_findings", "audit_coverage"),
    *("claims_kept", "surprise_defaults", "data_quality"),
)
# Those that are measured by cases of one type: of the departments whose work these are, no others.
CASES_MEASURED: dict[str, str] = {
    "cure": "overdue_case",
    "complaint_on_time": "complaint",
    "complaint_upheld": "complaint",
    "fcr": "inquiry",
    "ops_error": "account_ops",
    "incident_on_time": "incident",
    "security_on_time": "security_event",
    "alert_on_time": "ews_alert",
    "report_on_time": "audit_engagement",
    "contract_defects": "contract_validity_check",
}


@dataclass(frozen=True)
class Column:
    """One column: what a cell may hold, and what an absent one means.

    `required` means the column must be in the file and no cell may be empty. `default` is what an
    absent column or an empty cell stands for. `low` and `high` are inclusive. `names` maps words to
    the value stored.
    """

    name: str
    type: Type
    required: bool = False
    default: str | None = None
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    references: str | None = None
    names: tuple[tuple[str, int], ...] = ()
    month_end: bool = False


@dataclass(frozen=True)
class Table:
    """One table of the folder: its grain, its key and its columns, in order."""

    name: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def required(self) -> tuple[str, ...]:
        """The columns that the file must hold."""
        return tuple(column.name for column in self.columns if column.required)


def _text(name: str, required: bool = False, **more) -> Column:
    return Column(name, "text", required, **more)


def _date(name: str, required: bool = False, **more) -> Column:
    return Column(name, "date", required, **more)


def _amount(name: str, required: bool = False, low: float | None = 0, **more) -> Column:
    return Column(name, "amount", required, low=low, **more)


def _integer(name: str, required: bool = False, low: float | None = 0, **more) -> Column:
    return Column(name, "integer", required, low=low, **more)


LOAN = "loans.loan_id"
DEPARTMENT = "departments.department_id"
STAFF = "staff.staff_id"
UNIT = "auditable_units.unit_id"
RISKS = ("critical", "high", "medium", "low")

TABLES: tuple[Table, ...] = (
    Table(
        "loans",
        "one row per loan",
        ("loan_id",),
        (
            _text("loan_id", True),
            _text("borrower_id", True),
            _text("product", True),
            _text("branch", True),
            _amount("principal", True, low=0.01),
            Column("annual_rate", "rate", True, low=0, high=1),
            _date("disbursed_on", True),
            _integer("term_months", high=1200),
            _date("matures_on"),
            _text(
                "repayment_method",
                choices=(
                    "equal_instalment",
                    "equal_principal",
                    "interest_only",
                    "bullet",
                    "custom",
                ),
            ),
            _text("currency", default="CNY"),
            _text("officer_id"),
            _text("collateral_kind", choices=("unsecured", "guaranteed", "mortgaged", "pledged")),
            _text("purpose"),
            # A small business's loan, renewed without repayment as the regulator allows.
            Column("is_qualified_renewal", "flag"),
            # How much more than the rate is asked for what is overdue: 0.5 makes 6 % into 9 %.
            Column("penalty_uplift", "rate", low=0, high=2),
        ),
    ),
    Table(
        "borrowers",
        "one row per borrower",
        ("borrower_id",),
        (
            _text("borrower_id", True),
            _text("name"),
            _text("kind", choices=("retail", "small_business", "corporate")),
            _text("group_id"),
            _text("industry"),
            _text("region"),
            _text("id_number"),
            _text("phone"),
        ),
    ),
    Table(
        "group_memberships",
        "one row per stay of a borrower in a group, in place of borrowers.group_id for warnings",
        ("borrower_id", "group_id", "joined_on"),
        (
            _text("borrower_id", True),
            _text("group_id", True),
            _date("joined_on", True),
            _date("left_on"),
            # The day on which the bank knew of it; empty: the day it began.
            _date("recorded_on"),
        ),
    ),
    Table(
        "instalments",
        "one row per loan, version and instalment; every version restates all instalments",
        ("loan_id", "version", "seq"),
        (
            _text("loan_id", True, references=LOAN),
            _integer("seq", True),
            _date("due_on", True),
            _amount("principal_due", True),
            _amount("interest_due", True),
            _amount("fee_due", default="0"),
            _amount("penalty_due", default="0"),
            _integer("version", low=1, default="1"),
            _date("valid_from"),
        ),
    ),
    Table(
        "repayments",
        "one row per payment received; a reversal is a row of its own",
        ("repayment_id",),
        (
            _text("repayment_id", True),
            _text("loan_id", True, references=LOAN),
            _date("paid_on", True),
            _amount("amount", True, low=None),
            Column("booked_at", "timestamp"),
            _text("channel"),
            _text("payer", choices=("borrower", "related", "third_party")),
            _text("reverses", references="repayments.repayment_id"),
        ),
    ),
    Table(
        "allocations",
        "one row per payment, instalment and component: what the core system settled with it",
        ("repayment_id", "seq", "component"),
        (
            # A payment that was taken back has none. The instalment is that of the schedule now in
            # force: a schedule that is restated applies the cash anew. It may begin at any day.
            _text("repayment_id", True, references="repayments.repayment_id"),
            _text("loan_id", True, references=LOAN),
            _integer("seq", True),
            _text("component", True, choices=("fee", "interest", "principal", "penalty")),
            _amount("amount", True),
        ),
    ),
    Table(
        "accruals",
        "one row per loan and month end: what the core system accrued in the month",
        ("loan_id", "month_end"),
        (
            # Interest on the principal that has not fallen due, day by day; of what has and is
            # unpaid, penalty on principal and compound on interest, at the rate of penalty_uplift.
            _text("loan_id", True, references=LOAN),
            _date("month_end", True, month_end=True),
            _amount("interest", True, low=None),
            _amount("penalty", low=None),
            _amount("compound", low=None),
        ),
    ),
    Table(
        "loan_months",
        "one row per loan and month end, as the core system recorded it",
        ("loan_id", "month_end"),
        (
            _text("loan_id", True, references=LOAN),
            _date("month_end", True, month_end=True),
            _amount("balance", True),
            _integer("days_past_due", True),
            _integer("classification", low=1, high=5, names=tuple(CLASS_NAMES.items())),
            _integer("stage", low=1, high=3),
            _text("status", choices=("active", "closed", "written_off", "sold")),
            _amount("provision"),
        ),
    ),
    Table(
        "write_offs",
        "one row per write-off or sale; a partial one leaves the loan on the book",
        ("write_off_id",),
        (
            _text("write_off_id", True),
            _text("loan_id", True, references=LOAN),
            _date("written_off_on", True),
            _amount("amount", True),
            _text("kind", choices=("write_off", "sale"), default="write_off"),
            Column("is_partial", "flag", default="false"),
            _date("reversed_on"),
            _text("approved_by"),
            _text("evidence"),
        ),
    ),
    Table(
        "recoveries",
        "one row per sum received on a loan after it was written off",
        ("recovery_id",),
        (
            _text("recovery_id", True),
            _text("loan_id", True, references=LOAN),
            _date("recovered_on", True),
            _amount("amount", True),
            _amount("cost", default="0"),
            _text("kind"),
        ),
    ),
    Table(
        "restructures",
        "one row per restructuring of a loan",
        ("restructure_id",),
        (
            _text("restructure_id", True),
            _text("loan_id", True, references=LOAN),
            _date("restructured_on", True),
            _text(
                "kind",
                choices=(
                    "extension",
                    "grace",
                    "new_grace",
                    "interest_to_principal",
                    "rate_cut",
                    "forgiveness",
                    "collateral_release",
                    "refinance",
                    "other",
                ),
            ),
            # Was the borrower in difficulty, and for which of the six reasons? Empty: nobody said;
            # it counts as difficulty.
            Column("is_difficulty", "flag"),
            _text("reason"),
            _integer("pre_class", low=1, high=5, names=tuple(CLASS_NAMES.items())),
            _date("first_repay_on"),
            _integer("schedule_version", low=1),
            # The yearly rate from that day on; empty: unchanged.
            Column("new_rate", "rate", low=0, high=1),
            _text("approved_by"),
        ),
    ),
    Table(
        "class_changes",
        "one row per class set by hand: what it was, who asked, reviewed and approved, and why",
        ("change_id",),
        (
            _text("change_id", True),
            _text("loan_id", True, references=LOAN),
            _date("changed_on", True),
            _integer("from_class", True, low=1, high=5, names=tuple(CLASS_NAMES.items())),
            _integer("to_class", True, low=1, high=5, names=tuple(CLASS_NAMES.items())),
            _text(
                "reason",
                choices=("cash_flow", "collateral", "industry", "information", "cured", "other"),
            ),
            _text("initiated_by"),
            _text("reviewed_by"),
            _text("approved_by"),
        ),
    ),
    Table(
        "collateral",
        "one row per pledged or mortgaged asset",
        ("collateral_id",),
        (
            _text("collateral_id", True),
            _text("loan_id", True, references=LOAN),
            _text("kind"),
            _amount("value"),
            _date("registered_on"),
            _text("place"),
            _date("registration_expires_on"),
            _date("insured_until"),
            Column("beneficiary_is_lender", "flag"),
            _amount("prior_liens", default="0"),
        ),
    ),
    Table(
        "insurance_policies",
        "one row per insurance policy of an asset, in place of what collateral says of insurance",
        ("policy_id",),
        (
            _text("policy_id", True),
            _text("collateral_id", True, references="collateral.collateral_id"),
            _date("insured_from", True),
            _date("insured_until", True),
            Column("beneficiary_is_lender", "flag"),
            # The day on which the bank knew of it; empty: the day it began.
            _date("recorded_on"),
        ),
    ),
    Table(
        "registrations",
        "one row per registration of an asset, in place of what collateral says of registration",
        ("registration_id",),
        (
            _text("registration_id", True),
            _text("collateral_id", True, references="collateral.collateral_id"),
            _date("registered_on", True),
            _date("expires_on"),
            _date("deregistered_on"),
        ),
    ),
    Table(
        "collateral_marks",
        "one row per fact that lessens what an asset is worth to the lender",
        ("mark_id",),
        (
            _text("mark_id", True),
            _text("collateral_id", True, references="collateral.collateral_id"),
            _text("kind", True, choices=("seized", "second_lien", "destroyed")),
            _date("happened_on", True),
            _date("recorded_on"),
            _date("ended_on"),
        ),
    ),
    Table(
        "valuations",
        "one row per valuation of an asset",
        ("valuation_id",),
        (
            _text("valuation_id", True),
            _text("collateral_id", True, references="collateral.collateral_id"),
            _date("valued_on", True),
            _amount("value", True),
            _text("method"),
        ),
    ),
    Table(
        "guarantees",
        "one row per guarantee",
        ("guarantee_id",),
        (
            _text("guarantee_id", True),
            _text("loan_id", True, references=LOAN),
            _text("guarantor"),
            # The guarantor's own number, where it borrows here too.
            _text("guarantor_id"),
            _amount("amount"),
            # The agreed last day on which the guarantor can be called upon; empty: none was agreed.
            _date("expires_on"),
            # Not agreed means general, and the debtor must be sued first.
            _text("kind", choices=("general", "joint")),
            # The day on which the guarantor agreed in writing to a later due day of the debt.
            _date("extension_agreed_on"),
        ),
    ),
    Table(
        "legal_events",
        "one row per act or event that a legal clock, a stage or the money of a claim rests on",
        ("event_id",),
        (
            _text("event_id", True),
            _text("loan_id", True, references=LOAN),
            _text("proceeding_id"),
            _text("guarantee_id"),
            _text(
                "kind",
                True,
                choices=(
                    # What starts or restarts the limitation of the claim.
                    "acceleration",
                    "demand",
                    "public_notice",
                    "debit",
                    "part_payment",
                    "acknowledgement",
                    "guarantor_demand",
                    # The stages of a dispute, in the order of section 12.3; a demand is one too.
                    "negotiation",
                    "mediation",
                    "preservation",
                    "first_instance",
                    "appeal",
                    "effective",
                    "enforcement_filed",
                    "investigation",
                    "valuation",
                    "auction_1",
                    "auction_2",
                    "sell_off",
                    "debt_asset",
                    "terminated_round",
                    "closed",
                    # Money, and the insolvency of the debtor.
                    "cash",
                    "fee",
                    "fee_recovered",
                    "bankruptcy_notice",
                    "bankruptcy_claim",
                    # What keeps the creditor from acting, from its first day to its last.
                    "obstacle",
                ),
            ),
            _date("happened_on", True),
            # Of a notice of bankruptcy the last day on which claims may be filed; of an obstacle
            # the day on which it was gone, empty while it stands.
            _date("ends_on"),
            # A demand that did not reach the debtor interrupts nothing.
            Column("reached", "flag", default="true"),
            _amount("amount"),
        ),
    ),
    Table(
        "proceedings",
        "one row per proceeding about a claim: before a court or arbitrator, then its enforcement",
        ("proceeding_id",),
        (
            _text("proceeding_id", True),
            _text("loan_id", True, references=LOAN),
            _text(
                "kind",
                True,
                choices=(
                    "litigation",
                    "arbitration",
                    "payment_order",
                    "notarised_enforcement",
                    "security_realisation",
                ),
            ),
            _text("procedure", choices=("ordinary", "summary"), default="ordinary"),
            _text("court"),
            _date("filed_on", True),
            _date("accepted_on"),
            _date("hearing_on"),
            _amount("claimed"),
            _date("decided_on"),
            _text("decision", choices=("judgment", "ruling", "award", "settlement")),
            _text("outcome", choices=("won", "partly_won", "lost", "settled", "withdrawn")),
            _amount("upheld"),
            # Of it the general interest, on which late performance doubles nothing.
            _amount("upheld_interest"),
            _date("served_on"),
            _date("appealed_on"),
            _date("effective_on"),
            # The last day on which the debtor may perform by itself.
            _date("perform_by"),
            _date("enforcement_filed_on"),
            _date("enforcement_ended_on"),
            _text("enforcement_ending", choices=("paid", "terminated_round", "settled")),
        ),
    ),
    Table(
        "disposals",
        "one row per asset that is being realised, or was taken over for the debt",
        ("disposal_id",),
        (
            _text("disposal_id", True),
            _text("loan_id", True, references=LOAN),
            _text("collateral_id"),
            # The day of the default from which the days to cash are counted.
            _date("defaulted_on", True),
            _date("appraised_on"),
            _amount("appraised"),
            _date("auction_1_on"),
            _date("auction_2_on"),
            _date("sell_off_on"),
            _text(
                "way", choices=("auction_1", "auction_2", "sell_off", "private_sale", "debt_asset")
            ),
            _date("sold_on"),
            _amount("proceeds"),
            _amount("cost", default="0"),
            # Of an asset taken over: the day, its value then, and the day it was sold on.
            _date("acquired_on"),
            _amount("acquired_value"),
            _date("resold_on"),
            _amount("resold_for"),
            _text("asset_kind", choices=("property", "equity", "other")),
        ),
    ),
    Table(
        "settlements",
        "one row per offer to settle a claim in default for less",
        ("settlement_id",),
        (
            _text("settlement_id", True),
            _text("loan_id", True, references=LOAN),
            _date("offered_on", True),
            _date("approved_on"),
            _amount("claim", True),
            _amount("agreed"),
            _date("paid_on"),
            _amount("paid"),
            _text("approved_by"),
        ),
    ),
    Table(
        "contract_reviews",
        "one row per contract and review of its validity",
        ("review_id",),
        (
            _text("review_id", True),
            _text("loan_id", True, references=LOAN),
            _date("reviewed_on", True),
            _text("occasion", choices=("new", "stock"), default="new"),
        ),
    ),
    Table(
        "contract_defects",
        "one row per defect that a review found",
        ("defect_id",),
        (
            _text("defect_id", True),
            _text("review_id", True, references="contract_reviews.review_id"),
            _text("code", True, choices=tuple(f"CV{place:02}" for place in range(1, 16))),
            _text("severity", choices=("high", "medium", "low"), default="medium"),
            _date("remedied_on"),
        ),
    ),
    Table(
        "bureau",
        "one row per borrower and report of its debts at all banks",
        ("borrower_id", "reported_on"),
        (
            _text("borrower_id", True),
            _date("reported_on", True),
            _amount("total_debt"),
            _amount("debt_dpd90"),
            Column("any_npl", "flag"),
            Column("any_special_mention", "flag"),
            _integer("hard_inquiries_3m"),
        ),
    ),
    Table(
        "account_months",
        "one row per borrower and month end: its main account and its credit line here",
        ("borrower_id", "month_end"),
        (
            _text("borrower_id", True),
            _date("month_end", True, month_end=True),
            _amount("inflow"),
            _amount("account_balance", low=None),
            # What lay on the account three days before the month's instalments fell due, and these.
            _amount("balance_before_due", low=None),
            _amount("instalments_due"),
            _amount("credit_limit"),
            _amount("drawn"),
            _integer("over_limit_days"),
        ),
    ),
    Table(
        "statements",
        "one row per borrower and financial statement; figures are of the period, in yuan",
        ("borrower_id", "period_end"),
        (
            _text("borrower_id", True),
            _date("period_end", True),
            _integer("period_months", low=1, high=12, default="12"),
            _date("due_on"),
            # Empty while it has not come in; no figure counts before that day.
            _date("received_on"),
            _text("opinion", choices=("unqualified", "qualified", "adverse", "disclaimer", "none")),
            _amount("revenue", low=None),
            _amount("ebitda", low=None),
            _amount("interest_expense"),
            _amount("cash_tax"),
            _amount("operating_cash_flow", low=None),
            _amount("total_assets"),
            _amount("total_liabilities"),
            _amount("current_assets"),
            _amount("current_liabilities"),
            _amount("financing_debt"),
            _amount("debt_service_due"),
            Column("receivable_days", "number", low=0),
            Column("inventory_days", "number", low=0),
            Column("covenant_breached", "flag"),
        ),
    ),
    Table(
        "external_marks",
        "one row per public or bought-in fact about a borrower",
        ("mark_id",),
        (
            _text("mark_id", True),
            _text("borrower_id", True),
            _text(
                "kind",
                True,
                choices=(
                    "enforcement",
                    "dishonest",
                    "lawsuit",
                    "tax_arrears",
                    "tax_violation",
                    "abnormal_operation",
                    "licence_revoked",
                    "equity_frozen",
                    "equity_pledged",
                    "news",
                    "controller_missing",
                    "legal_representative_changed",
                    "bankruptcy_petition",
                    "rating_down",
                ),
            ),
            _date("happened_on", True),
            # The day from which the bank knew of it; without one, the day on which it happened.
            _date("recorded_on"),
            _date("ended_on"),
            _amount("amount"),
            # News 1 to 3 by weight; notches of a rating; a pledged share in per cent.
            Column("grade", "number", low=0),
        ),
    ),
    Table(
        "fund_uses",
        "one row per check of what a loan was used for",
        ("check_id",),
        (
            _text("check_id", True),
            _text("loan_id", True, references=LOAN),
            _date("due_on"),
            _date("proof_received_on"),
            _date("checked_on"),
            _text("result", choices=("as_agreed", "misused", "speculation", "unclear")),
            _date("returned_on"),
            _integer("split_payments", default="0"),
            # Of a misuse that was confirmed, how much of the loan it was.
            _amount("misused_amount"),
        ),
    ),
    Table(
        "fund_payments",
        "one row per payment made out of what a loan was drawn for",
        ("payment_id",),
        (
            _text("payment_id", True),
            _text("loan_id", True, references=LOAN),
            _date("paid_on", True),
            _amount("amount", True),
            _text("payee"),
            _text(
                "payee_kind",
                choices=(
                    "supplier",
                    "contractor",
                    "staff",
                    "merchant",
                    "home_seller",
                    "car_dealer",
                    "equity",
                    "securities",
                    "property",
                    "dividends",
                    "financial_assets",
                    "lending",
                ),
            ),
            # Paid by the bank to the payee (entrusted), or by the borrower out of its account.
            _text("method", choices=("entrusted", "self")),
            Column("payee_is_known", "flag", default="true"),
            Column("takes_cash_only", "flag", default="false"),
            _date("voucher_received_on"),
            # The day on which the money came back to the borrower or those related to it.
            _date("returned_on"),
        ),
    ),
    Table(
        "project_reports",
        "one row per project loan and report of its progress",
        ("loan_id", "reported_on"),
        (
            _text("loan_id", True, references=LOAN),
            _date("reported_on", True),
            # Shares of the whole: own capital paid in, loan drawn, work done.
            Column("capital_share", "number", low=0),
            Column("drawn_share", "number", low=0),
            Column("progress_share", "number", low=0),
        ),
    ),
    Table(
        "incidents",
        "one row per failure of a service or event of security",
        ("incident_id",),
        (
            _text("incident_id", True),
            _text("case_id"),
            _text("kind", True, choices=("service", "security")),
            _text("grade", choices=("p1", "p2", "p3"), default="p2"),
            Column("started_at", "timestamp", True),
            Column("detected_at", "timestamp"),
            Column("contained_at", "timestamp"),
            Column("restored_at", "timestamp"),
            Column("downtime_minutes", "number", low=0, default="0"),
            Column("is_planned", "flag", default="false"),
        ),
    ),
    Table(
        "contacts",
        "one row per attempt to reach a debtor",
        ("contact_id",),
        (
            _text("contact_id", True),
            _text("loan_id", True, references=LOAN),
            Column("contacted_at", "timestamp", True),
            _text("channel"),
            Column("is_answered", "flag"),
            Column("is_right_party", "flag"),
            # A machine's call, and otherwise who of the house called or went.
            Column("is_robot", "flag"),
            _text("staff_id"),
            # Whom it went to; a third party owes nothing.
            _text("party", choices=("debtor", "guarantor", "relative", "third_party")),
            # A recorded consent to be called in quiet hours.
            Column("has_consent", "flag"),
            # Whether a third party was told of the debt, and whether one asked not to be called.
            Column("told_debt", "flag"),
            Column("has_objected", "flag"),
        ),
    ),
    Table(
        "promises",
        "one row per promise to pay",
        ("promise_id",),
        (
            _text("promise_id", True),
            _text("loan_id", True, references=LOAN),
            _date("promised_on", True),
            _date("due_on", True),
            _amount("amount", True),
            _date("cancelled_on"),
        ),
    ),
    Table(
        "agency_placements",
        "one row per loan handed to an outside agency to collect; what the agency earns is a cost",
        ("placement_id",),
        (
            _text("placement_id", True),
            _text("loan_id", True, references=LOAN),
            _text("agency", True),
            _date("placed_on", True),
            # What the agency is to collect, as owed on that day.
            _amount("placed_amount", True),
            # The last day with the agency; empty: it still has it.
            _date("recalled_on"),
        ),
    ),
    Table(
        "phone_calls",
        "one row per call that came to a line of the house, answered or given up",
        ("call_id",),
        (
            _text("call_id", True),
            # What the line is for.
            _text("case_type", default="inquiry"),
            Column("offered_at", "timestamp", True),
            # Until it was answered, or until the caller gave up.
            Column("wait_seconds", "number", True, low=0),
            Column("is_answered", "flag", True),
            # The case that an answered call became: by it the answer is judged.
            _text("case_id"),
            _text("branch"),
        ),
    ),
    Table(
        "collection_costs",
        "one row per cost of collecting what is overdue, as accrued",
        ("cost_id",),
        (
            _text("cost_id", True),
            _date("incurred_on", True),
            _text("kind", True, choices=("staff", "agency", "legal", "telecom", "other")),
            _amount("amount", True),
            # Court fees that the debtor has to pay back.
            Column("is_refundable", "flag", default="false"),
            _text("branch"),
            _text("loan_id", references=LOAN),
        ),
    ),
    Table(
        "unmatched_receipts",
        "one row per sum received that belonged to no loan on the day it came",
        ("receipt_id",),
        (
            _text("receipt_id", True),
            _date("received_on", True),
            _amount("amount", True),
            _text("branch"),
            _text("channel"),
            # Empty while nobody knows whose it is.
            _date("matched_on"),
        ),
    ),
    Table(
        "documents",
        "one row per document that a loan's file must hold",
        ("loan_id", "kind"),
        (
            _text("loan_id", True, references=LOAN),
            _text("kind", True),
            # Empty while it is missing; a document without a last day stays valid.
            _date("received_on"),
            _date("valid_until"),
        ),
    ),
    Table(
        "document_lendings",
        "one row per time that an original was lent out of a loan's file",
        ("lending_id",),
        (
            _text("lending_id", True),
            _text("loan_id", True, references=LOAN),
            # Which of its documents, as in `documents`.
            _text("kind", True),
            _date("lent_on", True),
            # Empty while it is out.
            _date("returned_on"),
            # Who has it.
            _text("staff_id"),
        ),
    ),
    Table(
        "capital",
        "one row per reporting date",
        ("as_of",),
        (_date("as_of", True), _amount("net_capital"), _amount("tier1_capital")),
    ),
    Table(
        "funding_plan",
        "one row per line of the bank's funding plan as reported on one day",
        ("plan_id",),
        (
            _text("plan_id", True),
            _date("reported_on", True),
            _text(
                "item",
                True,
                choices=(
                    "disbursement_budget",
                    "funding_available",
                    "liability_outflow",
                    "committed_undrawn",
                    "liquidity_buffer",
                    "liquid_assets",
                    "liquid_liabilities",
                    "off_balance_maturing",
                    "lending_limit",
                ),
            ),
            # A budget has its month's last day, an outflow the day on which it falls due.
            _date("due_on"),
            _amount("amount", True),
            _text("source"),
        ),
    ),
    Table(
        "calendars",
        "one row per calendar: its hours and its usual working weekdays",
        ("calendar_id",),
        (
            _text("calendar_id", True),
            _text("name", True),
            _text("name_zh"),
            # Times of day as HH:MM; a break is optional.
            _text("opens_at", True),
            _text("closes_at", True),
            _text("break_from"),
            _text("break_until"),
            # The weekdays that are worked, 1 for Monday to 7 for Sunday, such as 12345.
            _text("weekdays", default="12345"),
        ),
    ),
    Table(
        "calendar_days",
        "one row per day on which a calendar departs from its weekdays: holidays, working weekends",
        ("calendar_id", "day"),
        (
            _text("calendar_id", True),
            _date("day", True),
            Column("is_workday", "flag", True),
            _text("name"),
            _text("name_zh"),
            _text("source"),
        ),
    ),
    Table(
        "departments",
        "one row per department of an organisation",
        ("department_id", "organisation"),
        (
            _text("department_id", True),
            # The parameter `organisation` says which of these is in force.
            _text("organisation", default="merged"),
            _integer("position"),
            _text("name", True),
            _text("name_zh"),
            _text("calendar_id"),
            # Departments of other organisations whose cases and people are this one's, by a space.
            _text("takes_over"),
            # Whether its head may see masked values in clear, one by one and with a reason.
            Column("may_unmask", "flag", default="false"),
            _text("head_id"),
            _integer("budgeted_posts"),
        ),
    ),
    Table(
        "staff",
        "one row per person",
        ("staff_id",),
        (
            _text("staff_id", True),
            _text("name"),
            _text("department_id", references=DEPARTMENT),
            _text("branch"),
            _text("grade"),
            _date("joined_on"),
            _date("left_on"),
            # The share of a full post, and the name under which the person signs in here.
            Column("fte", "number", low=0, high=1, default="1"),
            _text("login"),
        ),
    ),
    Table(
        "staff_leave",
        "one row per absence of a person",
        ("staff_id", "starts_on"),
        (
            _text("staff_id", True, references=STAFF),
            _date("starts_on", True),
            _date("ends_on", True),
            _text("kind", choices=("annual", "sick", "parental", "training", "other")),
        ),
    ),
    Table(
        "staff_time",
        "one row per person and month: hours paid, away, in training, and spent on the work",
        ("staff_id", "month_end"),
        (
            _text("staff_id", True, references=STAFF),
            _date("month_end", True, month_end=True),
            Column("paid_hours", "number", True, low=0),
            Column("leave_hours", "number", low=0, default="0"),
            Column("training_hours", "number", low=0, default="0"),
            Column("productive_hours", "number", low=0),
        ),
    ),
    Table(
        "case_types",
        "one row per type of case or check",
        ("case_type",),
        (
            _text("case_type", True),
            _text("name", True),
            _text("name_zh"),
            _text("kind", choices=("case", "check", "job")),
            # What one takes from end to end: the weight of a case, and the need for people.
            Column("standard_minutes", "number", low=0),
        ),
    ),
    Table(
        "service_levels",
        "one row per case type, measure, grade and validity: by when",
        ("case_type", "measure", "grade", "valid_from"),
        (
            _text("case_type", True),
            # Until it is closed, until the first answer, until a hand-over is accepted, or until an
            # original that was lent out is back.
            _text("measure", choices=("resolve", "respond", "accept", "return"), default="resolve"),
            # Of a case that is not like most: p1, complex, phone.
            _text("grade", default="standard"),
            # `agreed`: the day that was agreed, which is the one recorded with the case.
            _text("clock", True, choices=("working", "calendar", "agreed")),
            Column("amount", "number", True, low=0),
            _text("unit", choices=("minutes", "hours", "days"), default="days"),
            # Whose hours a working clock counts.
            _text("calendar_id"),
            # The event of the case from which it counts, the first of its kind; empty: the opening.
            # Until then the case has no target.
            _text("starts_with"),
            # The event of the case that keeps the promise, the first of its kind since the clock
            # started, whatever becomes of the case later; empty: the closing.
            _text("ends_with"),
            # The law's clock, which nothing stops; another may stop while a customer is waited for.
            Column("is_statutory", "flag", default="false"),
            Column("is_pausable", "flag", default="false"),
            _text("source"),
            _date("valid_from", default="1900-01-01"),
            _date("valid_to"),
        ),
    ),
    Table(
        "review_cycles",
        "one row per kind of borrower, state and validity: how often its credit is reviewed",
        ("borrower_kind", "state", "valid_from"),
        (
            _text("borrower_kind", True, choices=("retail", "small_business", "corporate")),
            # Of several states that a borrower is in the shortest cycle holds; a borrower of a kind
            # that is not there is never due.
            _text("state", choices=("any", "special_mention", "watchlist"), default="any"),
            _integer("months", True, low=1, high=120),
            _date("valid_from", default="1900-01-01"),
            _date("valid_to"),
            _text("source"),
        ),
    ),
    Table(
        "appraisal_terms",
        "one row per department, level, component and validity: what performance is judged by",
        ("department_id", "level", "component", "valid_from"),
        (
            _text("department_id", True),
            _text("level", choices=("department", "person"), default="department"),
            _text("component", True, choices=(*PERSONAL_COMPONENTS, *SHARED_COMPONENTS)),
            Column("weight", "number", True, low=0),
            # No points at the floor, all at the target; a target below the floor asks for less.
            Column("floor", "number", True),
            Column("target", "number", True),
            _date("valid_from", default="1900-01-01"),
            _date("valid_to"),
            _text("source"),
        ),
    ),
    Table(
        "contact_strategy",
        "one row per step, product and validity: which days past due, who is reached how, by when",
        ("step_id", "product", "valid_from"),
        (
            _text("step_id", True),
            _text("name", True),
            _text("name_zh"),
            # A product's own row stands in for the one of all products, `*`, while it is valid.
            _text("product", default="*"),
            # The days past due on which it begins and after which it is too late: below zero before
            # the due day, without an end where it never is.
            _integer("from_days", True, low=None),
            _integer("to_days", low=None),
            # What counts as doing it: attempts by any of these channels (as in contacts, and
            # robot), separated by a space, or this event of a case of this type.
            _text("channels"),
            _text("case_type"),
            _text("case_event", default="opened"),
            # By when, from the day on which it begins, on a calendar's workdays or any days.
            _integer("amount", True),
            _text("clock", choices=("working", "calendar"), default="calendar"),
            _text("calendar_id"),
            # Only of loans that were late within so many days before it begins.
            _integer("late_within_days", low=1),
            _text("source"),
            _date("valid_from", default="1900-01-01"),
            _date("valid_to"),
        ),
    ),
    Table(
        "duties",
        "one row per duty of a department of an organisation",
        ("duty_id", "organisation"),
        (
            _text("duty_id", True),
            _text("organisation", default="merged"),
            _integer("position"),
            _text("department_id", True, references=DEPARTMENT),
            _text("name", True),
            _text("name_zh"),
            _text("case_type"),
            _text("kind", choices=("case", "check", "job")),
            # The figures that tell how it is done, by their ids, separated by a space.
            _text("figure"),
            # What it owes when no row of service_levels says so.
            Column("service_level_days", "number", low=0),
            _text("clock", choices=("working", "calendar", "statutory")),
            _text("source"),
            _text("owner_id"),
        ),
    ),
    Table(
        "cases",
        "one row per case",
        ("case_id",),
        (
            _text("case_id", True),
            _text("department_id", True, references=DEPARTMENT),
            _text("case_type", True),
            _text("duty_id"),
            _text("loan_id", references=LOAN),
            _text("borrower_id"),
            _text("branch"),
            # Which of the type's service levels it has.
            _text("grade", default="standard"),
            # What it is about, in a word: whoever comes back with the same has not been helped.
            _text("topic"),
            Column("opened_at", "timestamp", True),
            Column("due_at", "timestamp"),
            Column("closed_at", "timestamp"),
            _text("owner"),
            _text("outcome"),
        ),
    ),
    Table(
        "case_events",
        "one row per event of a case",
        ("event_id",),
        (
            _text("event_id", True),
            _text("case_id", True, references="cases.case_id"),
            # opened, assigned, started, waiting, resumed, sent, accepted, returned, escalated,
            # promised, kept, broken, closed, reopened; any other is a step of the work.
            _text("event", True),
            Column("happened_at", "timestamp", True),
            _text("actor"),
            # Whom an `assigned` gives it to, where a `sent` sends it, what a `waiting` waits for.
            _text("to_staff"),
            _text("to_department"),
            _text("waits_for", choices=("customer", "court", "department", "other")),
            _text("note"),
        ),
    ),
    Table(
        "surveys",
        "one row per customer asked how a case was handled",
        ("survey_id",),
        (
            _text("survey_id", True),
            _text("case_id", True, references="cases.case_id"),
            _date("sent_on", True),
            # Empty where nobody answered.
            _date("answered_on"),
            _integer("satisfaction", low=1, high=5),
            # How likely it is that the customer would recommend us.
            _integer("recommend", low=0, high=10),
        ),
    ),
    Table(
        "signals",
        "one row per risk signal raised on a loan or a borrower",
        ("signal_id",),
        (
            _text("signal_id", True),
            _text("rule_id", True),
            _text("loan_id", references=LOAN),
            _text("borrower_id"),
            _date("raised_on", True),
            _date("cleared_on"),
            _text("severity"),
            _text("note"),
        ),
    ),
    Table(
        "watchlist",
        "one row per stay of a borrower on the watchlist",
        ("entry_id",),
        (
            _text("entry_id", True),
            _text("borrower_id", True),
            _date("entered_on", True),
            _date("left_on"),
            _text("level"),
            _text("reason"),
            _text("owner"),
            _date("next_review_on"),
            _date("plan_closed_on"),
            _text("approved_by"),
        ),
    ),
    Table(
        "watchlist_exits",
        "one row per exit from the watchlist that was approved in the app (python -m ui.exits)",
        ("exit_id",),
        (
            _text("exit_id", True),
            _text("borrower_id", True),
            _date("approved_on", True),
            # Staff numbers, or names to sign in by where a person has none.
            _text("proposed_by"),
            _text("approved_by", True),
        ),
    ),
    Table(
        "signal_rules",
        "one row per early-warning rule and validity",
        ("rule_id", "valid_from"),
        (
            _text("rule_id", True),
            _text(
                "family",
                True,
                choices=("behavioural", "financial", "external", "collateral", "use_of_funds"),
            ),
            _text("subject", True, choices=("loan", "borrower")),
            _text("name", True),
            _text("name_zh"),
            # A truth over the named facts of the subject, and what is shown of one that fired.
            _text("condition", True),
            _text("shown"),
            Column("threshold", "number"),
            _amount("points", True),
            Column("is_hard", "flag", default="false"),
            # The fact that counts the days since a single event; empty: the condition lasts.
            _text("age"),
            _text("severity", choices=("low", "medium", "high", "critical")),
            # Borrower kinds separated by commas; empty: all.
            _text("segment"),
            # The rule that this one stands in for where both fire, such as a longer delay.
            _text("overrides"),
            _date("valid_from", default="1900-01-01"),
            _date("valid_to"),
            _text("source"),
            _text("owner"),
        ),
    ),
    Table(
        "auditable_units",
        "one row per unit of the audit universe: what the auditors may plan to audit",
        ("unit_id",),
        (
            _text("unit_id", True),
            _text("name", True),
            _text("name_zh"),
            _text("kind", True, choices=("department", "branch", "product", "process", "system")),
            # The department that answers for it.
            _text("department_id", references=DEPARTMENT),
            _text("branch"),
            _text("product"),
            # Part of the universe from the first to the last of these days.
            _date("valid_from"),
            _date("valid_to"),
        ),
    ),
    Table(
        "unit_risk_assessments",
        "one row per assessment of the risk of an auditable unit",
        ("assessment_id",),
        (
            _text("assessment_id", True),
            _text("unit_id", True, references=UNIT),
            _date("assessed_on", True),
            _text("inherent_risk", choices=RISKS),
            _text("control_effectiveness", choices=("effective", "partly_effective", "weak")),
            # What remains after the controls: by it the unit's audits are planned.
            _text("rating", True, choices=RISKS),
            _text("assessed_by"),
        ),
    ),
    Table(
        "audit_engagements",
        "one row per audit of a unit: as the plan has it, and as it was carried out",
        ("engagement_id",),
        (
            _text("engagement_id", True),
            _text("unit_id", True, references=UNIT),
            _text("title"),
            _text("title_zh"),
            # False: not in a year's plan, added during it.
            Column("is_planned", "flag", default="true"),
            _integer("plan_year", low=1900, high=2200),
            # The plan as approved; what slips keeps these.
            _date("approved_on"),
            _date("planned_from"),
            _date("planned_to"),
            Column("planned_days", "number", low=0),
            _text("lead_auditor"),
            # As recorded last; how it stood on a day is read off the dates.
            _text("status", choices=("planned", "in_progress", "reported", "cancelled")),
            _date("started_on"),
            # The day of the report: the unit has been audited.
            _date("reported_on"),
            Column("days_spent", "number", low=0),
            _date("cancelled_on"),
        ),
    ),
    Table(
        "findings",
        "one row per audit finding",
        ("finding_id",),
        (
            _text("finding_id", True),
            _text("title", True),
            _text("title_zh"),
            _text("severity", True, choices=RISKS),
            _text(
                "status",
                True,
                choices=(
                    "draft",
                    "issued",
                    "action_plan",
                    "in_progress",
                    "submitted",
                    "verified_closed",
                    "rejected",
                    "risk_accepted",
                ),
            ),
            _text("department_id", references=DEPARTMENT),
            _text("branch"),
            _text("cause"),
            _date("issued_on", True),
            _date("due_on"),
            _date("current_due_on"),
            _date("closed_on"),
            # The last day on which what was done about it did not hold when audit looked.
            _date("rejected_on"),
            _integer("extensions", default="0"),
            _text("repeat_of", references="findings.finding_id"),
            # Where it was found, and in which audit; empty: outside one.
            _text("unit_id", references=UNIT),
            _text("engagement_id", references="audit_engagements.engagement_id"),
        ),
    ),
    Table(
        "finding_loans",
        "one row per finding and loan behind it",
        ("finding_id", "loan_id"),
        (
            _text("finding_id", True, references="findings.finding_id"),
            _text("loan_id", True, references=LOAN),
        ),
    ),
    Table(
        "finding_actions",
        "one row per action agreed on a finding",
        ("action_id",),
        (
            _text("action_id", True),
            _text("finding_id", True, references="findings.finding_id"),
            _text("action", True),
            _text("action_zh"),
            _text("owner"),
            _date("due_on"),
            _date("done_on"),
            _date("verified_on"),
            # Where what shows that it was done lies: a path, a number of the archive.
            _text("evidence"),
        ),
    ),
    Table(
        "ledger_balances",
        "one row per product and month end: what the general ledger says is lent",
        ("product", "month_end"),
        (
            _text("product", True),
            _date("month_end", True, month_end=True),
            _amount("balance", True, low=None),
        ),
    ),
    Table(
        "audit_tests",
        "one row per re-performance test: what it looks for, its owner, what it cannot see",
        ("test_id",),
        (
            _text("test_id", True),
            _integer("position"),
            _text("looks_for", True),
            _text("looks_for_zh"),
            _text("tolerance"),
            _text("tolerance_zh"),
            _text("owner"),
            _text("cannot_see"),
            _text("cannot_see_zh"),
            # The tables without whose facts it is not evaluated.
            _text("needs"),
            _text("needs_zh"),
        ),
    ),
    Table(
        "compliance_checks",
        "one row per compliance check",
        ("check_id",),
        (
            _text("check_id", True),
            _text("department_id", references=DEPARTMENT),
            _text("branch"),
            _date("checked_on", True),
            Column("is_planned", "flag", default="true"),
            _integer("items_tested"),
            _integer("items_passed"),
            _date("rectified_on"),
        ),
    ),
    Table(
        "parameters",
        "one row per rule or limit, product and validity",
        ("param_id", "regime", "product", "valid_from"),
        (
            _text("param_id", True),
            _text("regime", default="CN"),
            _text("product", default="*"),
            _text("value", True),
            _date("valid_from", default="1900-01-01"),
            _date("valid_to"),
            _text("source"),
        ),
    ),
)

BY_NAME: dict[str, Table] = {table.name: table for table in TABLES}
