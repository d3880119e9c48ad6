"""References: rows that name a row which is not there, was rejected, or cannot be meant."""

import duckdb

from data.contract import Column
from data.raw import literal
from data.rows import OF_REFERENCES, Rows
from data.source import ROW


def find_strangers(rows: Rows, column: Column) -> None:
    """Rows that name a row of another table which is not there, or was itself rejected."""
    table, key = (column.references or "").split(".")
    reading = rows.reading(column.name)
    rows.add_faults(
        OF_REFERENCES + rows.readings.index(reading),
        f"""
        select n, concat({literal(f"{column.name} is not in {table}")}, rejected),
            concat({literal(column.name)}, ' ', shown, {literal(f" is not in {table}")}, rejected)
        from (
            select n, shown, if(value in (
                select key from rejected_keys where table_name = {literal(table)}
            ), ' (its row was rejected)', '') as rejected
            from (
                select {ROW} as n, {reading.value} as value, {reading.shown} as shown
                from {rows.relation}
            ) as pointing
            anti join raw.{table} as there on pointing.value = there.{key}
            where value is not null
        )
        """,
    )


def find_lost_links(rows: Rows, column: Column) -> None:
    """Rows that name a row of their own table which is not accepted, until no more are found."""
    name, key = column.name, rows.table.key[0]
    loan = "loan_id" if rows.table.name == "repayments" else "null"
    linked = f"select {ROW} as n, {key} as own, {name} as other, {loan} as loan from {rows.typed}"
    rows.connection.execute(
        f"create or replace temp table links as {linked} where {name} is not null;"
        f"create or replace temp table targets as {linked} "
        f"where {key} in (select other from links)"
    )
    ordinal = OF_REFERENCES + [each.column for each in rows.readings].index(column)
    _find_bad_links(rows, column, ordinal)
    before = -1
    while before < (before := _fault_count(rows.connection)):
        _find_broken_links(rows, column, ordinal)


def _find_broken_links(rows: Rows, column: Column, ordinal: int) -> None:
    """Links to a row that is not there, or has turned out to be faulty."""
    faulty = f"select row_number from faults where table_name = {literal(rows.table.name)}"
    words = literal(f" is not in {rows.table.name}")
    rows.add_faults(
        ordinal,
        f"""
        select n, concat({literal(column.name)}, {words}, rejected),
            concat({literal(f"{column.name} '")}, other, '''', {words}, rejected)
        from (
            select n, other, if(other in (select own from targets),
                ' (its row was rejected)', '') as rejected
            from links
            where n not in ({faulty} and ordinal = {ordinal})
                and other not in (
                    select own from targets
                    where own is not null and n not in (from repeats) and n not in ({faulty})
                )
        )
        """,
    )


def _find_bad_links(rows: Rows, column: Column, ordinal: int) -> None:
    """Links that lead to a row, but not to one that may be meant."""
    name = column.name
    is_wrong = "links.own = links.other"
    words = f"if({is_wrong}, ' is the row itself', null)"
    if rows.table.name == "repayments":
        words = (
            f"case when {is_wrong} then ' is the row itself' "
            "when targets.other is not null then ' is itself a reversal' "
            "when targets.loan <> links.loan then ' is a payment of another loan' end"
        )
    rows.add_faults(
        ordinal,
        f"select distinct on (n) n, {literal(name)} || wrong, "
        f"concat({literal(f'{name} ')}, '''', other, '''', wrong) from ("
        f"select links.n, links.other, {words} as wrong "
        f"from links join targets on links.other = targets.own) where wrong is not null",
    )


def _fault_count(connection: duckdb.DuckDBPyConnection) -> int:
    row = connection.execute("select count(*) from faults").fetchone()
    return row[0] if row else 0
