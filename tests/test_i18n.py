"""Every visible text exists in both languages, and numbers read as each reader's."""

import ast
import csv
import importlib
import json
import re
import string
from pathlib import Path

import duckdb
import pytest

import app
from data.book.names import BRANCHES
from data.book.products import PRODUCT_CODES
from queries.metrics import METRICS
from ui import formats, names
from ui.i18n import LANGUAGES, in_language, md, name, t
from ui.theme import BROKEN, NEAR, WITHIN

ROOT = Path(__file__).resolve().parent.parent
SHOWN = [ROOT / "app.py", *(ROOT / "ui").glob("*.py"), *(ROOT / "pages").rglob("*.py")]
WORDS = json.loads((ROOT / "ui" / "zh.json").read_text("utf-8"))
# Tuples and dicts of English text that pages translate where they draw it.
LISTED = {
    "ui.exceptions_told": ("KINDS_SAID", "TESTS_SAID", "UNITS"),
    "pages.portfolio.bridge": ("PERIOD_NAMES", "TITLES"),
    "pages.records.loan": ("VIEWS",),
    "pages.risk.watchlist": ("PARTS",),
    "ui.watch_order": ("ORDERS",),
    "pages.departments.workload": ("VIEWS",),
    "pages.departments.desk": ("FIGURES",),
    "pages.departments.handovers": ("SHOWN", "VIEWS"),
    "ui.routes": ("PERIODS", "ANSWERS"),
    "pages.departments.department": ("ALLOWED", "ALLOWED_ONE"),
    "ui.department_sections": ("NAMED",),
    "ui.duties": ("STATES",),
    "pages.departments.collections": ("CHAPTERS",),
    "ui.collecting": ("OUTCOMES", "RULES", "WEIGHTS"),
    "ui.case_lists": ("STATES",),
    "pages.audit.findings": ("STATES",),
    "pages.audit.audit_plan": ("UNIT_STATES", "AUDIT_STATES"),
    "pages.audit.restatements": ("UNITS",),
    "ui.exception_cuts": ("CUTS",),
    "ui.evidence": ("DEFINITIONS", "OF_SAMPLES"),
    "pages.reference.lineage": ("VIEWS",),
    "pages.audit.access_log": ("PERIODS", "VIEWS"),
    "pages.audit.sampling": ("VIEWS", "REFUSED", "SCREENS"),
    "ui.access_figures": ("NAMES", "MEANINGS", "LIMITS"),
    "pages.reference.metrics": ("SOURCES", "UNITS"),
    "ui.record": ("FIELDS",),
    "ui.model_test": ("VERDICTS",),
    "ui.model_loans": ("WHY",),
    "ui.model_card": ("WITHOUT",),
    "ui.desk_forms": ("WORDS", "DEEDS"),
    "ui.legal_story": ("LAPSES",),
    "ui.legal_dates": ("SHOWN", "SOURCES"),
    "ui.use_of_funds": ("RULES", "WORDS"),
}
# Streamlit's ways to show a text: the arguments that a reader sees.
SHOWS = {"title", "header", "subheader", "caption", "markdown", "text", "info", "warning", "error"}
SHOWS |= {"success", "button", "badge", "metric", "expander", "selectbox", "multiselect", "toggle"}
SHOWS |= {"text_input", "number_input", "segmented_control", "download_button", "write", "dialog"}
SEEN = {"label", "help", "placeholder", "title", "alt"}
# Names that are the same in every language.
SAME = {"Excel", "CSV"}


def called(node: ast.Call) -> str:
    """The plain name of what is called."""
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def is_log(node: ast.Call) -> bool:
    """True for a line of the log, which is for the people who run the app."""
    owner = node.func.value if isinstance(node.func, ast.Attribute) else None
    return isinstance(owner, ast.Name) and owner.id == "log"


def calls(path: Path) -> list[ast.Call]:
    """Every call in a file."""
    return [n for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.Call)]


def constant(node: ast.expr) -> str:
    """The text of a literal, or nothing."""
    value = node.value if isinstance(node, ast.Constant) else ""
    return value if isinstance(value, str) else ""


