"""The figures of one benchmark run: a line each, a file, and the change against the run before."""

import json
import platform
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

STAMP = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True)
class Measure:
    """One figure: its name, value (None when it could not be taken), unit and aim."""

    name: str
    value: float | None
    unit: str = "ms"
    aim: float | None = None

    @property
    def aimed(self) -> str:
        """The aim and whether it is met; empty when there is none."""
        if self.aim is None or self.value is None:
            return ""
        return f"aim {shown(self.aim)}: {'met' if self.value <= self.aim else 'MISSED'}"


def line(measure: Measure, before: dict[str, float | None]) -> str:
    """`name  value unit  aim  change`, the change as new over old."""
    told = "unknown" if measure.value is None else f"{shown(measure.value)} {measure.unit}"
    return f"{measure.name:<44} {told:>14}  {measure.aimed:<18} {_change(measure, before)}".rstrip()


def _change(measure: Measure, before: dict[str, float | None]) -> str:
    old = before.get(measure.name)
    if measure.value is None or old is None:
        return "no run before"
    if old == 0:
        return "as before" if measure.value == 0 else "was 0"
    return f"x {measure.value / old:.2f} of the run before"


def shown(number: float) -> str:
    """Three significant digits from 1 to 100, whole numbers above."""
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"


def save(folder: Path, measures: Iterable[Measure], size: dict, details: dict) -> Path:
    """Write one run to `<folder>/<UTC>.json`; `size` says what it may be compared with."""
    folder.mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC)
    content = {
        "at": now.isoformat(timespec="seconds"),
        "size": size,
        "machine": {"system": platform.platform(), "python": platform.python_version()},
        "measures": [asdict(measure) for measure in measures],
        **details,
    }
    path = folder / f"{now.strftime(STAMP)}.json"
    path.write_text(json.dumps(content, indent=1, default=str) + "\n", encoding="utf-8")
    return path


def run_before(folder: Path, size: dict) -> dict[str, float | None]:
    """The values of the newest earlier run of the same size, by name; empty when there is none."""
    for path in sorted(folder.glob("*.json"), reverse=True):
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["size"] == size:
            return {each["name"]: each["value"] for each in content["measures"]}
    return {}
