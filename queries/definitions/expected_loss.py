"""Stages as computed, expected loss, and how it moved in a month (section 5)."""

from queries.measures import Metric

EXPECTED_LOSS = Metric(
    "expected_loss",
    "Expected loss, baseline",
    "ecl",
    source="expected_losses",
    rising_is_good=False,
    meaning="Expected credit loss of the loans on the book: of the next twelve months in stage"
    " 1, of the whole life in stage 2, balance less what is still to be recovered in"
    " stage 3. PD, LGD and exposure as estimated here: the baseline, no other scenario.",
    rule="5",
    reference="IFRS 9 5.5.17",
    owner="Risk management",
)
EXPECTED_LOSS_12M = Metric(
    "expected_loss_12m",
    "Expected loss, 12 months",
    "ecl_12m",
    source="expected_losses",
    rising_is_good=False,
    meaning="Expected credit loss of the next twelve months of every loan, whatever its stage;"
    " in stage 3 balance less what is still to be recovered.",
    rule="5",
    is_convention=True,
    owner="Risk management",
)
EXPECTED_LOSS_LIFE = Metric(
    "expected_loss_life",
    "Expected loss, lifetime",
    "ecl_life",
    source="expected_losses",
    rising_is_good=False,
    meaning="Expected credit loss over the whole life of every loan, whatever its stage; in"
    " stage 3 balance less what is still to be recovered.",
    rule="5",
    is_convention=True,
    owner="Risk management",
)
EXPECTED_LOSS_RATE = Metric(
    "expected_loss_rate",
    "Expected loss rate",
    "ecl",
    "balance",
    source="expected_losses",
    unit="ratio",
    rising_is_good=False,
    meaning="Expected loss, by the stage of each loan, over the balance.",
    rule="5",
    is_convention=True,
    owner="Risk management",
)
ALLOWANCE_TO_LOSS = Metric(
    "allowance_to_loss",
    "Allowance to baseline loss",
    "allowance",
    "ecl",
    source="expected_losses",
    unit="ratio",
    rising_is_good=True,
    meaning="Loss allowance recorded over the expected loss as computed, the baseline: below"
    " 100 % less is set aside than is expected to be lost without any other scenario.",
    rule="5",
    is_convention=True,
    owner="Risk management",
)
STAGE2_SHARE = Metric(
    "stage2_share",
    "Stage 2 share",
    "stage2_balance",
    "balance",
    source="expected_losses",
    unit="ratio",
    rising_is_good=False,
    meaning="Balance of loans in stage 2 as computed (a significant increase in credit risk, no"
    " default) over the balance.",
    rule="5",
    reference="IFRS 9 5.5.3, 5.5.11",
    owner="Risk management",
)
STAGE3_SHARE = Metric(
    "stage3_share",
    "Stage 3 share",
    "stage3_balance",
    "balance",
    source="expected_losses",
    unit="ratio",
    rising_is_good=False,
    meaning="Balance of loans in stage 3 as computed (in default, or not yet three month ends"
    " out of it) over the balance.",
    rule="5",
    reference="IFRS 9 Appendix A, B5.5.37",
    owner="Risk management",
)
STAGE1_LOSS = Metric(
    "stage1_loss",
    "Expected loss, stage 1",
    "stage1_ecl",
    source="expected_losses",
    rising_is_good=False,
    meaning="Expected loss of the loans in stage 1 as computed: of twelve months.",
    rule="5",
    is_convention=True,
    owner="Risk management",
)
STAGE2_LOSS = Metric(
    "stage2_loss",
    "Expected loss, stage 2",
    "stage2_ecl",
    source="expected_losses",
    rising_is_good=False,
    meaning="Expected loss of the loans in stage 2 as computed: of their whole life.",
    rule="5",
    is_convention=True,
    owner="Risk management",
)
STAGE3_LOSS = Metric(
    "stage3_loss",
    "Expected loss, stage 3",
    "stage3_ecl",
    source="expected_losses",
    rising_is_good=False,
    meaning="Expected loss of the loans in stage 3 as computed: balance less what is still to"
    " be recovered.",
    rule="5",
    is_convention=True,
    owner="Risk management",
)
STAGE_MISMATCH = Metric(
    "stage_mismatch",
    "Stage mismatch, balance",
    "stage_mismatch_balance",
    source="expected_losses",
    rising_is_good=False,
    meaning="Balance of loans whose stage as recorded by the bank is another than the one"
    " computed by the rules.",
    rule="5",
    is_convention=True,
    owner="Risk management",
)
STAGE_MISMATCH_LOANS = Metric(
    "stage_mismatch_loans",
    "Stage mismatch, loans",
    "stage_mismatch_count",
    source="expected_losses",
    unit="count",
    rising_is_good=False,
    meaning="Loans whose stage as recorded by the bank is another than the one computed by the"
    " rules.",
    rule="5",
    is_convention=True,
    owner="Risk management",
)
STAGE_BETTER = Metric(
    "stage_better",
    "Stage recorded too good",
    "stage_better_balance",
    source="expected_losses",
    rising_is_good=False,
    meaning="Balance of loans recorded in a better stage than the one computed by the rules.",
    rule="5",
    is_convention=True,
    owner="Risk management",
)
ECL_OPENING = Metric(
    "ecl_opening",
    "Opening expected loss",
    "opening_ecl",
    source="expected_losses",
    meaning="Expected loss at the month end before of the loans on the book then.",
    rule="5",
    reference="IFRS 7.35H",
    owner="Risk management",
)
ECL_NEW = Metric(
    "ecl_new",
    "New loans",
    "new_ecl",
    source="expected_losses",
    meaning="Expected loss at the month end of loans that were not on the book a month before.",
    rule="5",
    reference="IFRS 7.35H",
    owner="Risk management",
)
ECL_DERECOGNISED = Metric(
    "ecl_derecognised",
    "Paid off, sold or gone",
    "derecognised_ecl",
    source="expected_losses",
    meaning="Expected loss a month before of loans that were paid off, sold or are no longer on"
    " the record, taken away.",
    rule="5",
    reference="IFRS 7.35H",
    owner="Risk management",
)
ECL_STAGE = Metric(
    "ecl_stage",
    "Stage moves",
    "stage_ecl",
    source="expected_losses",
    meaning="What the move to another stage changed: the loan with the exposure and the"
    " parameters of the month before, in the stage of now less in the stage of then.",
    rule="5",
    reference="IFRS 7.35H",
    owner="Risk management",
)
ECL_PD = Metric(
    "ecl_pd",
    "Probability of default",
    "pd_ecl",
    source="expected_losses",
    meaning="What the probability of default changed: another bucket within the stage, and the"
    " matrix of now for the one of the month before; exposure as it was.",
    rule="5",
    reference="IFRS 7.35H",
    owner="Risk management",
)
ECL_LGD = Metric(
    "ecl_lgd",
    "Loss given default",
    "lgd_ecl",
    source="expected_losses",
    meaning="What the estimate of loss given default changed: that of now for the one of the"
    " month before; exposure as it was.",
    rule="5",
    reference="IFRS 7.35H",
    owner="Risk management",
)
ECL_EXPOSURE = Metric(
    "ecl_exposure",
    "Exposure",
    "exposure_ecl",
    source="expected_losses",
    meaning="What the exposure changed: balance, months still to run and rate of now for those"
    " of the month before, and partial write-offs.",
    rule="5",
    reference="IFRS 7.35H",
    owner="Risk management",
)
ECL_WRITTEN_OFF = Metric(
    "ecl_written_off",
    "Written off, expected loss",
    "written_off_ecl",
    source="expected_losses",
    meaning="Expected loss a month before of loans that were written off in the month, taken away.",
    rule="5",
    reference="IFRS 7.35H",
    owner="Risk management",
)
