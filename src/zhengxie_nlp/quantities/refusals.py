"""What holds a numeral and a measure word but counts nothing: ordinals, dates, idioms, names, a vague 一.

The fixed words stand in `data/quantity_exceptions.tsv`; the tuple `EXCLUSIONS` holds the rules that look at
the neighbours.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Final, NamedTuple

from zhengxie_nlp.context.fixed_phrases import in_fixed_phrase
from zhengxie_nlp.lexicon.closed_words import closed_words
from zhengxie_nlp.quantities.expression import Expression
from zhengxie_nlp.quantities.patterns import pattern
from zhengxie_nlp.text.source_text import Span


class Exclusion(NamedTuple):
    """A rule, and the units, kinds and uses that it is about; None stands for all."""

    says: Callable[[str, Expression], bool]
    units: tuple[str | None, ...] | None = None
    kinds: tuple[str, ...] | None = None
    uses: tuple[str, ...] | None = None

    def is_about(self, unit: str | None, kind: str, use: str) -> bool:
        """Say whether the rule may say yes of such an expression."""
        return (
            (self.units is None or unit in self.units)
            and (self.kinds is None or kind in self.kinds)
            and (self.uses is None or use in self.uses)
        )


_LAST_MONTH, _LAST_DAY = 12, 31
#: 长达2200年, 有1500年历史: four figures that say how long.
_THIS_AGE: Final = 2050
_PLACE_UNITS: Final = (
    "元",
    "里",
    "道",
    "棵",
    "角",
    "方",
    "台",
    "间",
    "块",
    "座",
    "门",
    "尺",
    "丈",
    "级",
    "点",
    "顷",
    "股",
)


def counts_nothing(text: str, expression: Expression) -> bool:
    """Say whether an expression that looks like a quantity is none (guideline §2)."""
    if in_fixed_phrase(text, expression.numeral):
        return True
    for excludes in _exclusions(expression.unit, expression.kind, expression.use):
        if excludes(text, expression):
            return True
    return False


@cache
def _exclusions(unit: str | None, kind: str, use: str) -> tuple[Callable[[str, Expression], bool], ...]:
    return tuple(one.says for one in EXCLUSIONS if one.is_about(unit, kind, use))


def _ordinal(text: str, expression: Expression) -> bool:
    start = expression.numeral.start
    before = text[max(0, start - 1) : start]
    unsigned = before == "-" and expression.kind == "count" and expression.span.start == start
    if unsigned and "一" <= text[max(0, start - 2) : start - 1] <= "龥":
        return True  # 歼-20 is a model: the hyphen is no minus there.
    if before and before in "-—至到~、和":
        # 第1-3条, 第五、六次: the ordinal holds for both.
        return bool(pattern("ordinal_list").search(text[max(0, start - 8) : start]))
    return bool(before) and before in "第〔["


def _latin(text: str, expression: Expression) -> bool:
    """5A, 4K and 3D are codes."""
    return bool(pattern("grade").match(text, expression.numeral.end))


def _session(text: str, expression: Expression) -> bool:
    """The 二次会议 of a body is a session; 召开二次会议 counts."""
    if not pattern("session").match(text, expression.numeral.end):
        return False
    before = text[max(0, expression.numeral.start - 14) : expression.numeral.start]
    return bool(pattern("session_owner").search(before))


def is_date_fraction(text: str, numeral: Span) -> bool:
    """Say whether a slash between two numbers makes no fraction: 4/5G, 3/4号楼, 6/30前."""
    written = text[numeral.start : numeral.end]
    if "/" not in written or "又" in written:
        return False
    if pattern("no_fraction").match(text, numeral.end):
        return True
    month, _, day = written.partition("/")
    if int(month) > _LAST_MONTH or int(day) > _LAST_DAY:
        return False
    return bool(pattern("date_edge").match(text, numeral.end)) or (
        int(day) > _LAST_MONTH
        and bool(pattern("date_before").search(text[max(0, numeral.start - 2) : numeral.start]))
        and text[numeral.end : numeral.end + 1] != "的"
    )


def _place(text: str, expression: Expression) -> bool:
    """三元区, 七里河区, 三棵树社区: numeral and unit are part of a name."""
    start, end = expression.numeral
    if text[start] not in "一二三四五六七八九十百千万" or expression.span.start != start:
        return False
    if not pattern("place_before").search(text[max(0, start - 1) : start]):
        return False
    return (
        bool(pattern("place").match(text, expression.span.end)) and text[end] == (expression.unit or "")[:1]
    )


def _term_of_office(text: str, expression: Expression) -> bool:
    """第十四届, 十三届二次会议 are no counts; 连续7届 and 已举办5届 are."""
    return not pattern("sessions_counted").search(
        text[max(0, expression.span.start - 4) : expression.span.start]
    )


def _anniversary(text: str, expression: Expression) -> bool:
    """成立70周年座谈会 is the name of a meeting."""
    return bool(pattern("anniversary_named").match(text, expression.span.end))


def _scale(text: str, expression: Expression) -> bool:
    """The 500地 of 1:500地形图 is a scale."""
    start = expression.numeral.start
    return text[start - 2 : start - 1].isdigit() and text[start - 1] in "：:"


def _version(text: str, expression: Expression) -> bool:
    """1.0版 is a version, 5.12地震 a date; 6.5万起 counts."""
    written = text[expression.numeral.start : expression.numeral.end]
    return "." in written and written[-1].isdigit()


def _listed_kind(text: str, expression: Expression) -> bool:
    """一类、二类幼儿园 are ranks; 三类人员 counts."""
    start, end = expression.span
    return bool(
        pattern("kind_list_after").match(text, end)
        or pattern("kind_list_before").search(text[max(0, start - 3) : start])
    )


def _second(text: str, expression: Expression) -> bool:
    """二次 and 二期 are the second; what counts two is 两."""
    return text[expression.numeral.start : expression.numeral.end] == "二"


def _day_of_month(text: str, expression: Expression) -> bool:
    """15日 is a date; 60日内, 为期两日 and 公示7日 measure."""
    start = expression.span.start
    if text[expression.numeral.start - 1 : expression.numeral.start] in ("月", "年", "第"):
        return True
    if expression.bound in ("at_most", "at_least") or text[expression.numeral.start] == "两":
        return False
    return not pattern("days_before").search(text[max(0, start - 4) : start])


def _calendar(text: str, expression: Expression) -> bool:
    written = text[expression.numeral.start : expression.numeral.end]
    value, start, end = expression.value, expression.span.start, expression.span.end
    if len(written) != 4 or value is None or not 1000 <= value <= 2999 or value % 1:
        return False
    if value > _THIS_AGE and (expression.bound != "exact" or start < expression.numeral.start):
        return False
    return not (
        pattern("how_long").search(text[max(0, start - 5) : start])
        or pattern("how_long_after").match(text, end)
    )


def _relative_time(text: str, expression: Expression) -> bool:
    """近3年, 三年来, 两天前: the times extractor's."""
    start = expression.span.start
    if expression.unit in closed_words("clock unit"):
        return text[start - 1 : start] == "前" or bool(
            pattern("relative_short").match(text, expression.span.end)
        )
    if text[start] == "近":
        return not (
            text[start - 2 : start] in closed_words("spent") or text.startswith("时间", expression.span.end)
        )
    if pattern("relative_before").search(text[max(0, start - 5) : start]):
        return True
    if text.startswith("一遇”", expression.span.end):
        return True
    return bool(pattern("relative_after").match(text, expression.span.end))


