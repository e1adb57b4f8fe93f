"""Folds characters one to one, so that rules meet one form of each: full width, variants, punctuation.

Two steps. `fold_characters` looks at one character at a time: full-width digits and letters become ASCII,
traditional characters simplified, compatibility forms and radicals the character they stand for, brackets
used as quotation marks “ ”, every kind of blank a blank. `fold_context` looks at the neighbours: ASCII
punctuation in Chinese text becomes full-width, straight quotation marks pair up. Neither changes the length
of a text, neither touches a line break, and both take time in the text's length.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final

from zhengxie_nlp.lexicon.tables import read_table

#: Blocks whose characters NFKC maps to the plain form: radicals, compatibility ideographs and punctuation.
_COMPATIBILITY_BLOCKS: Final = (
    (0x2F00, 0x2FE0), (0xF900, 0xFB00), (0xFE10, 0xFE20), (0xFE30, 0xFE70), (0xFF00, 0xFFEF),
    (0x2F800, 0x2FA20),
)  # fmt: skip

#: Full-width punctuation that is the clean form itself, although NFKC would make it ASCII.
_KEPT_FULL: Final = "，；：？！（）"
_BEYOND: Final = 0x10000

_FOLDS: Final[tuple[tuple[str, str], ...]] = (
    ("„‟❝〝「﹁", "“"),
    ("❞〞〟」﹂", "”"),
    ("‛❛", "‘"),
    ("❜", "’"),
    ("＂〃", '"'),
    ("＇´`｀", "'"),
    ("–―─━⸺⸻︱︲", "—"),
    ("‐‑−－﹣", "-"),
    ("～〜∼∿﹋", "~"),
    ("⋯︙", "…"),
    ("∶︓﹕", ":"),
    ("．﹒․", "."),
    ("︐﹐", "，"),
    ("︑﹑､", "、"),
    ("︒｡", "。"),
    ("︔﹔", "；"),
    ("︖﹖", "？"),
    ("︕﹗", "！"),
    ("﹙❨", "（"),
    ("﹚❩", "）"),
    ("％﹪٪", "%"),
    ("・‧･∙⋅", "·"),
    ("\t\x1c\x1d\x1e\x1f\xa0\u1680\u202f\u205f\u3000\u3164\uffa0\u2800", " "),
    ("".join(map(chr, range(0x2000, 0x200B))), " "),
)

_CJK: Final = (
    r"\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff00-\uffef“”‘’—…·%‰℃\u2460-\u24ff\U00020000-\U0003ffff"
)
_IS_CJK: Final = re.compile(f"[{_CJK}]")
_HAN: Final = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_FULL_WIDTH: Final = str.maketrans(",;:?!()", "，；：？！（）")

#: 3，860万元 is 3,860: digits on both sides, three behind, and no more than three before.
_WIDE_THOUSANDS: Final = re.compile(
    r"，(?<=[0-9０-９]，)(?<![0-9０-９]{4}，)(?<![.．/／][0-9０-９]，)(?<![.．/／][0-9０-９]{2}，)(?<![.．/／][0-9０-９]{3}，)"
    r"(?=[0-9０-９]{3}(?![0-9０-９]))"
)
_STRAIGHT_PAIR: Final = re.compile(r'"([^"\n]*+)("?)')
_SINGLE_PAIR: Final = re.compile(r"(?<![A-Za-z0-9'])'([^'\n]{1,40}+)'(?![A-Za-z'])")
_NESTED_QUOTE: Final = re.compile(r"“[^“”\n]*+”")
_PUNCTUATION: Final = re.compile(r"[,;:?!]++")
# A pattern that begins with its sign, and looks back from behind it, is searched for fast.
_TIME_OR_RATIO: Final = re.compile(r"[:：](?<=\d[:：])(?=\d{1,3}(?![\d年]))")
_COLON: Final = re.compile(r":(?<=\d:)(?=\d{4}|\d{1,3}年)")
_BRACKETS: Final = re.compile(r"\(([^()\n]{0,200}+)\)")
_MIXED_BRACKETS: Final = re.compile(r"（([^（）()\n]{0,200}+)\)|\(([^（）()\n]{0,200}+)）")
_LONE_BRACKET: Final = re.compile(r"[()]")
_FULL_STOP: Final = re.compile(
    r"(?P<marker>^ *+(?:[一二三四五六七八九十百〇零]{1,5}|（[^（）\n]{1,5}+）)\.)"
    r"|(?<=[\u3400-\u9fff”’）》%])\.(?![.0-9A-Za-z])"
)
_HYPHENS: Final = re.compile(r"-{2,}+")
_ROUND_ZERO: Final = re.compile(r"[○◯](?<=[一二三四五六七八九〇][○◯])[○◯]*+")


@cache
def _table() -> dict[int, str]:
    """Return the map of `fold_characters`, closed: folding a folded character changes nothing."""
    simplified = {row["character"]: row["folded"] for row in read_table("traditional.tsv")}
    simplified = {a: simplified.get(b, b) for a, b in simplified.items()}
    folds: dict[int, str] = {}
    for first, last in _COMPATIBILITY_BLOCKS:
        for code in range(first, last):
            plain = unicodedata.normalize("NFKC", chr(code))
            if len(plain) == 1 and plain != chr(code):
                folds[code] = simplified.get(plain, plain)
    for row in read_table("radicals.tsv"):
        folds[ord(row["radical"])] = simplified.get(row["character"], row["character"])
    folds.update({ord(character): folded for character, folded in simplified.items()})
    for characters, folded in _FOLDS:
        folds.update(dict.fromkeys(map(ord, characters), folded))
    for character in _KEPT_FULL:
        folds.pop(ord(character), None)
    folds.update({code: folds.get(ord(plain), plain) for code, plain in folds.items()})
    # NFKC gives “,” for ﹐ and the like; their clean form is the full-width mark.
    for code, plain in folds.items():
        if 0xFE10 <= code < 0xFE70 and plain in ",;:?!()":
            folds[code] = plain.translate(_FULL_WIDTH)
    return folds


@cache
def _foldable() -> re.Pattern[str]:
    """Return the pattern of the characters in the map: most of a text are in none of its runs."""
    codes = sorted(_table())
    # A class is looked up at once only below 0x10000: beyond, one range holds all.
    plain = "".join(chr(code) for code in codes if code < _BEYOND)
    return re.compile(f"[{re.escape(plain)}{chr(_BEYOND)}-{chr(max(codes))}]++")


@cache
def _words() -> tuple[re.Pattern[str], dict[str, str]]:
    """Return the pattern of the words in `traditional_words.tsv`, and their folded forms."""
    words = {row["word"]: row["folded"] for row in read_table("traditional_words.tsv")}
    # 随著 + 名 is 著名 after 随, not 随着.
    parts = [word + "(?![名作述称者录])" if word.endswith("著") else word for word in words]
    return re.compile("|".join(sorted(parts, key=len, reverse=True))), words


def fold_characters(source: str) -> str:
    """Fold each character by itself: width, simplified form, radicals, brackets as quotes, blanks.

    Args:
        source: any text.

    Returns:
        The folded text, as long as `source`, with the same line breaks.

    Example:
        >>> fold_characters("「學習」４０\u3000次")
        '“学习”40 次'
    """
    table = _table()
    return _foldable().sub(lambda match: match[0].translate(table), _WIDE_THOUSANDS.sub(",", source))


def fold_context(text: str) -> str:
    """Fold what only the neighbours decide: ASCII punctuation in Chinese, straight quotation marks.

    A mark becomes full-width where a Chinese character or mark stands next to it. It stays ASCII between
    digits (1,158; 10:30) and in Latin text. A full stop after a Chinese character becomes 。, but not in a
    marker at the start of a line (一.). Straight quotation marks pair up within a line.

    Args:
        text: a text folded by `fold_characters`, best with one paragraph a line.

    Returns:
        The folded text, as long as `text`.

    Example:
        >>> fold_context('他说:"好!"(全市1,158个)')
        '他说：“好！”（全市1,158个）'
    """
    text = _fold_quotes(text)
    if "(" in text or ")" in text:
        text = _fold_brackets(text)
    text = _COLON.sub("：", _TIME_OR_RATIO.sub(":", text))
    text = _PUNCTUATION.sub(lambda match: _wide_if_chinese(match, text), text)
    if "." in text:
        text = _fold_full_stops(text)
    if "--" in text:
        text = _HYPHENS.sub(lambda match: match[0].replace("-", "—") if len(match[0]) < 5 else match[0], text)
    if "○" in text or "◯" in text:
        text = _ROUND_ZERO.sub(lambda match: "〇" * len(match[0]), text)
    pattern, words = _words()
    return pattern.sub(lambda match: words[match[0]], text)


def fold(source: str) -> str:
    """Fold a text one to one: `fold_characters`, then `fold_context` line by line.

    Args:
        source: any text.

    Returns:
        The folded text, as long as `source`, with the same line breaks.

    Example:
        >>> fold('２０２４年,舉辦"委員講堂"１２次.')
        '2024年，举办“委员讲堂”12次。'
    """
    return fold_context(fold_characters(source))


def _fold_full_stops(text: str) -> str:
    """Fold full stops after Chinese characters; most lines have none."""
    return "\n".join(
        [
            _FULL_STOP.sub(lambda match: match["marker"] or "。", line) if "." in line else line
            for line in text.split("\n")
        ]
    )


def _fold_quotes(text: str) -> str:
    if '"' in text:
        text = _STRAIGHT_PAIR.sub(_pair, text)
    if "'" in text:
        text = _SINGLE_PAIR.sub(lambda match: f"‘{match[1]}’" if _HAN.search(match[1]) else match[0], text)
    if "『" in text or "』" in text:
        text = _NESTED_QUOTE.sub(lambda match: match[0].translate({0x300E: "‘", 0x300F: "’"}), text)
        text = text.translate({0x300E: "“", 0x300F: "”"})
    return text


def _pair(match: re.Match[str]) -> str:
    if match[2]:
        return f"“{match[1]}”"
    # One mark left over in its line: it closes what an earlier “ opened, or stands at the line's end.
    text, at = match.string, match.start()
    opened = text.rfind("“", max(0, at - 400), at) > text.rfind("”", max(0, at - 400), at)
    return ("”" if opened or not match[1].strip() else "“") + match[1]


def _fold_brackets(text: str) -> str:
    def pair(match: re.Match[str]) -> str:
        if _HAN.search(match[1]) or _beside_chinese(match.string, match.start(), match.end()):
            return f"（{match[1]}）"
        return match[0]

    def lone(match: re.Match[str]) -> str:
        beside = _beside_chinese(match.string, match.start(), match.end())
        return match[0].translate(_FULL_WIDTH) if beside else match[0]

    text = _BRACKETS.sub(pair, text)
    text = _LONE_BRACKET.sub(lone, text)
    return _MIXED_BRACKETS.sub(lambda match: f"（{match[1] or match[2] or ''}）", text)


def _wide_if_chinese(match: re.Match[str], text: str) -> str:
    return match[0].translate(_FULL_WIDTH) if _beside_chinese(text, match.start(), match.end()) else match[0]


def _beside_chinese(text: str, start: int, end: int) -> bool:
    """Tell whether a Chinese character or mark stands right before `start`, or at `end` but for blanks."""
    if start and _IS_CJK.match(text, start - 1):
        return True
    while end < len(text) and text[end] == " " and end - start < 8:
        end += 1
    return _IS_CJK.match(text, end) is not None
