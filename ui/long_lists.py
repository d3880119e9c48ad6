"""A list of any length on a page: a part of it, the way to the others, and all of it as a file."""

from collections.abc import Callable, Hashable

import pandas as pd

from queries.warehouse import Scope
from ui import export, lists, paging, tables
from ui.tables import Target

Part = Callable[[str | None, int], pd.DataFrame]


def draw(
    key: str,
    title: str,
    columns: tables.Columns,
    part: Part,
    row_key: str,
    number: int,
    scope: Scope,
    *,
    asked: tuple[Hashable, ...] | None = None,
    facts: export.Facts = (),
    open_row: Callable[[pd.Series], Target | None] = lists.open_loan,
    rows: int = 12,
    page: pd.DataFrame | None = None,
    shown: tables.Columns | None = None,
) -> None:
    """The part on the screen, its controls, and the file of all `number` rows.

    What is `asked` beside the scope begins at the first part; by default the facts on the file's
    cover. `page` is the part on the screen where it has been read already, `shown` its columns
    where they are fewer than the file's.
    """
    if page is None:
        question = (scope, *(facts if asked is None else asked))
        page = part(paging.after(key, question), paging.SIZE)
    tables.show(page, shown or columns, key=key, alt=title, open_row=open_row, rows=rows)
    paging.controls(key, page, row_key, number)
    export.offer(export.listing(key, title, columns, part, row_key, number, scope, filters=facts))