def _period_name(text: str, expression: Expression) -> bool:
    """三年行动 names a plan."""
    return expression.span.start == expression.numeral.start and bool(
        pattern("period_name").match(text, expression.span.end)
    )


def _level(text: str, expression: Expression) -> bool:
    """二级公路 is a grade; 市、县、乡三级 counts."""
    start = expression.span.start
    if any(sign in "千万亿" for sign in text[expression.numeral.start : expression.numeral.end]):
        return True
    acts = text[expression.numeral.start] in "两三四五23456" and pattern("levels_act").match(
        text, expression.span.end
    )
    return not acts and not pattern("level_owners").search(text[max(0, start - 3) : start])


def _point(text: str, expression: Expression) -> bool:
    return not pattern("points").match(text, expression.numeral.end)


def _score(text: str, expression: Expression) -> bool:
    start = expression.span.start
    if text[expression.numeral.start].isdigit():
        return text[start - 1 : start] in ("点", "时", ":", "：")
    return not pattern("score_told").search(text[max(0, start - 2) : start])


def _doubling(text: str, expression: Expression) -> bool:
    return "翻" not in text[max(0, expression.span.start - 2) : expression.span.start]


def _stage(text: str, expression: Expression) -> bool:
    """一期, 二期 of a project are stages; 举办三期 counts."""
    if text[expression.numeral.start] not in "一二三四":
        return False
    before = text[max(0, expression.span.start - 3) : expression.span.start]
    return not pattern("stage_counted").search(before)


def _rank(text: str, expression: Expression) -> bool:
    """前两名 is a place; 前20名委员 and 前20% count."""
    before = text[max(0, expression.span.start - 1) : expression.span.start]
    return before == "前" and not text[expression.numeral.start].isdigit()


