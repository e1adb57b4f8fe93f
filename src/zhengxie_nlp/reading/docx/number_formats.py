"""Numbers as Word writes them in lists, by their names in ECMA-376 (ST_NumberFormat): 一, 壹, 甲, ① or iv."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

_HAN: Final = "〇一二三四五六七八九"
_HAN_ROUND: Final = "○一二三四五六七八九"
_LEGAL: Final = "零壹贰叁肆伍陆柒捌玖"
_LEGAL_TRADITIONAL: Final = "零壹貳參肆伍陸柒捌玖"
_STEMS: Final = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES: Final = "子丑寅卯辰巳午未申酉戌亥"
_AIUEO: Final = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"
_IROHA: Final = (
    "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセスン"
)
_ROMAN: Final = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"),
    (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip
_TENS: Final = 10


def _counting(digits: str, units: str, *, bare_ten: bool = True) -> Callable[[int], str]:
    """Return what writes 十二, 二十, 一百零五; `units` are ten, hundred, thousand, ten thousand and zero."""
    ten, hundred, thousand, myriad, zero = tuple(units)

    def below_myriad(value: int) -> str:
        parts: list[str] = []
        gap = False
        for size, sign in ((1000, thousand), (100, hundred), (10, ten), (1, "")):
            digit, value = divmod(value, size)
            if digit:
                parts.append((zero if gap else "") + digits[digit] + sign)
                gap = False
            else:
                gap = bool(parts)
        return "".join(parts)

    def write(value: int) -> str:
        if not value:
            return zero
        high, low = divmod(value, 10_000)
        text = below_myriad(low)
        if high:
            text = below_myriad(high) + myriad + (zero if 0 < low < 1000 else "") + text
        return text[1:] if bare_ten and text.startswith(digits[1] + ten) else text

    return write


def _by_digits(digits: str) -> Callable[[int], str]:
    return lambda value: "".join(digits[int(digit)] for digit in str(value))


def _in_turn(signs: str) -> Callable[[int], str]:
    """Return what counts with signs in turn; when they are used up, plainly."""
    return lambda value: signs[value - 1] if 0 < value <= len(signs) else str(value)


def _block(first: int, last: int, start: int = 1) -> Callable[[int], str]:
    """Return what writes a number with one character of a block; beyond it, plainly."""
    return lambda value: chr(first + value - start) if start <= value <= last else str(value)


def _roman(value: int) -> str:
    parts: list[str] = []
    for size, sign in _ROMAN:
        times, value = divmod(value, size)
        parts.append(sign * min(times, 50))
    return "".join(parts)


def _letters(value: int) -> str:
    """Write A … Z, AA, BB … as Word does."""
    if value < 1:
        return str(value)
    times, letter = divmod(value - 1, 26)
    return chr(ord("A") + letter) * min(times + 1, 50)


def _circled(value: int) -> str:
    for first, low, high in ((0x2460, 1, 20), (0x3251, 21, 35), (0x32B1, 36, 50)):
        if low <= value <= high:
            return chr(first + value - low)
    return str(value)


def _sexagenary(value: int) -> str:
    return _STEMS[(value - 1) % 10] + _BRANCHES[(value - 1) % 12] if value > 0 else str(value)


def _full_width(value: int) -> str:
    return str(value).translate({ord("0") + digit: 0xFF10 + digit for digit in range(_TENS)})


def _ordinal(value: int) -> str:
    tail = "th" if value % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    return f"{value}{tail}"


_CHINESE: Final = _counting(_HAN, "十百千万零")
_TAIWANESE: Final = _counting(_HAN_ROUND, "十百千萬零")
_JAPANESE: Final = _counting(_HAN, "十百千万〇")


FORMATS: Final[dict[str, Callable[[int], str]]] = {
    "decimal": str,
    "decimalZero": lambda value: f"{value:02d}",
    "upperRoman": _roman,
    "lowerRoman": lambda value: _roman(value).lower(),
    "upperLetter": _letters,
    "lowerLetter": lambda value: _letters(value).lower(),
    "ordinal": _ordinal,
    "hex": lambda value: f"{value:X}",
    "numberInDash": lambda value: f"- {value} -",
    "decimalFullWidth": _full_width,
    "decimalFullWidth2": _full_width,
    "decimalHalfWidth": str,
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "decimalEnclosedFullstop": _block(0x2488, 20),
    "decimalEnclosedParen": _block(0x2474, 20),
    "ideographEnclosedCircle": _block(0x3280, 10),
    "ideographDigital": _by_digits(_HAN),
    "japaneseDigitalTenThousand": _by_digits(_HAN),
    "taiwaneseDigital": _by_digits(_HAN_ROUND),
    "chineseCounting": _CHINESE,
    "chineseCountingThousand": _CHINESE,
    "chineseLegalSimplified": _counting(_LEGAL, "拾佰仟万零", bare_ten=False),
    "taiwaneseCounting": _TAIWANESE,
    "taiwaneseCountingThousand": _TAIWANESE,
    "ideographLegalTraditional": _counting(_LEGAL_TRADITIONAL, "拾佰仟萬零", bare_ten=False),
    "japaneseCounting": _JAPANESE,
    "japaneseLegal": _counting("〇壱弐参四伍六七八九", "拾百阡萬〇", bare_ten=False),
    "koreanDigital2": _by_digits("零一二三四五六七八九"),
    "ideographTraditional": _in_turn(_STEMS),
    "ideographZodiac": _in_turn(_BRANCHES),
    "ideographZodiacTraditional": _sexagenary,
    "aiueo": _in_turn(_AIUEO),
    "aiueoFullWidth": _in_turn(_AIUEO),
    "iroha": _in_turn(_IROHA),
    "irohaFullWidth": _in_turn(_IROHA),
    "chicago": lambda value: (
        "*†‡§"[(value - 1) % 4] * ((value - 1) // 4 + 1) if 0 < value < 200 else str(value)
    ),
}


def write_number(value: int, form: str) -> str:
    """Write a number in a format; in one that is not known, plainly.

    Args:
        value: the number, from 0.
        form: a name of ST_NumberFormat.

    Example:
        >>> [write_number(2, form) for form in ("chineseCounting", "ideographTraditional", "lowerRoman")]
        ['二', '乙', 'ii']
        >>> write_number(105, "chineseCountingThousand")
        '一百零五'
    """
    return FORMATS.get(form, str)(value)
