"""A whole archive: documents and characters a second, memory as it goes on, kill -9 and the same bytes.

    python benchmarks/archive.py --documents 2000
    python benchmarks/archive.py --documents 20000 --keep

makes an archive (`made_archive`), runs `zhengxie batch` over it with two workers, looks at memory and CPU
time, and runs once more with one worker, killed ten times with kill -9. Both must have made the same bytes,
and have rejected and listed exactly what was made broken or twice.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from made_archive import Made, make_archive
from zhengxie_nlp.writing import write_file

ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / "benchmarks" / "results" / "archive.json"
_LISTS = ("documents.jsonl", "rejected.jsonl", "duplicates.jsonl", "near_duplicates.jsonl")
_TICKS = os.sysconf("SC_CLK_TCK")
_DAY = 86_400


@dataclass
class Seen:
    """What was seen of a run: how long, the CPU time of its processes, its memory by documents done."""

    seconds: float = 0.0
    cpu: dict[int, float] = field(default_factory=dict)
    #: Documents done, MB of the parent, MB of the largest worker.
    memory: list[tuple[int, int, int]] = field(default_factory=list)

    @property
    def cpu_seconds(self) -> float:
        """Return the CPU time of all its processes."""
        return sum(self.cpu.values())


def command(archive: Path, out: Path, workers: int) -> list[str]:
    """Return the command that is measured."""
    more = ["--workers", str(workers), "--tables", "none", "--quiet"]
    return [sys.executable, "-m", "zhengxie_nlp", "batch", str(archive), "-o", str(out), *more]


def done(out: Path) -> int:
    """Return how many documents are finished."""
    journal = out / ".batch" / "journal.jsonl"
    return journal.read_bytes().count(b"\n") if journal.exists() else 0


def look(pid: int, seen: Seen, out: Path) -> None:
    """Note the memory and CPU time of a process and its children."""
    sizes = {}
    for one in (pid, *children(pid)):
        try:
            status = Path(f"/proc/{one}/status").read_text(encoding="ascii", errors="replace")
            times = (
                Path(f"/proc/{one}/stat")
                .read_text(encoding="ascii", errors="replace")
                .rpartition(")")[2]
                .split()
            )
        except OSError:
            continue
        seen.cpu[one] = (int(times[11]) + int(times[12])) / _TICKS
        resident = next((line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")), "0")
        sizes[one] = int(resident) // 1024
    workers = [size for one, size in sizes.items() if one != pid]
    seen.memory.append((done(out), sizes.get(pid, 0), max(workers, default=0)))


def children(pid: int) -> list[int]:
    """Return the children of a process, of whichever of its threads."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [int(one) for one in task.read_text(encoding="ascii").split()]
        except OSError:
            continue
    return found


def run(archive: Path, out: Path, *, workers: int, seen: Seen, kill_after: float | None = None) -> int:
    """Run the batch; with `kill_after`, kill it after so many seconds. Return its exit status."""
    begun = time.monotonic()
    process = subprocess.Popen(
        command(archive, out, workers), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    while process.poll() is None:
        look(process.pid, seen, out)
        if kill_after is not None and time.monotonic() - begun > kill_after:
            process.send_signal(signal.SIGKILL)
        time.sleep(0.5 if kill_after is not None else 2.0)
    seen.seconds += time.monotonic() - begun
    return process.returncode


def killed_runs(
    archive: Path, out: Path, *, workers: int, kills: int, seconds: float, seen: Seen
) -> list[int]:
    """Kill a run so many times at any moment, then let it end; return how many were done at each kill."""
    dice, at = random.Random(1), []
    for _ in range(kills):
        run(archive, out, workers=workers, seen=seen, kill_after=dice.uniform(0.2, 2 * seconds / (kills + 1)))
        at.append(done(out))
    run(archive, out, workers=workers, seen=seen)
    return at


def ids(path: Path, name: str = "id") -> set[str]:
    """Return the ids in a file of JSON Lines."""
    with path.open(encoding="utf-8") as lines:
        return {json.loads(line)[name] for line in lines}


def measured(folder: Path, asked: argparse.Namespace) -> dict[str, object]:
    """Make the archive, run over it, and return the figures."""
    archive, documents = folder / "archive", asked.documents
    made = make_archive(archive, documents=documents, characters=asked.characters)
    print(f"{documents} documents made: {dict(made.forms)}", flush=True)
    whole, broken_off = Seen(), Seen()
    run(archive, folder / "two", workers=2, seen=whole)
    print(f"two workers: {whole.seconds:.0f} s, {whole.cpu_seconds:.0f} CPU s", flush=True)
    at = killed_runs(
        archive,
        folder / "one",
        workers=asked.killed_workers,
        kills=asked.kills,
        seconds=whole.seconds,
        seen=broken_off,
    )
    print(f"{asked.killed_workers} worker(s), killed at {at}: {broken_off.seconds:.0f} s", flush=True)
    return {
        **_figures(folder, documents, whole, broken_off, made),
        "killed at": at,
        "forms": dict(made.forms),
    }


def _figures(folder: Path, documents: int, whole: Seen, broken_off: Seen, made: Made) -> dict[str, object]:
    characters = sum(
        json.loads(line)["characters"]
        for line in (folder / "two" / ".batch" / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    )
    a_core = documents / whole.cpu_seconds
    third = len(whole.memory) // 3
    return {
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "load": os.getloadavg(),
        "documents": documents,
        "characters": characters,
        "two workers: seconds": round(whole.seconds, 1),
        "two workers: documents a second": round(documents / whole.seconds, 1),
        "two workers: characters a second": round(characters / whole.seconds),
        "killed: seconds": round(broken_off.seconds, 1),
        "killed: documents a second": round(documents / broken_off.seconds, 1),
        "documents a CPU second": round(a_core, 1),
        "characters a CPU second": round(characters / whole.cpu_seconds),
        "cores for a million such documents a day": round(1_000_000 / _DAY / a_core, 1),
        "parent MB, after a third and at the end": [
            max(size for _, size, _ in part)
            for part in (whole.memory[: third + 1], whole.memory[-third - 1 :])
        ],
        "largest worker MB": max(size for _, _, size in whole.memory),
        "memory: documents, parent MB, largest worker MB": whole.memory[:: max(1, len(whole.memory) // 20)],
        "the same bytes from the run that was killed": all(
            (folder / "two" / name).read_bytes() == (folder / "one" / name).read_bytes() for name in _LISTS
        ),
        "every broken one is rejected, and no other": ids(folder / "two" / "rejected.jsonl") == made.broken,
        "rejected beside the broken ones": sorted(ids(folder / "two" / "rejected.jsonl") - made.broken)[:20],
        "broken and not rejected": sorted(made.broken - ids(folder / "two" / "rejected.jsonl"))[:20],
        "what is there twice is listed, and no other": ids(folder / "two" / "duplicates.jsonl") == made.twice,
    }


def main() -> None:
    """Measure, and print or keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=2000)
    parser.add_argument("--characters", type=int, help="cut documents after about so many")
    parser.add_argument("--killed-workers", type=int, default=1, help="workers of the run that is killed")
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--folder", type=Path, help="where to work; default: a temporary folder")
    parser.add_argument("--keep", action="store_true", help=f"keep the figures in {KEPT.relative_to(ROOT)}")
    asked = parser.parse_args()
    with TemporaryDirectory() as temporary:
        figures = measured(asked.folder or Path(temporary), asked)
    said = json.dumps(figures, ensure_ascii=False, indent=1) + "\n"
    print(said)
    if asked.keep:
        write_file(KEPT, said)


if __name__ == "__main__":
    main()
