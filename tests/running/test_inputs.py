"""What is found in folders, archives, lists and tables, what it is called, and what is refused."""

import io
import os
import tarfile
import zipfile

import pytest

from zhengxie_nlp.errors import ReadError, ZhengxieError
from zhengxie_nlp.running import archives, items
from zhengxie_nlp.running.inputs import Wanted, find_items

TEXT = "围绕营商环境开展调研40多次。".encode()


def found(*named, **wanted):
    return list(find_items(list(map(str, named)), wanted=Wanted(**wanted)))


def ids(*named, **wanted):
    return [item.id for item in found(*named, **wanted)]


@pytest.fixture
def folder(tmp_path):
    for name in ("2011/001.txt", "2012/001.txt", "2012/b.docx", "a.txt", ".hidden", "~$b.docx", "Thumbs.db"):
        path = tmp_path / "speeches" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(TEXT)
    return tmp_path / "speeches"


def test_folders_are_gone_through_by_name_to_their_ends(folder):
    assert ids(folder) == ["2011/001", "2012/001", "2012/b.docx", "a"]
    assert [item.order for item in found(folder)] == [0, 1, 2, 3]


def test_what_was_named_stands_in_the_ids_where_more_was(folder):
    assert ids(folder / "2011", folder / "2012") == ["2011/001", "2012/001", "2012/b.docx"]


def test_patterns_and_lists_of_paths(folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert ids("speeches/*/001.txt") == ["001", "001"]
    listed = tmp_path / "list.txt"
    listed.write_text("speeches/a.txt\nspeeches/2011\n", encoding="utf-8-sig")
    assert ids(f"@{listed}") == ["a", "2011/001"]


def test_what_is_not_there_is_said(tmp_path):
    for named in ("nowhere", "no*where", "@nowhere"):
        with pytest.raises(ReadError) as caught:
            found(str(named) if named[0] == "@" else tmp_path / named)
        assert caught.value.code == "ZX101"


def test_only_files_changed_since_then(folder):
    os.utime(folder / "a.txt", (1_000_000_000, 1_000_000_000))
    assert ids(folder, since=1_200_000_000) == ["2011/001", "2012/001", "2012/b.docx"]


def test_links_to_folders_are_not_followed_and_devices_refused(folder):
    (folder / "loop").symlink_to(folder)
    os.mkfifo(folder / "pipe")
    last = found(folder)[-1]
    assert (last.id, last.error.code) == ("pipe", "ZX108")


@pytest.mark.parametrize(
    "name", [b"gbk\xb1\xa8\xb8\xe6.txt", "云浦 报告.txt".encode(), b"line\nbreak\x1b[1m.txt"]
)
def test_any_name_gives_an_id_that_can_be_written(tmp_path, name):
    (tmp_path / "in").mkdir()
    with open(os.fsencode(tmp_path / "in") + b"/" + name, "wb") as file:
        file.write(TEXT)
    (item,) = found(tmp_path / "in")
    assert item.id.encode("utf-8")
    assert item.id.isprintable()
    assert item.content() == (items.sha256(TEXT).hexdigest(), b"")


def zipped(path, members, **options):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content, **options)
    return path


def test_zips_with_names_in_gbk(tmp_path):
    path = zipped(tmp_path / "a.zip", {"报告/一.txt": TEXT, "__MACOSX/x": b"", "b/.DS_Store": b""})
    raw = path.read_bytes()
    utf8, gbk = "报告/一.txt".encode(), "报告/一.txt".encode("gbk")
    # The same name as Windows writes it: shorter, and without the flag of UTF-8.
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr(gbk.decode("cp437"), TEXT)
    old = (tmp_path / "b.zip").read_bytes()
    inside = gbk.decode("cp437").encode()
    assert inside in old
    assert utf8 in raw
    assert ids(path) == ["报告/一"]
    flagless = tmp_path / "c.zip"
    flagless.write_bytes(without_utf8(old, inside, gbk))
    (item,) = found(flagless)
    assert item.id == "报告/一"


