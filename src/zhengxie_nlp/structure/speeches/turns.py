"""Decides which lines of a text open turns: interviews, minutes and exports of speech recognition (§1).

A label alone proves little (「目标：」). It counts by its company: two who speak in turn, names that come
again, a reporter who asks; then also names that may be words (李静) and names of one mention are believed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

from zhengxie_nlp.structure.speech_patterns import speech_pattern
from zhengxie_nlp.structure.speeches.labels import ANSWER, QUESTION, Label
from zhengxie_nlp.structure.speeches.names import is_person

_FEWEST: Final = 3
#: Labels that answer to a reporter or host.


def choose_turns(labels: Mapping[int, Label], *, unlabelled: int = 1) -> dict[int, Label]:
    """Choose the lines that open turns.

    What counts: two who speak in turn, by labels that are names, posts with names or roles of a talk; three
    names of two characters; question and answer (问, 答). What does not: 「目标：」 and other words before a
    colon, and one label alone.

    Args:
        labels: the label of each line that opens with one, by the line's number.
        unlabelled: how many lines of text, from the first label on, open with none.

    Returns:
        Those of them that open a turn; none if the text is no transcript.
    """
    sure = {at: label for at, label in labels.items() if label.strength in ("role", "who", "name")}
    weak = {at: label for at, label in labels.items() if label.strength == "weak"}
    counts = Counter(label.key for label in labels.values())
    asked = sum(count for key, count in counts.items() if speech_pattern("asker").fullmatch(key)) > 1
    answers = asked and any(
        label.strength == "word" and label.speaker is not None and counts[label.key] > 1
        for label in labels.values()
    )
    if not (answers or _is_transcript(sure, unlabelled=unlabelled) or _is_roll_of_names(sure, weak)):
        return {}
    chosen = dict(sure)
    for at, label in labels.items():
        again = counts[label.key] > 1
        is_name = label.strength == "weak" and (label.speaker is not None)
        # Beside a reporter's questions, whoever answers more than once is a person, whatever the surname.
        # Where others take turns, a body may, too: 市水务局：…….
        is_body = label.strength == "organization"
        is_answer = label.strength == "word" and label.speaker is not None and again and asked
        if is_name or is_answer or is_body:
            chosen[at] = label
    return dict(sorted(chosen.items()))


def _is_transcript(sure: Mapping[int, Label], *, unlabelled: int) -> bool:
    keys = {label.key for label in sure.values()}
    if keys == {QUESTION, ANSWER} or sum(label.clocked for label in sure.values()) > 1:
        return True
    if len(keys) < 2:
        return False
    # Two turns are enough where both say plainly who speaks.
    plain = all(label.strength in ("who", "role") and label.speaker is not None for label in sure.values())
    # So are two names, if no line of the text is without one.
    return len(sure) >= _FEWEST or plain or not unlabelled


def _is_roll_of_names(sure: Mapping[int, Label], weak: Mapping[int, Label]) -> bool:
    """Say whether names of two characters follow one another: 赵磊：……, 周涛：……, 刘洋：……."""
    names = {label.key for label in weak.values() if is_person(label.key)}
    others = {label.key for label in sure.values()}
    turns = sum(label.key in names for label in weak.values())
    in_turn = len(names) > 1 and turns >= _FEWEST  # 李静：……, 张伟：……, 李静：……
    return in_turn or (len(names | others) >= _FEWEST and bool(others))
