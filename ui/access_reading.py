"""What the access log tells: who read, took and unmasked what, and what is out of the ordinary.

The log is read for a period and never written. Times are the bank's own (`ZONE`). Everything below
`lines` is arithmetic over its frame (15.2).
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import sqlalchemy as sa

from ui import heartbeat, store
from ui.accounts import Account
from ui.store import access_log

ZONE = ZoneInfo("Asia/Shanghai")
MOST = 200_000
FAILURES, WINDOW = 5, timedelta(minutes=10)
OPENS, CLOSES = 8, 19
DORMANT = 90
SILENCE = timedelta(minutes=60)
MISSED = timedelta(seconds=2 * heartbeat.EVERY)
"""A heartbeat may come late; so long without any line, the log was not kept."""
READS = ("view", "export", "unmask")
PERSONAL = ("loan", "borrower", "watchlist", "case")
"""Pages that show something of a person, if masked."""
COLUMNS = ("seq", "ts", "user", "roles", "action", "object_type", "object_id", "purpose", "page")
COLUMNS += ("row_count", "address", "result", "build")


def lines(days: int) -> pd.DataFrame:
    """The lines of the last so many days, newest first, at most MOST: COLUMNS and `at`.

    Heartbeats are nobody's and not among them. Raises Unavailable.
    """
    asked = (
        sa.select(*(access_log.c[name] for name in COLUMNS))
        .where(access_log.c.ts >= _since(days), access_log.c.action != heartbeat.ACTION)
        .order_by(access_log.c.seq.desc())
        .limit(MOST)
    )
    with store.reading() as connection:
        rows = connection.execute(asked).all()
    return told(pd.DataFrame([tuple(row) for row in rows], columns=list(COLUMNS)))


def gaps(days: int) -> pd.DataFrame:
    """from_at, to_at, minutes in which the log was not kept, of so many days, longest first.

    More than MISSED between two lines of any kind; told from the first heartbeat on, since before
    it silence and a gap look alike. The sum of `minutes` is log_gap_minutes. Raises Unavailable.
    """
    return not_kept(_heard(days))


def coverage(days: int) -> float | None:
    """Minutes in which the log was kept over all of the period, from the first heartbeat on: what
    `gaps` leaves. None while there was none. Raises Unavailable.
    """
    stamps = _heard(days)
    if not stamps:
        return None
    times = [datetime.fromisoformat(each) for each in (stamps[0], stamps[-1])]
    whole = (times[1] - times[0]).total_seconds() / 60
    return 1 - float(not_kept(stamps)["minutes"].sum()) / whole if whole else None


def _heard(days: int) -> list[str]:
    """The times of all lines of the period from the first heartbeat on, and now; none without.

    A gap may have begun before the period: of the last line before it the period's first moment.
    """
    first = sa.select(sa.func.min(access_log.c.seq)).where(access_log.c.action == heartbeat.ACTION)
    before = sa.select(sa.func.max(access_log.c.seq)).where(access_log.c.ts < _since(days))
    asked = sa.select(access_log.c.ts).order_by(access_log.c.seq)
    with store.reading() as connection:
        start = connection.execute(first).scalar()
        if start is None:
            return []
        start = max(start, connection.execute(before).scalar() or 0)
        stamps = connection.execute(asked.where(access_log.c.seq >= start)).scalars().all()
    since = _since(days)
    heard = [max(each, since) for each in stamps]
    return [*heard, datetime.fromtimestamp(store.now(), UTC).isoformat()]


def not_kept(stamps: Sequence[str]) -> pd.DataFrame:
    """The gaps between lines of these times (UTC, in their order), in the bank's time."""
    times = pd.Series(pd.to_datetime(list(stamps), utc=True, format="ISO8601"))
    return _between(times.dt.tz_convert(ZONE).dt.tz_localize(None), MISSED)


def _since(days: int) -> str:
    since = datetime.fromtimestamp(store.now(), UTC) - timedelta(days=days)
    return since.isoformat(timespec="microseconds")


def told(frame: pd.DataFrame) -> pd.DataFrame:
    """The lines with `at`, the bank's own time, and the number of the hour and the day."""
    at = pd.to_datetime(frame["ts"], utc=True, format="ISO8601").dt.tz_convert(ZONE)
    at = at.dt.tz_localize(None)
    return frame.assign(at=at, hour=at.dt.hour, day=at.dt.normalize())


def by_person(frame: pd.DataFrame) -> pd.DataFrame:
    """user, roles, views, exports, rows, unmasks, denials, failures, unmask_rate, last_at."""
    named = frame[frame["user"] != ""]
    return _counted(named, ["user", "roles"]).sort_values(
        ["views", "user"], ascending=[False, True]
    )


