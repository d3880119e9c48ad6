"""A picture of every page, for each role, in both languages, light and dark, wide and narrow.

`python -m tests.screens` writes screens/<person>/<page>_<language>_<theme>_<width>.png.
"""

import argparse
import itertools
import os
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from itertools import repeat
from pathlib import Path
from urllib.parse import quote, urlencode

import pandas as pd
from playwright.sync_api import Browser, Page

from queries.warehouse import Scope, builds
from tests.journey import PEOPLE, auth_file, browser, served, settled, sign_in

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES, THEMES, WIDTHS = ("en", "zh"), ("light", "dark"), (1440, 1024)
QUALITY = ("booked", "formation", "provisions", "written_off", "restructured", "obligors")
TALLEST = 6000  # pixels


def main(arguments: list[str] | None = None) -> int:
    """Takes the pictures; gives 1 when a page showed an error."""
    parser = argparse.ArgumentParser(prog="python -m tests.screens", description=__doc__)
    one_each = {role: person for person, (role, _) in reversed(PEOPLE.items())}
    everyone = [person for person in PEOPLE if person in one_each.values()]
    parser.add_argument("--people", nargs="*", default=everyone, choices=list(PEOPLE))
    parser.add_argument("--languages", nargs="*", default=LANGUAGES)
    parser.add_argument("--themes", nargs="*", default=THEMES)
    parser.add_argument("--widths", nargs="*", type=int, default=WIDTHS)
    parser.add_argument("--pages", nargs="*", default=[])
    parser.add_argument("--out", type=Path, default=ROOT / "screens")
    wanted = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        warehouse = _warehouse(folder)
        os.environ["WAREHOUSE"] = str(warehouse)
        with (
            served(warehouse, folder, auth_file(folder)) as address,
            ProcessPoolExecutor(os.cpu_count() or 1) as hands,
        ):
            bad = list(hands.map(_person, wanted.people, repeat(address), repeat(wanted)))
    print(f"{sum(bad)} pages showed an error; pictures are in {wanted.out}", file=sys.stderr)
    return 1 if sum(bad) else 0