def wanted() -> dict[str, str]:
    """Every English text that may be shown, and where it comes from."""
    found: dict[str, str] = {}
    for path in SHOWN:
        tables = "from ui.tables import" in path.read_text("utf-8") or path.stem in (
            "tables",
            "overview",
            "ageing",
        )
        for node in calls(path):
            if node.args and (called(node) == "t" or (tables and called(node) == "Column")):
                found[constant(node.args[0])] = str(path.relative_to(ROOT))
    for page in app.PAGES:
        found |= dict.fromkeys((page.title, page.question, page.section), "app.PAGES")
    for words in (*names.LABELS.values(), names.DIMENSIONS):
        found |= dict.fromkeys(words.values(), "ui.names")
    for metric in METRICS.values():
        said = (metric.name, metric.meaning, metric.owner, metric.reference, metric.no_limit)
        said += (metric.without,)
        found |= dict.fromkeys(said, metric.id)
    found |= dict.fromkeys((light.word for light in (WITHIN, NEAR, BROKEN)), "ui.theme")
    for module, attributes in LISTED.items():
        for attribute in attributes:
            found |= dict.fromkeys(
                getattr(importlib.import_module(module), attribute).values(), module
            )
    with (ROOT / "data" / "parameters.csv").open(encoding="utf-8") as file:
        found |= dict.fromkeys((row["source"] for row in csv.DictReader(file)), "parameters.csv")
    with (ROOT / "data" / "signal_rules.csv").open(encoding="utf-8") as file:
        said = [text for row in csv.DictReader(file) for text in (row["source"], row["owner"])]
        found |= dict.fromkeys(said, "signal_rules.csv")
    for table in ("duties", "service_levels", "calendar_days"):
        path = ROOT / "data" / "organisation" / f"{table}.csv"
        with path.open(encoding="utf-8") as file:
            found |= dict.fromkeys((row["source"] for row in csv.DictReader(file)), path.name)
    found.pop("", None)
    return found


def test_every_text_has_a_translation():
    missing = {text: where for text, where in wanted().items() if text not in WORDS}
    assert not missing


def test_every_translation_keeps_the_places_for_values():
    def places(text: str) -> list[str]:
        return sorted(field for _, field, _, _ in string.Formatter().parse(text) if field)

    wrong = [text for text, chinese in WORDS.items() if places(text) != places(chinese)]
    assert not wrong


def test_a_number_stands_apart_from_the_chinese_before_it():
    # After it too, unless what is filled in ends with a unit of its own.
    number = r"\{(?:n|day|days|amount|share|rate|points|score|hours)\}"
    assert not [said for said in WORDS.values() if re.search(f"[\u4e00-\u9fff]{number}", said)]


def test_translations_are_chinese():
    same = {
        "PAR 1",
        "PAR 30",
        "PAR 60",
        "PAR 90",
        "P1",
        "P2",
        "P3",
        "{n} pp",
        "{said} = the {part}",
    }
    same |= {"{n} of {total} loans"}
    plain = [w for w, said in WORDS.items() if not re.search(r"[\u3000-\u9fff、，。；：]", said)]
    assert set(plain) <= same


