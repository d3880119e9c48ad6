"""Two readers of CSV, DuckDB's and the patient one, agree on every file that both can read."""

import random
from pathlib import Path

import duckdb
import pytest

from data.csv_files import CsvFile, open_csv
from data.csv_lines import read_by_line
from data.rows import TEMPORARY
from data.source import SCRATCH, TextRows, Unreadable

SOUND = ("", "a", "12", "x y", '"q"', '"a,b"', '"a""b"', '"a\nb"', '""', "张", "a\\", "'", "#")
ODD = ('"', ' "a"', '"a" ', 'a"b', '"""', "\t", '"a\r\nb"', "a,", ",,")
FILES = 400


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    """A database with the tables that a file's cells go to."""
    connection = duckdb.connect()
    connection.execute(f"attach ':memory:' as {SCRATCH}")
    connection.execute(TEMPORARY)
    return connection


def _some_csv(rng: random.Random) -> str:
    width, end = rng.randint(1, 4), rng.choice(["\n", "\r\n"])
    oddity = rng.choice([0.0, 0.0, 0.03])
    lines = [",".join("abcd"[:width])]
    for _ in range(rng.randint(1, 12)):
        length = width if rng.random() >= oddity else rng.randint(1, 5)
        lines.append(
            ",".join(rng.choice(ODD if rng.random() < oddity else SOUND) for _ in range(length))
        )
    return end.join(lines) + rng.choice(["", end])


def _read(connection: duckdb.DuckDBPyConnection, file: CsvFile, room: Path) -> list[tuple]:
    relation = file.cells(connection, room)
    return connection.execute(f"from {relation} order by all").fetchall()


def test_the_fast_and_the_patient_reader_agree(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    rng = random.Random(7)
    path = tmp_path / "some.csv"
    fast = 0
    for _ in range(FILES):
        path.write_bytes(_some_csv(rng).encode())
        try:
            file = open_csv("some", path, ())
        except Unreadable:
            continue
        connection.execute("delete from broken")
        cells = _read(connection, file, tmp_path)
        broken = connection.execute("from broken order by all").fetchall()
        # Only the reading by DuckDB leaves the table without a column of row numbers.
        is_fast = connection.execute(f"select * from {SCRATCH}.cells limit 0").description
        fast += len(is_fast or ()) == len(file.columns)

        connection.execute("delete from broken")
        read_by_line(path, TextRows(connection, file.columns))
        patient = connection.execute(f"from {SCRATCH}.cells order by all").fetchall()
        assert cells == patient, path.read_bytes()
        assert broken == connection.execute("from broken order by all").fetchall()
    assert FILES / 4 < fast < FILES


def test_an_open_quotation_mark_does_not_end_the_file(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    """DuckDB 2.0.0 reads the rows before it and says nothing of those behind."""
    path = tmp_path / "open.csv"
    path.write_text('a,b\n1,x\n2,"y\n3,z\n4,z\n')
    file = open_csv("open", path, ())
    found = [row[:2] for row in _read(connection, file, tmp_path)]
    assert found == [(1, "1"), (3, "3"), (4, "4")]


def test_quoted_cells_over_many_lines_are_read_fast(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    path = tmp_path / "long.csv"
    rows = "".join(f'{n},"first ""line"",\nsecond"\n' for n in range(200_000))
    path.write_bytes(b"\xef\xbb\xbf" + f'"a","b"\n{rows}'.encode())
    file = open_csv("long", path, ())
    assert (file.is_regular, file.records) == (True, 200_001)
    cells = _read(connection, file, tmp_path)
    assert len(cells) == 200_000
    assert cells[-1] == (200_000, "199999", 'first "line",\nsecond')
