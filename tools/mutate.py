"""Changes single places of the code at random and counts how many changes the tests notice.

Usage: ``python tools/mutate.py [--rooms quantities times …] [--number 40] [--seed 7] [--minutes 30]``.

A mutant is one change of one node of the syntax tree: a comparison turned round, ``and`` for ``or``, a number
moved by one, a condition that is always true, a return value dropped. For each, the tests that mirror its
room run until the first failure, on a copy of the sources. What survives is printed with its place: it is a
line that could be wrong without anybody noticing, or one that does not matter and can go. The same seed draws
the same mutants of the same code. The whole ends after so many minutes, with what was done by then.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "src" / "zhengxie_nlp"
ROOMS = ("text", "structure", "context", "quantities", "terms", "times", "mechanisms", "initiatives")
#: The tests of one mutant may take this many seconds; a change that makes them hang is noticed.
LONGEST = 300
_TURNED = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip


class Place(NamedTuple):
    """A node that can be changed: its file, its number in the walk over the tree, its line, the change."""

    path: Path
    number: int
    line: int
    change: str


def places(path: Path) -> Iterator[Place]:
    """Yield the changes that can be made in a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for number, node in enumerate(ast.walk(tree)):
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.Compare) and type(node.ops[0]) in _TURNED:
            yield Place(path, number, line, "comparison turned round")
        elif isinstance(node, ast.BoolOp):
            yield Place(path, number, line, "and for or, or for and")
        elif isinstance(node, ast.BinOp) and type(node.op) in (ast.Add, ast.Sub):
            yield Place(path, number, line, "plus for minus, minus for plus")
        elif isinstance(node, ast.Constant) and type(node.value) is int:
            yield Place(path, number, line, "number moved by one")
        elif isinstance(node, ast.If):
            yield Place(path, number, line, "condition always true")
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            yield Place(path, number, line, "not left out")
        elif isinstance(node, ast.Return) and node.value is not None:
            yield Place(path, number, line, "returns nothing")


def mutated(place: Place) -> str:
    """Return the file with the change made."""
    tree = ast.parse(place.path.read_text(encoding="utf-8"))
    node = list(ast.walk(tree))[place.number]
    if isinstance(node, ast.Compare):
        node.ops[0] = _TURNED[type(node.ops[0])]()
    elif isinstance(node, ast.BoolOp | ast.BinOp):
        node.op = _TURNED[type(node.op)]()
    elif isinstance(node, ast.Constant) and isinstance(node.value, int):
        node.value += 1
    elif isinstance(node, ast.If):
        node.test = ast.Constant(value=True)
    elif isinstance(node, ast.UnaryOp):
        node.op = ast.UAdd()
        return ast.unparse(ast.fix_missing_locations(_replaced(tree, node, node.operand)))
    elif isinstance(node, ast.Return):
        node.value = ast.Constant(value=None)
    return ast.unparse(ast.fix_missing_locations(tree))


def _replaced(tree: ast.AST, old: ast.AST, new: ast.AST) -> ast.AST:
    class Replace(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> ast.AST:
            return new if node is old else self.generic_visit(node)

    return Replace().visit(tree)


def tests_of(path: Path) -> list[str]:
    """Return the tests that mirror a file: those of its room, and of the whole."""
    room = path.relative_to(SOURCES).parts[0].removesuffix(".py")
    folder = ROOT / "tests" / room
    near = [folder] if folder.is_dir() else []
    whole = [ROOT / "tests" / name for name in ("golden", "test_pipeline.py", "test_accounting.py")]
    engines = [ROOT / "tests" / "engines"] if "hanlp" in path.name else []
    return [str(one) for one in (*near, *engines, *whole)]


def noticed(path: Path, content: str) -> bool:
    """Tell whether the tests of a file fail when it has this content."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy = folder / "src"
        shutil.copytree(ROOT / "src", copy, ignore=shutil.ignore_patterns("__pycache__"))
        (folder / "models").symlink_to(ROOT / "models")
        (copy / "zhengxie_nlp" / path.relative_to(SOURCES)).write_text(content, encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests_of(path)]
        paths = f"{copy}{os.pathsep}{ROOT / 'benchmarks'}"
        environment = os.environ | {"PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"}
        try:
            done = subprocess.run(
                command, cwd=ROOT, env=environment, capture_output=True, check=False, timeout=LONGEST
            )
        except subprocess.TimeoutExpired:
            return True
        return done.returncode != 0


def main() -> None:
    """Draw mutants, run the tests of each, and print what survived."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--rooms", nargs="+", default=ROOMS)
    parser.add_argument("--number", type=int, default=40)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--minutes", type=float, default=30)
    asked = parser.parse_args()
    files = [path for room in asked.rooms for path in sorted((SOURCES / room).rglob("*.py"))]
    known = [place for path in files for place in places(path)]
    drawn = random.Random(asked.seed).sample(known, min(asked.number, len(known)))
    end = time.monotonic() + 60 * asked.minutes
    caught = done = 0
    sound: set[tuple[str, ...]] = set()
    for place in drawn:
        if time.monotonic() > end:
            break
        room = tuple(tests_of(place.path))
        if room not in sound:
            sound.add(room)
            if noticed(place.path, place.path.read_text(encoding="utf-8")):
                sys.exit(f"The tests of {place.path.relative_to(ROOT)} fail as it is: mend that first.")
        seen = noticed(place.path, mutated(place))
        done, caught = done + 1, caught + seen
        verdict = "noticed " if seen else "SURVIVED"
        print(f"{verdict}  {place.path.relative_to(ROOT)}:{place.line}  {place.change}", flush=True)
    share = f" ({caught / done:.0%})" if done else ""
    print(f"{caught} of {done} noticed{share}; {len(drawn) - done} of {len(drawn)} drawn were left.")


if __name__ == "__main__":
    main()
