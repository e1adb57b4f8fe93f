"""Batches: the same bytes at any number of workers and after any end, one bad document costs itself only."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from zhengxie_nlp import Pipeline
from zhengxie_nlp.errors import ZhengxieError
from zhengxie_nlp.records import Document
from zhengxie_nlp.running.batch import BatchSettings, Shard, run_batch
from zhengxie_nlp.running.shards import merge_shards

SPEECH = """坚持为民履职 服务发展大局

{place}政协机关

一、抓实理论学习，夯实思想根基

一是健全学习制度。今年以来，举办读书分享会{number}场，参加委员1200余人次，撰写体会文章若干篇，形成常态化学习的良好氛围。

二是严格组织生活。坚持“三会一课”制度，组织党员干部到{place}各乡镇走访看望困难群众，把实事办到群众家门口。

二、聚焦中心任务，积极建言献策

围绕营商环境开展调研40多次，形成调研报告6篇，提出的意见建议得到采纳，推动一批突出问题得到解决。
"""
LISTS = ("documents.jsonl", "rejected.jsonl", "duplicates.jsonl", "near_duplicates.jsonl")


def speech(number, place="云浦市"):
    return SPEECH.format(number=number, place=place)


@pytest.fixture
def archive(tmp_path):
    folder = tmp_path / "archive"
    (folder / "2011").mkdir(parents=True)
    for number in range(12):
        (folder / "2011" / f"{number:03}.txt").write_text(
            f"第{number}号\n" * 9 + speech(number), encoding="gb18030"
        )
    (folder / "bad.txt").write_bytes(b"\x00\x01\x02" * 99)
    (folder / "empty.txt").touch()
    shutil.copy(folder / "2011" / "003.txt", folder / "same.txt")
    shutil.copy(folder / "bad.txt", folder / "too bad.txt")
    return folder


def rows(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def bytes_of(out):
    return {name: (out / name).read_bytes() for name in LISTS}


def run(archive, out, **settings):
    return run_batch([str(archive)], out, settings=BatchSettings(**settings))


@pytest.fixture(scope="module")
def model():
    return Pipeline()


def test_batch_makes_the_documents_that_python_makes(archive, tmp_path, model):
    out = tmp_path / "out"
    counts = run(archive, out)
    assert (counts.done, counts.rejected, counts.duplicates) == (12, 3, 1)
    lines = (out / "documents.jsonl").read_bytes().splitlines()
    documents = [Document.parse(line) for line in lines]
    assert [document.source.id for document in documents] == [f"2011/{number:03}" for number in range(12)]
    first = model.extract_file(archive / "2011" / "000.txt")
    named = first.source.model_copy(update={"id": "2011/000", "path": documents[0].source.path})
    assert documents[0] == first.model_copy(update={"source": named})
    assert counts.characters == sum(len(document.text) for document in documents)
    assert counts.records == sum(len(document.records) for document in documents)


def test_batch_lists_what_was_rejected_and_what_was_there_twice(archive, tmp_path):
    out = tmp_path / "out"
    run(archive, out)
    assert [(row["id"], row["code"]) for row in rows(out / "rejected.jsonl")] == [
        ("bad", "ZX105"), ("empty", "ZX106"), ("too bad", "ZX105"),
    ]  # fmt: skip
    assert [row["same_as"] for row in rows(out / "duplicates.jsonl")] == ["2011/003"]
    near = rows(out / "near_duplicates.jsonl")
    assert {row["document"] for row in near} == {f"2011/{number:03}" for number in range(1, 12)}
    assert all(row["likeness"] >= 0.7 for row in near)


def test_batch_makes_the_same_bytes_at_any_number_of_workers(archive, tmp_path):
    run(archive, tmp_path / "one", workers=1)
    run(archive, tmp_path / "three", workers=3)
    assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "three")


def command(archive, out, *more):
    arguments = ["batch", str(archive), "-o", str(out), "-w", "2", *more]
    return [sys.executable, "-m", "zhengxie_nlp", *arguments]


def killed(archive, out, *, after, by=signal.SIGKILL):
    """Kill a batch when so many lines are in its journal."""
    process = subprocess.Popen(command(archive, out), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    journal = out / ".batch" / "journal.jsonl"
    while process.poll() is None and (not journal.exists() or journal.read_bytes().count(b"\n") < after):
        time.sleep(0.01)
    process.send_signal(by)
    return process.wait(timeout=60), process.communicate()[1].decode()


def test_batch_goes_on_where_it_was_killed(archive, tmp_path):
    run(archive, tmp_path / "whole")
    out = tmp_path / "out"
    for after in (2, 5):
        assert killed(archive, out, after=after)[0] == -signal.SIGKILL
        assert not (out / "documents.jsonl").exists()
        with (out / "documents.jsonl.part").open("ab") as file:
            file.write(b'{"half of a li')
        with (out / ".batch" / "journal.jsonl").open("ab") as file:
            file.write(b'{"id": "2011')
    done = subprocess.run(command(archive, out), capture_output=True, check=False)
    assert done.returncode == 1
    assert b"of them done earlier" in done.stdout
    assert bytes_of(out) == bytes_of(tmp_path / "whole")
    assert not (out / "documents.jsonl.part").exists()


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_batch_ends_in_order_when_it_is_asked_to(archive, tmp_path, by):
    out = tmp_path / "out"
    status, said = killed(archive, out, after=3, by=by)
    assert status == 128 + by
    assert "goes on with the rest" in said
    assert "Traceback" not in said
    assert len((out / "documents.jsonl.part").read_bytes().splitlines()) >= 3
    run(archive, out)
    run(archive, tmp_path / "whole")
    assert bytes_of(out) == bytes_of(tmp_path / "whole")


def test_batch_does_only_what_is_new_or_has_changed(archive, tmp_path):
    out = tmp_path / "out"
    run(archive, out)
    before = bytes_of(out)
    assert run(archive, out).earlier == 16
    assert bytes_of(out) == before
    (archive / "2010.txt").write_text(speech(40), encoding="utf-8")
    (archive / "2011" / "005.txt").write_text(speech(77), encoding="utf-8")
    (archive / "2011" / "007.txt").unlink()
    counts = run(archive, out)
    assert counts.all - counts.earlier == 4  # the new one, the changed one, what was there twice (both)
    run(archive, tmp_path / "fresh")
    assert bytes_of(out) == bytes_of(tmp_path / "fresh")
    assert sorted(path.name for path in (out / ".batch").iterdir()) == [
        "job.json",
        "journal.jsonl",
        "waiting",
    ]


def test_batch_does_again_what_was_rejected_if_told_to(archive, tmp_path):
    out = tmp_path / "out"
    run(archive, out)
    stamp = (archive / "empty.txt").stat().st_mtime_ns
    assert run(archive, out).rejected == 3
    for name in ("bad.txt", "too bad.txt"):
        status = (archive / name).stat()
        good = speech(55).encode()
        (archive / name).write_bytes(good + b"\n" * (status.st_size - len(good)))
        os.utime(archive / name, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert (archive / "empty.txt").stat().st_mtime_ns == stamp
    counts = run(archive, out, retry_rejected=True)
    assert counts.rejected + counts.done + counts.duplicates == 16
    assert counts.rejected < 3


def test_batch_of_the_first_few_goes_on_with_the_rest(archive, tmp_path):
    out = tmp_path / "out"
    assert run(archive, out, limit=3).all == 3
    assert len((out / "documents.jsonl").read_bytes().splitlines()) == 3
    run(archive, out)
    after = bytes_of(out)
    run(archive, out, limit=3)
    assert bytes_of(out) == after
    run(archive, tmp_path / "whole")
    assert after == bytes_of(tmp_path / "whole")


def test_shares_merged_are_the_whole(archive, tmp_path):
    shares = [tmp_path / f"share{number}" for number in (1, 2, 3)]
    for number, share in enumerate(shares, start=1):
        run(archive, share, shard=Shard(number, 3))
    merge_shards(reversed(shares), tmp_path / "merged")
    run(archive, tmp_path / "whole")
    assert bytes_of(tmp_path / "merged") == bytes_of(tmp_path / "whole")
    with pytest.raises(ZhengxieError) as caught:
        merge_shards(shares[:2], tmp_path / "fewer")
    assert caught.value.code == "ZX605"


def test_batch_refuses_a_folder_of_something_else(archive, tmp_path):
    out = tmp_path / "out"
    run(archive, out, limit=1)
    for settings in ({"encoding": "gb18030"}, {"shard": Shard(1, 2)}):
        with pytest.raises(ZhengxieError) as caught:
            run(archive, out, **settings)
        assert caught.value.code == "ZX604"
    with pytest.raises(ZhengxieError, match="another archive"):
        run(archive / "2011", out)
    assert run(archive, out, encoding="gb18030", restart=True).done
    other = tmp_path / "mine"
    other.mkdir()
    (other / "documents.jsonl").write_text("my own", encoding="utf-8")
    with pytest.raises(ZhengxieError, match="no batch has made"):
        run(archive, other, restart=True)
    assert (other / "documents.jsonl").read_text(encoding="utf-8") == "my own"


def test_batch_keeps_a_second_run_out(archive, tmp_path):
    from zhengxie_nlp.running.journal import locked

    with locked(tmp_path / "out"), pytest.raises(ZhengxieError, match="another run"):
        run(archive, tmp_path / "out")


def test_batch_keeps_its_results_when_the_archive_has_gone(archive, tmp_path):
    out = tmp_path / "out"
    run(archive, out)
    before = bytes_of(out)
    shutil.rmtree(archive)
    archive.mkdir()
    with pytest.raises(ZhengxieError, match="nothing there"):
        run(archive, out)
    assert bytes_of(out) == before


def test_batch_says_what_it_would_do(archive, tmp_path):
    done = subprocess.run(command(archive, tmp_path / "out", "--dry-run"), capture_output=True, check=False)
    assert done.returncode == 0
    assert "16 documents" in done.stdout.decode()
    assert not (tmp_path / "out").exists()


def test_batch_stops_at_a_model_that_is_not_there(archive, tmp_path):
    done = subprocess.run(
        command(archive, tmp_path / "out", "-m", "nosuch"), capture_output=True, check=False
    )
    assert done.returncode == 1
    assert b"[ZX303]" in done.stderr


def test_export_makes_tables_of_what_batch_has_made(archive, tmp_path):
    out = tmp_path / "out"
    subprocess.run(command(archive, out), capture_output=True, check=False)
    assert (out / "archive.sqlite").exists()
    again = [sys.executable, "-m", "zhengxie_nlp", "export", str(out), "--to", "csv,graphml"]
    before = {path.name: path.read_bytes() for path in (out / "tables").iterdir()}
    done = subprocess.run([*again, "-o", str(tmp_path / "again")], capture_output=True, check=True)
    assert b"records as csv, graphml" in done.stdout
    assert {path.name: path.read_bytes() for path in (tmp_path / "again" / "tables").iterdir()} == before
    done = subprocess.run([*again[:-1], "odt"], capture_output=True, check=False)
    assert (done.returncode, b"[ZX609]" in done.stderr) == (1, True)
