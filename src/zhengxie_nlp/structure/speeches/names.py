"""Reads the lines that say who speaks: organisations, posts and persons (guideline §1).

A name is told from a headline by its form: an organisation by its last characters after a place, a person by
the surname. Nothing here looks at more than one short line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from zhengxie_nlp.lexicon.closed_words import closed_words
from zhengxie_nlp.lexicon.patterns import pattern_in
from zhengxie_nlp.lexicon.tables import read_table
from zhengxie_nlp.text.segmenters.words import names as names_in
from zhengxie_nlp.text.segmenters.words import tagged
from zhengxie_nlp.text.source_text import Span

#: No line that names a speaker is longer, in characters.
LONGEST_NAME_LINE: Final = 60
_LONGEST_ORGANIZATION: Final = 30
_LONGEST_ATTRIBUTION: Final = 120
_LONGEST_POST: Final = 14
_SHORTEST_PLACED: Final = 6
_HAN: Final = r"[\u3400-\u9fff]"


def _pattern(name: str) -> re.Pattern[str]:
    return pattern_in("name_patterns.tsv", name)


@dataclass(frozen=True, slots=True)
class Who:
    """Who speaks, as offsets into the line: the organisation, the person, or both."""

    organization: Span | None
    speaker: Span | None


@cache
def _organization_forms(strength: str) -> tuple[str, ...]:
    return tuple(row["form"] for row in read_table("organizations.tsv") if row["strength"] == strength)


@cache
def _posts() -> re.Pattern[str]:
    titles = sorted(read_table("person_titles.tsv").column("title"), key=len, reverse=True)
    return re.compile(rf"(?:原|前|代)?(?:常务|执行)?副?(?:{'|'.join(titles)})(?!会|大会|们|履职|联络|工作)")


@cache
def _base_posts() -> frozenset[str]:
    return frozenset(row["title"] for row in read_table("person_titles.tsv") if row["base"] == "yes")


@cache
def _no_offices() -> frozenset[str]:
    return frozenset(row["title"] for row in read_table("person_titles.tsv") if row["base"] == "none")


@cache
def _name() -> re.Pattern[str]:
    surnames = sorted(read_table("surnames.tsv").column("surname"), key=len, reverse=True)
    spaced = [r" {0,2}".join(surname) for surname in surnames]
    return re.compile(rf"(?:{'|'.join(spaced)}) {{0,4}}{_HAN}(?: {{0,2}}{_HAN})?$")


def is_person(name: str, *, told: bool = False) -> bool:
    """Say whether `name` has the form of a Chinese person's name; 「段 鸣」 may hold blanks.

    Args:
        name: the whole name, without post or courtesy.
        told: whether a post or a courtesy beside it tells that it is a name: only the surname is asked for.

    Example:
        >>> is_person("段 鸣"), is_person("欧阳明"), is_person("提高站位")
        (True, True, False)
    """
    bare = name.replace("\u3000", " ")
    if "·" in bare:
        parts = bare.split("·")
        dotted = _pattern("dotted_name").fullmatch(bare) is not None
        foreign = _foreign_signs().issuperset("".join(parts))
        return dotted and (foreign or not any(map(_has_common_word, parts)))
    if _pattern("no_name").fullmatch(bare) or _name().match(bare) is None:
        return False
    return told or " " in bare or not (_refused().intersection(bare[1:]) or is_common_word(bare))


def is_common_word(name: str) -> bool:
    """Say whether a dictionary knows `name` as one word that is no person's name: 成效, 方法.

    Example:
        >>> is_common_word("成效"), is_common_word("罗启文")
        (True, False)
    """
    words = tagged(name, 0, len(name))
    return len(words) == 1 and not words[0][1].startswith(("nr", "x"))


def _has_common_word(name: str) -> bool:
    words = tagged(name, 0, len(name))
    return any(len(word) > 1 and not tag.startswith(("nr", "ns", "x")) for word, tag in words)


def is_place(name: str) -> bool:
    """Say whether a dictionary knows `name` as the name of a place or an organisation."""
    words = tagged(name, 0, len(name))
    return len(words) == 1 and words[0][1].startswith(("ns", "nt", "nz"))


def is_mere_place(name: str) -> bool:
    """Say whether `name` is only a place: 北京市, 自治区."""
    return (
        _pattern("mere_area").fullmatch(name) is not None
        or _pattern("place").fullmatch(name) is not None
        or is_place(name)
    )


def is_foreign_name(name: str) -> bool:
    """Say whether `name` is written like one of another people's language: 阿依古丽, 次仁卓玛.

    Example:
        >>> is_foreign_name("阿依古丽"), is_foreign_name("主要做法")
        (True, False)
    """
    if _pattern("foreign_name").fullmatch(name) is None:
        return False
    words = tagged(name, 0, len(name))
    return _foreign_signs().issuperset(name) or (len(words) == 1 and words[0][1].startswith("nr"))


@cache
def _foreign_signs() -> frozenset[str]:
    return frozenset(read_table("foreign_name_signs.tsv").column("sign"))


@cache
def _refused() -> frozenset[str]:
    return frozenset(read_table("name_refusals.tsv").column("character"))


def is_organization(name: str) -> bool:
    """Say whether the whole of `name` has the form of an organisation's name.

    What counts: a name that ends like one, after a place or another name (云浦市政协机关, 民盟清澜州委).
    What does not: a headline that ends so (争当担当尽责的一流机关).

    Example:
        >>> is_organization("云浦市政协机关"), is_organization("努力打造云浦市政协机关")
        (True, False)
    """
    if not _pattern("organization_characters").fullmatch(name) or any(
        verb in name for verb in _organization_forms("verb")
    ):
        return False
    if any(post.end() == len(name) for post in _posts().finditer(name)):
        return False
    place = _pattern("place").match(name)
    placed = (
        (place is not None and place.end() < len(name))
        or name.startswith(_organization_forms("head"))
        or _pattern("term").match(name) is not None
    )
    if name.endswith(_organization_forms("strong")):
        return placed or (len(name) <= _SHORTEST_PLACED and _pattern("unplaced").search(name) is None)
    if placed and name.endswith(_organization_forms("weak")):
        return True
    whole = Span(0, len(name))
    return any(one.kind == "organization" and one.span == whole for one in names_in(name, 0, len(name)))


def read_who(line: str, *, told: bool = False) -> Who | None:
    """Read a line that does nothing but name who speaks.

    Args:
        line: one paragraph of the clean text.
        told: whether a colon tells that a name stands before it: then a name needs no surname behind a post.

    Returns:
        The spans of just those characters, or None if the line says anything else.

    Example:
        >>> read_who("云浦市政协主席 何立新")
        Who(organization=Span(start=0, end=5), speaker=Span(start=8, end=11))
        >>> read_who("强化服务意识 提升履职水平") is None
        True
    """
    if line.endswith("：") and "、" in line:
        # 区委、区政府： is whom a letter addresses.
        who = read_who(line[:-1], told=True)
        return who if who is not None and who.speaker is not None else None
    told = told or line.endswith("：")
    line = line.removesuffix("：").rstrip()
    if not 2 <= len(line) <= LONGEST_NAME_LINE:
        return None
    material = _pattern("material").search(line)
    if material is not None and is_organization(line[: material.start()]):
        return Who(Span(0, material.start()), None)
    label = _pattern("label").match(line)
    start = label.end() if label else 0
    wrapped = _pattern("wrapped").match(line, start)
    if wrapped is not None:
        begin, end = wrapped.span("inner" if wrapped["inner"] else "dashed")
        when = _pattern("when_after").search(line, begin, end)
        return _plain_who(line, begin, when.start() if when else end)
    if line.startswith("—"):
        return None
    remark = _pattern("remark").search(line, start)
    if remark is not None:
        inner = _plain_who(line, remark.start() + 1, len(line) - 1) or _post_only(line, remark)
        bare = line[start : remark.start()].strip()
        name = _without_courtesy(bare)
        if is_person(name, told=name != bare) or is_foreign_name(name):
            return Who(inner.organization if inner else None, Span(start, start + len(name)))
    return _plain_who(line, start, remark.start() if remark else len(line), told=told)


def read_title_organization(title: str) -> Span | None:
    """Read whose report, plan or decision a headline names.

    Args:
        title: the first line of a headline.

    Returns:
        The characters of the organisation; None where the headline names none, or is no title of a report.

    Example:
        >>> title = "2026年云浦市政府工作报告"
        >>> title[slice(*read_title_organization(title))]
        '云浦市政府'
    """
    year = _pattern("year_before").match(title)
    start = year.end() if year else 0
    if is_organization(title[start:]):
        return Span(start, len(title))
    for end in range(min(len(title), start + _LONGEST_ORGANIZATION), start + 2, -1):
        if _tells_whose(title, start, end) and is_organization(title[start:end]):
            return Span(start, end)
    return None


def _tells_whose(title: str, start: int, end: int) -> bool:
    """Say whether a title goes on, behind a name, as that of a report or a letterhead (某局|文件)."""
    if _pattern("report").match(title, end) or _pattern("letterhead").match(title, end):
        return True
    plain = title.endswith(_organization_forms("strong"), start, end) or title.endswith("局", start, end)
    return plain and _pattern("any_report").match(title, end) is not None


def read_post(line: str) -> Who | None:
    """Read a line in brackets under a name that tells the person's post: 「（云浦市政协常委）」."""
    wrapped = _pattern("wrapped").match(line)
    if wrapped is None or not wrapped["inner"]:
        return None
    who = _who_with_post(line, *wrapped.span("inner"))
    return who if who is not None and who.organization is not None else None


