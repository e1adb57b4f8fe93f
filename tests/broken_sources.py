"""Sentences in sources that a line break cuts anywhere: what cleaning makes of them is what extractors see.

The break is put into the source, and `clean` has to take it out again. So a test that reads the result fails
when cleaning leaves the break in, when it takes a character too many, and when offsets go astray.
"""

from collections.abc import Callable, Iterator

from zhengxie_nlp.context.candidates import Found
from zhengxie_nlp.context.context import Context
from zhengxie_nlp.records import read_back
from zhengxie_nlp.structure.spans import NodeSpan, SpeechSpan, Structure
from zhengxie_nlp.text.cleaning.layout import clean
from zhengxie_nlp.text.source_text import SourceText, Span

#: A paragraph that says nothing, longer than a line: beside it a break is seen to be no paragraph's end.
NEIGHBOUR = "窗外下着小雨，大家仍旧坐在一起，把心里的想法慢慢说出来，又慢慢写到纸上，直到天色暗了才回家去。"
#: After these a line may well end a paragraph.
_ENDS = "。；：！？"
#: Known gaps of cleaning: here the rest looks like the marker of a point (一，六，三，).
_GAPS = ("周一至周", "周二至周", "有六成")
#: A heading on a line of its own may be the whole of it.
_HEADING = "（一）"


def broken(sentence: str, *, every: int = 1) -> Iterator[SourceText]:
    """Yield the clean text of a page that holds the sentence, unbroken first, then broken at each place.

    Args:
        sentence: one paragraph.
        every: at each so manieth place only.

    Yields:
        The clean text; the sentence is its second paragraph.
    """
    asked = () if sentence.startswith(_HEADING) else range(1, len(sentence), every)
    places = [at for at in asked if sentence[at - 1] not in _ENDS and not sentence[:at].endswith(_GAPS)]
    for at in (0, *places):
        halves = f"{sentence[:at]}\n{sentence[at:]}" if at else sentence
        yield clean(f"　　{NEIGHBOUR}\n　　{halves}\n　　{NEIGHBOUR}\n")


def context_over(text: SourceText) -> Context:
    """Return a context in which the whole text is the body of one node."""
    node = NodeSpan("s1.1", 1, None, None, (Span(0, len(text.text)),))
    return Context(text, Structure(None, (SpeechSpan("s1", None, None, None, (0,), (node,)),)))


def assert_blind_to_breaks(
    sentence: str,
    find: Callable[[Context], list[Found]],
    said: Callable[[Context, Found], object],
    *,
    every: int = 1,
) -> None:
    """Check that a source broken anywhere gives the records of the whole one, each read back from the source.

    Args:
        sentence: one paragraph.
        find: what finds records.
        said: what of a record must stay as it is; the characters it covers are compared anyway.
        every: break at each so manieth place only.
    """
    whole, *others = broken(sentence, every=every)
    assert others or sentence.startswith(_HEADING) or len(sentence) <= every
    expected = _said(context_over(whole), find, said)
    for text in others:
        assert text.text == whole.text, text.source
        assert _said(context_over(text), find, said) == expected, text.source


def _said(
    context: Context, find: Callable[[Context], list[Found]], said: Callable[[Context, Found], object]
) -> list[object]:
    text, found = context.text, find(context)
    for one in found:
        for span in (one.span, *(value for value in one.fields.values() if isinstance(value, Span))):
            ref = text.ref(*span)
            assert read_back(text.source, ref) == ref.text
    return [(one.span, said(context, one)) for one in found]
