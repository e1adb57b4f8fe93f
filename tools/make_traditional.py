"""Writes `src/zhengxie_nlp/data/traditional.tsv` from the Unicode Character Database.

Usage: ``python tools/make_traditional.py Unihan_Variants.txt EquivalentUnifiedIdeograph.txt`` prints it
(either file may be packed as .bz2; Debian's package `unicode-data` has both).

Which characters are folded: those with a kSimplifiedVariant that are not ordinary simplified characters
themselves (a character of GB 2312 is one, but for the few in `GB2312_AND_YET_TRADITIONAL`), the variant
forms in `OWN`, and the CJK radicals that PDF programs write for the character.
"""

from __future__ import annotations

import bz2
import sys
from collections.abc import Iterator
from pathlib import Path

#: In GB 2312, but written in simplified text only in names and old words.
GB2312_AND_YET_TRADITIONAL = "後於麽徵夥摺"

#: Folded in some words only: `data/traditional_words.tsv`.
LEFT_TO_WORDS = "瞭"

#: Variant forms that kSimplifiedVariant lacks, and a better choice where it gives a rare character.
OWN = (
    "裏里爲为衆众週周遊游佔占佈布託托讚赞嚐尝綫线啓启説说産产羣群峯峰牀床汙污姪侄敍叙彿佛樑梁妳你迴回廻回"
    "徧遍彫雕勳勋倣仿傚效倖幸僱雇効效喫吃嚥咽墻墙孃娘寃冤寳宝弔吊慾欲懽欢捱挨擡抬攷考昇升暱昵曡叠槓杠"
    "歎叹氾泛汎泛淒凄淨净湧涌溼湿煖暖燻熏犂犁獃呆珮佩甦苏痺痹癒愈癡痴盃杯眞真砲炮祕秘穉稚竪竖箇个粧妆"
    "糉粽紮扎絶绝緜绵罎坛羨羡耑专脣唇脩修菸烟蔴麻衞卫証证讎仇讐仇賸剩踰逾蹟迹鄕乡郞郎鉢钵鎻锁隄堤"
    "鷄鸡餽馈鬪斗鬭斗麪面兇凶卽即吿告囘回彊强恊协扞捍搆构敎教旣既晩晚朶朵柺拐査查栢柏桿杆榦干洩泄畧略畱留疎疏"
    "痲麻皷鼓睏困籐藤簷檐綑捆緖绪耡锄舖铺舘馆菓果葢盖藷薯衹只祇只袪祛谿溪豔艳迺乃遶绕邨村醃腌銲焊鑪炉"
    "陞升隷隶霑沾靭韧鞌鞍韈袜颳刮飜翻餧喂駡骂鹼碱餘余捨舍嘆叹註注誌志鍾钟"
)

HEADER = """\
# Characters folded to one simplified character each before any rule reads a text.
# origin: the Unicode Character Database {version} (Unihan kSimplifiedVariant, EquivalentUnifiedIdeograph)
# (facts under the Unicode licence v3), and variant forms of our own choice (tools/make_traditional.py)
# kind: simplified (kSimplifiedVariant), variant (our own list), radical (a CJK radical for its character)
"""


def lines(path: Path) -> Iterator[str]:
    """Give the lines of a file of the database, packed or not, without comments."""
    packed = path.suffix == ".bz2"
    content = (bz2.decompress(path.read_bytes()) if packed else path.read_bytes()).decode("utf-8")
    yield from content.splitlines()


def is_simplified(character: str) -> bool:
    """Tell whether a character belongs to the ordinary simplified ones: those of GB 2312."""
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return character not in GB2312_AND_YET_TRADITIONAL


def from_unihan(path: Path) -> Iterator[tuple[str, str]]:
    """Give each traditional character with its simplified one, the ordinary one where there are several."""
    for line in lines(path):
        cells = line.split("\t")
        if len(cells) != 3 or cells[1] != "kSimplifiedVariant":
            continue
        character = chr(int(cells[0][2:], 16))
        choices = [chr(int(code.split("<")[0][2:], 16)) for code in cells[2].split()]
        choices = [choice for choice in choices if choice != character and choice <= "\u9fff"]
        if choices and not is_simplified(character) and character not in LEFT_TO_WORDS:
            yield character, next(filter(is_simplified, choices), choices[0])


def from_radicals(path: Path) -> Iterator[tuple[str, str]]:
    """Give each CJK radical (supplement block) with the character it stands for."""
    for line in lines(path):
        codes, _, target = line.partition("#")[0].partition(";")
        if not target.strip():
            continue
        first, _, last = codes.strip().partition("..")
        for code in range(int(first, 16), int(last or first, 16) + 1):
            if 0x2E80 <= code < 0x2F00:
                yield chr(code), chr(int(target.strip(), 16))


def main(variants: str, radicals: str) -> None:
    """Print the table."""
    version = next(line.split()[-1] for line in lines(Path(variants)) if "Unicode version" in line)
    rows = {a: (b, "simplified") for a, b in from_unihan(Path(variants))}
    rows |= {a: (b, "variant") for a, b in zip(OWN[::2], OWN[1::2], strict=True)}
    for radical, character in from_radicals(Path(radicals)):
        rows[radical] = (rows.get(character, (character, ""))[0], "radical")
    for character in list(rows):
        # Some simplified forms have a simpler one again.
        while rows[character][0] in rows and rows[character][0] != character:
            rows[character] = rows[rows[character][0]][0], rows[character][1]
        if rows[character][0] == character:
            del rows[character]
    sys.stdout.write(HEADER.format(version=version) + "character\tfolded\tkind\n")
    for character, (folded, kind) in sorted(rows.items()):
        sys.stdout.write(f"{character}\t{folded}\t{kind}\n")


if __name__ == "__main__":
    main(*sys.argv[1:3])
