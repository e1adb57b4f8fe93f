"""What a model is told of a clause: its words, their classes, and its neighbours."""

from tests.initiatives.test_find import context_of
from zhengxie_nlp.initiatives.evidence import object_head
from zhengxie_nlp.initiatives.find import initiative_candidates, judged_rows


def rows_in(sentence):
    return judged_rows(initiative_candidates(context_of(sentence)))


def test_rows_tell_words_classes_and_neighbours():
    first, second = rows_in("建立渡口巡查台账，走访果农42户。")
    assert first["w建立"] == second["w走访"] == 1.0
    assert first["verb"] == "建立"
    assert first["next_kind"].endswith(",")
    assert second["previous_class"] == first["verb_class"] + ","
    assert "previous_class" not in first


def test_rows_show_names_and_numbers_alike():
    (row,) = rows_in("开展“渡口夜话”活动1208次。")
    other = rows_in("开展“茶棚议事”活动12次。")[0]
    assert {name for name in row if name.startswith("w")} == {name for name in other if name.startswith("w")}


def test_rows_never_hold_the_sign_that_parts_name_and_value():
    (row,) = rows_in("建立A=B制度3项。")
    assert not [
        name
        for name, value in row.items()
        if "=" in name or (isinstance(value, str) and "=" in value and not name.endswith("*"))
    ]


def test_object_head_is_the_last_word_that_says_something():
    (one,) = initiative_candidates(context_of("走访果农42户。"))
    assert object_head(one.predicate) == "果农"
