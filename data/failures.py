"""Why a load stops: one exception per exit code of the data contract."""

import errno
from collections.abc import Sequence

import duckdb

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
NO_ROOM_WORDS = ("no space left", "file too large", "quota exceeded", "could not write")


class LoadError(Exception):
    """A load that stopped; the build in service is untouched. `str()` is what the person reads."""

    exit_code = 1


class FolderUnusable(LoadError):
    """The folder, a table or a column is missing, a file cannot be read, or a table is empty."""

    exit_code = 2

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class TooManyRejected(LoadError):
    """More of a table's rows were rejected than --max-rejected allows."""

    exit_code = 3


class ModelFailed(LoadError):
    """A model could not be built."""

    exit_code = 4

    def __init__(self, name: str, why: object) -> None:
        super().__init__(f"model {name} failed: {why}")
        self.name = name


class RulesUnusable(LoadError):
    """Early-warning rules that cannot be used: of each its id, the reason and the row."""

    exit_code = 4

    def __init__(self, problems: Sequence[tuple[str, str, str]]) -> None:
        super().__init__(
            "\n".join(f"signal rule {rule}: {why}\n  {row}" for rule, why, row in problems)
        )
        self.problems = tuple(problems)


class OrganisationUnusable(LoadError):
    """Rows of the organisation's tables that contradict each other: table, reason and row."""

    exit_code = 4

    def __init__(self, problems: Sequence[tuple[str, str, str]]) -> None:
        super().__init__("\n".join(f"{table}: {why}\n  {row}" for table, why, row in problems))
        self.problems = tuple(problems)


class CheckFailed(LoadError):
    """A check found rows that must not exist; holds its name and the first rows."""

    exit_code = 4

    def __init__(self, name: str, columns: Sequence[str], rows: Sequence[tuple]) -> None:
        shown = "\n".join(
            "  "
            + ", ".join(f"{column}={value}" for column, value in zip(columns, row, strict=True))
            for row in rows
        )
        super().__init__(
            f"check {name} found rows that must not exist, the first of them:\n{shown}"
        )
        self.name = name
        self.rows = tuple(rows)


class OutOfRoom(LoadError):
    """The disk (or the memory that may not spill to it) is full."""

    exit_code = 5


class WarehouseBusy(LoadError):
    """Another load is at work in this warehouse."""

    exit_code = 6


def is_out_of_room(error: Exception) -> bool:
    """Does the error say, in whichever words, that the disk or the memory is full?"""
    if isinstance(error, OSError):
        return error.errno in NO_ROOM
    words = str(error).lower()
    return isinstance(error, duckdb.OutOfMemoryException) or (
        isinstance(error, duckdb.Error) and any(phrase in words for phrase in NO_ROOM_WORDS)
    )