def _post_only(line: str, remark: re.Match[str]) -> Who | None:
    at = line.index("（", remark.start()) + 1
    return _who_with_post(line, at, len(line) - 1)


def _without_courtesy(name: str) -> str:
    """Take off what is put behind a name: 何立新|委员, 何立新|同志."""
    return _pattern("courtesy").sub("", name)


def _plain_who(line: str, start: int, end: int, *, told: bool = False) -> Who | None:
    text = line[start:end]
    if is_organization(text) or _are_organizations(text):
        return Who(Span(start, end), None)
    if is_person(text):
        return Who(None, Span(start, end))
    bare = _without_courtesy(text)
    if bare != text:
        if is_person(bare, told=True) or is_foreign_name(bare):
            return Who(None, Span(start, start + len(bare)))
        named = _who_with_post(line, start, start + len(bare), whole=True)
        if named is not None and named.speaker is not None:
            return named
    return _who_with_post(line, start, end, whole=True, told=told)


def _are_organizations(text: str) -> bool:
    """Say whether a line names several organisations with blanks between: 中共潼溪县委　潼溪县人民政府."""
    names = text.replace("\u3000", " ").split()
    return len(names) > 1 and all(map(is_organization, names))


def _who_with_post(line: str, start: int, end: int, *, whole: bool = False, told: bool = False) -> Who | None:
    """Read 组织 + 职务 + 姓名; with `whole`, the name must be there and nothing else."""
    posts = list(_posts().finditer(line, start, end))
    if not posts:
        return _organization_and_name(line, start, end) if whole else None
    name_start = posts[-1].end()
    while name_start < end and line[name_start] in " \u3000，":
        name_start += 1
    blank = name_start > posts[-1].end() or (told and not is_common_word(line[name_start:end]))
    name = line[name_start:end]
    speaker = Span(name_start, end) if _is_name_after_post(name, blank=blank) else None
    if whole and speaker is None:
        named = _organization_and_name(line, start, end)
        return named or _organization_and_post(line, start, end, posts)
    if whole and "，" in line[start : posts[0].start()]:
        return None
    organization = _organization_before(line, start, posts)
    if whole and organization and _pattern("two_parts").search(line[slice(*organization)]):
        return None
    if organization is None and whole and posts[0][0] not in _no_offices():
        organization = _any_organization(line, start, posts[0].start())
    return Who(organization, speaker)


