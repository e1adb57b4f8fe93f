import os
import re
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import zhengxie_nlp
from zhengxie_nlp.errors import WriteError
from zhengxie_nlp.writing import GrowingFile, shown, whole_file, write_file


@pytest.mark.parametrize(
    ("content", "bytes_"), [("政协\n", "政协\n".encode()), (b"\x00\xff", b"\x00\xff"), ("", b"")]
)
def test_write_file_writes_all_of_it(tmp_path, content, bytes_):
    path = write_file(tmp_path / "a.json", content)
    assert path.read_bytes() == bytes_


def test_write_file_replaces_what_was_there_and_leaves_nothing_beside(tmp_path):
    path = tmp_path / "a.json"
    path.write_text("old", encoding="utf-8")
    write_file(path, "new")
    assert [(file.name, file.read_text(encoding="utf-8")) for file in tmp_path.iterdir()] == [
        ("a.json", "new")
    ]


def test_write_file_leaves_the_old_file_when_it_fails(tmp_path, monkeypatch):
    path = tmp_path / "a.json"
    path.write_text("old", encoding="utf-8")

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(WriteError, match="No space left") as caught:
        write_file(path, "new")
    assert caught.value.code == "ZX903"
    assert [(file.name, file.read_text(encoding="utf-8")) for file in tmp_path.iterdir()] == [
        ("a.json", "old")
    ]


def test_write_file_names_a_missing_folder(tmp_path):
    with pytest.raises(WriteError, match="nowhere"):
        write_file(tmp_path / "nowhere" / "a.json", "x")


def test_whole_file_is_there_when_all_parts_are(tmp_path):
    goal = tmp_path / "speeches.jsonl"
    with whole_file(goal) as write:
        write(b"one\n")
        assert not goal.exists()
        write(b"two\n")
    assert goal.read_bytes() == b"one\ntwo\n"


@pytest.mark.parametrize("error", [KeyboardInterrupt(), FileNotFoundError("model")])
def test_whole_file_leaves_what_was_there_if_the_parts_break_off(tmp_path, error):
    goal = tmp_path / "speeches.jsonl"
    goal.write_bytes(b"before\n")

    def breaks_off() -> None:
        with whole_file(goal) as write:
            write(b"one\n")
            raise error

    # An error of reading is not told as one of writing.
    with pytest.raises(type(error)):
        breaks_off()
    assert [path.name for path in tmp_path.iterdir()] == ["speeches.jsonl"]
    assert goal.read_bytes() == b"before\n"


def test_an_input_is_never_replaced_whatever_its_name(tmp_path):
    speech = tmp_path / "speech.txt"
    speech.write_text("发言", encoding="utf-8")
    (tmp_path / "link.txt").symlink_to(speech)
    os.link(speech, tmp_path / "hard.txt")
    for output in (speech, tmp_path / "link.txt", tmp_path / "hard.txt", tmp_path / "." / "speech.txt"):
        with pytest.raises(WriteError, match="the output is an input") as caught:
            write_file(output, "x", inputs=[speech])
        assert caught.value.code == "ZX902"
    assert speech.read_text(encoding="utf-8") == "发言"


def test_a_link_is_written_through(tmp_path):
    (tmp_path / "there").mkdir()
    target = tmp_path / "there" / "a.json"
    link = tmp_path / "link.json"
    link.symlink_to(target)
    write_file(link, "first")
    write_file(link, "second")
    assert link.is_symlink()
    assert target.read_text(encoding="utf-8") == "second"
    assert [path.name for path in (tmp_path / "there").iterdir()] == ["a.json"]


def test_mode_of_a_replaced_file_is_kept(tmp_path):
    path = tmp_path / "a.json"
    path.write_text("old", encoding="utf-8")
    path.chmod(0o600)
    write_file(path, "new")
    assert path.stat().st_mode & 0o777 == 0o600


def test_folders_sockets_and_read_only_files_are_refused(tmp_path):
    read_only = tmp_path / "a.json"
    read_only.write_text("old", encoding="utf-8")
    read_only.chmod(0o444)
    place = tmp_path / "socket"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(os.fspath(place))
        for goal in (tmp_path, place, read_only, Path()):
            with pytest.raises(WriteError) as caught:
                write_file(goal, "x")
            assert caught.value.code == "ZX901"
        assert place.is_socket()
    assert read_only.read_text(encoding="utf-8") == "old"


def test_a_pipe_takes_the_parts_as_they_come(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()))
    reader.start()
    with whole_file(pipe) as write:
        write(b"one")
        write(b"two" * 100_000)
    reader.join(10)
    assert got == [b"one" + b"two" * 100_000]
    assert pipe.is_fifo()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_device_is_told_and_stays(tmp_path):
    with pytest.raises(WriteError, match="No space left") as caught:
        write_file("/dev/full", "x")
    assert caught.value.code == "ZX903"
    assert Path("/dev/full").is_char_device()


def test_dev_stdout_goes_where_the_shell_has_it_go(tmp_path):
    code = "import zhengxie_nlp.writing as w; print('head', flush=True); w.write_file('/dev/stdout', 'body')"
    with open(tmp_path / "out", "wb") as out:
        subprocess.run([sys.executable, "-c", code], stdout=out, check=True)
    assert (tmp_path / "out").read_text(encoding="utf-8") == "head\nbody"


def test_what_a_dead_run_left_is_cleared_and_what_a_living_one_writes_is_not(tmp_path):
    goal = tmp_path / "all[1].jsonl"
    code = (
        "import os, zhengxie_nlp.writing as w\n"
        f"with w.whole_file({os.fspath(goal)!r}) as write:\n    write(b'half'); os._exit(9)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=False)
    assert len(list(tmp_path.iterdir())) == 1
    with whole_file(goal) as write:
        write(b"living")
        (beside,) = tmp_path.iterdir()
        write_file(goal, "other")
        assert beside.exists()
    assert [path.name for path in tmp_path.iterdir()] == [goal.name]
    assert goal.read_bytes() == b"living"


@pytest.mark.parametrize("name", ["长" * 85 + ".json"[:0], "a\nb.json", "gbk\udcb0\udca1.json", "*.json"])
def test_names_of_all_kinds_can_be_written(tmp_path, name):
    assert write_file(tmp_path / name, "x").read_bytes() == b"x"
    assert len(list(tmp_path.iterdir())) == 1


def test_shown_lets_nothing_through_that_steers_a_terminal():
    for sign in map(chr, [*range(32), *range(127, 160), 0x202E, 0x200F, 0xDCB0]):
        assert shown(f"a{sign}b").isprintable()


def test_no_other_module_opens_a_file_for_writing():
    opening = re.compile(
        r"write_text\(|write_bytes\(|\bopen\([^)\n]*[\"'][wax]b?\+?[\"']|\.open\([\"'][wax]|mkstemp"
    )
    home = Path(zhengxie_nlp.__file__).parent
    found = [
        path.relative_to(home).as_posix()
        for path in sorted(home.rglob("*.py"))
        if path.name != "writing.py" and opening.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_growing_file_goes_on_after_what_counted(tmp_path):
    growing = GrowingFile(tmp_path / "a.jsonl")
    growing.write(b"one\ntw")
    growing.close()
    again = GrowingFile(tmp_path / "a.jsonl", keep=4)
    again.write(b"two\n")
    again.close()
    assert (tmp_path / "a.jsonl").read_bytes() == b"one\ntwo\n"