def addresses(person: str) -> dict[str, str]:
    """The pages that someone may open, each with the record that shows most."""
    import app
    from queries import reports

    role = PEOPLE[person][0]
    scope = _everything()
    loan = reports.watchlist(scope, limit=1).iloc[0]
    records = {
        "loan": f"?loan_id={loan.loan_id}",
        "borrower": f"?borrower_id={loan.borrower_id}",
        "finding": f"?finding_id={_first(reports.findings_list(scope, limit=1), 'finding_id')}",
        "case": f"?case_id={_first(_cases(person), 'case_id')}",
        "audit_unit": f"?unit_id={_first(_units(person), 'unit_id')}",
        "why": "?metric=par30",
    }
    pages = [page.name for page in app.PAGES if role in page.roles]
    found = {page: f"/{page}{records.get(page, '')}" for page in pages}
    if "loan" in found:
        for view in ("payments", "history", "work", "time"):
            found[f"loan-{view}"] = f"{found['loan']}&view={view}"
        one = reports.exceptions_list(scope, "T01_dpd", limit=1).iloc[0]
        opened = f"&exception_id={quote(one.exception_id)}"
        earlier = [path.stem for path in builds()][1:2]
        found["restatements-two"] = f"/restatements?then={''.join(earlier)}"
        found["lineage-all"] = "/lineage?view=all"
        found["data-loads"] = "/data?chapter=loads"
        found["data-ledger"] = "/data?chapter=ledger"
        found["data-rule"] = "/data?rule_id=DQ07_booked_soon"
        for view in ("taken", "odd", "lines"):
            found[f"access_log-{view}"] = f"/access_log?view={view}"
        for view in ("draw", "digits"):
            found[f"sampling-{view}"] = f"/sampling?view={view}"
        found["reperformance-one"] = f"/reperformance?test_id=T01_dpd{opened}"
        for test_id in ("T06_interest", "T07_waterfall", "T12_sod", "T13_concentration"):
            wrong = reports.exceptions_list(scope, test_id, limit=1)
            opened = f"&exception_id={quote(_first(wrong, 'exception_id'))}"
            found[f"reperformance-{test_id[:3]}"] = f"/reperformance?test_id={test_id}{opened}"
        for list_id in ("override", "two_roles", "evergreening"):
            found[f"reperformance-{list_id}"] = f"/reperformance?chapter=by_hand&by_hand={list_id}"
        found["concentration-large"] = "/concentration?customers=large&by=region&group=G90000001"
        for chapter in ("flow", "attention"):
            found[f"ageing-{chapter}"] = f"/ageing?chapter={chapter}"
        found["ageing-count"] = "/ageing?show=loans&scale=bucket_m&months=25&rows=region"
        found["cash-days"] = "/cash?step=day"
        found["cash-expected"] = "/cash?view=expected"
        found["cash-funding"] = "/cash?view=funding"
        found["cash-maturities"] = "/cash?view=maturities"
        for chapter in QUALITY:
            found[f"quality-{chapter}"] = f"/quality?chapter={chapter}"
        found["bridge-year"] = "/bridge?period=year&moved=npl&step=npl_cash&segment=industry"
        for part in ("map", "flow"):
            found[f"watchlist-{part}"] = f"/watchlist?part={part}"
        for chapter in ("moves", "pd", "lgd", "stress", "assumptions"):
            found[f"expected_loss-{chapter}"] = f"/expected_loss?chapter={chapter}"
        for chapter in ("test&band=10", "stability", "card"):
            found[f"model-{chapter[:4]}"] = f"/model?chapter={chapter}"
        found["migration-loans"] = "/migration?weight=loans&move=1-30:31-60"
        for chapter in ("flow", "official", "cures", "outlook"):
            found[f"migration-{chapter}"] = f"/migration?chapter={chapter}"
        found["vintages-products"] = "/vintages?compare=product&counted=count"
        found["vintages-losses"] = "/vintages?state=net_loss&step=month"
        found["early_warning-level"] = "/early_warning?alert_level=red&rule=B03"
        for chapter in ("results", "score", "rules"):
            found[f"early_warning-{chapter}"] = f"/early_warning?chapter={chapter}"
        found["early_warning-dry_run"] = (
            "/early_warning?chapter=dry_run&rule=B03&threshold=25&settings=two&points_2=40"
        )
        found["early_warning-not_run"] = "/early_warning?chapter=dry_run&rule=X07&threshold=0"
        found["workload-one"] = "/workload?department_id=collections"
        found["department-litigation"] = "/department?department_id=legal&duty=B3.3&state=ever"
        found["department-uses"] = "/department?department_id=asset_management&use_check=M5"
        for chapter in ("walk", "proceedings"):
            found[f"legal-{chapter}"] = f"/legal?chapter={chapter}"
        found["legal-lapsed"] = "/legal?legal_clock=guarantee_period_expiry&clock_status=expired"
        for chapter in ("collateral", "settlements", "written_off", "loss"):
            found[f"recovery-{chapter}"] = f"/recovery?chapter={chapter}"
        for department in reports.duties(scope)["department_id"].unique():
            found[f"department-{department}"] = f"/department?department_id={department}"
        for chapter in ("strategy", "contacts", "conduct", "people"):
            found[f"collections-{chapter}"] = f"/collections?chapter={chapter}"
        if "audit_plan" in found:
            found["audit_plan-year"] = "/audit_plan?plan_year=2025&audits=all&state=high_risk"
        found["handovers-route"] = "/handovers?route=collections:legal&shown=bounce_rate"
        found["handovers-one"] = "/handovers?department_id=legal"
        found["handovers-pairs"] = "/handovers?view=pairs"
        found["why-moved"] = "/why?metric=par30&view=moved&since=year"
        found["overview-year"] = "/overview?since=year"
        found["overview-nothing"] = f"/overview?{_nothing(scope)}"
    elif "early_warning" in found:
        found["early_warning-rules"] = "/early_warning?chapter=rules"
    return {name: path for name, path in found.items() if name.split("-")[0] in pages}


