"""What holds for every pattern of the library, wherever it stands."""

import re
from importlib.resources import files
from pathlib import Path

import pytest

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
