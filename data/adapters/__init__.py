"""Adapters: each reads a folder of foreign files and writes a canonical one (data/contract.py)."""

from collections.abc import Callable
from pathlib import Path

from data.adapters import fineract, sec_abs_ee
from data.adapters.ledger import SourceProblem

ADAPTERS: dict[str, Callable[[Path, Path], dict]] = {
    "sec-abs-ee": sec_abs_ee.convert,
    "fineract": fineract.convert,
}

__all__ = ["ADAPTERS", "SourceProblem"]
