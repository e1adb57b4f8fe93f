"""Measures the speed of the whole pipeline: against rivals, stage by stage, by length, by number of workers.

    python benchmarks/speed.py [--up-to BYTES] [--rounds N] [--keep] [--json FILE]

The text is our own corpus, every document once; longer texts repeat it. In each round the pipeline and a
rival read the same text right after one another, the first of them changing from round to round; reported are
the median speed of each and the median of the rounds' ratios. The pipeline's run is the whole of it: text,
order, structure, all extractors, categories, JSON.

What runs in this process is measured by its CPU time: other work on the machine slows the clock, and hits one
of a pair harder than the other. Archives and the start of the command are measured by the clock.

Prints one table beside the goals and the last run kept (`benchmarks/results/speed.json`); `--keep` makes this
run the one kept. An exclamation mark is a change for the worse beyond 25 %. A rival that is not installed is
a row that says how to get it.
"""

from __future__ import annotations

import argparse
import itertools
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from figures import (
    NOISE,
    ROOT,
    Absent,
    Figure,
    exponent,
    keep,
    ratio,
    read_kept,
    read_stamp,
    shares,
    stamp,
    table,
)
from growth import corpus_texts, speech_text
from rivals import RIVALS, Reads, Rival
from zhengxie_nlp import Pipeline
from zhengxie_nlp.pipeline import STAGES
from zhengxie_nlp.reading.files import text_file

KEPT = ROOT / "benchmarks" / "results" / "speed.json"
#: A Chinese character is three bytes of UTF-8.
BYTES = 3
#: The archive of small documents and that of large ones hold the same text: so many characters a document.
SMALL, LARGE, ARCHIVE = 1_000, 100_000, 200_000
_SPEED = "characters/s"


def taken(work: Callable[[], object], *, clock: Callable[[], float] = time.process_time) -> float:
    """Return how long some work takes, in seconds: of this process's CPU, or by another clock."""
    start = clock()
    work()
    return clock() - start


def first_texts(texts: Sequence[str], characters: int) -> list[str]:
    """Return the first texts, as many as hold so many characters."""
    sizes = itertools.accumulate(map(len, texts), initial=0)
    return [text for text, before in zip(texts, sizes, strict=False) if before < characters]


def in_turn(
    first: Callable[[], object], second: Callable[[], object], *, rounds: int
) -> list[tuple[float, float]]:
    """Return the seconds of both, round by round; who begins changes from one round to the next."""
    times: list[tuple[float, float]] = []
    for number in range(rounds):
        if number % 2:
            behind = taken(second)
            times.append((taken(first), behind))
        else:
            times.append((taken(first), taken(second)))
    return times


def read_all(read: Callable[[str], object], texts: Iterable[str]) -> None:
    """Read texts one after the other."""
    for text in texts:
        read(text)


def against(rival: Rival, extract: Reads, texts: Sequence[str], *, rounds: int) -> list[Figure | Absent]:
    """Measure the pipeline and one rival in turn, or say that the rival is not installed."""
    try:
        read = rival.load()
    except ImportError as error:
        return [Absent(rival.name, f"not installed ({error}): pip install {rival.install}")]
    chosen = first_texts(texts, rival.characters)
    size = sum(map(len, chosen))
    read_all(read, chosen[:1])
    times = in_turn(lambda: read_all(extract, chosen), lambda: read_all(read, chosen), rounds=rounds)
    ours, theirs = [our for our, _ in times], [their for _, their in times]
    return [
        Figure(f"{rival.name}, {size:,} characters", size / statistics.median(theirs), _SPEED),
        Figure(f"pipeline : {rival.name}", ratio(ours, theirs), "times as fast", rival.goal),
    ]


def stage_seconds(pipeline: Pipeline, texts: Sequence[str], rounds: int) -> dict[str, float]:
    """Return the seconds of each stage over all texts, the median of the rounds; JSON is the last."""
    runs: list[dict[str, float]] = []
    for _ in range(rounds):
        seconds = dict.fromkeys((*(stage.name for stage in STAGES), "json"), 0.0)
        for text in texts:
            values = pipeline.inputs(text_file(text, source_id="text"))
            for stage in STAGES:
                seconds[stage.name] += taken(lambda stage=stage, values=values: pipeline.run(stage, values))
            seconds["json"] += taken(values["analysis"].document.model_dump_json)
        runs.append(seconds)
    return {name: statistics.median(run[name] for run in runs) for name in runs[0]}


