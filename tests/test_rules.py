"""The rules of the house that a machine can read: who imports whom, what stands beside what."""

import ast
import importlib
import inspect
import json
import re
from pathlib import Path

import pytest

from data.models import MADE, MODELS
from queries import reports
from queries.metrics import DIMENSIONS, METRICS

ROOT = Path(__file__).resolve().parent.parent
REPORTS = sorted((ROOT / "queries" / "reports").glob("*.sql"))
HOUSE = {"data", "queries", "ui", "pages", "app", "tests"}

# Layer: the layers it may import, and the libraries it must leave to others.
LAYERS: dict[str, tuple[set[str], set[str]]] = {
    "data": ({"data"}, {"streamlit", "plotly", "altair", "pandas"}),
    "queries": ({"queries"}, {"plotly", "altair", "sqlalchemy"}),
    "ui": ({"queries", "ui"}, {"duckdb"}),
    "pages": ({"queries", "ui"}, {"duckdb", "sqlalchemy"}),
    "app": ({"pages", "queries", "ui"}, {"duckdb", "sqlalchemy"}),
}


def _modules() -> list[Path]:
    found = [ROOT / "app.py"]
    for layer in LAYERS:
        found += (ROOT / layer).rglob("*.py")
    return sorted(found)


def _imported(path: Path) -> set[str]:
    """The full names that a module imports, `from a import b` as `a.b`."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports by relative name"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def _layer(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", _modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_layer_imports_only_what_it_may(path):
    layer = _layer(path)
    allowed, left_to_others = LAYERS[layer]
    tops = {name.split(".")[0] for name in _imported(path)}
    assert tops & HOUSE <= allowed
    assert not tops & left_to_others
    if layer == "queries" and path.name != "warehouse.py":
        assert "streamlit" not in tops, "only the warehouse knows the cache"
    if layer == "pages":
        assert not [name for name in _imported(path) if name.startswith("pages")]


def test_every_module_and_every_public_function_says_what_it_is_for():
    silent = []
    for path in _modules():
        if path.name == "__init__.py":
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        where = str(path.relative_to(ROOT))
        if not ast.get_docstring(tree):
            silent.append(where)
        silent += [
            f"{where}:{node.name}"
            for node in tree.body
            if isinstance(node, (ast.FunctionDef, ast.ClassDef))
            and not node.name.startswith("_")
            and not ast.get_docstring(node)
        ]
    assert not silent


def test_nothing_in_pages_can_be_opened_by_its_address():
    # A script straight in pages/ runs for whoever asks for it, signed in or not.
    assert [path.name for path in (ROOT / "pages").glob("*.py")] == ["__init__.py"]


@pytest.mark.parametrize(
    "path",
    [path for path in _modules() if _layer(path) == "pages"],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_a_page_defines_and_never_runs(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in tree.body:
        said = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        defines = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.Assign)
        assert said or isinstance(node, (*defines, ast.AnnAssign)), ast.dump(node)


@pytest.mark.parametrize(
    "path",
    [path for path in _modules() if _layer(path) in ("pages", "ui", "app")],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_what_is_shown_holds_no_sql(path):
    if path.is_relative_to(ROOT / "ui" / "workspace") or path.name in ("workspace.py", "store.py"):
        return  # the workspace store has its own tables
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            assert not re.search(r"(?i)\bselect\b[^.]*\bfrom\s+\w+[_.]\w+", node.value)


def test_no_form_empties_itself_before_what_was_typed_is_written():
    """The browser would clear it over a refusal too: ui/drafts.py empties it once it is kept."""
    for path in _modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "clear_on_submit":
                assert ast.unparse(node.value) == "False", path


# --- SQL ---


def test_models_are_the_files_on_disk():
    layers = ("staging", "intermediate", "marts")
    files = {f"{layer}/{p.stem}" for layer in layers for p in (ROOT / "queries" / layer).iterdir()}
    assert set(MODELS) - set(MADE) == files
    assert len(MODELS) == len(files) + len(MADE)


def test_every_report_is_a_file_and_a_function_of_one_name():
    functions = {
        name
        for name, function in inspect.getmembers(reports, inspect.isfunction)
        if inspect.getfile(function).startswith(str(ROOT / "queries" / "reports"))
        and not name.startswith("_")
    }
    files = {path.stem for path in REPORTS}
    assert files <= functions
    # What is left counts the rows of a list, begins it, is a part or all of it, or sets one beside
    # another's rows.
    counted: dict[str, str] = dict.fromkeys(("with_signals", "with_names"), "borrowers_told")
    counted |= dict.fromkeys(("watch_quadrant", "watch_list_numbers"), "watch_list")
    counted |= dict.fromkeys(("roll_rates", "roll_summary"), "rolls")
    counted["quality_builds"] = "quality_rules"
    left = {counted.get(n, re.sub("_(total|start|whole)$", "", n)) for n in functions - files}
    assert left <= files


def _statement(path: Path) -> str:
    return re.sub(r"--[^\n]*", "", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.stem)
def test_a_report_reads_only_through_the_scope(path):
    sql = _statement(path)
    own = set(re.findall(r"(\w+) as (?:not )?(?:materialized )?\(", sql))
    for source in re.findall(r"(?i)\b(?:from|join)\s+(\(|[\w.]+)", sql):
        door = re.match(r"(scoped|book)_\w+$", source)
        assert source == "(" or door or source in own, source
    assert not re.search(r"\b(raw|staging|intermediate|marts)\.", sql)
    for name, arguments in re.findall(r"(scoped_\w+)\(([^)]*)\)", sql):
        assert arguments.startswith("$branches, $products"), name


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.stem)
def test_a_report_says_its_grain_and_is_one_bare_select(path):
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert re.match(r"-- One row\b", first), first
    sql = _statement(path)
    assert re.match(r"\s*(with|select)\b", sql)
    assert ";" not in sql
    outside_text = re.sub(r"'[^']*'", "", sql)
    assert outside_text == outside_text.lower()


# --- Metrics ---


@pytest.mark.parametrize("metric", METRICS.values(), ids=lambda metric: metric.id)
def test_every_metric_is_defined_owned_and_sourced(metric):
    assert metric.meaning.endswith(".")
    assert len(metric.meaning) > 15
    assert re.fullmatch(r"\d+(\.\d+)?", metric.rule)
    assert metric.owner
    assert (
        metric.unit in ("ratio", "number")
        or metric.denominator is None
        or not metric.adds_up
        or metric.id in ("average_loan", "case_age")
    )


def test_names_and_ids_of_metrics_are_their_own():
    assert len({metric.name for metric in METRICS.values()}) == len(METRICS)
    assert all(metric.id == key for key, metric in METRICS.items())


def test_no_metric_is_defined_twice():
    names = [
        node.targets[0].id
        for path in sorted((ROOT / "queries" / "definitions").glob("*.py"))
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        if isinstance(node.value, ast.Call)
    ]
    assert sorted(names) == sorted(set(names))


def test_only_plain_names_can_enter_a_statement():
    names = [name for names in DIMENSIONS.values() for name in names]
    names += [m.numerator for m in METRICS.values()]
    names += [m.denominator for m in METRICS.values() if m.denominator]
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in names)


def test_every_metric_speaks_chinese():
    said = json.loads((ROOT / "ui" / "zh.json").read_text(encoding="utf-8"))
    wanted = {text for m in METRICS.values() for text in (m.name, m.meaning, m.owner)}
    missing = sorted(wanted - said.keys())
    assert not missing
    assert all(re.search(r"[\u4e00-\u9fff]|PAR|NPL", said[text]) for text in wanted)


# --- Words ---


def _readme() -> str:
    return (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_readme_names_every_make_target():
    targets = re.findall(r"(?m)^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"))
    missing = [target for target in targets if f"make {target}" not in _readme()]
    assert not missing


def test_the_readme_names_every_page():
    # Streamlit is needed to read the table of contents, so it is imported here and not above.
    pages = importlib.import_module("app").PAGES
    missing = [page.title for page in pages if page.title not in _readme()]
    assert not missing


# --- What is shown can be taken away ---

SHOWS = {"tables.show", "pictures.draw", "pictures.draw_cells", "pictures.still"}
OFFERS = {"export.offer", "export.twin"}
# A function that draws, and where the file of what it draws is.
FILE_ELSEWHERE = {
    "pages/records/loan.py:_picture": "the table of instalments on the same page",
}


def _calls(function: ast.FunctionDef) -> set[str]:
    return {ast.unparse(node.func) for node in ast.walk(function) if isinstance(node, ast.Call)}


def test_whoever_draws_a_table_or_a_picture_offers_it_as_a_file():
    missing = set()
    for path in _modules():
        body = ast.parse(path.read_text(encoding="utf-8")).body if _layer(path) == "pages" else []
        calls = {node.name: _calls(node) for node in body if isinstance(node, ast.FunctionDef)}
        offers = set(OFFERS)
        while more := {name for name, called in calls.items() if called & offers} - offers:
            offers |= more
        shown = {name for name, called in calls.items() if called & SHOWS}
        missing |= {f"{path.relative_to(ROOT)}:{name}" for name in shown - offers}
    assert missing <= set(FILE_ELSEWHERE)


def test_every_macro_over_rows_asks_who_may_see_them():
    text = (ROOT / "queries" / "scoped.sql").read_text(encoding="utf-8")
    parts = text.split("create or replace macro ")[1:]
    macros = {part.split("(")[0]: part for part in parts}
    scoped = {name for name in macros if name.startswith("scoped_")}
    assert len(scoped) > 20
    asked = re.compile(r"in_(scope|places)\(branches, products,|book_in_view\(branches, products\)")
    assert {name for name in scoped if not asked.search(macros[name])} == set()