def _any_organization(line: str, start: int, end: int) -> Span | None:
    """Take what stands before a person's first post for the organisation, whatever it ends with."""
    name = line[start:end].rstrip()
    fits = _pattern("any_organization").fullmatch(name) and not any(
        verb in name for verb in _organization_forms("verb")
    )
    return (
        Span(start, start + len(name)) if fits and _pattern("highest_body").fullmatch(name) is None else None
    )


def _organization_and_post(line: str, start: int, end: int, posts: list[re.Match[str]]) -> Who | None:
    """Read 组织 + 职务 on a line of its own, the name being on the next."""
    organization = _organization_before(line, start, posts)
    if posts[-1].end() != end or organization is None or not is_organization(line[slice(*organization)]):
        return None
    return Who(organization, None)


def post_at_end(words: str) -> Span | None:
    """Return the post that ends a stretch of words, with those before it that go on with one another.

    Example:
        >>> words = "岭东区水务局党组成员、副局长"
        >>> words[slice(*post_at_end(words))]
        '党组成员、副局长'
    """
    posts = list(_posts().finditer(words))
    if not posts or posts[-1].end() != len(words):
        return None
    start = posts[-1].start()
    for post in reversed(posts[:-1]):
        if words[post.end() : start] != "、":
            break
        start = post.start()
    return Span(start, len(words))


