"""What holds for every pattern of the library, wherever it stands."""

import re
from importlib.resources import files
from pathlib import Path

import pytest

from zhengxie_nlp.errors import DataError
from zhengxie_nlp.lexicon import patterns
from zhengxie_nlp.lexicon.patterns import pattern_in
from zhengxie_nlp.lexicon.tables import parse_table, read_table

HOME = Path(str(files("zhengxie_nlp")))
SOURCES = sorted(path for path in HOME.rglob("*") if path.suffix in (".py", ".tsv"))
#: A group that is repeated possessively: (?:…)*+, (?:…){1,3}+, also with the doubled braces of an f-string.
POSSESSIVE_GROUP = re.compile(r"\)(?:[*+?]|\{\{?\d*,?\d*\}\}?)\+")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(HOME).as_posix())
def test_no_group_is_repeated_possessively(path):
    """Python before 3.11.5 hangs there, or matches wrongly (gh-106052); an atomic group is right."""
    found = POSSESSIVE_GROUP.findall(path.read_text(encoding="utf-8"))
    assert not found, "write (?>(?:…)*) for (?:…)*+"


@pytest.mark.parametrize("pattern", ["(?:政|协)*+", "(?:政|协){1,3}+", "(?P<a>政)?+", "rf'(?:{x}){{2,}}+'"])
def test_the_search_for_such_groups_finds_them(pattern):
    assert POSSESSIVE_GROUP.search(pattern)


@pytest.mark.parametrize("pattern", ["[政协]*+", "(?>(?:政|协)*)", "政++", r"\d{1,3}+", "(a) + (b)"])
def test_the_search_for_such_groups_finds_no_other(pattern):
    assert not POSSESSIVE_GROUP.search(pattern)


#: The tables whose rows are rules that are patterns.
RULES = sorted(
    path.name
    for path in (HOME / "data").glob("*.tsv")
    if {"name", "at", "pattern", "example", "counter"} <= set(read_table(path.name).columns)
)


@pytest.mark.parametrize("table", RULES)
def test_every_row_reads_its_example_and_not_its_counter_example(table):
    rows = [row for row in read_table(table) if row["at"] != "part"]
    assert rows
    for row in rows:
        assert pattern_in(table, row["name"]).pattern


HEADER = "# origin: a test\n# groups: name\nname\tat\tpattern\texample\tcounter\n"


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("one\tstart\t市政协\t县政协\t-", "does not read its example “县政协”"),
        ("one\tstart\t市政协\t云浦市政协\t-", "does not read its example “云浦市政协”"),
        ("one\twhole\t市政协\t市政协 ¦ 市政协机关\t-", "does not read its example “市政协机关”"),
        ("one\tanywhere\t政协\t市政协\t市委 ¦ 县政协", "reads its counter-example “县政协”"),
        ("one\tstart\t市政协\t-\t-", "does not read its example “”"),
        ("one\tsomewhere\t市政协\t市政协\t-", "“somewhere” is no way to look"),
        ("one\tstart\t市(政协\t市政协\t-", "no regular expression"),
    ],
)
def test_pattern_in_refuses_a_row_that_fails_its_own_example(monkeypatch, row, says):
    monkeypatch.setattr(patterns, "read_table", lambda name: parse_table(name, HEADER + row))
    with pytest.raises(DataError, match=re.escape(says)):
        pattern_in(f"made/{row}", "one")


def test_pattern_in_fills_parts_into_later_rows(monkeypatch):
    rows = "han\tpart\t[一二三]\t-\t-\nterm\twhole\t第{han}届\t第三届\t第四届"
    monkeypatch.setattr(patterns, "read_table", lambda name: parse_table(name, HEADER + rows))
    assert pattern_in("made/parts", "term").fullmatch("第二届")


def test_pattern_in_finds_nothing_where_a_row_is_left_out(monkeypatch):
    monkeypatch.setattr(patterns, "left_out", lambda name: frozenset({"term"}))
    monkeypatch.setattr(
        patterns,
        "read_table",
        lambda name: parse_table(name, f"{HEADER}other\twhole\t第.届\t第三届\t三").without({"term"}),
    )
    assert pattern_in("made/left", "term").search("第三届") is None
    assert pattern_in("made/left", "other").search("第三届")
