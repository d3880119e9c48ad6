"""From a picture to its rows, and to words: what a click means, what the figures say."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pandas as pd

from ui import formats
from ui.i18n import name


def alt_text(title: str, said: Iterable[tuple[str, str]]) -> str:
    """What a picture shows, in words, for who cannot see it: the title and up to twelve figures."""
    return f"{title}. " + "; ".join(f"{label} {figure}" for label, figure in list(said)[:12])


def described(
    frame: pd.DataFrame, title: str, value: str, by: str, unit: str, label: Callable | None = None
) -> str:
    """The alternative text of a picture of `value` by `by`."""
    label = label or (lambda code: formats.day(code) if by == "month_end" else name(by, code))
    pairs = zip(frame[by], frame[value], strict=True)
    return alt_text(title, ((label(c), formats.value(unit, v)) for c, v in pairs))


def clicked(event: Any) -> list[Any] | None:
    """The codes of the mark that was clicked in a Plotly picture, or None."""
    points = event.selection.points if event and event.selection else []
    if not points:
        return None
    codes = points[0].get("customdata")
    return list(codes) if isinstance(codes, list | tuple) else [codes]


def clicked_cell(event: Any) -> list[Any] | None:
    """Row code and column code of the cell that was clicked in a heat map, or None."""
    cells = (event.selection.get("cell") if event and event.selection else None) or []
    return [cells[0].get("row_code"), cells[0].get("column_code")] if cells else None


def drill_target(
    codes: Sequence[Any] | None, by: Sequence[str], drawn: Sequence[Sequence[Any]], **params: Any
) -> dict[str, Any] | None:
    """The address values of a click: a code that was drawn for each of `by`, and `params`.

    None when nothing was clicked or when a code was never in the picture.
    """
    if not codes or len(codes) != len(by):
        return None
    for code, known in zip(codes, drawn, strict=True):
        if str(code) not in {str(each) for each in known}:
            return None
    return dict(params) | {dim: str(code) for dim, code in zip(by, codes, strict=True)}
