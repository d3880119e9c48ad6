"""The figures of the access log, each with its number and what it counts (15.2)."""

from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from queries import reports
from queries.warehouse import Scope
from ui import access_reading as reading
from ui import accounts, formats
from ui.i18n import t
from ui.store import now

NAMES: dict[str, str] = {
    "unmask_rate": "Unmask rate",
    "export_rows_per_user": "Export volume",
    "off_hours_access": "Off-hours access",
    "access_without_case": "Unjustified access",
    "failed_login_burst": "Failed-login bursts",
    "dormant_accounts": "Dormant accounts",
    "leaver_active_accounts": "Leaver accounts",
    "log_gap_minutes": "Log gaps",
    "log_coverage": "Log coverage",
    "hash_chain_breaks": "Breaks of the hash chain",
}
MEANINGS: dict[str, str] = {
    "unmask_rate": "Values shown in clear over views of loans, borrowers, the watchlist and cases;"
    " by person and role under People and hours.",
    "export_rows_per_user": "Rows that a person exported on a day; of how many such days there were"
    " more than on 99 % of the days of all in the same role.",
    "off_hours_access": "Views, exports and unmaskings of what is personal outside the calendar of"
    " the reader's department.",
    "access_without_case": "Values shown in clear for no reason, or for one that names no case or"
    " engagement by a number.",
    "failed_login_burst": "Windows with five failed sign-ins or more in ten minutes, of one user or"
    " from one address; windows that overlap are one.",
    "dormant_accounts": "Accounts that are enabled and have had no sign-in for 90 days.",
    "leaver_active_accounts": "Accounts that are enabled after the day on which their holder left.",
    "log_gap_minutes": "Minutes without a heartbeat or any other line, since the first heartbeat.",
    "log_coverage": "Minutes with a heartbeat or any other line over all minutes, since the first"
    " heartbeat.",
    "hash_chain_breaks": "Lines that were edited, removed or put in; told on Verify the chain.",
}
LIMITS: dict[str, str] = {
    "export_rows_per_user": "No day above",
    "leaver_active_accounts": "Must be 0",
    "hash_chain_breaks": "Must be 0",
}


@dataclass(frozen=True)
class Read:
    """What `ui.access_reading` read for a period; `breaks` is None while nobody verified."""

    lines: pd.DataFrame
    odd: pd.DataFrame
    unjustified: pd.DataFrame
    bursts: pd.DataFrame
    gaps: pd.DataFrame
    coverage: float | None
    accounts: pd.DataFrame
    breaks: int | None


def figures(read: Read) -> pd.DataFrame:
    """figure, value, limit, meaning, figure_id: one row for each figure, in the reader's words."""
    days = reading.export_days(read.lines)
    large = int(days["is_large"].sum())
    most = formats.count(days["rows"].max()) if len(days) else "0"
    values = {
        "unmask_rate": formats.value("ratio", reading.unmask_rate(read.lines)),
        "export_rows_per_user": t("{most} at most; {n} days above", most=most, n=large),
        "off_hours_access": formats.count(len(read.odd)),
        "access_without_case": formats.count(len(read.unjustified)),
        "failed_login_burst": formats.count(len(read.bursts)),
        "dormant_accounts": formats.count(read.accounts["is_dormant"].sum()),
        "leaver_active_accounts": formats.count(read.accounts["is_leaver"].sum()),
        "log_gap_minutes": formats.count(read.gaps["minutes"].sum()),
        "log_coverage": formats.value("ratio", read.coverage),
        "hash_chain_breaks": formats.count(read.breaks),
    }
    return _told(values)


def of_duties(scope: Scope, days: int) -> pd.DataFrame:
    """The figures that the duties of network security are judged by: the same columns. Raises
    Unavailable.
    """
    return _told(
        {
            "leaver_active_accounts": formats.count(people(scope)["is_leaver"].sum()),
            "log_coverage": formats.value("ratio", reading.coverage(days)),
            "log_gap_minutes": formats.count(reading.gaps(days)["minutes"].sum()),
        }
    )


def people(scope: Scope) -> pd.DataFrame:
    """Every account as `reading.accounts` has it, with the days on which people left the house.

    Raises Unavailable.
    """
    left_on = {}
    for row in reports.people_left(scope).itertuples():
        day = pd.Timestamp(str(row.left_on)).date()
        left_on |= {key: day for key in (str(row.staff_id), str(row.login)) if key}
    last, used = reading.signed_in()
    today = datetime.fromtimestamp(now(), reading.ZONE).date()
    return reading.accounts(accounts.read(), last, left_on, today, used)


def _told(values: dict[str, str]) -> pd.DataFrame:
    rows = [
        (t(named), values[key], t(LIMITS[key]) if key in LIMITS else "", t(MEANINGS[key]), key)
        for key, named in NAMES.items()
        if key in values
    ]
    return pd.DataFrame(rows, columns=["figure", "value", "limit", "meaning", "figure_id"])
