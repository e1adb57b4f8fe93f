from zhengxie_nlp.lexicon.memo import Memo


def test_kept_asks_once():
    asked = []
    kept = Memo(lambda word: asked.append(word) or len(word), most=10)
    assert [kept["政协"], kept["委员会"], kept["政协"]] == [2, 3, 2]
    assert asked == ["政协", "委员会"]


def test_kept_never_holds_more_and_goes_on_answering():
    kept = Memo(str.upper, most=3)
    for round_ in range(2):
        assert [kept[sign] for sign in "abcdefg"] == list("ABCDEFG"), round_
        assert len(kept) <= 3
