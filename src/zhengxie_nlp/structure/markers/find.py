"""Finds markers: the characters that number the nodes of an outline (guideline §1).

At the start of a paragraph a marker is read from its form alone (`leading_marker`). Inside a paragraph, and
for forms that are ordinary words too (首先, 最后, 第三条), `find_markers` asks for the evidence of a series:
其次 after 首先, 二是 after 一是.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import Final, Literal, NamedTuple
from unicodedata import numeric

from zhengxie_nlp.lexicon.tables import Phrases, read_table
from zhengxie_nlp.records import MarkerStyle
from zhengxie_nlp.structure.spans import MarkerSpan
from zhengxie_nlp.text.source_text import Span

#: The styles that number sections where they open a paragraph; the others number points.
SECTION_STYLES: Final[frozenset[MarkerStyle]] = frozenset(
    ("part", "han_comma", "han_paren", "arabic_dot", "arabic_paren", "circled")
)
#: What may stand before a marker inside a paragraph.
_CLAUSE_START: Final = "，。；：！？、”’）》…— \u3000"
#: What may stand before 一是 where 二是 follows: 其中一是……，二是…….
_LOOSE_START: Final = "中因在有到为即括面点"
#: The same for styles that other numbers resemble (2.3, （3）).
_SENTENCE_START: Final = "。；：！？”"
_FINAL: Final = "。！？；：…，、”）"
_HEADING_LENGTH: Final = 45
_HAN: Final = "〇零一二三四五六七八九十百"
_DIGITS: Final = dict(zip("零一二三四五六七八九", range(10), strict=True)) | {"〇": 0, "两": 2}

#: In place of these stands nothing, where a form follows a mark: no numeral can stand before it there.
_NO_HAN_BEFORE: Final = f"(?<![{_HAN}])"
_NO_DIGIT_BEFORE: Final = "(?<![0-9.])"
# One alternative a style. Each is anchored by its first characters and bounded in length.
_FORMS: Final = rf"""
    第(?P<part>[{_HAN}]{{1,5}}+|[0-9]{{1,3}}+)(?P<unit>部分|[章节篇编条])
  | 第(?P<di>[{_HAN}]{{1,3}}+|[0-9]{{1,2}}+)[，、：]
  | 其(?P<qi>[一二三四五六七八九十]{{1,2}}+)(?=[，、：；是])
  | (?P<word>首先|其次|再次|最后|另?一方面)
  | {_NO_HAN_BEFORE}(?P<shi>[{_HAN}]{{1,3}}+)是
  | {_NO_HAN_BEFORE}(?P<yao>[{_HAN}]{{1,3}}+)要
  | {_NO_HAN_BEFORE}(?P<han_comma>[{_HAN}]{{1,3}}+)[、．.，]
  | （[ ]?(?P<han_paren>[{_HAN}]{{1,3}}+)[ ]?）
  | {_NO_HAN_BEFORE}(?P<han_half>[{_HAN}]{{1,3}}+)）
  | （[ ]?(?P<arabic_paren>[0-9]{{1,2}}+)[ ]?）
  | {_NO_DIGIT_BEFORE}(?P<arabic_half>[0-9]{{1,2}}+)）
  | {_NO_DIGIT_BEFORE}(?P<arabic_dot>[0-9]{{1,2}}+)[ ]?[.．、](?![0-9](?!\d\d\d年))
  | (?P<circled>[\u2460-\u2473\u2776-\u277f\u3280-\u3289])
  | (?P<paren_sign>[\u2474-\u2487\u3220-\u3229])
  | (?P<dot_sign>[\u2488-\u249b])
