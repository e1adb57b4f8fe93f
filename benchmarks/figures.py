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
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from zhengxie_nlp.outputs.files import write_file

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
        low: whether less is better (seconds, megabytes).
    """

    name: str
    value: float
    unit: str
    goal: float | None = None
    low: bool = False

    @property
    def met(self) -> bool | None:
        """Whether the goal is reached; None without one."""
        if self.goal is None:
            return None
        return self.value <= self.goal if self.low else self.value >= self.goal


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
    worse = moved > 0 if figure.low else moved < 0
    return f"{moved:+.0%}".replace("%", " %") + (" !" if worse else "")


def table(figures: Sequence[Figure], kept: Mapping[str, float]) -> str:
    """Write figures as a table, beside their goal and what was kept.

    Args:
        figures: what was measured.
        kept: the figures of the last run kept, by name.
    """
    lines = [
        f"{'figure':<44}{'measured':>12}  {'unit':<14}{'goal':>9}  {'met':<5}{'since the last kept':<18}"
    ]
    for one in figures:
        goal = "" if one.goal is None else ("≤ " if one.low else "≥ ") + number(one.goal)
        met = {None: "", True: "yes", False: "no"}[one.met]
        moved = change(one, kept.get(one.name))
        lines.append(
            f"{one.name:<44}{number(one.value):>12}  {one.unit:<14}{goal:>9}  {met:<5}{moved}".rstrip()
        )
    return "\n".join(lines)


def number(value: float) -> str:
    """Write a number with as many places as it bears: 33,333, 1.25, 0.081."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) >= 1 else f"{value:.3f}"


def stamp() -> dict[str, str]:
    """Say what was measured where: versions, interpreter, machine, commit."""
    found = {"python": platform.python_version(), "machine": platform.machine(), "cores": str(os.cpu_count())}
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


def keep(path: Path, figures: Sequence[Figure], more: Mapping[str, object]) -> None:
    """Write figures as JSON, with the stamp and what else is to be kept."""
    told = [
        {"name": one.name, "value": round(one.value, 4), "unit": one.unit, "goal": one.goal}
        for one in figures
    ]
    write_file(
        path, json.dumps({"stamp": stamp(), "figures": told, **more}, ensure_ascii=False, indent=1) + "\n"
    )