def is_person_with_post(name: str) -> bool:
    """Say whether `name` is a surname or a name with a post: 「何委员」, 「何立新主席」."""
    post = _posts().search(name, 1)
    return post is not None and post.end() == len(name) and is_person(name[: post.start()].ljust(2, "某"))


def _organization_and_name(line: str, start: int, end: int) -> Who | None:
    """Read 组织 + 姓名, with any post between: 「市政协港澳委员小组召集人 郑启华」."""
    for gap in re.finditer(r"[ \u3000]+", line[start:end]):
        head, tail = start + gap.start(), start + gap.end()
        if not is_person(line[tail:end]):
            continue
        for stop in range(head, start + 2, -1):
            if line[stop] != "员" and is_organization(line[start:stop]):
                post = line[stop:head]
                named = not post or (
                    len(post) <= _LONGEST_POST and _pattern("post_end").search(post) is not None
                )
                return Who(Span(start, stop), Span(tail, end)) if named else None
        return None
    return None


def _is_name_after_post(name: str, *, blank: bool) -> bool:
    bare = re.sub(r"[ \u3000]", "", name)
    if _pattern("no_name").fullmatch(bare) or bare.endswith("们"):
        return False
    return (
        is_person(name)
        or is_foreign_name(name)
        or (blank and _pattern("name_after_post").fullmatch(bare) is not None)
    )


def _organization_before(line: str, start: int, posts: list[re.Match[str]]) -> Span | None:
    """Return the organisation of the first post that names one, seats in the highest bodies aside."""
    forms = (*_organization_forms("strong"), *_organization_forms("weak"))
    begin = start
    for place, post in enumerate(posts):
        end = post.start()
        goes_on = line[post.end() : post.end() + 1] == "、" and place + 1 < len(posts)
        if post[0] in _base_posts() and not goes_on:
            # 柏垭村|党支部|书记: a party post alone speaks for the party body.
            end = post.end() - len("书记") if post[0].endswith("书记") else end
            end -= 1 if post[0].endswith("副书记") else 0
        name = line[begin:end].strip()
        if post[0] in _no_offices() and not name.endswith(_organization_forms("strong")):
            continue
        if goes_on and not name.endswith(forms) and post[0] in _base_posts() and post[0].endswith("书记"):
            name = line[begin : post.end() - len("书记")].removesuffix("副")
        is_head_of_place = (
            post[0].removeprefix("副")[-1:] == "长" and _pattern("place").fullmatch(name) is not None
        )
        if (
            len(name) > 1
            and (name.endswith(forms) or is_head_of_place)
            and _pattern("highest_body").fullmatch(name) is None
        ):
            return Span(begin, begin + len(name))
        begin = post.end() + 1 if line[post.end() : post.end() + 1] in ("、", "，") else begin
    return None


def read_attribution(line: str) -> Who | None:
    """Read a dash line that tells who said it where: 「——某市委副书记、市长某某日前在……上说」.

    Args:
        line: one paragraph that begins with a dash.

    Returns:
        Who said it, or None if the line names nobody.

    Example:
        >>> line = "——云浦市委副书记、市长何立新日前在全市大会上说"
        >>> [line[a:b] for a, b in (read_attribution(line).organization, read_attribution(line).speaker)]
        ['云浦市委', '何立新']
    """
    start = len(line) - len(line.lstrip("— "))
    if not start or len(line) > _LONGEST_ATTRIBUTION:
        return None
    when = _pattern("when").match(line, start)
    start = when.end() if when else start
    for opening in sorted(closed_words("interview")):
        start += len(opening) if line.startswith(opening, start) else 0
    posts = list(_posts().finditer(line, start))
    verb = _pattern("verb_after_name").search(line, start + 1)
    limit = verb.start() if verb else len(line)
    posts = [post for post in posts if post.end() <= limit]
    if line.startswith(("在", "于"), start):
        return None
    if not posts:
        who = _plain_who(line, start, limit)
        return who if verb else None
    return _who_with_post(line, start, limit)
