"""Measures how the time of a whole extraction grows with the length of one document.

    python benchmarks/growth.py [--up-to BYTES] [--json FILE]

Each kind of text is extracted at growing lengths, once after a warm-up. Reported are characters a second
and, over the longer half of the curve, the exponent of growth: the slope of log time over log length, 1.0
being linear. Beside ordinary speech text (our own corpus, repeated) stand hostile ones: a megabyte of one
marker, of digits, of opening quotation marks, of enumeration commas, and more of the kind.
"""

from __future__ import annotations

import argparse
import json
import platform
import resource
import subprocess
import sys
import time
from pathlib import Path

import zhengxie_nlp
from figures import ROOT, exponent
from zhengxie_nlp import Pipeline

#: One period of each hostile text.
HOSTILE = {
    "一是": "一是",
    "digits": "1234567890",
    "han digits": "一二三四五六七八九十",
    "opening quotes": "“",
    "closing quotes": "”",
    "enumeration commas": "、",
    "commas": "，",
    "full stops": "。",
    "line breaks": "\n",
    "one line": "政协工作",
    "short lines": "政协\n",
    "section markers": "一、\n（一）\n1.\n①\n",
    "open ends": "围绕产业发展深入开展调研，\n\n",
    "每": "每",
    "times": "今年以来",
    "quoted terms": "“三个一”、",
    "brackets": "（",
    "spaces": " ",
}
#: What takes the most memory or time, one piece of each; "" is ordinary speech.
SHAPES = ("", "一是。", "建立机制，", "12次，", "三会一课", "一\n", "“", "1. 开展活动\n")


def corpus_texts() -> list[str]:
    """Return the texts of our corpus in the order of their names."""
    files = sorted((ROOT / "corpora" / "speeches" / "text").glob("*.txt"))
    return [file.read_text(encoding="utf-8") for file in files]


def speech_text(characters: int) -> str:
    """Return ordinary text of about the length: our corpus, repeated, in its own order."""
    whole = "\n\n".join(corpus_texts())
    return (whole * (characters // len(whole) + 1))[:characters]


def seconds(pipeline: Pipeline, text: str) -> float:
    """Return how long the extraction of one text takes, JSON included."""
    start = time.perf_counter()
    pipeline.extract(text).model_dump_json()
    return time.perf_counter() - start


def measure(up_to: int) -> dict[str, list[tuple[int, float]]]:
    """Return the curve of each kind of text: (characters, seconds) at growing lengths."""
    pipeline = Pipeline()
    pipeline.extract(speech_text(5_000))
    curves: dict[str, list[tuple[int, float]]] = {}
    longest = up_to // 3
    for name, period in {"speech": "", **HOSTILE}.items():
        # Ordinary text up to the full length (a Chinese character is three bytes); hostile up to 1 MB.
        limit = longest if name == "speech" else min(longest, 1_000_000 // len(period[0].encode()))
        lengths = [limit // step for step in (1000, 100, 10, 4, 2, 1) if limit // step >= 300]
        curves[name] = []
        for length in lengths:
            text = (
                speech_text(length) if name == "speech" else (period * (length // len(period) + 1))[:length]
            )
            curves[name].append((length, seconds(pipeline, text)))
        last_length, last_taken = curves[name][-1]
        slope = exponent(curves[name][-3:])
        print(
            f"{name:<20}{last_length:>10,}{last_taken:>9.2f}{last_length / last_taken:>12,.0f}{slope:>9.2f}"
        )
    return curves


def one_shape(period: str, size: int) -> None:
    """Extract one text of so many bytes in this process, and print its row."""
    pipeline = Pipeline()
    pipeline.extract(speech_text(5_000))
    characters = size * len(period) // len(period.encode()) if period else size // 3
    text = (period * (characters // len(period) + 1))[:characters] if period else speech_text(characters)
    began = time.process_time()
    document = pipeline.extract(text)
    took = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    unread = "yes" if any(note.code == "left_unread" for note in document.diagnostics) else "no"
    name = json.dumps(period, ensure_ascii=False) if period else "speeches"
    print(f"| {name} | {len(text):,} | {took:.0f} | {peak:.0f} | {len(document.records):,} | {unread} |")


def memory(size: int) -> None:
    """Print time and peak memory of `Pipeline.extract` for each shape, each in a process of its own."""
    print("| text | characters | CPU seconds | peak MB | records | left unread |")
    print("| --- | ---: | ---: | ---: | ---: | --- |", flush=True)
    for period in SHAPES:
        subprocess.run([sys.executable, __file__, "--shape", period, "--memory", str(size)], check=True)


def main() -> None:
    """Print the table; with --json, keep the curves."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "--up-to", type=int, default=10_000_000, metavar="BYTES", help="length of the longest text"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the curves here")
    parser.add_argument(
        "--memory", type=int, metavar="BYTES", help="measure peak memory of texts of this length instead"
    )
    parser.add_argument("--shape", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.shape is not None:
        one_shape(options.shape, options.memory)
        return
    if options.memory:
        memory(options.memory)
        return
    print(f"{'text':<20}{'characters':>10}{'seconds':>9}{'chars/s':>12}{'exponent':>9}")
    curves = measure(options.up_to)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:.0f} MB")
    if options.json:
        stamp = {
            "zhengxie_nlp": zhengxie_nlp.__version__,
            "python": platform.python_version(),
            "machine": platform.machine(),
            "peak_memory_mb": round(peak),
        }
        kept = {
            name: {"points": points, "exponent": exponent(points[-3:])} for name, points in curves.items()
        }
        options.json.write_text(
            json.dumps({"stamp": stamp, "curves": kept}, ensure_ascii=False, indent=1), encoding="utf-8"
        )


if __name__ == "__main__":
    sys.exit(main())
