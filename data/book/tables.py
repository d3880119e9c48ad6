"""Columns of numbers as Parquet tables of the contract, the same bytes for the same numbers."""

from pathlib import Path
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import ArrayLike, NDArray

from data.contract import BY_NAME

MONEY = pa.decimal128(18, 2)
RATE = pa.decimal128(12, 8)
NOTHING = -1
"""The day, month or place of something that did not happen."""


def _decimal(
    units: ArrayLike, kind: pa.DataType, known: NDArray[np.bool_] | None = None
) -> pa.Array:
    low = np.asarray(units, dtype=np.int64)
    words = np.ascontiguousarray(np.stack([low, low >> 63], axis=1))
    valid = None if known is None else pa.py_buffer(np.packbits(known, bitorder="little"))
    return pa.Array.from_buffers(kind, len(low), [valid, pa.py_buffer(words)])


def money(cents: ArrayLike, known: NDArray[np.bool_] | None = None) -> pa.Array:
    """Amounts from whole cents; empty where they are not known."""
    return _decimal(cents, MONEY, known)


def rates(units: ArrayLike, known: NDArray[np.bool_] | None = None) -> pa.Array:
    """Yearly fractions from whole hundred-millionths; empty where they are not known."""
    return _decimal(units, RATE, known)


def days(numbers: ArrayLike) -> pa.Array:
    """Dates from day numbers; NOTHING is empty."""
    found = np.asarray(numbers, dtype=np.int32)
    return pa.array(found, pa.date32(), mask=found == NOTHING)


def moments(seconds: ArrayLike) -> pa.Array:
    """Timestamps from seconds since 1970-01-01; NOTHING is empty."""
    found = np.asarray(seconds, dtype=np.int64)
    return pa.array(found, pa.timestamp("s"), mask=found == NOTHING).cast(pa.timestamp("us"))


def whole(numbers: ArrayLike) -> pa.Array:
    """Whole numbers; NOTHING is empty."""
    found = np.asarray(numbers, dtype=np.int64)
    return pa.array(found, mask=found == NOTHING)


def numbers(values: ArrayLike) -> pa.Array:
    """Numbers with a fraction; NOTHING is empty."""
    found = np.asarray(values, dtype=np.float64)
    return pa.array(found, mask=found == NOTHING)


def flags(values: ArrayLike, known: NDArray[np.bool_] | None = None) -> pa.Array:
    """True or false; empty where it is not known."""
    mask = None if known is None else ~known
    return pa.array(np.asarray(values, dtype=bool), mask=mask)


def words(values: ArrayLike) -> pa.Array:
    """Text; an empty text is empty."""
    found = np.asarray(values, dtype=object)
    return pa.array(found, pa.string(), mask=found == "")


def coded(places: ArrayLike, choices: ArrayLike | pa.Array) -> pa.Array:
    """Text by its place in a list of choices; NOTHING is empty."""
    found = np.asarray(places, dtype=np.int32)
    listed = choices if isinstance(choices, pa.Array) else pa.array(choices, pa.string())
    return pa.DictionaryArray.from_arrays(pa.array(found, mask=found == NOTHING), listed)


def numbered(prefix: str, numbers: ArrayLike, width: int = 8) -> pa.Array:
    """Identifiers such as L00000042; NOTHING is empty."""
    found = np.asarray(numbers, dtype=np.int64)
    size = len(prefix) + width
    signs = np.empty((len(found), size), np.uint8)
    signs[:, : len(prefix)] = np.frombuffer(prefix.encode(), np.uint8)
    rest = np.maximum(found, 0)
    for place in range(size - 1, len(prefix) - 1, -1):
        rest, digit = np.divmod(rest, 10)
        signs[:, place] = digit + ord("0")
    offsets = np.arange(0, (len(found) + 1) * size, size, dtype=np.int32)
    valid = pa.py_buffer(np.packbits(found != NOTHING, bitorder="little"))
    return pa.Array.from_buffers(
        pa.string(), len(found), [valid, pa.py_buffer(offsets), pa.py_buffer(signs)]
    )


def ragged(lengths: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Owner and place (from 0) of each of `lengths` rows laid end to end."""
    owner = np.repeat(np.arange(len(lengths)), lengths)
    starts = np.cumsum(lengths) - lengths
    return owner, np.arange(len(owner)) - starts[owner]


class Folder:
    """A canonical folder being written, table by table and chunk by chunk; an older book goes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows: dict[str, int] = {}
        self._writers: dict[str, pq.ParquetWriter] = {}
        path.mkdir(parents=True, exist_ok=True)
        for name in BY_NAME:
            (path / f"{name}.parquet").unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for writer in self._writers.values():
            writer.close()

    def write(self, name: str, columns: dict[str, pa.Array]) -> None:
        """Append rows to a table of the contract, the same columns each time; no rows, no file."""
        order = [column.name for column in BY_NAME[name].columns if column.name in columns]
        if len(order) != len(columns):
            raise KeyError(f"{name} has no column {sorted(set(columns) - set(order))}")
        table = pa.table({column: columns[column] for column in order})
        if not table.num_rows:
            return
        if name not in self._writers:
            self._writers[name] = pq.ParquetWriter(
                self.path / f"{name}.parquet",
                table.schema,
                compression="zstd",
                store_decimal_as_integer=True,
            )
        self._writers[name].write_table(table, row_group_size=1_000_000)
        self.rows[name] = self.rows.get(name, 0) + table.num_rows
