"""What holds a numeral and a measure word but counts nothing: ordinals, dates, idioms, names, a vague 一.

The fixed words stand in `data/quantity_exceptions.tsv`; the tuple `EXCLUSIONS` holds the rules that look at
the neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from zhengxie_nlp.context.fixed_phrases import in_fixed_phrase
from zhengxie_nlp.text.source_text import Span

if TYPE_CHECKING:
    from zhengxie_nlp.quantities.expressions import Expression


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


_ORDINALS = re.compile(r"第[\d一二三四五六七八九十百]{1,4}(?:[-—至到~、和]|—{2})$")
_SESSION = re.compile(r"次(?:全体)?(?:会议|全会|代表大会|党代会|全委会|常委会)")
_SESSION_OWNER = re.compile(
    r"(?:届|人大|政协|委员会|全委会|中央|市委|县委|省委|区委|常委会)[^，。；\n]{0,8}$"
)
_POINTS = re.compile(
    r"点(?:意见|建议|要求|希望|体会|经验|做法|认识|想法|感受|考虑|措施|情况|启示|思考|说明|问题|看法|承诺|期望|"
    r"打算|祝愿|内容|共识|工作|任务|不足|原因|：)"
)
_LEVELS_ACT = re.compile(
    r"联动|联创|联办|联审|联席|包|责任|管养|审批|政协|委员|党组织|管理|服务|网络|体系|机制|同步|贯通|协同|共治|会商"
)
_LEVEL_OWNERS = re.compile(
    r"(?:[省市州县区乡镇村组户、]|街道|社区|上下|部门|政府|各|纵向|中央|领导|分|地方|、[一-龥])(?:等)?$"
)
_PERIOD_NAME = re.compile(r"(?:行动|规划|计划|攻坚|提升|滚动|任务|目标|倍增|发展|活动|方案|制)")
_RELATIVE_BEFORE = re.compile(
    r"(?:今后|过去|未来|最近|这|那|(?<![提])前|(?<!之)后|头|近|连续|第|再过|首|\d{4}年?)$"
)
_RELATIVE_AFTER = re.compile(r"(?:半|多|余)?(?:以?来|间|之?前|以前|之?后|以后|期间|如一日|过去|下来|里)")
#: Minutes and hours place nothing in a calendar: only 两小时后 does, 近10分钟 and 接单后2小时内 measure.
_SHORT: Final = frozenset(
    ("秒", "分钟", "刻钟", "小时", "个小时", "钟头", "个钟头", "工作日", "个工作日", "昼夜", "学时")
)
_SHORT_AFTER = re.compile(r"(?:多|余)?(?:以?来|之?前|以前|之?后|以后|过去)")
_COUNTED_TIME = re.compile(
    r"(?:为期|期限|时限|限期?|历时|用时|耗时|缩短|延长|压缩|工期|周期|不少于|不超过|至少|满|只用|仅用|学制|任期|为)(?:了|到|至|为|在)?$"
)
_SCORE = re.compile(r"(?:得|扣|计|记|加|减|占|满分|总分|均分|为|分别|高|低|达|达到|、|，)$")
#: 3/4号楼, 4/5G and 2/3期 are no fractions.
_NO_FRACTION = re.compile(r"[A-Za-z]|[号栋幢班期线级楼院组]")
_DATE_EDGE = re.compile(r"[前后起止日—~-]|至\d|到\d|之前|以前")
_DATE_BEFORE = re.compile(r"(?:截[至止]|[自从于在至到]|[，。；\n]|^)$")
_LAST_MONTH, _LAST_DAY = 12, 31
#: 长达2200年, 有1500年历史: four figures that say how long.
_THIS_AGE: Final = 2050
_HOW_LONG = re.compile(r"(?:长达|历时|距今|历经|绵延|逾|超过?|约|近|有着?|达|过|传承)(?:约|近|已|了|有)?$")
_HOW_LONG_AFTER = re.compile(r"(?:的?[\u4e00-\u9fa5]{0,4}历史|之久|以上|左右|的?文明|古[城镇村寺树])")
_DAYS_BEFORE = re.compile(
    r"(?:为期|历时|用时|耗时|持续|不少于|不超过|不得超过|不多于|满|仅|仅用|只用|提前|缩短|延长|压缩|公示|休息|假期|"
    r"连续|工期|周期|期限|共|时限)(?:了|到|至|为|在|期)?$"
)
#: A place by its name: 三元区, 七里河区, 三棵树社区, 二十里铺村, 三台县.
_PLACE = re.compile(
    r"[\u4e00-\u9fa5]{0,2}?(?:(?:自治)?[区县旗市镇乡村](?![级内属直里委民管办中域容口]|政府(?!性))|街道|社区|林场|"
    r"[铺屯庄寨沟湾坪岗堡营桥](?=[\u4e00-\u9fa5]{0,2}[村镇乡路街站区社]))"
)
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
_PLACE_BEFORE = re.compile(r"(?:[，。；：、（“”\n在到至从往赴由于和与及市县省区州镇乡]|^)$")
_SESSION_BEFORE = re.compile(r"(?:连续|历经|举办|承办|已|共|累计|办过|过去|最近|近)(?<!中共)(?:了|过)?$")
_NAMED_AFTER = re.compile(
    r"(?:庆祝|纪念)?(?:大会|座谈会|纪念会|活动|招待会|晚会|特别|庆典|论坛|研讨会|茶话会|理论研讨)"
)
_KIND_LIST_AFTER = re.compile(r"[、和及至到][一二三四五六]类")
_KIND_LIST_BEFORE = re.compile(r"[一二三四五六]类[、和及至到]$")
_GRADE = re.compile(r"[A-Za-z]")


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
        return bool(_ORDINALS.search(text[max(0, start - 8) : start]))
    return bool(before) and before in "第〔["


def _latin(text: str, expression: Expression) -> bool:
    """5A, 4K and 3D are codes."""
    return bool(_GRADE.match(text, expression.numeral.end))


def _session(text: str, expression: Expression) -> bool:
    """The 二次会议 of a body is a session; 召开二次会议 counts."""
    if not _SESSION.match(text, expression.numeral.end):
        return False
    before = text[max(0, expression.numeral.start - 14) : expression.numeral.start]
    return bool(_SESSION_OWNER.search(before))


def is_date_fraction(text: str, numeral: Span) -> bool:
    """Say whether a slash between two numbers makes no fraction: 4/5G, 3/4号楼, 6/30前."""
    written = text[numeral.start : numeral.end]
    if "/" not in written:
        return False
    if _NO_FRACTION.match(text, numeral.end):
        return True
    month, _, day = written.partition("/")
    if int(month) > _LAST_MONTH or int(day) > _LAST_DAY:
        return False
    return bool(_DATE_EDGE.match(text, numeral.end)) or (
        int(day) > _LAST_MONTH
        and bool(_DATE_BEFORE.search(text[max(0, numeral.start - 2) : numeral.start]))
        and text[numeral.end : numeral.end + 1] != "的"
    )


def _place(text: str, expression: Expression) -> bool:
    """三元区, 七里河区, 三棵树社区: numeral and unit are part of a name."""
    start, end = expression.numeral
    if text[start] not in "一二三四五六七八九十百千万" or expression.span.start != start:
        return False
    if not _PLACE_BEFORE.search(text[max(0, start - 1) : start]):
        return False
    return bool(_PLACE.match(text, expression.span.end)) and text[end] == (expression.unit or "")[:1]


def _term_of_office(text: str, expression: Expression) -> bool:
    """第十四届, 十三届二次会议 are no counts; 连续7届 and 已举办5届 are."""
    return not _SESSION_BEFORE.search(text[max(0, expression.span.start - 4) : expression.span.start])


def _anniversary(text: str, expression: Expression) -> bool:
    """成立70周年座谈会 is the name of a meeting."""
    return bool(_NAMED_AFTER.match(text, expression.span.end))


def _version(text: str, expression: Expression) -> bool:
    """1.0版 is a version, 5.12地震 a date; 6.5万起 counts."""
    written = text[expression.numeral.start : expression.numeral.end]
    return "." in written and written[-1].isdigit()


def _listed_kind(text: str, expression: Expression) -> bool:
    """一类、二类幼儿园 are ranks; 三类人员 counts."""
    start, end = expression.span
    return bool(
        _KIND_LIST_AFTER.match(text, end) or _KIND_LIST_BEFORE.search(text[max(0, start - 3) : start])
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
    return not _DAYS_BEFORE.search(text[max(0, start - 4) : start])


def _calendar(text: str, expression: Expression) -> bool:
    written = text[expression.numeral.start : expression.numeral.end]
    value, start, end = expression.value, expression.span.start, expression.span.end
    if len(written) != 4 or value is None or not 1000 <= value <= 2999 or value % 1:
        return False
    if value > _THIS_AGE and (expression.bound != "exact" or start < expression.numeral.start):
        return False
    return not (_HOW_LONG.search(text[max(0, start - 5) : start]) or _HOW_LONG_AFTER.match(text, end))


def _relative_time(text: str, expression: Expression) -> bool:
    """近3年, 三年来, 两天前: the times extractor's."""
    start = expression.span.start
    if expression.unit in _SHORT:
        return text[start - 1 : start] == "前" or bool(_SHORT_AFTER.match(text, expression.span.end))
    if text[start] == "近":
        return not (
            text[start - 2 : start] in ("用了", "花了", "历时")
            or text.startswith("时间", expression.span.end)
        )
    if _RELATIVE_BEFORE.search(text[max(0, start - 5) : start]):
        return True
    if text.startswith("一遇”", expression.span.end):
        return True
    return bool(_RELATIVE_AFTER.match(text, expression.span.end))


