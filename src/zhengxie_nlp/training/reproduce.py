"""Trains the shipped models again and tells whether the same weights come out.

Usage: ``python -m zhengxie_nlp.training.reproduce MODEL CORPUS…``: the same corpora, in the same order, that
the model was trained from. On one kind of processor the files are the same byte for byte; another rounds
otherwise, and the weights may differ a little. Exit status 3 if they differ by more than that.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Final

from zhengxie_nlp.learning.model import read_arrays
from zhengxie_nlp.training.train import train

_DIFFERS: Final = 3
#: So far apart may two weights be that were trained on different processors.
_ROUNDING: Final = 0.02


def differing(model: Path, corpora: list[Path]) -> tuple[list[str], list[str]]:
    """Return the weights that training again does not give to the byte, and those it gives otherwise."""
    with tempfile.TemporaryDirectory() as folder:
        again = Path(folder) / model.name
        train(corpora, again)
        names = sorted({path.name for place in (model, again) for path in place.glob("*.npz")})
        changed = [name for name in names if _bytes(model / name) != _bytes(again / name)]
        return changed, [name for name in changed if not _close(_bytes(model / name), _bytes(again / name))]


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


def _close(one: bytes, other: bytes) -> bool:
    """Tell whether two files hold the same arrays, but for rounding."""
    import numpy

    if not one or not other:
        return False
    first, second = read_arrays(one), read_arrays(other)
    if first.keys() != second.keys():
        return False
    return all(
        first[name].shape == second[name].shape
        and (
            numpy.allclose(first[name], second[name], atol=_ROUNDING, rtol=_ROUNDING)
            if first[name].dtype.kind == "f"
            else True
        )
        for name in first
    )


def _main() -> int:
    model, *corpora = map(Path, sys.argv[1:])
    changed, other = differing(model, corpora)
    if other:
        sys.stderr.write(f"Training gives other weights: {', '.join(other)}. Run: make model\n")
        return _DIFFERS
    how = f"but for rounding in {', '.join(changed)}" if changed else "to the byte"
    sys.stdout.write(f"{model}: training gives the same weights again, {how}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(_main())
