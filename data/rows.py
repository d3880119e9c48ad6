"""The rows of one table while they are checked, and the temporary tables that hold what was found.

* `broken` (row_number, rule, reason, record): rows whose cells cannot be told apart;
* `faults` (table_name, row_number, ordinal, rule, reason): one row per fault, of all tables so far;
* `repeats` (row_number): exact duplicates of an earlier row;
* `rejected_keys` (table_name, key): keys of rejected rows, so that a row that needs one can say so.

A reason quotes the cell; a rule is the same sentence without it, so that reasons can be counted.
"""

from dataclasses import dataclass

import duckdb

from data.cells import Reading
from data.contract import Table
from data.raw import literal
from data.source import ROW

TEMPORARY = """
create or replace temp table faults (
    table_name varchar, row_number bigint, ordinal integer, rule varchar, reason varchar);
create or replace temp table rejected_keys (table_name varchar, key varchar);
create or replace temp table broken (
    row_number bigint, rule varchar, reason varchar, record varchar);
create or replace temp table repeats (row_number bigint)
"""

# The order of a row's reasons: its cells, then its references, then the row as a whole.
OF_REFERENCES = 1000
OF_ROWS = 2000


@dataclass(frozen=True)
class Rows:
    """The rows of one table while they are checked: a relation of cells, and how to read each."""

    connection: duckdb.DuckDBPyConnection
    table: Table
    relation: str
    readings: tuple[Reading, ...]
    cells: tuple[str, ...]

    @property
    def typed(self) -> str:
        """SQL for the relation of ROW and the contract's columns, typed."""
        values = ", ".join(f"{each.value} as {each.column.name}" for each in self.readings)
        return f"(select {ROW}, {values} from {self.relation})"

    def reading(self, name: str) -> Reading:
        """How the column of that name is read."""
        return next(each for each in self.readings if each.column.name == name)

    def add_faults(self, ordinal: int, rows: str) -> None:
        """Add faults; `rows` is SQL that selects row number, rule and reason."""
        self.connection.execute(
            f"insert into faults select {literal(self.table.name)}, n, {ordinal}, rule, reason "
            f"from ({rows}) as given (n, rule, reason)"
        )
