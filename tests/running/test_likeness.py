from zhengxie_nlp.running.likeness import ALIKE, bands, likeness, signature

TEXT = "".join(
    f"第{number}次组织委员到第{number * 7}个村开展协商议事活动，收集意见{number * 3}条。"
    for number in range(60)
)


def test_the_signature_of_a_text_is_always_the_same():
    assert signature("委员围绕营商环境深入企业开展调研" * 8)[:20] == "pQ~mS3k_ofKz}L_4l{QP"


def test_layout_and_punctuation_make_no_difference():
    assert signature(TEXT) == signature(TEXT.replace("，", "\n　　"))


def test_alike_texts_share_a_band_and_others_none():
    nearly = TEXT.replace("第31次组织", "第31次请")
    other = "".join(f"今年新增灌溉面积{number * 13}亩，投入资金{number}万元；" for number in range(80))
    first, second, third = signature(TEXT), signature(nearly), signature(other)
    assert likeness(first, second) > ALIKE
    assert set(bands(first)) & set(bands(second))
    assert likeness(first, third) < 0.1


def test_long_texts_are_signed_piece_by_piece_with_the_same_result(monkeypatch):
    whole = signature(TEXT)
    monkeypatch.setattr("zhengxie_nlp.running.likeness._AT_ONCE", 97)
    assert signature(TEXT) == whole
