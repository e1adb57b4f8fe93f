import pytest

from made_archive import gbk_zip, make_archive
from zhengxie_nlp.errors import ZhengxieError
from zhengxie_nlp.reading.files import read_bytes
from zhengxie_nlp.running.batch import BatchSettings, chosen_items


def files(folder):
    return {
        path.relative_to(folder): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def unread(folder):
    """Return the ids of what cannot be read."""
    found = set()
    for item in chosen_items([str(folder)], BatchSettings()):
        try:
            _, data = item.content()
            read_bytes(data or item.file.read_bytes(), id=item.id, path=item.path)
        except ZhengxieError:
            found.add(item.id)
    return found


def test_the_archive_is_what_it_says(tmp_path):
    for needed in ("lxml", "pypdfium2", "selectolax", "striprtf"):
        pytest.importorskip(needed, reason="the extra [files] is not installed")
    made = make_archive(tmp_path / "a", documents=150, characters=200, seed=3)
    items = list(chosen_items([str(tmp_path / "a")], BatchSettings()))
    assert len(items) == 150 == made.forms.total()
    assert unread(tmp_path / "a") == made.broken != set()
    assert made.twice <= {item.id for item in items}
    assert {"发言.zip"} <= {path.name for path in files(tmp_path / "a")}


def test_the_same_seed_gives_the_same_texts(tmp_path):
    for name in ("a", "b"):
        make_archive(tmp_path / name, documents=40, characters=200)
    first, second = files(tmp_path / "a"), files(tmp_path / "b")
    plain = [path for path in first if path.suffix in (".txt", ".html", ".rtf", ".pdf", ".csv")]
    assert first.keys() == second.keys()
    assert all(first[path] == second[path] for path in plain)


def test_gbk_zips_have_the_names_of_chinese_windows():
    assert "材料/1.txt".encode("gbk") in gbk_zip({"材料/1.txt": b"a", "材料/2.txt": b"b"})
