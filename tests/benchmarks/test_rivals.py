"""What the pipeline is measured against reads a text."""

from rivals import RIVALS


def test_rivals_that_are_installed_read_a_text():
    cut, tag = (rival.load() for rival in RIVALS[:2])
    assert "".join(cut("开展活动40多次。")) == "开展活动40多次。"
    assert [word.word for word in tag("开展活动")] == ["开展", "活动"]
