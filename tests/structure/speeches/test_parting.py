from zhengxie_nlp.pipeline import Pipeline, Settings
from zhengxie_nlp.records import read_back
from zhengxie_nlp.structure.speeches.parting import parted
from zhengxie_nlp.text.cleaning.layout import clean

SEVERAL = "何立新委员说，灌溉最难。罗启文建议，先修泵站。段鸣表示，年内办完。还要管好水价。"


def lines(text: str) -> list[str]:
    return parted(clean(text)).text.split("\n")


def test_parted_parts_a_paragraph_in_which_three_persons_speak() -> None:
    assert lines(SEVERAL) == [
        "何立新委员说，灌溉最难。",
        "罗启文建议，先修泵站。",
        "段鸣表示，年内办完。还要管好水价。",
    ]
    assert lines("何立新委员说，灌溉最难。罗启文建议，先修泵站。") == [
        "何立新委员说，灌溉最难。罗启文建议，先修泵站。"
    ]


def test_parted_parts_where_an_indent_stands_inside_a_line() -> None:
    assert lines(
        "我们抓两件事。\u3000\u3000一、抓学习\u3000\u3000（一）读书。每月一次。\u3000\u3000（二）研讨。每季一次。"
    ) == [
        "我们抓两件事。",
        "一、抓学习",
        "（一）读书。每月一次。",
        "（二）研讨。每季一次。",
    ]


def test_parted_leaves_the_blanks_of_a_headline() -> None:
    text = clean("强化服务意识\u3000\u3000提升履职水平\n我们每月走访一次。\n")
    assert parted(text) is text


def test_persons_of_one_paragraph_are_speeches_with_offsets_into_the_source() -> None:
    source = f"座谈会举行\n{SEVERAL}\n"
    document = Pipeline(Settings(model=None)).extract(source)
    spoken = [speech for speech in document.speeches if speech.speaker is not None]
    assert [speech.speaker.text for speech in spoken if speech.speaker] == ["何立新", "罗启文", "段鸣"]
    bodies = [ref for speech in spoken for node in speech.nodes for ref in node.body]
    assert "".join(read_back(source, ref) for ref in bodies) == SEVERAL
