"""Write the demo book: `python -m data.generate --loans 20000 --months 36 --seed 7 FOLDER`.

A bank of more than 20 000 loans has fewer cases per loan; `--cases 7` makes seven times as many, up
to all that loans set off (about five per loan), and `--notes 3` three more entries in each case.
A canonical folder in Parquet of a fictional city bank, and truth.json with what was drawn and
planted. The same arguments give the same bytes.
"""

import argparse
import json
import time
from datetime import date
from pathlib import Path

import numpy as np

from data.book.agencies import Commissions, write_placements
from data.book.audit import write_capital, write_compliance_checks, write_limits
from data.book.audit_plan import write_audit_plan
from data.book.calendar import Months, months_until
from data.book.case_tables import write_cases
from data.book.chunk import draw_chunk, plant_errors, write_facts, write_records
from data.book.conduct import offender
from data.book.contracts import write_contracts
from data.book.costs import write_collection_costs, write_unmatched_receipts
from data.book.exposures import Capital, Exposures
from data.book.feeds import Feeds
from data.book.findings import draw_findings, finding_cases, write_findings
from data.book.funding import write_funding_plan
from data.book.hours import Hours
from data.book.ledger import Ledger
from data.book.legal import forgotten, lapsed_guarantees, write_legal
from data.book.organisation import write_organisation
from data.book.planted import Planted
from data.book.recovery import write_recovery
from data.book.securities import write_securities
from data.book.staff_hours import write_staff_hours
from data.book.staffing import Staff, draw_staff, write_staff
from data.book.streams import Streams
from data.book.tables import Folder
from data.book.truth import Rolls, truth
from data.book.warned import Warned
from data.book.watching import write_watchlist

END = date(2025, 12, 31)
CHUNK = 50_000


def generate(
    folder: Path,
    loans: int,
    months: int,
    seed: int,
    end: date = END,
    cases: float = 1.0,
    notes: float = 0.0,
) -> dict:
    """Write the folder; return what truth.json says. Raises NotAMonthEnd.

    `cases` is how many times the usual number of cases there are, `notes` the entries that each
    has on average beside those of its duty.
    """
    calendar = months_until(end, months)
    feeds, rolls, warned = Feeds(calendar, loans, cases), Rolls(calendar), Warned(calendar)
    planted: list[Planted] = []
    lapsed: list[dict[str, str]] = []
    unpursued: list[dict[str, str]] = []
    audited: list[dict[str, str]] = []
    earned: list[Commissions] = []
    ledger, exposures = Ledger(calendar), Exposures(calendar)
    (folder / "truth.json").unlink(missing_ok=True)
    with Folder(folder) as out:
        rng = np.random.default_rng([seed, 0])
        staff = draw_staff(rng, calendar, loans, cases)
        write_staff(out, rng, staff)
        first_borrower = 1
        for place, first in enumerate(range(0, loans, CHUNK)):
            rng = np.random.default_rng([seed, 1, place])
            count = min(CHUNK, loans - first)
            streams = Streams(seed, place)
            chunk = draw_chunk(rng, calendar, staff, count, first + 1, first_borrower, out, streams)
            first_borrower += chunk.borrowers.count
            feeds.add(rng, chunk)
            rolls.add(chunk)
            planted += plant_errors(rng, calendar, chunk)
            audited += write_records(rng, calendar, staff, chunk, out, streams)
            ledger.add(chunk)
            exposures.add(chunk)
            held = write_securities(
                out, rng, streams["securities"], streams["insurance"], calendar, chunk
            )
            lapsed += lapsed_guarantees(chunk, held)
            lost = forgotten(calendar, chunk)
            left, begun = write_legal(out, streams["legal"], calendar, chunk, held, lost)
            unpursued += left
            earned.append(write_placements(out, streams["agencies"], calendar, chunk))
            approvers = staff.of("risk_management")
            begun |= write_recovery(out, streams["recovery"], calendar, chunk, approvers)
            begun |= write_contracts(out, streams["contracts"], calendar, chunk)
            feeds.take(streams["begun"], chunk, begun)
            write_watchlist(out, rng, streams["watchlist"], calendar, approvers, chunk)
            warned.add(chunk, *write_facts(streams, calendar, staff, chunk, out, lost.loan))
        audited += ledger.write(out, np.random.default_rng([seed, 10]))
        volume = (cases, notes)
        opened, plan, capital = _write_house(
            out, seed, calendar, staff, feeds, loans, planted, volume, earned
        )
        audited += exposures.breaches(capital)
        arguments = {"loans": loans, "months": months, "seed": seed, "end": end.isoformat()}
        arguments |= {"times_cases": cases, "notes": notes}
        found = truth(calendar, arguments, out.rows, rolls, planted, opened, warned)
        found |= {"lapsed_guarantees": lapsed, "forgotten_claims": unpursued, "audit": audited}
        found["audit_plan"] = plan
        found["conduct"] = {"calls_at_night": f"S{offender(staff.of('collections')):05d}"}
    text = json.dumps(found, ensure_ascii=False, indent=1)
    (folder / "truth.json").write_text(text + "\n", encoding="utf-8")
    return found


def _write_house(
    out: Folder,
    seed: int,
    calendar: Months,
    staff: Staff,
    feeds: Feeds,
    loans: int,
    planted: list[Planted],
    volume: tuple[float, float],
    earned: list[Commissions],
) -> tuple[dict[str, int], dict[str, str], Capital]:
    """The house's own: cases per type, what the audit plan has planted, and its capital."""
    rng = np.random.default_rng([seed, 2])
    findings = draw_findings(rng, calendar, feeds, planted)
    plan = write_audit_plan(out, np.random.default_rng([seed, 11]), staff, calendar, findings)
    write_findings(out, rng, staff, calendar, findings)
    write_compliance_checks(out, rng, calendar)
    capital = write_capital(out, rng, calendar, feeds)
    write_funding_plan(out, np.random.default_rng([seed, 4]), calendar, feeds)
    write_collection_costs(out, np.random.default_rng([seed, 6]), calendar, feeds, staff, earned)
    write_unmatched_receipts(out, np.random.default_rng([seed, 7]), calendar, loans)
    write_limits(out, calendar)
    write_organisation(out, staff)
    found = finding_cases(findings)
    cases, hours = write_cases(out, seed, calendar, staff, feeds, loans, found, *volume)
    rng, office = np.random.default_rng([seed, 5]), Hours("office", calendar)
    write_staff_hours(out, rng, calendar, staff, office, hours)
    return cases, plan, capital


def main() -> None:
    """Read the command line, write the folder and say how long it took."""
    parser = argparse.ArgumentParser(prog="python -m data.generate", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--loans", type=int, default=20_000)
    parser.add_argument("--months", type=int, default=36)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--end", type=date.fromisoformat, default=END)
    parser.add_argument("--cases", type=float, default=1.0)
    parser.add_argument("--notes", type=float, default=0.0)
    given = parser.parse_args()
    started = time.perf_counter()
    asked = (given.loans, given.months, given.seed, given.end, given.cases, given.notes)
    truth = generate(given.folder, *asked)
    seconds = round(time.perf_counter() - started, 1)
    print(json.dumps({"folder": str(given.folder), "seconds": seconds, "rows": truth["rows"]}))


if __name__ == "__main__":
    main()
