"""Read a folder of loan files into one new, checked warehouse build."""

from data.building import build_models
from data.raw import empty_raw, fill_calendar

__all__ = ["build_models", "empty_raw", "fill_calendar"]