def by_role(frame: pd.DataFrame) -> pd.DataFrame:
    """The same by role."""
    return _counted(frame[frame["roles"] != ""], ["roles"]).sort_values("roles")


def _counted(frame: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    is_ = {name: frame["action"] == name for name in (*READS, "deny", "fail")}
    marked = frame.assign(
        views=is_["view"],
        exports=is_["export"],
        rows=frame["row_count"].where(is_["export"]).fillna(0),
        unmasks=is_["unmask"],
        denials=is_["deny"],
        failures=is_["fail"],
        personal=is_["view"] & frame["page"].isin(PERSONAL),
    )
    counts = ["views", "exports", "rows", "unmasks", "denials", "failures", "personal"]
    found = marked.groupby(keys, as_index=False).agg(
        **{name: (name, "sum") for name in counts}, last_at=("at", "max")
    )
    found[counts] = found[counts].astype("int64")
    found["unmask_rate"] = found["unmasks"] / found["personal"].where(found["personal"] > 0)
    return found


def unmask_rate(frame: pd.DataFrame) -> float | None:
    """Values shown in clear over views of pages that show something of a person, of all readers."""
    views = int(((frame["action"] == "view") & frame["page"].isin(PERSONAL)).sum())
    return int((frame["action"] == "unmask").sum()) / views if views else None


def by_hour(frame: pd.DataFrame) -> pd.DataFrame:
    """hour (0 to 23 of the bank's day) and the number of reads in it."""
    counts = frame.loc[frame["action"].isin(READS), "hour"].value_counts()
    return pd.DataFrame({"hour": range(24), "reads": [int(counts.get(n, 0)) for n in range(24)]})


def bursts(frame: pd.DataFrame) -> pd.DataFrame:
    """user, address, users, first_at, last_at, failures: at least 5 failed sign-ins in 10 minutes.

    Of one user from wherever, and of one address under several names, which tries one password on
    many: then `user` is empty. Windows that overlap are one. Their number is failed_login_burst.
    """
    failed = frame[frame["action"] == "fail"].sort_values("at")
    found = [
        (str(user), "", 1, *window)
        for user, rows in failed.groupby("user")
        for window in _windows(rows["at"].tolist())
    ]
    for address, rows in failed[failed["address"] != ""].groupby("address"):
        for first, last, number in _windows(rows["at"].tolist()):
            users = rows.loc[rows["at"].between(first, last), "user"].nunique()
            if users > 1:
                found.append(("", str(address), users, first, last, number))
    columns = ["user", "address", "users", "first_at", "last_at", "failures"]
    return pd.DataFrame(found, columns=columns)


def _windows(times: list[pd.Timestamp]) -> list[tuple[pd.Timestamp, pd.Timestamp, int]]:
    """First, last and number of each run of FAILURES or more times within WINDOW."""
    start = 0
    hot: list[tuple[pd.Timestamp, pd.Timestamp]] = []
    for end, at in enumerate(times):
        while at - times[start] > WINDOW:
            start += 1
        if end - start + 1 >= FAILURES:
            if hot and times[start] <= hot[-1][1]:
                hot[-1] = (hot[-1][0], at)
            else:
                hot.append((times[start], at))
    return [(first, last, sum(first <= at <= last for at in times)) for first, last in hot]


def odd_hours(
    frame: pd.DataFrame, departments: Mapping[str, str], hours: pd.DataFrame
) -> pd.DataFrame:
    """Reads of what is personal outside the calendar of the reader's department, newest first.

    `departments` are those of the users, `hours` the rows of `reports.access_hours`. Who has no
    department keeps the office's hours, and so do days that no calendar knows: by weekday from
    OPENS to CLOSES.
    """
    personal = frame["page"].isin(PERSONAL) & frame["action"].isin(READS)
    reads = frame[personal | (frame["action"] == "unmask")]
    days = zip(hours["department_id"], hours["day"], strict=True)
    open_ = zip(hours["is_workday"], hours["opens"], hours["closes"], strict=True)
    known = {
        (str(department), pd.Timestamp(day).date()): (bool(works), int(opens), int(closes))
        for (department, day), (works, opens, closes) in zip(days, open_, strict=True)
    }

    def is_off(user: str, at: pd.Timestamp) -> bool:
        found = known.get((departments.get(user, ""), at.date())) or known.get(("", at.date()))
        if found is None:
            return at.day_of_week >= 5 or not OPENS <= at.hour < CLOSES
        works, opens, closes = found
        return not (works and opens <= at.hour * 60 + at.minute < closes)

    off = [is_off(user, at) for user, at in zip(reads["user"], reads["at"], strict=True)]
    return reads[off].reset_index(drop=True)


def export_days(frame: pd.DataFrame) -> pd.DataFrame:
    """user, roles, day, rows, usual, is_large of every person and day with an export, newest first.

    `rows` is export_rows_per_user; `usual` the 99th percentile of the days of all in that role, and
    `is_large` says that the day is above it. A role that exported on one day has nothing usual.
    """
    taken = frame[frame["action"] == "export"]
    days = taken.groupby(["roles", "user", "day"], as_index=False).agg(rows=("row_count", "sum"))
    if days.empty:
        return days.assign(usual=[], is_large=[])
    days["usual"] = days.groupby("roles")["rows"].transform(lambda rows: rows.quantile(0.99))
    several = days.groupby("roles")["rows"].transform("count") > 1
    days["is_large"] = several & (days["rows"] > days["usual"])
    order = ["is_large", "day", "rows"]
    return days.sort_values(order, ascending=False, kind="stable").reset_index(drop=True)


def without_case(frame: pd.DataFrame) -> pd.DataFrame:
    """Values shown in clear for no reason, or one that names no case or engagement by a number.

    Their number is access_without_case. What is shown masked takes no reason and is not counted.
    """
    shown = frame[frame["action"] == "unmask"]
    named = shown["purpose"].fillna("").str.contains(r"\d", regex=True)
    return shown[~named].reset_index(drop=True)


def silences(frame: pd.DataFrame) -> pd.DataFrame:
    """from_at, to_at, minutes: times of an hour or more without a reader's line, longest first.

    Nobody was reading, or the log was not kept: `gaps` tells the second. What has numbers missing
    is told by `ui.workspace.verify`.
    """
    return _between(frame["at"].sort_values(), SILENCE)


def _between(times: pd.Series, least: timedelta) -> pd.DataFrame:
    found = pd.DataFrame({"from_at": times.shift(1), "to_at": times}).dropna()
    found["minutes"] = (found["to_at"] - found["from_at"]).dt.total_seconds() // 60
    found = found[found["to_at"] - found["from_at"] >= least]
    return found.sort_values("minutes", ascending=False).reset_index(drop=True)


def accounts(
    people: Mapping[str, Account],
    last_signed: Mapping[str, datetime],
    left_on: Mapping[str, date],
    today: date,
    used: Collection[tuple[str, date]],
) -> pd.DataFrame:
    """user, name, roles, is_enabled, last_at, left_on, is_leaver, is_dormant, state.

    `is_leaver` is enabled after leaving (leaver_active_accounts, which must be none), `is_dormant`
    enabled without a sign-in for 90 days (dormant_accounts); an account may be both. `state` is the
    gravest: leaver_used (signed in after leaving), leaver, dormant, or nothing. `used` are user and
    day of each sign-in, `left_on` the day by user name or staff number.
    """
    rows = []
    for username, account in sorted(people.items()):
        user = account.user
        gone = left_on.get(username) or (left_on.get(user.staff_id) if user.staff_id else None)
        last = last_signed.get(username)
        enabled = not account.disabled
        is_leaver = bool(enabled and gone and gone < today)
        is_dormant = enabled and (last is None or (today - last.date()).days > DORMANT)
        if gone and any(name == username and day > gone for name, day in used):
            state = "leaver_used"
        else:
            state = "leaver" if is_leaver else "dormant" if is_dormant else ""
        told = (username, user.name, ", ".join(user.roles), enabled)
        signed = pd.Timestamp(last) if last else pd.NaT
        rows.append((*told, signed, gone, is_leaver, is_dormant, state))
    columns = ["user", "name", "roles", "is_enabled", "last_at", "left_on"]
    return pd.DataFrame(rows, columns=[*columns, "is_leaver", "is_dormant", "state"])


def signed_in() -> tuple[dict[str, datetime], set[tuple[str, date]]]:
    """The last sign-in of each user, and user and day of all; the bank's time.

    Raises Unavailable.
    """
    asked = sa.select(access_log.c.user, access_log.c.ts).where(access_log.c.action == "sign_in")
    with store.reading() as connection:
        rows = connection.execute(asked.order_by(access_log.c.seq)).all()
    times = [
        (row.user, datetime.fromisoformat(row.ts).astimezone(ZONE).replace(tzinfo=None))
        for row in rows
    ]
    return dict(times), {(user, at.date()) for user, at in times}