def _nothing(scope: Scope) -> str:
    """A month end, a branch and a product without a loan: the latest there is."""
    from queries.metrics import LOANS, measure
    from queries.warehouse import month_ends

    for day in reversed(month_ends(scope.build)):
        counts = measure(replace(scope, as_of=day), LOANS, by=("branch", "product"))
        held = set(counts.loc[counts[LOANS.id] > 0, ["branch", "product"]].itertuples(index=False))
        for branch, product in itertools.product(scope.branches, scope.products):
            if branch and product and (branch, product) not in held:
                return urlencode({"as_of": f"{day}", "branch": branch, "product": product})
    return urlencode({"branch": "none"})


def _everything() -> Scope:
    from ui import filters

    book = filters.book()
    return filters.rights((*book.branches, ""), book)


def _cases(person: str) -> pd.DataFrame:
    from queries import reports

    return reports.workload_cases(_everything(), "late", PEOPLE[person][1], limit=1)


def _units(person: str) -> pd.DataFrame:
    from queries import reports

    return reports.audit_units(_everything(), department_id=PEOPLE[person][1])


def _first(frame: pd.DataFrame, column: str) -> str:
    return str(frame.iloc[0][column]) if len(frame) else "none"


def _warehouse(folder: Path) -> Path:
    """$WAREHOUSE, or the demo build, or a small one made now."""
    kept = Path(os.environ.get("WAREHOUSE") or ROOT / "data" / "warehouse")
    if list(kept.glob("*.duckdb")):
        return kept
    from data.generate import generate
    from data.load import load

    generate(folder / "book", 5000, 36, 7)
    load(folder / "book", folder / "warehouse", progress=lambda line: None)
    return folder / "warehouse"


def _person(person: str, address: str, wanted: argparse.Namespace) -> int:
    """All pictures of one person's pages, in a browser of their own; how many showed an error."""
    with browser() as chromium:
        looks = itertools.product(wanted.themes, wanted.widths)
        return sum(_look(chromium, person, address, wanted, *look) for look in looks)


def _look(
    chromium: Browser,
    person: str,
    address: str,
    wanted: argparse.Namespace,
    theme: str,
    width: int,
) -> int:
    bad = 0
    with _window(chromium, theme, width) as page:
        sign_in(page, f"{address}/metrics?lang=en", person)
        for language, (name, path) in itertools.product(
            wanted.languages, addresses(person).items()
        ):
            if wanted.pages and name.split("-")[0] not in wanted.pages:
                continue
            where = f"{address}{path}{'&' if '?' in path else '?'}lang={language}"
            file = wanted.out / person / f"{name}_{language}_{theme}_{width}.png"
            bad += not take(page, where, file, width)
    return bad


@contextmanager
def _window(chromium: Browser, theme: str, width: int) -> Iterator[Page]:
    scheme = "dark" if theme == "dark" else "light"
    context = chromium.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
    )
    try:
        yield context.new_page()
    finally:
        context.close()


def take(page: Page, where: str, file: Path, width: int) -> bool:
    """One picture of a whole page; False when the page shows an error."""
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(where)
    settled(page)
    tall = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({"width": width, "height": min(max(900, tall + 40), TALLEST)})
    page.wait_for_timeout(500)
    file.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=file)
    wrong = page.locator("[data-testid=stAlertContentError], [data-testid=stException]").count()
    print("ERROR" if wrong else "ok", file.name, file=sys.stderr)
    return not wrong


if __name__ == "__main__":
    sys.exit(main())