@pytest.mark.parametrize("path", SHOWN, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_english_is_stuck_in_code(path):
    stuck = []
    for node in calls(path):
        if called(node) in SHOWS and not is_log(node):
            seen = [*node.args[:1], *(k.value for k in node.keywords if k.arg in SEEN)]
            stuck += [constant(each) for each in seen]
            stuck += [
                constant(part)
                for each in seen
                if isinstance(each, ast.JoinedStr)
                for part in each.values
            ]
    stuck = [text for text in stuck if re.search(r"[A-Za-z]{3,}", text) and text not in SAME]
    # Icons, colours and the command lines of the server are not sentences.
    assert not [
        text for text in stuck if not re.fullmatch(r"[\s#:*\[\]]*(:[a-z_/\[\]:]+)?[\s#:*]*", text)
    ]


def test_the_demo_books_names_are_translated():
    assert set(BRANCHES) <= set(WORDS)
    with in_language("zh"):
        for product in PRODUCT_CODES:
            assert name("product", product) != product


CODES = {
    "case_type": "raw.cases",
    "outcome": "raw.cases",
    "event": "raw.case_events",
    "cause": "raw.findings",
    "channel": "raw.repayments",
    "purpose": "raw.loans",
    "repayment_method": "raw.loans",
    "collateral_kind": "raw.loans",
    "region": "raw.borrowers",
    "industry": "raw.borrowers",
    "test_id": "marts.audit_tests",
    "dimension": "marts.data_quality",
    "department_id": "raw.departments",
    "grade": "raw.staff",
    "waits_for": "raw.case_events",
    "evidence": "raw.write_offs",
}


def test_the_demo_books_codes_are_translated(demo_build):
    with duckdb.connect(str(demo_build), read_only=True) as book:
        asked = [f"select distinct '{code}', {code} from {table}" for code, table in CODES.items()]
        rows = [row for sql in asked for row in book.execute(sql).fetchall() if row[1]]
    codes = [("quality_dimension" if kind == "dimension" else kind, code) for kind, code in rows]
    assert len(codes) > 150
    with in_language("zh"):
        english = [row for row in codes if not re.search("[\u4e00-\u9fff]", name(*row))]
    assert not english


def test_a_code_that_nobody_knows_is_its_own_name():
    for language in LANGUAGES:
        with in_language(language):
            assert name("branch", "Utrecht") == "Utrecht"
            assert name("product", "bnpl_4x") == "bnpl_4x"
            assert name("classification", 2.0) != "2.0"
            assert name("classification", None) == "—"


@pytest.mark.parametrize(
    ("value", "english", "chinese"),
    [
        (None, "—", "—"),
        (float("nan"), "—", "—"),
        (0, "0.00", "0.00"),
        (999.5, "1.00 k", "999.50"),
        (9_999, "10.00 k", "1.00万"),
        (12_345, "12.35 k", "1.23万"),
        (-12_345, "-12.35 k", "-1.23万"),
        (999_600, "1.00 M", "99.96万"),
        (123_456_789, "123.46 M", "1.23亿"),
        (12_345_678_901, "12.35 bn", "123.46亿"),
    ],
)
def test_money_in_the_readers_habit(value, english, chinese):
    for language, said in (("en", english), ("zh", chinese)):
        with in_language(language):
            assert formats.money(value) == said


@pytest.mark.parametrize(
    ("unit", "now", "before", "said"),
    [
        ("ratio", 0.0318, 0.0276, "+0.42 pp"),
        ("ratio", None, 0.0276, None),
        ("money", 1100.0, 1000.0, "+100.00 (+10.0%)"),
        ("money", 1000.0, 0.0, "+1.00 k"),
        ("count", 8, 10, "-2 (-20.0%)"),
    ],
)
def test_a_change_has_a_sign_and_a_unit(unit, now, before, said):
    assert formats.change(unit, now, before) == said


def test_percentages_have_two_decimals_and_nothing_is_a_dash():
    assert formats.percent(0.03184) == "3.18%"
    assert formats.percent(None) == "—"
    assert formats.day(None) == "—"
    assert formats.text("") == "—"


@pytest.mark.parametrize(
    "value",
    ["**bold**", "![](http://x/y.png)", "$x^2$", ":red[x]", "# head", "[a](b)", "<b>", "`c`"],
)
def test_values_from_data_are_literal_where_markdown_is_read(value):
    said = md(value)
    assert said.replace("\\", "") == value
    assert not re.search(r"(?<!\\)[\[\]*`$<>#:!]", said)


def test_an_unknown_text_is_itself_and_values_are_filled_in():
    with in_language("zh"):
        assert t("A sentence that nobody wrote") == "A sentence that nobody wrote"
        assert t("{n} days", n=3) == "3 天"


@pytest.mark.parametrize("word", ["出表", "分组"])
def test_one_thing_has_one_word(word):
    """A loan paid off has not been derecognised (出表); a segment is 分部 on every page."""
    assert not [text for text in WORDS.values() if word in text]
