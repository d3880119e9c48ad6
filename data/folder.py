"""The folder as a whole: which file is which table, and all that keeps it from being loaded."""

import re
from collections.abc import Callable, Collection
from pathlib import Path

import duckdb

from data.contract import BY_NAME, TABLES
from data.csv_files import CsvFile, open_csv
from data.failures import FolderUnusable
from data.parquet_files import ParquetFile, open_parquet
from data.raw import OWN_TABLES
from data.source import Unreadable, nearest
from data.xlsx_files import XlsxFile, open_xlsx

FORMATS = (".csv", ".parquet", ".xlsx")
PLAIN_NAME = re.compile(r"[a-z_][a-z0-9_]*", re.IGNORECASE)

# What an adapter writes beside its tables: source rows that it refused, and rows that it doubts.
ADAPTERS_TABLES = ("rejected_rows", "flagged_rows")

File = CsvFile | ParquetFile | XlsxFile


def open_folder(
    connection: duckdb.DuckDBPyConnection, folder: Path, progress: Callable[[str], None]
) -> list[File]:
    """Open every table's file, in the contract's order and unknown tables last.

    Raises FolderUnusable with one line per problem, all of them at once.
    """
    if not folder.is_dir():
        raise FolderUnusable([f"{folder}: there is no such folder"])
    paths = _tables(folder, progress)
    files: list[File] = []
    problems: list[str] = []
    for table, (path, *others) in paths.items():
        if others:
            names = ", ".join(sorted(file.name for file in (path, *others)))
            problems.append(f"{table}: more than one file holds it: {names}; keep one")
            continue
        try:
            file = _open(connection, table, path)
        except (Unreadable, OSError) as error:
            problems.append(f"{path.name}: {error}")
            if isinstance(error, Unreadable) and error.columns is not None:
                problems += _missing_columns(table, path.name, error.columns)
            continue
        files.append(file)
        problems += _missing_columns(table, path.name, file.columns)
        _report_extra_columns(file, progress)
    problems += _missing_tables(paths, folder)
    if problems:
        raise FolderUnusable(problems)
    return files


def _tables(folder: Path, progress: Callable[[str], None]) -> dict[str, list[Path]]:
    """The files of each table, the contract's first; what else lies there is reported."""
    found: dict[str, list[Path]] = {table.name: [] for table in TABLES}
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "~$")) or path.stem in ADAPTERS_TABLES or path.is_dir():
            continue
        if path.suffix.lower() not in FORMATS:
            if path.name != "truth.json":
                progress(f"{path.name}: not a table, left alone")
        elif path.stem in found or _is_free(path.stem, found):
            found.setdefault(path.stem, []).append(path)
        else:
            progress(f"{path.name}: its name cannot be a table's, left alone")
    return {table: paths for table, paths in found.items() if paths}


def _is_free(name: str, found: dict[str, list[Path]]) -> bool:
    taken = {other.lower() for other in (*found, *OWN_TABLES)}
    return bool(PLAIN_NAME.fullmatch(name)) and name.lower() not in taken


def _open(connection: duckdb.DuckDBPyConnection, table: str, path: Path) -> File:
    known = tuple(column.name for column in BY_NAME[table].columns) if table in BY_NAME else ()
    match path.suffix.lower():
        case ".csv":
            return open_csv(table, path, known)
        case ".xlsx":
            return open_xlsx(table, path, known)
    return open_parquet(connection, table, path, known)


def _missing_columns(table: str, file_name: str, columns: Collection[str]) -> list[str]:
    if table not in BY_NAME:
        return []
    problems = []
    for name in BY_NAME[table].required:
        if name not in columns:
            near = nearest(name, columns)
            hint = f"; the nearest column found is {near}" if near else ""
            problems.append(f"{file_name}: column {name} is missing{hint}")
    return problems


def extra_columns(file: File) -> list[str]:
    """The file's columns that the contract does not know."""
    if file.table not in BY_NAME:
        return []
    known = {column.name for column in BY_NAME[file.table].columns}
    return [name for name in file.columns if name not in known]


def _report_extra_columns(file: File, progress: Callable[[str], None]) -> None:
    extra = extra_columns(file)
    if extra:
        progress(f"{file.name}: columns outside the contract are kept: {', '.join(extra)}")
    if file.table not in BY_NAME:
        progress(f"{file.name}: a table outside the contract, kept as text in raw.{file.table}")
        return
    for column in BY_NAME[file.table].columns:
        near = nearest(column.name, extra) if column.name not in file.columns else None
        if near:
            progress(f"{file.name}: no column {column.name}; should {near} be it?")


def _missing_tables(paths: dict[str, list[Path]], folder: Path) -> list[str]:
    """What keeps the folder from being a book: loans, and one way to know their state."""
    problems = []
    if "loans" not in paths:
        problems.append(f"loans: the table is missing{_near_file('loans', folder)}")
    events = [name for name in ("instalments", "repayments") if name not in paths]
    if events and "loan_months" not in paths:
        near = "".join(_near_file(name, folder) for name in (*events, "loan_months"))
        problems.append(
            f"{' and '.join(events)}: missing, and so is loan_months; a book needs either "
            f"instalments with repayments, or loan_months{near}"
        )
    return problems


def _near_file(table: str, folder: Path) -> str:
    taken = {f"{name}{suffix}" for name in BY_NAME for suffix in FORMATS}
    files = {path.stem: path.name for path in folder.iterdir() if path.name not in taken}
    near = nearest(table, files)
    return f"; the nearest file found is {files[near]}" if near else ""
