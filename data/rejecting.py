"""Which rows of a table may not be loaded, and why: types, ranges, keys and references."""

from data.cells import NO_COMPLAINT
from data.links import find_lost_links, find_strangers
from data.raw import literal, quoted
from data.rows import OF_ROWS, Rows
from data.source import COPY, ROW

# The day on which the document of the row came in.
RECEIVED = (
    "(select max(held.received_on) from raw.documents as held"
    " where held.loan_id = cells.loan_id and held.kind = cells.kind)"
)
# Whether the loan's file has a place for the document of the row, in it or missing.
HELD = (
    "exists (select 1 from raw.documents as held"
    " where held.loan_id = cells.loan_id and held.kind = cells.kind)"
)
# Whether the original of the row was out when it went: lent before by a row without a fault, and
# not back by that day.
OUT = (
    "exists (select 1 from cells as other"
    " where other.loan_id = cells.loan_id and other.kind = cells.kind"
    " and (other.returned_on is null or other.returned_on > cells.lent_on)"
    " and (other.lent_on < cells.lent_on"
    f" or (other.lent_on = cells.lent_on and other.{ROW} < cells.{ROW}))"
    f" and other.{ROW} not in"
    " (select row_number from faults where table_name = 'document_lendings'))"
)

# What the cells of one row may not say together, or of another row of the table: condition, rule
# and reason, over the typed columns of `cells`.
ROW_RULES: dict[str, tuple[tuple[str, str, str], ...]] = {
    "loans": (
        (
            "disbursed_on > matures_on",
            "disbursed_on is later than matures_on",
            "concat('disbursed_on ', disbursed_on, ' is later than matures_on ', matures_on)",
        ),
    ),
    "repayments": (
        (
            "amount < 0 and reverses is null",
            "amount is negative and reverses nothing",
            "concat('amount ', amount, ' is negative and reverses nothing')",
        ),
    ),
    "document_lendings": (
        (
            "returned_on < lent_on",
            "returned_on is before lent_on",
            "concat('returned_on ', returned_on, ' is before lent_on ', lent_on)",
        ),
        (
            f"lent_on < {RECEIVED}",
            "lent_on is before the document was received",
            f"concat('lent_on ', lent_on, ' is before the document was received on ', {RECEIVED})",
        ),
        (
            f"not {HELD}",
            "kind is none of the documents of its loan",
            "concat('kind ', kind, ' is none of the documents of its loan')",
        ),
        (
            OUT,
            "lent_on is while the same original was out",
            "concat('lent_on ', lent_on, ' is while the same original was out')",
        ),
    ),
}


def check(rows: Rows) -> None:
    """Fill `faults` and `repeats` with what is wrong with the rows of this table."""
    rows.connection.execute("delete from repeats")
    _find_bad_cells(rows)
    _find_bad_rows(rows)
    _find_repeated_keys(rows)
    own = f"{rows.table.name}.{rows.table.key[0]}"
    for column in rows.table.columns:
        if column.references and column.references != own:
            find_strangers(rows, column)
    for column in rows.table.columns:
        if column.references == own:
            find_lost_links(rows, column)
    rows.connection.execute(
        "delete from faults where table_name = $table and row_number in (from repeats)",
        {"table": rows.table.name},
    )


def _find_bad_cells(rows: Rows) -> None:
    asked = [each for each in rows.readings if each.complaint != NO_COMPLAINT]
    complaints = ", ".join(f"{each.complaint} as c{n}" for n, each in enumerate(asked))
    shown = ", ".join(f"{each.shown} as s{n}" for n, each in enumerate(asked))
    faults = ", ".join(
        f"case when c{n} is not null then {{'ordinal': {n}, "
        f"'rule': {literal(each.column.name)} || ' ' || c{n}, 'reason': concat_ws(' ', "
        f"{literal(each.column.name)}, case when c{n} <> 'is empty' then s{n} end, c{n})}} end"
        for n, each in enumerate(asked)
    )
    wrong = " or ".join(f"c{n} is not null" for n in range(len(asked)))
    rows.connection.execute(
        f"""
        insert into faults
        select {literal(rows.table.name)}, n, fault.ordinal, fault.rule, fault.reason
        from (
            select n, unnest([{faults}]) as fault
            from (select {ROW} as n, {complaints}, {shown} from {rows.relation})
            where {wrong}
        )
        where fault is not null
        """
    )


def _find_bad_rows(rows: Rows) -> None:
    for ordinal, (wrong, rule, reason) in enumerate(ROW_RULES.get(rows.table.name, ())):
        rows.add_faults(
            OF_ROWS + ordinal,
            f"with cells as {rows.typed} select {ROW}, {literal(rule)}, {reason} from cells "
            f"where {wrong}",
        )


def _find_repeated_keys(rows: Rows) -> None:
    """Exact duplicates after the first go to `repeats`; different rows of one key are faults."""
    keys = [rows.reading(name).value for name in rows.table.key]
    if _is_ascending(rows, keys):
        return
    # Hashes need a fraction of the memory; two that clash only ask for a second look.
    rows.connection.execute(
        f"create or replace temp table repeated as select key from "
        f"(select hash({', '.join(keys)}) as key from {rows.relation}) "
        f"group by key having count(*) > 1"
    )
    if not rows.connection.execute("from repeated limit 1").fetchone():
        return
    key_names = [f'"key {n} of the row"' for n in range(len(keys))]
    as_keys = ", ".join(f"{key} as {name}" for key, name in zip(keys, key_names, strict=True))
    same_row = ", ".join([*key_names, *(quoted(name) for name in rows.cells)])
    rows.connection.execute(
        f"""
        create or replace temp table candidates as
        select {ROW}, {", ".join(key_names)},
            row_number() over (partition by {same_row} order by {ROW}) as {COPY}
        from (
            select *, {as_keys}
            from {rows.relation}
            where hash({", ".join(keys)}) in (from repeated)
        )
        """
    )
    rows.connection.execute(f"insert into repeats select {ROW} from candidates where {COPY} > 1")
    _add_conflicts(rows, key_names)


def _is_ascending(rows: Rows, keys: list[str]) -> bool:
    """Does each key stand above the one before? Then none repeats; most files are sorted so."""
    above = "false"
    for n in reversed(range(len(keys))):
        above = f"k{n} > p{n} or (k{n} = p{n} and ({above}))"
    named = ", ".join(f"{key} as k{n}, lag({key}) over () as p{n}" for n, key in enumerate(keys))
    not_above = rows.connection.execute(
        f"select count(*) from (select {named} from {rows.relation}) where ({above}) is not true"
    ).fetchone()
    # The first row has none before it.
    return not_above == (1,)


def _add_conflicts(rows: Rows, key_names: list[str]) -> None:
    named = " || ', ' || ".join(
        f"{literal(f'{name}=')} || {key}"
        for name, key in zip(rows.table.key, key_names, strict=True)
    )
    partition = ", ".join(key_names)
    known = " and ".join(f"trim({key}::varchar) <> ''" for key in key_names)
    rule = f"different rows share the key {', '.join(rows.table.key)}"
    rows.add_faults(
        OF_ROWS + len(rows.table.columns),
        f"""
        select {ROW}, {literal(rule)},
            if(different = 2, 'two', different::varchar)
                || ' different rows share the key ' || {named}
        from (
            select *, count(*) over (partition by {partition}) as different
            from candidates
            where {COPY} = 1 and {known}
        )
        where different > 1
        """,
    )
