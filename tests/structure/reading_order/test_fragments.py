from zhengxie_nlp.structure.reading_order.places import find_places, judged_lines
from zhengxie_nlp.text.cleaning.layout import clean

PARAGRAPH = "　　每年初制定学习计划，把全年任务分解到每个月，由机关党组成员轮流领学。"
REST = "的学习计划，把全年任务分解到每个月，由机关党组成员轮流领学。"


def source(*lines: str) -> str:
    return "\n".join(lines)


def test_a_headline_of_its_own_is_no_fragment():
    text = clean(source("　　建好“书香机关”", "　　云浦市政协", PARAGRAPH, PARAGRAPH, PARAGRAPH))
    assert find_places(text)[1] == {}


def test_a_short_line_with_the_indent_of_paragraphs_over_one_without_may_break_off():
    text = clean(
        source(
            "建好“书香机关”", "云浦市政协", PARAGRAPH, "　　今年以来，我们进一步明确了党组成员",
            "把协商桌摆到群众家门口", "清澜州政协", PARAGRAPH, PARAGRAPH, REST, PARAGRAPH,
        )
    )  # fmt: skip
    places, fragments = find_places(text)
    assert 3 in fragments
    assert places[3] == "body"
    assert places[4] == "head"


def test_signs_say_what_a_line_shows():
    text = clean(source("建好“书香机关”", "云浦市政协", "　　推进协商，", PARAGRAPH, PARAGRAPH, PARAGRAPH))
    lines = judged_lines(text)
    assert lines.candidates() == [2]
    signs = lines.signs(2)
    assert signs["comma"] == signs["owes"] == signs["under_name"] == 1.0
    assert signs["over_name"] == signs["second"] == signs["over_undented"] == 0.0
