"""Measures the page of an archive in a real Chromium: its size, and how long each step in it takes.

    python benchmarks/page.py [--documents 1 100 1000] [--json FILE]

The documents are our own corpus, six texts to a document (some 7,000 characters), extracted once and then
varied: common characters trade places from copy to copy, so that the words, and with them the index, do not
repeat. Each figure is the median of five. It needs Chromium and chromedriver.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from browser import installed, open_browser, wait_for
from figures import ROOT
from zhengxie_nlp import Pipeline
from zhengxie_nlp.outputs.page.archive import Archive
from zhengxie_nlp.records import Document

TEXTS_IN_ONE = 6
#: How many of the most frequent characters trade places.
TRADED = 400
REPEATS = 5
#: What each step is allowed, in milliseconds, for 1,000 documents (issue of the page).
GOALS = {"until usable": 4000, "filter": 50, "sort": 250, "open a document": 200}


def documents(count: int) -> Iterator[Document]:
    """Yield so many Documents, no two of the same words."""
    texts = [
        file.read_text(encoding="utf-8") for file in sorted((ROOT / "corpora/speeches/text").glob("*.txt"))
    ]
    pipeline = Pipeline()
    made = [
        pipeline.extract("\n\n".join(texts[at : at + TEXTS_IN_ONE]), source_id="x").model_dump_json()
        for at in range(0, min(len(texts), TEXTS_IN_ONE * count), TEXTS_IN_ONE)
    ]
    common = [sign for sign, _ in Counter("".join(texts)).most_common() if "\u4e00" <= sign <= "\u9fff"][
        :TRADED
    ]
    for number in range(count):
        turn = 1 + number // len(made)
        places = str.maketrans(dict(zip(common, common[turn:] + common[:turn], strict=True)))
        one = Document.parse(made[number % len(made)].translate(places))
        yield one.model_copy(update={"source": one.source.model_copy(update={"id": f"d{number:05}"})})


def measure(count: int, folder: Path) -> dict[str, float]:
    """Make an archive of so many documents, open it, and return what was measured."""
    archive = Archive(title=f"{count} documents")
    characters = records = 0
    made_in = 0.0
    for document in documents(count):
        began = time.perf_counter()
        archive.add(document)
        made_in += time.perf_counter() - began
        characters += len(document.text)
        records += len(document.records)
    began = time.perf_counter()
    path = folder / f"archive{count}.html"
    path.write_text(archive.html(), encoding="utf-8")
    made_in += time.perf_counter() - began
    figures = {
        "documents": count, "characters": characters, "records": records, "MB": path.stat().st_size / 1e6,
        "made in s": made_in,
    }  # fmt: skip
    return figures | _in_browser(path)


def _in_browser(path: Path) -> dict[str, float]:
    """Open the page and return the time of each step in milliseconds, and the memory that it takes in MB."""
    opened: list[float] = []
    steps: dict[str, list[float]] = {}
    for _ in range(REPEATS):
        with open_browser() as browser:
            began = time.perf_counter()
            browser.go(path.as_uri())
            browser.wait("return document.querySelector('.heat-map') !== null", seconds=120)
            opened.append(1000 * (time.perf_counter() - began))
            browser.find("#tab-quantity").click()
            table = "const table = document.querySelector('#panel-quantity .data-table').table;"
            timed = f"{table} const began = performance.now(); STEP; document.body.offsetHeight;"
            timed += "return performance.now() - began"
            for name, step in (
                ("filter", "table.filter(0, '次')"),
                ("filter off", "table.filter(0, '')"),
                ("sort", "table.sort(0)"),
                ("scroll", "table.scroller.scrollTop = table.scroller.scrollHeight / 2; table.draw()"),
            ):  # fmt: skip
                steps.setdefault(name, []).append(browser.run(timed.replace("STEP", step)))
            began = time.perf_counter()
            browser.run("document.querySelector('#panel-quantity tbody tr[data-place]').click()")
            wait_for(lambda: browser.run("return document.querySelector('.of-archive blockquote') !== null"))
            steps.setdefault("open a document", []).append(1000 * (time.perf_counter() - began))
            steps.setdefault("heap MB", []).append(
                browser.run("return performance.memory.usedJSHeapSize / 1e6")
            )
            if errors := browser.errors():
                raise RuntimeError(f"the page complains: {errors[0]}")
    return {"until usable": statistics.median(opened)} | {
        name: statistics.median(values) for name, values in steps.items()
    }


def main() -> None:
    """Measure, print a table, and write the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--documents", type=int, nargs="+", default=[1, 100, 1000])
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    if not installed():
        sys.exit("Chromium and chromedriver are not installed (Debian: chromium, chromium-driver)")
    with tempfile.TemporaryDirectory() as folder:
        rows = [measure(count, Path(folder)) for count in arguments.documents]
    for name in rows[0]:
        goal = f"   goal {GOALS[name]}" if name in GOALS else ""
        print(f"{name:<18}" + "".join(f"{row[name]:>14,.1f}" for row in rows) + goal)
    if arguments.json:
        machine = {"python": platform.python_version(), "machine": platform.machine()}
        arguments.json.write_text(
            json.dumps({"machine": machine, "rows": rows}, indent=1) + "\n", encoding="utf-8"
        )


if __name__ == "__main__":
    main()
