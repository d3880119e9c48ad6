"""The colours of pictures, for light and for dark, and the signs that stand beside a colour."""

from dataclasses import dataclass
from typing import Literal

import streamlit as st

Colour = Literal["green", "orange", "red"]


@dataclass(frozen=True)
class Palette:
    """One theme's colours: `series` for up to five kinds, `steps` from slight to grave.

    `levels` are those of warnings, by name, each darker than the one before; `edge` is the line
    around a colour that would be lost on the ground, and of a pattern upon one.
    """

    series: tuple[str, ...]
    steps: tuple[str, ...]
    levels: dict[str, str]
    edge: str
    good: str
    warn: str
    bad: str
    ink: str
    faint: str
    ground: str
    deep: str


LIGHT = Palette(
    series=("#0072B2", "#D55E00", "#4B1D6B", "#B07AA1", "#2E2E2E"),
    steps=("#A9CBE6", "#84B2D9", "#5F98CA", "#3F7DB6", "#27629B", "#144A7C", "#06305A"),
    levels={"green": "#1B7F4D", "yellow": "#F2C200", "orange": "#E56A00", "red": "#B3261E"},
    edge="#262730",
    good="#1B7F4D",
    warn="#B45F06",
    bad="#B3261E",
    ink="#262730",
    faint="#D5D8DE",
    ground="#FFFFFF",
    deep="#8FBCE0",
)
DARK = Palette(
    series=("#56B4E9", "#E69F00", "#F5F5DC", "#A77BFF", "#E0566F"),
    steps=("#35617F", "#45799C", "#578FB5", "#6FA6CB", "#8CBDDE", "#AFD4ED", "#D6EBFA"),
    levels={"green": "#5BC98F", "yellow": "#FFD54A", "orange": "#F28522", "red": "#E5484D"},
    edge="#191917",
    good="#5BC98F",
    warn="#F0A94B",
    bad="#FF8A80",
    ink="#FAFAFA",
    faint="#3A3F4B",
    ground="#191917",
    deep="#2F6690",
)


def palette() -> Palette:
    """The colours of the theme that the reader's browser shows."""
    return DARK if st.context.theme.type == "dark" else LIGHT


@dataclass(frozen=True)
class Light:
    """How a figure stands to its limits, in a word and a sign, so that colour is never alone."""

    word: str
    icon: str
    colour: Colour


WITHIN = Light("Within limit", ":material/check_circle:", "green")
NEAR = Light("Near the limit", ":material/error:", "orange")
BROKEN = Light("Limit broken", ":material/cancel:", "red")
