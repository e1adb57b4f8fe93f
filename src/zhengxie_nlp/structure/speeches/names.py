"""Reads the lines that say who speaks: organisations, posts and persons (guideline §1).

A name is told from a headline by its form: an organisation by its last characters after a place, a person by
the surname. Nothing here looks at more than one short line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from zhengxie_nlp.lexicon.tables import read_table
from zhengxie_nlp.text.segmenters.words import names as names_in
from zhengxie_nlp.text.source_text import Span

#: No line that names a speaker is longer, in characters.
LONGEST_NAME_LINE: Final = 60
_LONGEST_ORGANIZATION: Final = 30
_LONGEST_ATTRIBUTION: Final = 120
_LONGEST_POST: Final = 14
_SHORTEST_PLACED: Final = 6
_UNPLACED: Final = frozenset("我你他她这那是有到进做为在好")
_HAN: Final = r"[\u3400-\u9fff]"
_PLACE: Final = re.compile(
    rf"(?:{_HAN}{{1,8}}?(?:自治[区州县]|地区|新区|开发区|街道|兵团|[省市州盟县区旗乡镇村])|[省市州盟县区旗镇乡])"
)
_ORGANIZATION_CHARACTERS: Final = re.compile(rf"(?:{_HAN}|[0-9（）()·、]){{2,{_LONGEST_ORGANIZATION}}}$")
_WRAPPED: Final = re.compile(
    r"[（(【〔](?P<inner>[^（）()【】〔〕]{2,40})[）)】〕]$|——(?P<dashed>(?!访|专访|对话|记).{2,40})$"
)
_LABEL: Final = re.compile(
    r"(?:(?:交流|发言|报送|汇报|供稿|来稿)单位|发言人|报告人|讲话人|演讲人|宣讲人|汇报人|作者)[：:] ?"
    r"|[□■◎●○▲△◇◆] ?|文[/／] ?"
)
_REMARK: Final = re.compile(r" ?（[^（）]{1,30}）$")
_WHEN: Final = re.compile(r"(?:(?:19|20)[0-9]{2}年)?(?:[0-9]{1,2}月)?(?:[0-9]{1,2}日)?[，,]?")
_WHEN_AFTER: Final = re.compile(
    r"[ \u3000，]+(?:19|20|[〇一二三四五六七八九])[0-9〇一二三四五六七八九十年月日]{3,12}$"
)
_POST_END: Final = "人员长师任记席家授者表"
_VERB_AFTER_NAME: Final = re.compile(
    r"日前|近日|昨日|今日|昨天|(?:19|20)[0-9]{2}年|[0-9]{1,2}月[0-9]{1,2}日|在|于|谈|就|接受|说|指出|表示|答"
)
_HIGHEST: Final = frozenset(
    ("中共中央政治局", "中央政治局", "中央委员会", "中共中央", "全国人大", "党的二十大")
)
_NOT_NAMES: Final = frozenset(("某某", "同志", "等人", "记者", "本人"))


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
    return re.compile(rf"(?:原|前|代)?(?:常务)?副?(?:{'|'.join(titles)})(?!会|大会|们|履职|联络|工作)")


@cache
def _base_posts() -> frozenset[str]:
    return frozenset(row["title"] for row in read_table("person_titles.tsv") if row["base"] == "yes")


@cache
def _name() -> re.Pattern[str]:
    surnames = sorted(read_table("surnames.tsv").column("surname"), key=len, reverse=True)
    spaced = [r" {0,2}".join(surname) for surname in surnames]
    return re.compile(rf"(?:{'|'.join(spaced)}) {{0,4}}{_HAN}(?: {{0,2}}{_HAN})?$")


def is_person(name: str) -> bool:
    """Say whether `name` has the form of a Chinese person's name; 「段 鸣」 may hold blanks.

    Example:
        >>> is_person("段 鸣"), is_person("欧阳明"), is_person("提高站位")
        (True, True, False)
    """
    bare = name.replace("\u3000", " ")
    if "·" in bare:
        return re.fullmatch(rf"{_HAN}{{1,6}}(?:·{_HAN}{{1,6}}){{1,3}}", bare) is not None
    if bare in _NOT_NAMES or _name().match(bare) is None:
        return False
    return " " in bare or not _refused().intersection(bare[1:])


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
    if not _ORGANIZATION_CHARACTERS.match(name) or any(verb in name for verb in _organization_forms("verb")):
        return False
    if any(post.end() == len(name) for post in _posts().finditer(name)):
        return False
    place = _PLACE.match(name)
    placed = (place is not None and place.end() < len(name)) or name.startswith(_organization_forms("head"))
    if name.endswith(_organization_forms("strong")):
        return placed or (len(name) <= _SHORTEST_PLACED and not _UNPLACED.intersection(name))
    if placed and name.endswith(_organization_forms("weak")):
        return True
    whole = Span(0, len(name))
    return any(one.kind == "organization" and one.span == whole for one in names_in(name, 0, len(name)))


def read_who(line: str) -> Who | None:
    """Read a line that does nothing but name who speaks.

    Args:
        line: one paragraph of the clean text.

    Returns:
        The spans of just those characters, or None if the line says anything else.

    Example:
        >>> read_who("云浦市政协主席 何立新")
        Who(organization=Span(start=0, end=5), speaker=Span(start=8, end=11))
        >>> read_who("强化服务意识 提升履职水平") is None
        True
    """
    if not 2 <= len(line) <= LONGEST_NAME_LINE:
        return None
    label = _LABEL.match(line)
    start = label.end() if label else 0
    wrapped = _WRAPPED.match(line, start)
    if wrapped is not None:
        begin, end = wrapped.span("inner" if wrapped["inner"] else "dashed")
        when = _WHEN_AFTER.search(line, begin, end)
        return _plain_who(line, begin, when.start() if when else end)
    if line.startswith("—"):
        return None
    remark = _REMARK.search(line, start)
    if remark is not None:
        inner = _plain_who(line, remark.start() + 1, len(line) - 1) or _post_only(line, remark)
        name = line[start : remark.start()].strip()
        if is_person(name):
            return Who(inner.organization if inner else None, Span(start, start + len(name)))
    return _plain_who(line, start, remark.start() if remark else len(line))


def read_post(line: str) -> Who | None:
    """Read a line in brackets under a name that tells the person's post: 「（云浦市政协常委）」."""
    wrapped = _WRAPPED.match(line)
    if wrapped is None or not wrapped["inner"]:
        return None
    who = _who_with_post(line, *wrapped.span("inner"))
    return who if who is not None and who.organization is not None else None


