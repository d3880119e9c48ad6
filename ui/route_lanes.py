"""Where the arrows of the map of hand-overs run: in lanes beside the list of the departments.

Down the list arrows run on the right, up the list on the left: those of a pair never meet, and none
crosses a department that it does not belong to. Along the list the figure counts in pixels, so that
what is apart here is apart on every screen; across it in parts of the width, whatever that is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

HALF = 0.27  # of half the width: from the middle to the edge of a department
NARROW, WIDE = 300, 550  # pixels of half the width: on the narrowest screen, and at most
LEAST_HIGH, GAP = 38, 12  # pixels: a department of two lines of words, and between two
THIN, THICK = 1.5, 12.0  # pixels: the seldomest route, the most frequent
APART = 5  # pixels between two arrows at one department
HEAD = 15  # pixels: the size of a head, beside twice the width of its arrow
HEAD_HIGH, NECK = 0.62, 0.5  # of that size: how high it is, how far in the shaft ends
LABEL, NEAR = 22, 6  # pixels: how high a label is, how near to it a pointer means it
TRY = 10  # pixels between two places that are tried for a label
LETTER = 6.6  # pixels that a letter of a label takes
NEAREST, FARTHEST = 0.47, 0.86  # of half the width: the innermost lane, the outermost
WIDEST = 0.11  # of half the width: between two lanes
TURN = 36  # pixels: from the lane to where an arrow begins to turn into it


@dataclass(frozen=True)
class Node:
    """A department: its upper and its lower edge in pixels."""

    top: float
    bottom: float

    @property
    def middle(self) -> float:
        """Half way down."""
        return (self.top + self.bottom) / 2


@dataclass(frozen=True)
class Box:
    """What a label covers, in pixels: its middle, and half its width."""

    x: float
    y: float
    half: float

    def over(self, other: "Box") -> float:
        """How many pixels two labels lie over each other; nothing when they are apart."""
        beside = self.half + other.half - abs(self.x - other.x)
        return max(0.0, min(beside, LABEL - abs(self.y - other.y)))

    def holds(self, x: float, y: float) -> bool:
        """Whether a place lies under the label."""
        return abs(x - self.x) < self.half + NEAR and abs(y - self.y) < LABEL / 2 + NEAR


@dataclass(frozen=True)
class Arrow:
    """A route on the map: on which side, from where to where down the list, how wide, in which of
    the lanes, how far out that is, and where its label stands."""

    route: str
    side: int
    start: float
    end: float
    width: float
    lane: int = 0
    out: float = 0.0
    box: Box = Box(0.0, 0.0, 0.0)

    @property
    def head(self) -> float:
        """How large the head is."""
        return _head(self.width)

    @property
    def turn(self) -> tuple[float, float]:
        """Across and along: how much of the way each of its two turns takes."""
        return TURN / NARROW, min(TURN, abs(self.end - self.start) / 2)

    @property
    def path(self) -> str:
        """Out to the lane, along it, and back, with round turns."""
        wide, high = self.turn
        high = high if self.end > self.start else -high
        edge, out, before = (self.side * each for each in (HALF, self.out, self.out - wide))
        tip = self.side * (HALF + NECK * self.head / NARROW)
        return (
            f"M{edge},{self.start} L{before},{self.start} Q{out},{self.start} {out},"
            f"{self.start + high} L{out},{self.end - high} Q{out},{self.end} {before},{self.end}"
            f" L{tip},{self.end}"
        )

    @property
    def places(self) -> list[tuple[float, float]]:
        """Places on the way, close enough together for a pointer to meet one anywhere."""
        steps = max(2, round(abs(self.end - self.start) / 24))
        lane = [
            (self.side * self.out, self.start + (self.end - self.start) * (each + 0.5) / steps)
            for each in range(steps)
        ]
        middle = self.side * (HALF + self.out) / 2
        return [(middle, self.start), *lane, (middle, self.end)]


@dataclass(frozen=True)
class Way:
    """A route before it has its place: from which department of the list to which, how wide."""

    route: str
    start: int
    end: int
    width: float

    @property
    def side(self) -> int:
        """1 down the list, on the right; -1 up, on the left."""
        return 1 if self.start < self.end else -1

    @property
    def first(self) -> int:
        """The upper of its departments."""
        return min(self.start, self.end)

    @property
    def last(self) -> int:
        """The lower of its departments."""
        return max(self.start, self.end)


def lay_out(
    order: Sequence[str], drawn: pd.DataFrame, labels: Sequence[str]
) -> tuple[dict[str, Node], list[Arrow]]:
    """from_id, to_id, route, handed_over: the place of each department and the way of each route.

    At a department the nearest arrows lie inside the farther ones, so that none of its own cross.
    """
    places = {each: place for place, each in enumerate(order)}
    most = drawn["handed_over"].max()
    ways = [
        Way(route, places[giver], places[taker], THIN + (THICK - THIN) * sent / most)
        for route, giver, taker, sent in drawn[
            ["route", "from_id", "to_id", "handed_over"]
        ].itertuples(index=False)
    ]
    nodes, ports = _stacked(order, ways)
    arrows = [
        Arrow(
            way.route, way.side, ports[way.route, way.start], ports[way.route, way.end], way.width
        )
        for way in ways
    ]
    return nodes, _labelled(_in_lanes(arrows), labels)


def _stacked(
    order: Sequence[str], ways: Sequence[Way]
) -> tuple[dict[str, Node], dict[tuple[str, int], float]]:
    """The departments one below the other, each as high as its arrows need, and where on it each
    arrow begins or ends."""
    nodes: dict[str, Node] = {}
    ports: dict[tuple[str, int], float] = {}
    top = 0.0
    for place, each in enumerate(order):
        sides = [_ports(place, side, ways) for side in (1, -1)]
        needed = [sum(_room(way.width) for way in own) for own in sides]
        nodes[each] = Node(top, top + max(LEAST_HIGH, *needed))
        for own, high in zip(sides, needed, strict=True):
            at = nodes[each].middle - high / 2
            for way in own:
                ports[way.route, place] = at + _room(way.width) / 2
                at += _room(way.width)
        top = nodes[each].bottom + GAP
    return nodes, ports


def _head(width: float) -> float:
    return HEAD + 2 * width


def _room(width: float) -> float:
    return HEAD_HIGH * _head(width) + APART


def _ports(place: int, side: int, ways: Sequence[Way]) -> list[Way]:
    """The arrows of a department on one side, from its upper edge to its lower."""
    own = [way for way in ways if way.side == side and place in (way.start, way.end)]
    near_first = sorted(own, key=lambda way: way.last - way.first)
    above = [way for way in near_first if way.last == place]
    below = [way for way in near_first if way.first == place]
    return [*above, *reversed(below)]


def _in_lanes(arrows: Sequence[Arrow]) -> list[Arrow]:
    """The shortest in the lane nearest to the departments; none beside another in one lane."""
    placed: dict[str, Arrow] = {}
    for arrow in sorted(arrows, key=lambda each: abs(each.end - each.start)):
        taken = {each.lane for each in placed.values() if _beside(each, arrow)}
        free = next(lane for lane in range(len(arrows)) if lane not in taken)
        placed[arrow.route] = replace(arrow, lane=free)
    last = max(each.lane for each in placed.values()) or 1
    apart = min(WIDEST, (FARTHEST - NEAREST) / last)
    return [
        replace(placed[each.route], out=NEAREST + apart * placed[each.route].lane)
        for each in arrows
    ]


def _beside(one: Arrow, other: Arrow) -> bool:
    """Whether two arrows on one side would meet in one lane."""
    if one.side != other.side:
        return False
    high = min(max(one.start, one.end), max(other.start, other.end))
    return high + LABEL > max(min(one.start, one.end), min(other.start, other.end))


def _labelled(arrows: Sequence[Arrow], labels: Sequence[str]) -> list[Arrow]:
    """Each label on its lane, as near to the middle as it can be without covering another."""
    taken: list[Box] = []
    for arrow, label in zip(arrows, labels, strict=True):
        x, half = arrow.side * arrow.out * NARROW, len(label) * LETTER / 2 + 5
        tries = [Box(x, y, half) for y in _heights(arrow)]
        clear = next((box for box in tries if not any(map(box.over, taken))), None)
        taken.append(clear or min(tries, key=lambda box: sum(map(box.over, taken))))
    return [replace(arrow, box=box) for arrow, box in zip(arrows, taken, strict=True)]


def _heights(arrow: Arrow) -> list[float]:
    """Where on its lane a label may stand, the middle first."""
    middle = (arrow.start + arrow.end) / 2
    room = max(0.0, abs(arrow.end - arrow.start) / 2 - LABEL / 2)
    steps = int(room // TRY)
    return [middle, *(middle + way * TRY * step for step in range(1, steps + 1) for way in (1, -1))]
