"""What an auditor leaves with: evidence of a loan, a finding or a sample, as the reader sees it."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial

import pandas as pd
import streamlit as st

from queries import reports
from queries.warehouse import Scope
from ui import (
    access,
    arithmetic,
    evidence_file,
    exceptions_told,
    export,
    formats,
    lists,
    reperformed,
    visit,
)
from ui.evidence_file import Evidence, Facts, Made, Part
from ui.finding_desk import Entry
from ui.i18n import in_language, language, name, t
from ui.tables import Column, Columns

KINDS: tuple[tuple[str, str, str, Callable[[Evidence], Made]], ...] = (
    ("xlsx", "Excel", export.EXCEL, evidence_file.as_workbook),
    ("html", "HTML", "text/html", evidence_file.as_html),
)
EXCEPTIONS: dict[str, Column] = {
    "test_id": Column("Test", codes="test_id"),
    "kind": Column("What is wrong", codes="exception_kind"),
    "loan_id": Column("Loan"),
    "happened_on": Column("Day", "date"),
    "recorded": Column("Recorded", "number"),
    "recomputed": Column("Recomputed", "number"),
    "unit": Column("In"),
    "amount": Column("Amount at stake", "money"),
    "reference": Column("Reference"),
}
DEFINITIONS: dict[str, str] = {
    "Days past due": (
        "The date looked at less the due date of the oldest instalment before it that is not fully"
        " paid; 0 where there is none (2.1)."
    ),
    "Class floor": (
        "The best class that the rules allow; the worse of it and the booked class counts (4.1)."
    ),
    "Balance": "Principal drawn and not repaid, of loans on the book.",
}


def offer(name: str, about: str, scope: Scope, build: Callable[[Facts], Evidence]) -> None:
    """Two buttons that make the file when they are pressed; logged before it is handed over.

    `about` names the record in the log, such as loan_id=L1; `build` is given the file's own facts.
    The click is answered outside of the run: what only the run knows is told here.
    """
    taken, head = export.taken_here(), cover(scope)
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.caption(t("Evidence in one file, with a checksum:"), width="content")
        for kind, label, mime, write in KINDS:
            st.download_button(
                label,
                data=made(name, kind, about, partial(build, head), write, taken),
                file_name=f"evidence_{name}_{stamp}.{kind}",
                mime=mime,
                key=f"evidence_{name}_{kind}",
                type="tertiary",
                icon=":material/verified_user:",
                on_click="ignore",
                help=t("Everything that you may see of it, and the command that verifies it."),
            )


def made(
    name: str,
    kind: str,
    about: str,
    build: Callable[[], Evidence],
    write: Callable[[Evidence], Made],
    taken: export.Taken,
) -> Callable[[], bytes]:
    """What makes the file when it is asked for; logged, or not handed out."""

    def make() -> bytes:
        with in_language(taken.speaks):
            file = write(build())
        access.export(
            taken.here.user,
            taken.here.page,
            f"evidence_{name}.{kind} {about}",
            taken.view,
            row_count=file.rows,
            result=f"ok {evidence_file.LABEL} {file.checksum}",
            address=taken.address,
        )
        return file.content

    return make


def cover(scope: Scope) -> Facts:
    """Bank or demo, as-of, build, filters, page and reader."""
    here = visit.now()
    return (
        *export.scope_facts(scope),
        (t("Page"), here.title),
        (t("Reader"), f"{here.user.name} ({here.user.username})"),
    )


def _written(head: Facts) -> Facts:
    return (*head, (t("Written at"), datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")))


OF_SAMPLES: dict[str, str] = {
    "Interval": (
        "Value of the population over the size of the sample; an item no smaller is looked at whole"
        " (14.3)."
    ),
    "Most likely error": "The errors found, projected on the whole population (14.3).",
    "Upper limit": (
        "What the errors of the population do not exceed, as surely as the confidence says (14.3)."
    ),
}


def definitions(terms: Mapping[str, str] = DEFINITIONS) -> Facts:
    """The terms that a file explains."""
    return tuple((t(term), t(said)) for term, said in terms.items())


def tests_told(scope: Scope, found: pd.DataFrame) -> Facts:
    """Of each test that found some of these exceptions what it looks for and cannot see."""
    tests, ending = reports.audit_tests(scope), "_zh" if language() == "zh" else ""
    return tuple(
        (
            name("test_id", test["test_id"]),
            t(
                "{looks_for}. Tolerance: {tolerance}. Cannot see: {cannot_see}.",
                **{key: test[f"{key}{ending}"] for key in ("looks_for", "tolerance", "cannot_see")},
            ),
        )
        for _, test in tests[tests["test_id"].isin(found["test_id"])].iterrows()
    )


def _exceptions(scope: Scope, loans: tuple[str, ...]) -> pd.DataFrame:
    return _told(reports.exceptions_of(scope, loans))


def _told(found: pd.DataFrame) -> pd.DataFrame:
    return exceptions_told.in_units(reperformed.in_words(found))


def of_loan(
    head: Facts, scope: Scope, loan: pd.Series, facts: Facts, parts: dict[str, Columns]
) -> Evidence:
    """A loan: its facts, how its days past due came about, instalments, payments, months, findings.

    `parts` are the columns of instalments, payments and history.
    """
    loan_id = str(loan.loan_id)
    instalments = reports.loan_instalments(scope, loan_id)
    payments = reports.loan_payments(scope, loan_id)
    steps = arithmetic.told_steps(
        loan, instalments, payments, reports.performed_terms(scope, loan_id)
    )
    exceptions = _exceptions(scope, (loan_id,))
    return Evidence(
        t("Evidence on loan {n}", n=loan_id),
        _written(head),
        facts,
        tuple(steps),
        (*definitions(), *tests_told(scope, exceptions)),
        (
            Part(
                t("Instalments"),
                parts["instalments"],
                arithmetic.with_payments(scope, loan_id, instalments),
            ),
            Part(t("Payments"), parts["payments"], payments),
            Part(t("Month ends"), parts["history"], reports.loan_history(scope, loan_id)),
            Part(t("Exceptions"), EXCEPTIONS, exceptions),
            Part(
                t("Audit findings"),
                parts["findings"],
                lists.in_words(reports.loan_findings(scope, loan_id)),
            ),
        ),
    )


def of_finding(
    head: Facts,
    scope: Scope,
    finding_id: str,
    facts: Facts,
    parts: dict[str, Columns],
    done: pd.DataFrame,
) -> Evidence:
    """A finding: its facts, actions, what was done about it in the app, the loans behind it, and
    what re-performance says of them. `parts` are the columns of actions, done and loans.
    """
    behind = reports.finding_loans(scope, finding_id)
    exceptions = _exceptions(scope, tuple(behind["loan_id"]))
    return Evidence(
        t("Evidence on finding {n}", n=finding_id),
        _written(head),
        facts,
        (),
        (*definitions(), *tests_told(scope, exceptions)),
        (
            Part(
                t("Actions"),
                parts["actions"],
                lists.in_words(reports.finding_actions(scope, finding_id)),
            ),
            Part(t("Done here since the file"), parts["done"], done),
            Part(t("Loans behind it"), parts["loans"], behind),
            Part(t("Exceptions"), EXCEPTIONS, exceptions),
        ),
    )


def of_raised_finding(
    head: Facts,
    scope: Scope,
    raised: Entry,
    facts: Facts,
    parts: dict[str, Columns],
    done: pd.DataFrame,
) -> Evidence:
    """A finding raised in the app: its facts, the exception it came from with its steps, what was
    done about it, and the loans. `parts` are the columns of what was done and of the loans.
    """
    found = reports.exception_detail(scope, raised.exception_id)
    steps = reperformed.sentences(scope, found.iloc[0]) if len(found) else []
    loans = reperformed.loans_behind(scope, found)
    others = _exceptions(scope, tuple(loans["loan_id"]))
    return Evidence(
        t("Evidence on finding {n}", n=raised.finding_id),
        _written(head),
        facts,
        tuple(steps),
        (*definitions(), *tests_told(scope, pd.concat([found, others]))),
        (
            Part(t("The exception that it came from"), EXCEPTIONS, _told(found)),
            Part(t("Done here"), parts["done"], done),
            Part(t("Loans behind it"), parts["loans"], loans),
            Part(t("Exceptions"), EXCEPTIONS, others),
        ),
    )


def of_sample(
    head: Facts,
    number: int,
    facts: Facts,
    said: tuple[str, ...],
    parts: tuple[Part, ...],
) -> Evidence:
    """A sample: what it rests on, its work papers, what they say, and how that comes about."""
    return Evidence(
        t("Evidence on sample {n}", n=formats.count(number)),
        _written(head),
        facts,
        said,
        definitions(OF_SAMPLES),
        parts,
    )
