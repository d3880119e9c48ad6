"""The yardstick of a build: DuckDB alone reads the raw files, sorts them by loan and stores them.

    python -m tests.bench_store FOLDER FILE

A process of its own, with the memory and threads that a load has, so that the two compare.
"""

import os
import sys
from pathlib import Path

import duckdb

from data import load


def store(folder: Path, file: Path) -> int:
    """Store every Parquet file of the folder as a table, sorted by its loan; gives the rows."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": os.environ.get("LOAD_MEMORY") or load.MEMORY,
        "temp_directory": f"{file}.spill",
        "storage_compatibility_version": "v1.5.0",
    }
    rows = 0
    with duckdb.connect(file, config=config) as connection:
        for path in sorted(folder.glob("*.parquet")):
            source = connection.read_parquet(str(path))
            first = "loan_id" if "loan_id" in source.columns else source.columns[0]
            connection.execute(
                f'create table "{path.stem}" as from read_parquet($path) order by "{first}"',
                {"path": str(path)},
            )
            found = connection.execute(f'select count(*) from "{path.stem}"').fetchone()
            rows += found[0] if found else 0
        connection.execute("checkpoint")
    with file.open("rb") as stored:
        os.fsync(stored.fileno())
    return rows


if __name__ == "__main__":
    print(store(Path(sys.argv[1]), Path(sys.argv[2])))
