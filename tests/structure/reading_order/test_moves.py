from dataclasses import replace

from zhengxie_nlp.structure.reading_order.evidence import Cue, Piece
from zhengxie_nlp.structure.reading_order.moves import Link, Move, right_odds
from zhengxie_nlp.structure.reading_order.paragraph_ends import Stretch
from zhengxie_nlp.structure.reading_order.places import find_places
from zhengxie_nlp.text.cleaning.layout import clean

STRETCH = Stretch(2, "员轮值制度。", "body", None, (), "", "closed", "", "", odd_start=False)
PIECE = Piece(2, (STRETCH,), (2,), headed=False)
LINK = Link(0, 2, within=True, cost=-1.0, cues=(Cue("reads_on", -3.0),))
MOVE = Move((LINK,), 5.0, 3.0)


def test_a_move_is_the_likelier_the_further_the_next_best_reading_is():
    assert right_odds(replace(MOVE, margin=6.0), LINK, PIECE) > right_odds(MOVE, LINK, PIECE)


def test_a_joint_that_reads_badly_is_less_likely():
    bad = LINK._replace(cost=3.0, cues=(Cue("reads_on", 3.0),))
    assert right_odds(Move((bad,), 5.0, 3.0), bad, PIECE) < right_odds(MOVE, LINK, PIECE)


def test_a_word_over_the_joint_and_a_missing_indent_speak_for_it():
    word = LINK._replace(cues=(*LINK.cues, Cue("word", -2.3)))
    flush = replace(PIECE, stretches=(replace(STRETCH, undented=True),))
    assert right_odds(MOVE, word, PIECE) > right_odds(MOVE, LINK, PIECE)
    assert right_odds(MOVE, LINK, flush) > right_odds(MOVE, LINK, PIECE)


def test_a_dashed_line_of_occasion_heads_an_article_below_a_sentence_that_breaks_off():
    lines = (
        "云浦市政协把委员工作站建到村口，",
        "——2026年1月12日在青澜州第九届人民代表大会第三次会议上",
        "来源：青澜日报",
        "州长 林嘉禾",
        "现在，我代表州人民政府，向大会报告工作，请予审议。",
    )
    places, _ = find_places(clean("云浦市政协工作\n" + "\n".join(lines)))
    assert places[2] == "head"