"""
_FORM = re.compile(_FORMS, re.VERBOSE)
_CIRCLED: Final = "\u2460-\u2473"
# Beginning with what stands before a form, it is searched for fast; the form itself begins behind that.
_INLINE = re.compile(
    rf"[{_CLAUSE_START}{_LOOSE_START}{_CIRCLED}](?:"
    rf"(?<=[{_CLAUSE_START}])(?:{_FORMS.replace(_NO_HAN_BEFORE, '').replace(_NO_DIGIT_BEFORE, '')})"
    rf"|(?P<any_circled>(?<=[{_CIRCLED}]))|(?<=[{_LOOSE_START}])(?P<loose>一)[是要])",
    re.VERBOSE,
)
_LINE = re.compile(r"[^\n]+")
_QUOTED = re.compile(r"“[^“”\n]*+”|《[^《》\n]*+》")
_NUMBER_LIST = re.compile(rf"(?:[{_HAN}]{{1,3}}+|[0-9]{{1,4}}+)")
_SUPERLATIVE = re.compile(r"最.{1,6}的")


_STYLES: Final[dict[str, MarkerStyle]] = {
    "di": "di", "qi": "qi", "word": "sequence_word", "shi": "shi", "yao": "yao",
    "han_comma": "han_comma", "han_paren": "han_paren", "han_half": "han_paren",
    "arabic_paren": "arabic_paren", "arabic_half": "arabic_paren", "arabic_dot": "arabic_dot",
    "dot_sign": "arabic_dot", "circled": "circled",
}  # fmt: skip


class _Candidate(NamedTuple):
    marker: MarkerSpan
    line: int
    leading: bool
    before: str
    unit: str = ""

    @property
    def ordinal(self) -> int:
        return self.marker.ordinal


@cache
def _words() -> dict[str, tuple[str, int]]:
    return {row["word"]: (row["series"], int(row["ordinal"])) for row in read_table("marker_words.tsv")}


@cache
def _exceptions(style: str, how: str) -> Phrases[bool]:
    rows = read_table("marker_exceptions.tsv")
    return Phrases({row["after"]: True for row in rows if row["style"] == style and row["how"] == how})


def parse_ordinal(numeral: str) -> int:
    """Turn the numeral of a marker into its ordinal, 0 if it is none.

    Args:
        numeral: Chinese numerals up to 999, or ASCII digits.

    Example:
        >>> parse_ordinal("二十三"), parse_ordinal("一百零二"), parse_ordinal("7")
        (23, 102, 7)
    """
    if numeral.isascii():
        return int(numeral) if numeral.isdigit() else 0
    total = digit = 0
    for sign in numeral:
        if sign in "十百":
            total += (digit or 1) * (10 if sign == "十" else 100)
            digit = 0
        elif digit and "十" not in numeral and "百" not in numeral:
            digit = digit * 10 + _DIGITS[sign]
        else:
            digit = _DIGITS[sign]
    return total + digit


def leading_marker(line: str, start: int = 0) -> MarkerSpan | None:
    """Read the marker that opens a paragraph, from its form alone.

    What counts: every style of guideline §1. What does not: numerals that belong to a word or a sentence
    (一是一、二是二; 一、二产业; 二要素; 第一时间; 2.3倍). Whether a series stands behind 首先 or 三是 is
    not asked here, but in `find_markers`.

    Args:
        line: one paragraph, without white space before it.
        start: the clean offset of its first character.

    Returns:
        The marker in clean offsets; its kind is ``"section"`` for the styles of sections. None if the
        paragraph opens with no marker.

    Example:
        >>> leading_marker("（二）强化服务", start=10)
        MarkerSpan(span=Span(start=10, end=13), style='han_paren', kind='section', ordinal=2)
    """
    match = _FORM.match(line)
    found = _read(match, line, (0, len(line)), leading=True, at=0) if match else None
    if found is None:
        return None
    marker = found.marker
    return replace(marker, span=Span(marker.span.start + start, marker.span.end + start))


def find_markers(text: str, *, start: int = 0, end: int | None = None) -> list[MarkerSpan]:
    """Find the markers of a clean text: at the start of paragraphs and inside them.

    Inside a paragraph a marker stands at the start of a clause, outside quotation marks, in a series that
    counts up from 1 (a lone 「一是」 needs a colon before it). A skipped or repeated number keeps its
    own ordinal.

    Args:
        text: the clean text; paragraphs are parted by line breaks.
        start: the clean offset at which to begin, the start of a paragraph.
        end: the clean offset at which to stop; left out, the end of the text.

    Returns:
        The markers in reading order. 最后 counts on from the marker before it.

    Example:
        >>> [(text_, m.ordinal) for m in find_markers("做到：一是学习；二是服务。")
        ...  for text_ in ["做到：一是学习；二是服务。"[m.span.start:m.span.end]]]
        [('一是', 1), ('二是', 2)]
    """
    stop = len(text) if end is None else end
    candidates = sorted(_candidates(text, start, stop), key=lambda found: found.marker.span)
    groups: dict[str, list[_Candidate]] = {}
    for found in candidates:
        groups.setdefault(_group(found, text), []).append(found)
    kept: list[_Candidate] = []
    words = _word_series(groups.pop("order", []), groups.get("di", []))
    kept += words
    kept += _sides(groups.pop("sides", []))
    for name, group in groups.items():
        earlier = words if name == "di" else []
        kept += _run_in(_series(group, text, earlier))
    return sorted((found.marker for found in kept), key=lambda marker: marker.span)


def _group(found: _Candidate, text: str) -> str:
    """Name the series a candidate may belong to: its style, words by the answer they call for."""
    if found.marker.style == "sequence_word":
        return _words()[text[slice(*found.marker.span)].rstrip("是")][0]
    return found.marker.style + found.unit


def _candidates(text: str, start: int, stop: int) -> Iterator[_Candidate]:
    """Offer every form that could be a marker, line by line."""
    quoted = [match.span() for match in _QUOTED.finditer(text, start, stop)]
    quote_starts = [begin for begin, _ in quoted]
    for number, line in enumerate(_LINE.finditer(text, start, stop)):
        begin, finish = line.span()
        first = _FORM.match(text, begin, finish)
        opened = _read(first, text, (begin, finish), leading=True, at=begin, line=number) if first else None
        if opened is not None:
            yield opened
        inside = opened.marker.span.end if opened is not None else begin + 1
        for at, match in _inline_forms(text, inside, finish):
            place = bisect_right(quote_starts, at) - 1
            if place >= 0 and at < quoted[place][1]:
                continue
            found = _read(match, text, (begin, finish), leading=False, at=at, line=number)
            if found is not None:
                yield found


def _inline_forms(text: str, start: int, end: int) -> Iterator[tuple[int, re.Match[str]]]:
    """Yield each form behind a mark, and where it begins; what ends one may stand before the next."""
    while True:
        # A circled number is a form by itself: no other begins behind it.
        before = start if "\u2460" <= text[start - 1] <= "\u2473" else start - 1
        match = _INLINE.search(text, before, end)
        if match is None:
            return
        start = match.end()
        if match["any_circled"] is None:
            yield match.start() + 1, match
        else:
            yield match.start(), match


def _read(
    match: re.Match[str], text: str, span: tuple[int, int], *, leading: bool, at: int, line: int = 0
) -> _Candidate | None:
    """Read one form, which begins at `at` in a line, as a candidate, or refuse it as part of a word."""
    begin, finish = span
    style, numeral, unit = _form(match)
    ordinal = _words()[numeral][1] if style == "sequence_word" else _value(numeral)
    after = match.end()
    # 首先是, 其一是: the copula belongs to the form, as in 一是.
    if style in ("sequence_word", "qi") and text.startswith("是", after) and "方面" not in numeral:
        after += 1
    if (ordinal < 1 and numeral != "最后") or _is_word(style, numeral, unit, text, after, finish):
        return None
    is_heading = finish - begin <= _HEADING_LENGTH and text[finish - 1] not in _FINAL
    if style == "han_comma" and text[after - 1] == "，" and not leading:
        return None
    if style == "part" and not (leading and _opens_part(text, after, finish, unit, is_heading)):
        return None
    kind: Literal["section", "point"] = "point"
    if leading and style in SECTION_STYLES and unit != "条":
        kind = "section"
    marker = MarkerSpan(Span(at, after), style, kind, ordinal)
    before = text[at - 1] if at else ""
    return _Candidate(marker, line, leading, before, unit)


def _form(match: re.Match[str]) -> tuple[MarkerStyle, str, str]:
    """Return the style of a form, its numeral, and for a part its unit."""
    name = match.lastgroup or ""
    if name == "unit":
        return "part", match["part"], match["unit"]
    if name == "any_circled":
        return "circled", match[0], ""
    numeral = match[name]
    if name == "loose":
        return ("shi" if match[0].endswith("是") else "yao"), numeral, ""
    if name == "paren_sign":
        return ("han_paren" if numeral >= "\u3220" else "arabic_paren"), numeral, ""
    return _STYLES[name], numeral, ""


def _value(numeral: str) -> int:
    if len(numeral) == 1 and numeral not in _DIGITS and numeral not in "十百" and not numeral.isascii():
        return int(numeric(numeral))
    return parse_ordinal(numeral)


def _is_word(style: MarkerStyle, numeral: str, unit: str, text: str, after: int, finish: int) -> bool:
    """Say whether what follows a form makes it a word or a phrase."""
    if style == "part" and unit != "条" and text.startswith("课", after):
        return True
    if _exceptions(style, "word").longest_at(text, after):
        return True
    if style in ("shi", "yao") and text.startswith(numeral, after):
        # 一是一、二是二; 三要三不要; but 一是一体推进
        rest = text[after + len(numeral) : after + len(numeral) + 2]
        return not rest or rest[0] in _FINAL or rest[0] in _HAN or rest[0] in "不就\n"
    if style in ("han_comma", "arabic_dot", "di"):
        return _is_number_list(_value(numeral), text, after, finish)
    return False


def _is_number_list(ordinal: int, text: str, after: int, finish: int) -> bool:
    """Say whether a form opens a list of numbers: 一、二产业; 三、四季度; 1、2、3号楼; 第一、第二产业."""
    if text[after - 1] != "、":
        return False
    at = after + 1 if text.startswith("第", after) else after
    match = _NUMBER_LIST.match(text, at, finish)
    if match is None or (match[0].isascii() and len(match[0]) == 4):
        return False
    if at > after or text.startswith("、", match.end()):
        return True
    other = parse_ordinal(match[0])
    if match[0].isascii():
        return other == ordinal + 1 and not text.startswith("年", match.end())
    if other > ordinal and _exceptions("han_comma", "unit").longest_at(text, match.end()):
        return True
    soft = _exceptions("han_comma", "soft_unit").longest_at(text, match.end())
    return other == ordinal + 1 and soft is not None and text[finish - 1] in _FINAL


def _opens_part(text: str, after: int, finish: int, unit: str, is_heading: bool) -> bool:
    following = text[after] if after < finish else ""
    if unit == "条":
        return following not in _FINAL or following in ("", "：")
    return is_heading or not following or following in " \u3000：、，.．—"


def _word_series(words: Sequence[_Candidate], numbered: Sequence[_Candidate]) -> list[_Candidate]:
    """Keep 首先 that is answered, and what answers it: 其次, 再次, 最后, 第二."""
    answers = [found for found in (*words, *numbered) if found.ordinal != 1]
    starts = sorted((found.marker.span.start, found.line) for found in answers)
    leading_starts = sorted(found.marker.span.start for found in answers if found.leading)
    numbers = sorted((found.marker.span.start, found.ordinal) for found in numbered)
    kept: list[_Candidate] = []
    line, last, leading_last = -1, 0, 0
    for found in words:
        at = found.marker.span.start
        before = last if found.line == line else leading_last if found.leading else 0
        if found.ordinal == 1:
            place = bisect_right(starts, (at, found.line))
            answered = place < len(starts) and starts[place][1] == found.line
            answered = answered or (found.leading and bisect_right(leading_starts, at) < len(leading_starts))
            ordinal = 1 if answered else 0
        else:
            # 首先……第二……第三……最后: the last counts on from the number before it.
            place = bisect_right(numbers, (at, 0)) - 1
            if before and place >= 0 and kept and numbers[place][0] > kept[-1].marker.span.start:
                before = numbers[place][1]
            ordinal = (found.ordinal or before + 1) if before else 0
        if not ordinal:
            continue
        kept.append(found._replace(marker=replace(found.marker, ordinal=ordinal)))
        line, last = found.line, ordinal if found.ordinal else 0
        leading_last = last if found.leading else leading_last
    return kept


def _sides(words: Sequence[_Candidate]) -> list[_Candidate]:
    """Keep 一方面 that 另一方面 answers, or a second 一方面, nearby."""
    kept: list[_Candidate] = []
    opened: _Candidate | None = None
    for place, found in enumerate(words):
        near = opened is not None and (
            found.line == opened.line or (found.leading and opened.leading and found.line - opened.line <= 3)
        )
        if near:
            kept.append(found._replace(marker=replace(found.marker, ordinal=2)))
            opened = None
        elif found.ordinal == 1 and place + 1 < len(words):
            answer = words[place + 1]
            if answer.line == found.line or (
                answer.leading and found.leading and answer.line - found.line <= 3
            ):
                kept.append(found)
                opened = found
    return kept


def _series(group: Sequence[_Candidate], text: str, earlier: Sequence[_Candidate]) -> list[_Candidate]:
    """Keep the candidates of one style that have a series behind them.

    Args:
        group: the candidates of the style, in order.
        text: the clean text.
        earlier: kept words that a number may continue (第二 after 首先), in order.
    """
    kept: list[_Candidate] = []
    earlier_starts = [found.marker.span.start for found in earlier]
    for place, found in enumerate(group):
        after = group[place + 1] if place + 1 < len(group) else None
        before = kept[-1] if kept else None
        word = bisect_right(earlier_starts, found.marker.span.start) - 1
        if word >= 0 and (before is None or before.marker.span < earlier[word].marker.span):
            before = earlier[word]
        if found.leading:
            keep = _has_leading_evidence(found, before, after, text)
        elif found.ordinal == 1:
            keep = _opens_inline_series(found, after)
        else:
            keep = _continues_inline_series(found, before, after)
        if keep:
            kept.append(found)
    return kept


def _run_in(kept: Sequence[_Candidate]) -> Iterator[_Candidate]:
    """Make points of section numbers whose series runs on inside their paragraph: ①……；②……."""
    for place, found in enumerate(kept):
        after = kept[place + 1] if place + 1 < len(kept) else None
        runs = after is not None and after.line == found.line
        if runs and found.marker.kind == "section":
            yield found._replace(marker=replace(found.marker, kind="point"))
        else:
            yield found


def _has_leading_evidence(
    found: _Candidate, before: _Candidate | None, after: _Candidate | None, text: str
) -> bool:
    """Say whether a form at the start of a paragraph is a marker: most are; some words look like them."""
    step = found.ordinal - before.ordinal if before else 0
    in_series = 1 <= step <= 2 or (after is not None and 1 <= after.ordinal - found.ordinal <= 2)
    if found.unit == "条":
        end = found.marker.span.end
        return in_series or text[end : end + 1] in (" ", "\u3000")
    if found.marker.kind == "section" or found.marker.style in ("di", "qi") or in_series:
        return True
    if found.ordinal == 1:
        return True
    # 三是全市面积最大的县。 alone is a sentence; 三是把调研做深。坚持…… a point without neighbours.
    line = text[found.marker.span.end : found.marker.span.end + _HEADING_LENGTH].partition("\n")[0]
    lead, stop, rest = line.partition("。")
    return bool(stop and rest) and not _SUPERLATIVE.search(lead)


def _opens_inline_series(found: _Candidate, after: _Candidate | None) -> bool:
    plain = found.marker.style in ("shi", "yao", "di", "qi", "circled")
    if not plain and found.before not in _SENTENCE_START:
        return False
    if after is not None and after.line == found.line:
        return after.ordinal == 2 or (plain and after.ordinal == 3)
    if found.before in _LOOSE_START:
        return False
    if after is not None and after.leading and after.line == found.line + 1 and after.ordinal == 2:
        return True
    return found.marker.style in ("shi", "yao", "di") and found.before == "："


def _continues_inline_series(found: _Candidate, before: _Candidate | None, after: _Candidate | None) -> bool:
    at_sentence = found.before in _SENTENCE_START
    if before is not None and before.line == found.line:
        step = found.ordinal - before.ordinal
        return step == 1 or (at_sentence and step in (0, 2))
    if not at_sentence or found.marker.style not in ("shi", "yao", "di", "qi"):
        return False
    if before is not None and found.line - before.line == 1 and found.ordinal == before.ordinal + 1:
        return True
    return after is not None and after.line == found.line and after.ordinal == found.ordinal + 1
