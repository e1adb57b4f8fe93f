"""Brings the names that one organisation goes by to one form, and says by which rules."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Final, NamedTuple

from zhengxie_nlp.lexicon.tables import read_table

#: Signs that are not part of a name.
_SIGNS: Final = re.compile(r"[\s“”\"'‘’《》〈〉「」『』（）()【】\[\]，。、：:；;]+")
#: A place that has a 政协 or a government, in its full name.
_PLACE: Final = re.compile(
    r"(?:^(?!政协|中共)|政协|中共|年|(?<=[^\u4e00-\u9fff]))([\u4e00-\u9fff]{1,9}?(?:自治区|自治州|自治县|省|市|区|县|州|盟|旗))"
    r"(?=政协|人民政府|政府|委员会)"
)
#: Words that end as a place does and are none.
_NO_PLACES: Final = frozenset(
    {"我省", "我市", "我区", "我县", "本省", "本市", "本区", "本县", "全省", "全市", "全区", "全县"}
)


class Named(NamedTuple):
    """One form of a name, and the rules that made it, in their order; none if it is as it was written."""

    name: str
    rules: tuple[str, ...]


class _Rule(NamedTuple):
    name: str
    own: bool
    pattern: re.Pattern[str]
    form: str


@cache
def _rules() -> tuple[_Rule, ...]:
    return tuple(
        _Rule(row["rule"], row["kind"] == "own", re.compile(row["pattern"]), row["form"])
        for row in read_table("organization_forms.tsv")
    )


def own_place(names: Iterable[str | None]) -> str | None:
    """Return the place that a document speaks for: that of the first full name of an organ in it.

    Args:
        names: of its organisations, then its titles.

    Example:
        >>> own_place([None, "市政协", "政协云浦市第五届委员会工作报告"])
        '云浦市'
    """
    for name in names:
        found = _PLACE.search(_rules_of_form(_SIGNS.sub("", name))) if name else None
        if found is not None and found[1] not in _NO_PLACES and len(found[1]) > 2:
            return found[1]
    return None


def _rules_of_form(name: str) -> str:
    for rule in _rules():
        if rule.name in ("full_name", "session"):
            name = rule.pattern.sub(rule.form, name)
    return name


def one_form(name: str, *, place: str | None) -> Named:
    """Return the one form of an organisation's name.

    Args:
        name: as written.
        place: that of the document (`own_place`); None if it names none.

    Example:
        >>> one_form("中国人民政治协商会议云浦市第五届委员会", place=None)
        Named(name='云浦市政协', rules=('full_name', 'session', 'committee'))
        >>> one_form("市政协机关", place="云浦市").name, one_form("市政协", place="岭东区").name
        ('云浦市政协', '市政协')
    """
    made = _SIGNS.sub("", name)
    rules = []
    for rule in _rules():
        found = rule.pattern.search(made)
        if found is None:
            continue
        if rule.own:
            level = found[1] if rule.pattern.groups else ""
            if place is None or not place.endswith(level):
                continue
            made = place + rule.form
        else:
            made = rule.pattern.sub(rule.form, made)
        rules.append(rule.name)
    return Named(made, tuple(rules))