def _years_told(text: str, expression: Expression) -> bool:
    """三年建成8座桥: years that open the clause say when, not how long."""
    start = expression.span.start
    exact = expression.bound == "exact" and start == expression.numeral.start
    if not exact or text[start - 1 : start] not in ("，", "；", "。", ""):
        return False
    following = text[expression.span.end : expression.span.end + 1]
    return bool(following) and following not in "的，。；、任期制零内"


def _lone_magnitude(text: str, expression: Expression) -> bool:
    """千家, 万里, 百亿 without a figure are figures of speech, save with a unit of measurement or a bound."""
    start, end = expression.numeral
    if text[start] not in "百千万亿" or expression.span.start < start or expression.bound != "exact":
        return False
    if text[start:end].strip("百千万亿"):
        return False
    return expression.use not in ("measure", "percent") or end - start == 1


def _big(text: str, expression: Expression) -> bool:
    """两大平台 counts; 五大产业 is a numeral term, 二十大 a congress (guideline §3)."""
    written = text[expression.numeral.start : expression.numeral.end]
    before = text[max(0, expression.span.start - 2) : expression.span.start]
    after = text[expression.span.end : expression.span.end + 1]
    return (
        written not in ("两", "2")
        or before.endswith(tuple(closed_words("party before two")))
        or after in "勺碗盆杯步"
        or not "一" <= after <= "龥"
    )


def _quoted_name(text: str, expression: Expression) -> bool:
    """“三项机制” in quotation marks is a name; “30分钟办结” measures."""
    start, end = expression.span
    if (
        text[start - 1 : start] == "“"
        and text[end : end + 1] == "”"
        and expression.unit in ("条", "项", "个")
    ):
        return True
    opening = text.rfind("“", max(0, start - 10), start)
    if opening < 0 or "”" in text[opening:start]:
        return False
    closing = text.find("”", end, end + 10)
    if closing < 0 or closing - opening > 13:
        return False
    return text[expression.numeral.start] in "一二两三四五六七八九十百千万" or expression.use == "big"


def _title(text: str, expression: Expression) -> bool:
    """Numerals inside 《…》 belong to the title."""
    start, end = expression.span
    opening = text.rfind("《", max(0, start - 60), start)
    if opening < 0 or "》" in text[opening:start] or "\n" in text[opening:start]:
        return False
    return text.find("》", end, end + 60) >= 0


#: The rules, with what each is about; one that says yes is enough.
EXCLUSIONS: Final[tuple[Exclusion, ...]] = (
    Exclusion(_ordinal),
    Exclusion(_scale, units=("地",)),
    Exclusion(_latin, units=(None,), kinds=("count",)),
    Exclusion(_session, units=("次",)),
    Exclusion(_calendar, units=("年",)),
    Exclusion(_relative_time, kinds=("duration",)),
    Exclusion(_period_name, units=("年",)),
    Exclusion(_level, units=("级",)),
    Exclusion(_place, units=_PLACE_UNITS),
    Exclusion(_term_of_office, units=("届",)),
    Exclusion(_anniversary, units=("周年",)),
    Exclusion(_version, units=("版", "地", "大", "代", "届", "级", "类", "起")),
    Exclusion(_listed_kind, units=("类",)),
    Exclusion(_second, units=("次", "版", "类", "代", "等", "线", "产", "班", "期")),
    Exclusion(_day_of_month, units=("日",)),
    Exclusion(_point, units=("点",)),
    Exclusion(_score, kinds=("score",)),
    Exclusion(_doubling, units=("番",)),
    Exclusion(_stage, units=("期",)),
    Exclusion(_rank, units=("名", "位", "项")),
    Exclusion(_years_told, units=("年",)),
    Exclusion(_lone_magnitude),
    Exclusion(_big, uses=("big",)),
    Exclusion(_quoted_name, kinds=("count",)),
    Exclusion(_title),
)


def is_vague_one(text: str, expression: Expression) -> bool:
    """Say whether 一 with its unit means “a” (建立一个平台) and counts only in company or with a rate.

    一小时 and 一公里 measure; 至少一次 has a bound; 只有一个 and 为期一天 say that they count.
    """
    written = text[expression.numeral.start : expression.numeral.end]
    if written != "一" or expression.value != 1 or expression.span.start < expression.numeral.start:
        return False
    if expression.use in ("measure", "percent", "score") or expression.bound != "exact":
        return False
    if expression.unit in closed_words("measuring clock unit"):
        return False
    before = text[max(0, expression.span.start - 5) : expression.span.start]
    if expression.kind == "duration" and pattern("counted_time").search(before):
        return False
    if before.endswith(tuple(closed_words("each before one"))) or pattern("each_one").search(before):
        return False
    return not before.endswith(tuple(closed_words("only")))