def _post_only(line: str, remark: re.Match[str]) -> Who | None:
    at = line.index("（", remark.start()) + 1
    return _who_with_post(line, at, len(line) - 1)


def _plain_who(line: str, start: int, end: int) -> Who | None:
    text = line[start:end]
    if is_organization(text):
        return Who(Span(start, end), None)
    if is_person(text):
        return Who(None, Span(start, end))
    return _who_with_post(line, start, end, whole=True)


def _who_with_post(line: str, start: int, end: int, *, whole: bool = False) -> Who | None:
    """Read 组织 + 职务 + 姓名; with `whole`, the name must be there and nothing else."""
    posts = list(_posts().finditer(line, start, end))
    if not posts:
        return _organization_and_name(line, start, end) if whole else None
    name_start = posts[-1].end()
    while name_start < end and line[name_start] in " \u3000，":
        name_start += 1
    blank = name_start > posts[-1].end()
    name = line[name_start:end]
    speaker = Span(name_start, end) if _is_name_after_post(name, blank=blank) else None
    if whole and speaker is None:
        named = _organization_and_name(line, start, end)
        return named or _organization_and_post(line, start, end, posts)
    if whole and "，" in line[start : posts[0].start()]:
        return None
    return Who(_organization_before(line, start, posts), speaker)


def _organization_and_post(line: str, start: int, end: int, posts: list[re.Match[str]]) -> Who | None:
    """Read 组织 + 职务 on a line of its own, the name being on the next."""
    organization = _organization_before(line, start, posts)
    if posts[-1].end() != end or organization is None or not is_organization(line[slice(*organization)]):
        return None
    return Who(organization, None)


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
                named = not post or (len(post) <= _LONGEST_POST and post[-1] in _POST_END)
                return Who(Span(start, stop), Span(tail, end)) if named else None
        return None
    return None


def _is_name_after_post(name: str, *, blank: bool) -> bool:
    bare = re.sub(r"[ \u3000]", "", name)
    if bare in _NOT_NAMES:
        return False
    return is_person(name) or (blank and re.fullmatch(rf"{_HAN}{{2,4}}", bare) is not None)


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
        if len(name) > 1 and name.endswith(forms) and name not in _HIGHEST:
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
    when = _WHEN.match(line, start)
    start = when.end() if when else start
    for opening in ("访", "专访", "对话"):
        start += len(opening) if line.startswith(opening, start) else 0
    posts = list(_posts().finditer(line, start))
    verb = _VERB_AFTER_NAME.search(line, start + 1)
    limit = verb.start() if verb else len(line)
    posts = [post for post in posts if post.end() <= limit]
    if line.startswith(("在", "于"), start):
        return None
    if not posts:
        who = _plain_who(line, start, limit)
        return who if verb else None
    return _who_with_post(line, start, limit)
