"""What the pipeline is measured against reads a text."""

from rivals import RIVALS


def test_rivals_that_are_installed_read_a_text():
    cut, tag = (rival.load() for rival in RIVALS[:2])
    assert "".join(cut("开展活动40多次。")) == "开展活动40多次。"
    # Not which words: jieba's dictionary belongs to the process, and a user dictionary may have joined them.
    words = list(tag("开展活动40多次。"))
    assert "".join(word.word for word in words) == "开展活动40多次。"
    assert all(word.flag for word in words)
