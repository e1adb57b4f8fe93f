"""Figures of a benchmark: what was measured, beside the goal and the last one kept."""

from __future__ import annotations

import json
import math
import os
import platform
import statistics
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from zhengxie_nlp.writing import write_file

ROOT = Path(__file__).resolve().parents[1]
#: A figure that moved by less than this share has not moved: runs on a busy machine differ so much.
NOISE = 0.25
_PACKAGES = (
    "zhengxie-nlp", "jieba", "rjieba", "pydantic", "numpy", "scikit-learn", "recognizers-text-suite",
)  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """One thing that was measured.

    Attributes:
        name: what it is.
        value: the measured number.
        unit: what it is counted in.
        goal: the number it is to reach; None if it only informs.
        low: whether less is better (seconds, megabytes); None where neither is (a share).
    """

    name: str
    value: float
    unit: str
    goal: float | None = None
    low: bool | None = False

    @property
    def met(self) -> bool | None:
        """Whether the goal is reached; None without one."""
        if self.goal is None:
            return None
        return self.value <= self.goal if self.low else self.value >= self.goal


@dataclass(frozen=True)
class Absent:
    """One thing that could not be measured here.

    Attributes:
        name: what it is.
        why: what is missing, and how to get it.
    """

    name: str
    why: str


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Return how many times as fast we were: the median over the pairs, each run right after one another.

    Args:
        ours: our seconds, a round each.
        theirs: the rival's seconds on the same text, in the same rounds.
    """
    return statistics.median(their / our for our, their in zip(ours, theirs, strict=True))


def exponent(points: Sequence[tuple[int, float]]) -> float:
    """Return the slope of log time over log length, by least squares: 1.0 is linear."""
    xs = [math.log(length) for length, _ in points]
    ys = [math.log(max(taken, 1e-6)) for _, taken in points]
    mean_x, mean_y = statistics.fmean(xs), statistics.fmean(ys)
    over = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True))
    return over / sum((x - mean_x) ** 2 for x in xs)


def shares(seconds: Mapping[str, float]) -> dict[str, float]:
    """Return the part of the whole that each stage takes; they add up to 1."""
    whole = sum(seconds.values())
    return {name: taken / whole for name, taken in seconds.items()}


def change(figure: Figure, before: float | None) -> str:
    """Say how a figure moved since the last one kept; an exclamation mark where it is for the worse.

    Example:
        >>> change(Figure("speed", 150.0, "characters/s"), 100.0)
        '+50 %'
        >>> change(Figure("start-up", 1.5, "s", low=True), 1.0)
        '+50 % !'
        >>> change(Figure("speed", 110.0, "characters/s"), 100.0)
        '='
    """
    if not before:
        return "new"
    moved = figure.value / before - 1
    if abs(moved) <= NOISE:
        return "="
    worse = figure.low is not None and figure.low == (moved > 0)
    return f"{moved:+.0%}".replace("%", " %") + (" !" if worse else "")


def table(rows: Sequence[Figure | Absent], kept: Mapping[str, float]) -> str:
    """Write figures as a table, beside their goal and what was kept.

    Args:
        rows: what was measured, and what could not be.
        kept: the figures of the last run kept, by name.
    """
    width = max(len(row.name) for row in rows) + 1
    lines = [f"{'figure':<{width}}{'measured':>10}  {'unit':<15}{'goal':>8}  {'met':<5}since the last kept"]
    for row in rows:
        if isinstance(row, Absent):
            lines.append(f"{row.name:<{width}}  {row.why}")
            continue
        goal = "" if row.goal is None else ("≤ " if row.low else "≥ ") + number(row.goal)
        met = {None: "", True: "yes", False: "no"}[row.met]
        lines.append(
            f"{row.name:<{width}}{number(row.value):>10}  {row.unit:<15}{goal:>8}  {met:<5}"
            f"{change(row, kept.get(row.name))}"
        )
    return "\n".join(lines)


def number(value: float) -> str:
    """Write a number with as many places as it bears: 33,333, 1.25, 0.081."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) >= 1 else f"{value:.3f}"


def stamp() -> dict[str, str]:
    """Say when and where something is measured: time, machine and its load, versions, commit.

    The load is that of the last minute: taken before a run, it is what others were doing on the machine.
    """
    found = {
        "date": datetime.now(UTC).isoformat(timespec="minutes"),
        "platform": platform.platform(),
        "cores": str(os.cpu_count()),
        "load": f"{os.getloadavg()[0]:.1f}",
        "python": platform.python_version(),
    }
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    try:
        command = ["git", "-C", str(ROOT), "describe", "--always", "--dirty"]
        found["commit"] = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        found["commit"] = "unknown"
    return found


def read_kept(path: Path) -> dict[str, float]:
    """Return the figures of the last run kept, by name; none if there is no such run."""
    if not path.is_file():
        return {}
    kept = json.loads(path.read_text(encoding="utf-8"))
    return {one["name"]: one["value"] for one in kept["figures"]}


def read_stamp(path: Path) -> dict[str, str]:
    """Return the stamp of the last run kept; empty if there is no such run."""
    if not path.is_file():
        return {}
    kept: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))["stamp"]
    return kept


def keep(
    path: Path, rows: Sequence[Figure | Absent], *, stamped: Mapping[str, str], more: Mapping[str, object]
) -> None:
    """Write a run as JSON: the file is complete, or as it was before.

    Args:
        path: the file.
        rows: what was measured, and what could not be.
        stamped: the `stamp` of the run.
        more: what else is to be kept, by name.
    """
    figures = [
        {"name": one.name, "value": round(one.value, 4), "unit": one.unit, "goal": one.goal}
        for one in rows
        if isinstance(one, Figure)
    ]
    absent = [{"name": one.name, "why": one.why} for one in rows if isinstance(one, Absent)]
    told = {"stamp": stamped, "figures": figures, "absent": absent, **more}
    write_file(path, json.dumps(told, ensure_ascii=False, indent=1) + "\n")
