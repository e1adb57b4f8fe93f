"""SourceText: the clean string, and the way back to the source."""

import pytest

from zhengxie_nlp.records import read_back
from zhengxie_nlp.text.source_text import Dropped, Paragraph, Piece, SourceText

SOURCE = "学习４０\n多次，\n- 1 -\n建立8 个机制。"
FOLDED = "学习40\n多次，\n- 1 -\n建立8 个机制。"


@pytest.fixture
def text():
    first = Paragraph((Piece(0, 4), Piece(5, 8)))
    second = Paragraph((Piece(15, 18), Piece(19, 23)), blank_before=1)
    return SourceText(SOURCE, FOLDED, [first, second], dropped=[Dropped(Piece(9, 14), "page_number")])


def test_source_text_parts_paragraphs_by_line_breaks(text):
    assert text.text == "学习40多次，\n建立8个机制。"
    assert [text.text[start:end] for start, end in text.spans] == ["学习40多次，", "建立8个机制。"]
    assert len(text) == len(text.text)


def test_source_text_refuses_a_folding_of_another_length():
    with pytest.raises(ValueError, match="changed the length"):
        SourceText("ab", "a", [])


def test_ref_has_a_fragment_for_each_line(text):
    ref = text.ref(2, 6)
    assert (ref.text, ref.fragments) == ("４０多次", ((2, 4), (5, 7)))


def test_ref_bridges_blanks_within_a_line(text):
    ref = text.ref(10, 12)
    assert (ref.text, ref.fragments) == ("8 个", ((17, 20),))


def test_ref_leaves_out_white_space_at_its_ends(text):
    assert text.ref(7, 10).text == "建立"


def test_ref_refuses_nothing(text):
    with pytest.raises(ValueError, match="no characters"):
        text.ref(7, 8)


def test_every_ref_reads_back(text):
    for start in range(len(text)):
        for end in range(start + 1, len(text) + 1):
            if text.text[start:end].strip():
                ref = text.ref(start, end)
                assert read_back(SOURCE, ref) == ref.text


def test_offsets_go_there_and_back(text):
    for at, character in enumerate(text.text):
        if character != "\n":
            assert text.clean_offset(text.source_offset(at)) == at
    assert text.clean_offset(9) is None


def test_source_offset_of_the_end_is_after_the_last_character(text):
    assert text.source_offset(len(text)) == len(SOURCE)


def test_rearranged_keeps_source_and_what_was_dropped(text):
    first, second = text.paragraphs
    other = text.rearranged([second, first.joined(second)])
    assert other.text == "建立8个机制。\n学习40多次，建立8个机制。"
    assert other.source == SOURCE
    assert other.dropped == text.dropped


def test_joined_keeps_how_the_first_stood(text):
    joined = text.paragraphs[1].joined(text.paragraphs[0])
    assert joined.blank_before == 1
    assert joined.pieces == (*text.paragraphs[1].pieces, *text.paragraphs[0].pieces)