def growth(extract: Reads, up_to: int) -> list[tuple[int, float]]:
    """Return the curve of ordinary text, (characters, seconds): 1 KB, 10 KB and so on, and the longest."""
    sizes = [size for size in (1_000 * 10**step for step in range(8)) if size < up_to]
    points: list[tuple[int, float]] = []
    for length in (size // BYTES for size in (*sizes, up_to)):
        text = speech_text(length)
        # A short text is over before the clock has ticked: it is read again and again, and the mean counts.
        times = max(1, 30_000 // length)
        points.append(
            (length, taken(lambda text=text, times=times: read_all(extract, [text] * times)) / times)
        )
    return points


def extract_json(pipeline: Pipeline, text: str) -> int:
    """Do all the work on one text; return the length of its JSON."""
    return len(pipeline.extract(text).model_dump_json())


def growth_figures(curve: Sequence[tuple[int, float]]) -> list[Figure]:
    """Return the speed at each length of a curve, and the exponent of its longer half."""
    figures = [Figure(f"one document of {size_name(size)}", size / spent, _SPEED) for size, spent in curve]
    longer = curve[len(curve) // 2 :]
    if len(longer) > 1:
        figures.append(Figure("exponent of growth, longer half", exponent(longer), "", 1.05, low=True))
    return figures


def size_name(characters: int) -> str:
    """Return the length of a Chinese text in bytes, in words.

    Example:
        >>> size_name(333), size_name(3_333_333), size_name(166_666)
        ('1 KB', '10 MB', '500 KB')
    """
    size = round(characters * BYTES / 1_000)
    return f"{size} KB" if size < 1_000 else f"{size / 1_000:g} MB"


_worker: Pipeline | None = None


def _open_worker() -> None:
    global _worker  # noqa: PLW0603 - a process of the pool has no other place to keep its pipeline
    _worker = Pipeline()
    _worker.extract("今年以来，健全学习制度，举办讲座12场。")


def _work(text: str) -> int:
    assert _worker is not None
    return extract_json(_worker, text)


def archive(texts: Sequence[str], workers: int) -> float:
    """Return the seconds that some processes need for an archive; their start is not counted."""
    with ProcessPoolExecutor(workers, initializer=_open_worker) as pool:
        list(pool.map(_work, ["今年以来。"] * workers * 4))
        chunk = max(1, len(texts) // (workers * 8))
        return taken(lambda: list(pool.map(_work, texts, chunksize=chunk)), clock=time.perf_counter)


def archives(rounds: int) -> list[Figure]:
    """Measure an archive of many small documents and one of few large ones, with one worker and with two."""
    whole = speech_text(ARCHIVE)
    figures: list[Figure] = []
    for name, size in (("small", SMALL), ("large", LARGE)):
        texts = [whole[at : at + size] for at in range(0, len(whole), size)]
        for workers in (1, 2):
            seconds = statistics.median(archive(texts, workers) for _ in range(rounds))
            label = f"{len(texts)} {name} documents, {workers} worker{'s' if workers > 1 else ''}"
            figures.append(Figure(label, len(whole) / seconds, _SPEED))
    return figures


#: Runs a command in a process as small as can be: one that was forked counts its parent's memory, too.
_RUNS = """
import resource, subprocess, sys, time
start = time.perf_counter()
subprocess.run(sys.argv[1:], check=True)
print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def _as_installed() -> dict[str, str]:
    """Return the environment, but that Python keeps bytecode in it: pip leaves some where it installs."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def command(text: str) -> tuple[float, float]:
    """Run `zhengxie extract` on a file; return the seconds by the clock, and the highest memory in MB."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "speech.txt"
        path.write_text(text, encoding="utf-8")
        extract = ["-m", "zhengxie_nlp", "extract", "--output", f"{folder}/speech.json", str(path)]
        arguments = [sys.executable, "-c", _RUNS, sys.executable, *extract]
        told = subprocess.run(
            arguments, check=True, stdout=subprocess.PIPE, text=True, env=_as_installed()
        ).stdout
    wall, peak = map(float, told.split())
    # Kilobytes on Linux, bytes on macOS.
    return wall, peak / (1024 if sys.platform != "darwin" else 1 << 20)


def commands(rounds: int, up_to: int) -> list[Figure]:
    """Measure start-up and memory of the command, on a small file and on the largest."""
    # The first run writes the bytecode of what has changed.
    small = [command(speech_text(1_000)) for _ in range(rounds + 1)][1:]
    memory = statistics.median(peak for _, peak in small)
    _, large = command(speech_text(up_to // BYTES))
    size = size_name(up_to // BYTES)
    return [
        Figure(
            "zhengxie extract, 3 KB: wall", statistics.median(wall for wall, _ in small), "s", 1.5, low=True
        ),
        Figure("zhengxie extract, 3 KB: peak memory", memory, "MB", 300, low=True),
        Figure(f"zhengxie extract, {size}: peak memory", large, "MB", 600, low=True),
    ]


def measure(*, rounds: int, up_to: int) -> tuple[list[Figure | Absent], list[tuple[int, float]]]:
    """Measure everything; return the rows of the table, and the curve of growth."""
    texts = corpus_texts()
    pipeline = Pipeline()

    def extract(text: str) -> object:
        return extract_json(pipeline, text)

    read_all(extract, texts)
    _say("stage by stage")
    seconds = stage_seconds(pipeline, texts, rounds)
    size = sum(map(len, texts))
    rows: list[Figure | Absent] = [
        Figure(f"pipeline, {size:,} characters", size / sum(seconds.values()), _SPEED)
    ]
    for rival in RIVALS:
        _say(f"against {rival.name}")
        rows += against(rival, extract, texts, rounds=rounds)
    rows += [
        Figure(f"stage {name}", 100 * share, "% of the time", low=None)
        for name, share in shares(seconds).items()
    ]
    _say("many small documents and few large ones, 1 and 2 workers")
    archived = archives(min(rounds, 3))
    _say("zhengxie extract, start-up and memory")
    run = commands(rounds, up_to)
    _say(f"growth up to {size_name(up_to // BYTES)}")
    curve = growth(extract, up_to)
    return [*rows, *growth_figures(curve), *archived, *run], curve


def _say(what: str) -> None:
    print(f"measuring: {what}", file=sys.stderr, flush=True)


def main() -> None:
    """Print the table; with --keep, make this run the one that later ones are compared with."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "--up-to", type=int, default=10_000_000, metavar="BYTES", help="length of the longest text"
    )
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="how often each pair runs")
    parser.add_argument("--keep", action="store_true", help=f"keep this run in {KEPT.relative_to(ROOT)}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures here, too")
    options = parser.parse_args()
    if options.up_to < 1_000 or options.rounds < 1:
        parser.error("--up-to takes 1000 or more, --rounds 1 or more")
    stamped = {**stamp(), "rounds": str(options.rounds)}
    rows, curve = measure(rounds=options.rounds, up_to=options.up_to)
    stamped["load after"] = stamp()["load"]
    print(table(rows, read_kept(KEPT)))
    print(f"= within {NOISE:.0%} of the last kept; ! worse than it")
    print("CPU time of one process; archives (workers) and wall: by the clock, so other work slows them")
    for rival in RIVALS:
        if rival.remark:
            print(f"{rival.name}: {rival.remark}")
    for name, one in (("measured on", stamped), ("last kept on", read_stamp(KEPT))):
        print(f"{name}: " + ", ".join(f"{key} {value}" for key, value in one.items()))
    for path in ([KEPT] if options.keep else []) + ([options.json] if options.json else []):
        keep(path, rows, stamped=stamped, more={"growth": curve})


if __name__ == "__main__":
    sys.exit(main())
