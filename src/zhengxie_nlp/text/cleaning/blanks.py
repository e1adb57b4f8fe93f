"""The blanks inside a line: which stand for nothing and are left out, which part words and stay.

Chinese text needs no blanks; they come from typesetting, from spacing round figures and from OCR. They stay
in titles and headings, where they part two phrases (「强化意识 提升水平」), between Latin words, and after
第一条 and the like.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_BLANKS: Final = re.compile(r" ++")
_SENTENCE_MARK: Final = re.compile(r"[。！？；]|[!?;.][”’」』）)\"']{0,3}$")
_BODY_LENGTH: Final = 40
_HAN: Final = re.compile(r"[\u2e80-\u2fdf\u3005-\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_DIGITS: Final = frozenset("0123456789")
#: Marks that never have a blank beside them in Chinese text.
_PAUSES: Final = frozenset("，。；：！？、…—~·")
_ASCII_PAUSES: Final = frozenset(",;:!?.")
_OPENERS: Final = frozenset("“‘（《〈【〔「『([")
_CLOSERS: Final = frozenset("”’）》〉】〕」』)]")
_UNITS: Final = frozenset("%‰℃°")
_BULLET: Final = re.compile(r"[①-⑳㈠-㈩❶-❿⒈-⒛●■◆▲★○◎□◇△☆▪•]")
_ARTICLE: Final = re.compile(r"第 ?[一二三四五六七八九十百零〇\d]{1,6} ?(?:部分|[章节编条篇款])")
_BRACKETED: Final = re.compile(r"[（(][一二三四五六七八九十百零〇\d]{1,4}[）)]")
_ITEM: Final = re.compile(r"\d{1,2}\.?")
#: The longest marker that the three patterns above can match.
_MARKER_LENGTH: Final = 12
_GROUP_BEFORE: Final = re.compile(r"(?<!\d)\d{1,3},?$")
_GROUP: Final = re.compile(r"\d{3}(?!\d)")
_NUMBER_APART: Final = re.compile(r"[\d.,]{1,24}+ ++\D")
#: 1 20 多家, 12 0家, 9 8.6%: figures with blanks between them, of one number if little enough.
_SPLIT_NUMBER: Final = re.compile(
    r"(?<![\d.,A-Za-z/:-])\d{1,6}+(?>(?: ++\d{1,6}(?!\d)){1,6})(?>(?:\.\d{1,4})?)(?![\d.,/:-])"
)
_YEAR: Final = re.compile(r"(?:1[89]|20)\d\d$")
_MOST_DIGITS: Final = 8
_LONG_PART: Final = 3
_SPACED_DIGITS: Final = re.compile(r"(?<![\d.] )(?<!\d)\d(?>(?: \d(?!\d)){2,})(?! ?\d)")
_SPACED_LETTERS: Final = re.compile(r"(?<![^ ])[\u3400-\u9fff](?>(?: {1,8}+[\u3400-\u9fff](?![^ ])){2,})")


def is_body(text: str) -> bool:
    """Tell whether a paragraph is running text, and not a title, heading or name.

    Example:
        >>> is_body("全年学习 40 次。"), is_body("强化意识 提升水平")
        (True, False)
    """
    return _SENTENCE_MARK.search(text) is not None or (len(text) > _BODY_LENGTH and "，" in text)


def blank_cuts(text: str, *, body: bool) -> list[tuple[int, int]]:
    """Return the blanks of a line that are left out, as ranges in order.

    Of several blanks in a row that stay, one stays.

    Args:
        text: a folded line without blanks at its ends.
        body: whether it belongs to running text (`is_body` of the paragraph).

    Example:
        >>> blank_cuts("财政 收入 57.71 亿元", body=True)
        [(2, 3), (5, 6), (11, 12)]
        >>> blank_cuts("强化意识  提升水平", body=False)
        [(5, 6)]
    """
    if " " not in text:
        return []
    spaced = set(_letter_spaces(text, body=body))
    cuts: list[tuple[int, int]] = []
    for match in _BLANKS.finditer(text):
        start, end = match.span()
        if start in spaced or _is_empty(text, start, end, body=body):
            cuts.append((start, end))
        elif end - start > 1:
            cuts.append((start + 1, end))
    return cuts


def _letter_spaces(text: str, *, body: bool) -> Iterator[int]:
    """Give the starts of the blanks that only space out a number or a heading: 2 0 2 4 年, 投 资 促 进."""
    for match in _SPACED_DIGITS.finditer(text):
        yield from range(match.start() + 1, match.end(), 2)
    if body:
        for match in _SPLIT_NUMBER.finditer(text):
            if _is_one_number(text, match):
                yield from (gap.start() for gap in _BLANKS.finditer(text, *match.span()))
        return
    for match in _SPACED_LETTERS.finditer(text):
        gaps = list(_BLANKS.finditer(text, *match.span()))
        narrowest = min(gap.end() - gap.start() for gap in gaps)
        # Where the gaps differ, the narrow ones part letters and the wide ones words.
        yield from (gap.start() for gap in gaps if gap.end() - gap.start() == narrowest)


def _is_one_number(text: str, match: re.Match[str]) -> bool:
    """Tell whether figures parted by blanks are one number (1 20 多家), and not two (2023 15)."""
    before = text[: match.start()].rstrip(" ")
    after = text[match.end() :].lstrip(" ")
    if (before and before[-1].isascii() and before[-1].isalnum()) or not after:
        return False
    if not _is_wide(after[0]) and after[0] not in _UNITS:
        return False
    whole, _, _ = match[0].partition(".")
    parts = whole.split()
    joined = "".join(parts)
    if after[0] == "年" and _YEAR.fullmatch(joined):
        return True
    if len(joined) > _MOST_DIGITS or parts[0] == "0" or _YEAR.fullmatch(parts[0]):
        return False
    if not before and not parts[1].startswith("0"):
        return False  # At the start of a line the first is rather an item's number.
    # Two long figures are two numbers, and so are three that are no single figures, save groups of three.
    if all(len(part) == _LONG_PART for part in parts[1:]):
        return len(parts[0]) <= _LONG_PART
    if len(parts) > 2:
        return sum(len(part) > 1 for part in parts) <= 1
    return sum(len(part) >= _LONG_PART for part in parts) <= 1


def _is_empty(text: str, start: int, end: int, *, body: bool) -> bool:
    before, after = text[start - 1], text[end]
    if before in _PAUSES or after in _PAUSES:
        return True
    if before in _DIGITS or after in _DIGITS:
        return _is_empty_by_digit(text, start, end, body=body)
    if after in _ASCII_PAUSES or before in _OPENERS or after in _CLOSERS:
        return True
    marker = text[:start] if start <= _MARKER_LENGTH else ""
    if before in _ASCII_PAUSES:
        return _is_wide(after)
    if _BRACKETED.fullmatch(marker) or _BULLET.fullmatch(marker):
        return True
    if not body or _ARTICLE.fullmatch(marker):
        return False
    return _is_wide(before) or _is_wide(after)


def _is_empty_by_digit(text: str, start: int, end: int, *, body: bool) -> bool:
    before, after = text[start - 1], text[end]
    marker = text[:start] if start <= _MARKER_LENGTH else ""
    if _ARTICLE.fullmatch(marker):
        return False
    if before in _DIGITS and after in _DIGITS:
        return body and _in_thousands(text, start, end)
    if before in _DIGITS:
        if after in "./-~":
            return text[end + 1 : end + 2].strip() in ("", *_DIGITS)
        if not body and _ITEM.fullmatch(marker) and after not in "年月日个":
            return False
        return after in _UNITS or _is_wide(after) or body
    if before == "," or (before in "./-~" and text[start - 2 : start - 1] in (" ", *_DIGITS)):
        # 3. 5亿元 is a number, but at the start of a line 3. is a marker.
        return _in_thousands(text, start, end) if before == "," else not _ITEM.fullmatch(marker)
    if before in _ASCII_PAUSES or not _is_wide(before):
        return False
    return body or _NUMBER_APART.match(text, end) is not None


def _in_thousands(text: str, start: int, end: int) -> bool:
    grouped = _GROUP_BEFORE.search(text[max(0, start - 5) : start])
    return grouped is not None and _GROUP.match(text, end) is not None


def _is_wide(character: str) -> bool:
    return _HAN.match(character) is not None or character in _OPENERS or character in _CLOSERS
