import pytest

from zhengxie_nlp.structure.reading_order.evidence import Joint, Piece, echo, owed, word
from zhengxie_nlp.structure.reading_order.paragraph_ends import Stretch, ending_of, unpaired_signs


def piece(number: int, text: str) -> Piece:
    closers, unclosed = unpaired_signs(text)
    stretch = Stretch(number, text, "body", None, (), "", ending_of(text), unclosed, closers, odd_start=False)
    return Piece(number, (stretch,), (number,), headed=False)


def joint(left: str, right: str, around: str = "") -> Joint:
    return Joint(piece(0, left), piece(1, right), around)


@pytest.mark.parametrize(
    ("left", "right", "found"),
    [
        ("围绕停车难开展协", "商议事活动。", "协商"),
        ("围绕停车难开展", "协商议事活动。", ""),
        ("去年共办理提案", "三百余件。", ""),
    ],
)
def test_word_finds_what_begins_before_the_joint_and_ends_after_it(left, right, found):
    amount, detail = word(joint(left, right))
    assert amount == bool(found)
    assert detail.startswith(found)


@pytest.mark.parametrize(
    ("around", "amount", "found"),
    [
        ("把“渔光夜谈”办成品牌", 2.0, "渔光夜谈"),
        ("把“渔光夜读”办成品牌", 1.0, "渔光夜"),
        ("把渔光办成品牌", 0.0, ""),
        ("", 0.0, ""),
    ],
)
def test_echo_finds_the_wording_over_the_joint_elsewhere(around, amount, found):
    assert echo(joint("每月办一次渔光", "夜谈会。", around)) == (amount, found)


@pytest.mark.parametrize(
    ("left", "right", "amount"),
    [
        ("立下“当场", "答”的规矩。", 1.0),
        ("立下“当场", "答（下）的规矩）。", -1.0),
        ("立下“当场", "答复的规矩。", -1.0),
        ("立下当场", "答”的规矩。", -0.5),
        ("立下当场", "答的规矩。", 0.0),
    ],
)
def test_owed_pairs_signs_over_the_joint(left, right, amount):
    assert owed(joint(left, right))[0] == amount