def without_utf8(raw, name, other):
    """Write the name of the only member in another encoding, as long as it was, with the flag taken away."""
    other = other.ljust(len(name), b"_")[: len(name)] if len(other) > len(name) else other
    at = raw.index(name)
    central = raw.index(name, at + 1)
    head = bytearray(raw[:at] + other + raw[at + len(name) : central] + other + raw[central + len(name) :])
    shorter = len(name) - len(other)
    head[6:8] = b"\0\0"
    head[26:28] = len(other).to_bytes(2, "little")
    start = central - shorter - 46
    head[start + 8 : start + 10] = b"\0\0"
    head[start + 28 : start + 30] = len(other).to_bytes(2, "little")
    end = head.rindex(b"PK\x05\x06")
    head[end + 12 : end + 16] = (int.from_bytes(head[end + 12 : end + 16], "little") - shorter).to_bytes(
        4, "little"
    )
    head[end + 16 : end + 20] = (int.from_bytes(head[end + 16 : end + 20], "little") - shorter).to_bytes(
        4, "little"
    )
    return bytes(head)


def test_archives_in_archives_to_a_depth(tmp_path):
    content = TEXT
    name = "a.txt"
    for depth in range(4):
        inner = io.BytesIO()
        with zipfile.ZipFile(inner, "w") as archive:
            archive.writestr(name, content)
        name, content = f"{depth}.zip", inner.getvalue()
        (tmp_path / name).write_bytes(content)
    assert [(item.id, item.error) for item in found(tmp_path / "2.zip")] == [("1.zip/0.zip/a", None)]
    (item,) = found(tmp_path / "3.zip")
    assert "deep" in item.error.problem


def test_tars_and_their_members(tmp_path):
    path = tmp_path / "a.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name in ("2011/001.txt", "2011/002.txt"):
            member = tarfile.TarInfo(name)
            member.size = len(TEXT)
            archive.addfile(member, io.BytesIO(TEXT))
    assert [(item.id, item.content()[1]) for item in find_items([str(path)])] == [
        ("2011/001", TEXT),
        ("2011/002", TEXT),
    ]


def test_broken_archives_are_one_item_with_its_error(tmp_path):
    whole = zipped(tmp_path / "a.zip", {"a.txt": TEXT}).read_bytes()
    (tmp_path / "cut.zip").write_bytes(whole[:-30])
    (tmp_path / "no.tar").write_bytes(b"no archive at all")
    for name in ("cut.zip", "no.tar"):
        (item,) = found(tmp_path / name)
        assert item.error.code == "ZX607"


def test_bombs_and_large_documents_are_refused_unread(tmp_path, monkeypatch):
    zeros = zipped(tmp_path / "a.zip", {"a.txt": bytes(20 << 20), "b.txt": TEXT})
    bomb, good = found(zeros)
    assert "times its size" in bomb.error.problem
    assert good.error is None
    monkeypatch.setattr(archives, "MOST_BYTES", 10)
    items_of = find_items([str(zipped(tmp_path / "b.zip", {"a.txt": TEXT}))])
    item = next(items_of)
    with pytest.raises(ZhengxieError, match="more than") as caught:
        item.content()
    assert caught.value.code == "ZX607"


def test_rows_of_tables(tmp_path):
    text = TEXT.decode() * 5
    table = tmp_path / "speeches.csv"
    table.write_bytes(f'编号,正文\nA1,{text}\nA2,"一，\n二"\n'.encode("gb18030"))
    assert [(item.id, item.content()[1].decode().strip()) for item in found(table)] == [
        ("2", text),
        ("3", "一，\n二"),
    ]
    lines = tmp_path / "b.jsonl"
    lines.write_text('{"text": "甲", "id": "x/1"}\n\n{"text": "乙"}\n[]\n', encoding="utf-8")
    assert ids(lines) == ["x/1", "3", "4"]
    assert [item.error is None for item in found(lines)] == [True, True, False]
    (item,) = found(table, text_column="说的话")
    assert "说的话" in str(item.error)


def test_tables_and_mail_in_archives(tmp_path):
    rows = f"正文\n{TEXT.decode() * 5}\n".encode()
    mail = b"From: a@b.cn\nTo: c@d.cn\nSubject: x\nContent-Type: text/plain; charset=utf-8\n\n" + TEXT
    path = zipped(tmp_path / "a.zip", {"a.csv": rows, "b.txt": TEXT, "c.eml": mail})
    assert [(item.id, item.error) for item in found(path)] == [
        ("a.csv/2", None),
        ("b", None),
        ("c.eml", None),
    ]