def _period_name(text: str, expression: Expression) -> bool:
    """三年行动 names a plan."""
    return expression.span.start == expression.numeral.start and bool(
        _PERIOD_NAME.match(text, expression.span.end)
    )


def _level(text: str, expression: Expression) -> bool:
    """二级公路 is a grade; 市、县、乡三级 counts."""
    start = expression.span.start
    if any(sign in "千万亿" for sign in text[expression.numeral.start : expression.numeral.end]):
        return True
    acts = text[expression.numeral.start] in "两三四五23456" and _LEVELS_ACT.match(text, expression.span.end)
    return not acts and not _LEVEL_OWNERS.search(text[max(0, start - 3) : start])


def _point(text: str, expression: Expression) -> bool:
    return not _POINTS.match(text, expression.numeral.end)


def _score(text: str, expression: Expression) -> bool:
    start = expression.span.start
    if text[expression.numeral.start].isdigit():
        return text[start - 1 : start] in ("点", "时", ":", "：")
    return not _SCORE.search(text[max(0, start - 2) : start])


def _doubling(text: str, expression: Expression) -> bool:
    return "翻" not in text[max(0, expression.span.start - 2) : expression.span.start]


def _stage(text: str, expression: Expression) -> bool:
    """一期, 二期 of a project are stages; 举办三期 counts."""
    if text[expression.numeral.start] not in "一二三四":
        return False
    before = text[max(0, expression.span.start - 2) : expression.span.start]
    return not re.search(r"(?:[共了办训展出计]|举办|培训|开展)$", before)


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
        or before.endswith(("党的", "人", "中共"))
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
    if expression.unit in ("小时", "个小时", "分钟", "个工作日"):
        return False
    before = text[max(0, expression.span.start - 5) : expression.span.start]
    if expression.kind == "duration" and _COUNTED_TIME.search(before):
        return False
    if before.endswith(("人手", "每人", "缩成")) or re.search(
        r"各(?:组织|开展|举办|召开|安排|有|设|建|配|派)?$", before
    ):
        return False
    return not before.endswith(("只", "仅", "只有", "仅有", "就"))
