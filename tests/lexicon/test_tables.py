from importlib.resources import files

import pytest

from zhengxie_nlp.errors import DataError
from zhengxie_nlp.lexicon.tables import Phrases, parse_table, read_table

TABLES = sorted(
    entry.name for entry in (files("zhengxie_nlp") / "data").iterdir() if entry.name.endswith(".tsv")
)


@pytest.mark.parametrize("name", TABLES)
def test_every_table_of_the_library_is_well_formed(name):
    table = read_table(name)
    assert table.origin
    assert table.rows
    assert len(set(table.columns)) == len(table.columns)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("unit\tkind\n亩\tarea\n", "origin"),
        ("# origin: ours\n", "header"),
        ("# origin: ours\nunit\tkind\n亩\n", "line 3"),
        ("# origin: ours\nunit\tkind\n亩\tarea\tx\n", "3 cells for the 2 columns"),
        ("# origin: ours\nunit\tkind\n亩\tarea\n亩\tarea\n", "the same row as line 3"),
    ],
)
def test_parse_table_says_what_is_wrong(content, said):
    with pytest.raises(DataError, match=said) as caught:
        parse_table("bad.tsv", content)
    assert caught.value.code == "ZX301"


def test_parse_table_reads_a_dash_as_nothing():
    assert parse_table("t.tsv", "# origin: ours\na\tb\n-\tx\n").rows == ({"a": "", "b": "x"},)


def test_read_table_names_a_table_that_is_not_there():
    with pytest.raises(DataError, match=r"nowhere\.tsv"):
        read_table("nowhere.tsv")


@pytest.mark.parametrize(
    ("text", "at", "found"),
    [
        ("6500余人次", 5, "人次"),
        ("6500余人", 5, "人"),
        ("6500余名", 5, None),
        ("人", 1, None),
        ("", 0, None),
    ],
)
def test_longest_at_takes_the_longest_phrase(text, at, found):
    hit = Phrases({"人": 1, "人次": 2}).longest_at(text, at)
    assert (hit[0] if hit else None) == found


@pytest.mark.parametrize(
    ("text", "end", "found"), [("不超过3个", 3, "不超过"), ("超过3个", 2, "超过"), ("过", 1, None)]
)
def test_longest_before_takes_the_longest_phrase(text, end, found):
    hit = Phrases({"超过": 1, "不超过": 2}).longest_before(text, end)
    assert (hit[0] if hit else None) == found


def test_phrases_refuse_an_empty_phrase():
    with pytest.raises(DataError, match="empty phrase"):
        Phrases({"": 1})
