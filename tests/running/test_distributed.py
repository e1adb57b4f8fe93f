"""The same job on an engine: Arrow in and out, and a batch on a local Ray of two workers."""

import json
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from zhengxie_nlp import Pipeline
from zhengxie_nlp.errors import ZhengxieError
from zhengxie_nlp.running import distributed
from zhengxie_nlp.running.workers import Limits

TEXT = "围绕营商环境开展调研40多次。"


def test_extract_batch_gives_a_row_a_row_and_errors_as_rows():
    arrow = pytest.importorskip("pyarrow", reason="pyarrow (extra [tables] or [cluster]) is not installed")
    content = [TEXT.encode("gb18030"), bytes(200), b"", TEXT.encode()]
    table = arrow.table(
        {"id": ["a", "b", "c", "d"], "content": content, "path": [None, "b.txt", None, "d.txt"]}
    )
    made = distributed.extract_batch(table, limits=Limits(60, 4096)).to_pylist()
    assert [row["id"] for row in made] == ["a", "b", "c", "d"]
    assert [row["code"] for row in made] == [None, "ZX105", "ZX106", None]
    assert [row["document"] is None for row in made] == [False, True, True, False]
    document = json.loads(made[3]["document"])
    assert document["records"] == json.loads(Pipeline().extract(TEXT).model_dump_json())["records"]
    assert document["source"]["path"] == "d.txt"
    assert made[0]["characters"] == len(TEXT)


def test_map_in_arrow_takes_and_gives_record_batches():
    arrow = pytest.importorskip("pyarrow", reason="pyarrow (extra [tables] or [cluster]) is not installed")
    table = arrow.table({"id": ["a", "b"], "text": [TEXT, TEXT]})
    made = list(distributed.map_in_arrow(table.to_batches(max_chunksize=1)))
    assert [batch.num_rows for batch in made] == [1, 1]
    assert ", ".join(made[0].schema.names) == distributed.SPARK_SCHEMA.translate(
        str.maketrans("", "", "`")
    ).replace(" string", "").replace(" long", "")


def test_extract_batch_refuses_other_columns():
    arrow = pytest.importorskip("pyarrow", reason="pyarrow (extra [tables] or [cluster]) is not installed")
    with pytest.raises(ZhengxieError, match="only the columns"):
        distributed.extract_batch(arrow.table({"name": ["a"]}))


def test_without_ray_the_extra_is_named(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(ZhengxieError, match=r".\[cluster\]"):
        distributed.RayPool(distributed.Work("x:y", {}, tmp_path), workers=1, limits=Limits())


# ---- Ray


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ray") / "archive"
    folder.mkdir()
    for number in range(30):
        text = f"云浦市政协机关\n\n一、第{number}项\n\n围绕第{number}个专题开展调研{number + 2}次。\n"
        (folder / f"{number:02}.txt").write_text(text, encoding="gb18030" if number % 2 else "utf-8")
    (folder / "bad.txt").write_bytes(bytes(100))
    return folder


def command(archive, out, *more):
    arguments = [sys.executable, "-m", "zhengxie_nlp", "batch", str(archive), "-o", str(out), "-w", "2"]
    return [*arguments, "--tables", "none", *more]


def lists(out):
    return {path.name: path.read_bytes() for path in sorted(out.glob("*.jsonl"))}


def children_of(process):
    """Return the processes that Ray runs tasks in, below a process."""
    found = subprocess.run(["ps", "-eo", "pid,ppid,args"], capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 2) for line in found.splitlines()[1:]]
    below, grew = {str(process)}, True
    while grew:
        more = {row[0] for row in rows if row[1] in below} - below
        below, grew = below | more, bool(more)
    return [int(row[0]) for row in rows if row[0] in below and row[2].startswith("ray::")]


def test_a_batch_on_ray_makes_the_bytes_of_the_local_run_though_workers_are_killed(archive, tmp_path):
    pytest.importorskip("ray", reason="Ray (extra [cluster]) is not installed")
    subprocess.run(command(archive, tmp_path / "local"), capture_output=True, check=False)
    running = subprocess.Popen(
        command(archive, tmp_path / "ray", "--engine", "ray"), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    killed = []

    def kill():
        journal = tmp_path / "ray" / ".batch" / "journal.jsonl"
        while running.poll() is None and len(killed) < 2:
            if journal.exists() and journal.read_bytes().count(b"\n") >= 8 * len(killed):
                for worker in children_of(running.pid)[:1]:
                    os.kill(worker, signal.SIGKILL)
                    killed.append(worker)
            time.sleep(0.5)

    killer = threading.Thread(target=kill)
    killer.start()
    said = running.communicate(timeout=300)[1].decode()
    killer.join()
    assert running.returncode == 1, said  # one was rejected
    assert killed
    assert lists(tmp_path / "ray") == lists(tmp_path / "local")
