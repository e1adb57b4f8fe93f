import pytest

from zhengxie_nlp.errors import ReadError
from zhengxie_nlp.outputs.files import whole_file, write_file


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
    with pytest.raises(ReadError, match="No space left") as caught:
        write_file(path, "new")
    assert caught.value.code == "ZX108"
    assert [(file.name, file.read_text(encoding="utf-8")) for file in tmp_path.iterdir()] == [
        ("a.json", "old")
    ]


def test_write_file_names_a_missing_folder(tmp_path):
    with pytest.raises(ReadError, match="nowhere"):
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
