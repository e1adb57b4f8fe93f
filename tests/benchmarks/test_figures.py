"""The figures of the benchmarks: how they are counted, compared and kept. Nothing here is timed."""

import json

import pytest

from figures import Figure, change, exponent, keep, number, ratio, read_kept, shares, stamp, table
from rivals import RIVALS, Rival
from speed import against, first_texts, in_turn


def test_a_ratio_is_the_median_of_the_pairs():
    # A slow round slows both of a pair: the ratio stays.
    assert ratio([1.0, 4.0, 1.0], [2.0, 8.0, 3.0]) == 2.0


@pytest.mark.parametrize(("power", "expected"), [(1, 1.0), (2, 2.0), (0, 0.0)])
def test_exponent_is_the_slope_of_the_logarithms(power, expected):
    points = [(size, 0.001 * size**power) for size in (10, 100, 1000)]
    assert exponent(points) == pytest.approx(expected)


def test_shares_add_up_to_one():
    found = shares({"clean": 1.0, "outline": 3.0})
    assert found == {"clean": 0.25, "outline": 0.75}


@pytest.mark.parametrize(
    ("value", "before", "low", "expected"),
    [
        (100.0, None, False, "new"),
        (124.0, 100.0, False, "="),
        (150.0, 100.0, False, "+50 %"),
        (50.0, 100.0, False, "-50 % !"),
        (2.0, 1.0, True, "+100 % !"),
        (0.5, 1.0, True, "-50 %"),
    ],
)
def test_change_flags_what_is_worse_beyond_the_noise(value, before, low, expected):
    assert change(Figure("x", value, "s", low=low), before) == expected


def test_the_table_says_whether_goals_are_met():
    figures = [
        Figure("speed", 33_333.3, "characters/s"),
        Figure("pipeline : rival", 0.105, "times as fast", 1.0),
        Figure("start-up", 0.9, "s", 1.5, low=True),
    ]
    lines = table(figures, {"speed": 20_000.0}).splitlines()
    assert [line.split() for line in lines[1:]] == [
        ["speed", "33,333", "characters/s", "+67", "%"],
        ["pipeline", ":", "rival", "0.105", "times", "as", "fast", "≥", "1.00", "no", "new"],
        ["start-up", "0.900", "s", "≤", "1.50", "yes", "new"],
    ]


@pytest.mark.parametrize(("value", "expected"), [(33_333.3, "33,333"), (1.254, "1.25"), (0.0814, "0.081")])
def test_numbers_have_as_many_places_as_they_bear(value, expected):
    assert number(value) == expected


def test_what_is_kept_is_read_back(tmp_path):
    path = tmp_path / "speed.json"
    assert read_kept(path) == {}
    keep(path, [Figure("speed", 33_333.25, "characters/s")], {"stages": {"clean": 1.0}})
    assert read_kept(path) == {"speed": 33_333.25}
    kept = json.loads(path.read_text(encoding="utf-8"))
    assert kept["stages"] == {"clean": 1.0}
    assert kept["stamp"].keys() == stamp().keys() >= {"python", "jieba", "commit"}
    assert [file.name for file in tmp_path.iterdir()] == ["speed.json"]


def test_pairs_run_in_turn_and_change_who_begins():
    told = []
    times = in_turn(lambda: told.append("ours"), lambda: told.append("theirs"), 3)
    assert told == ["ours", "theirs", "theirs", "ours", "ours", "theirs"]
    assert len(times) == 3
    assert all(our >= 0 and their >= 0 for our, their in times)


def test_first_texts_hold_so_many_characters():
    assert first_texts(["abc", "def", "ghi"], 4) == ["abc", "def"]
    assert first_texts(["abc"], 10) == ["abc"]


def test_a_rival_reads_the_same_texts(monkeypatch):
    read = []
    rival = Rival("rival", 2.0, lambda: read.append, 4, "rival")
    ours = []
    figures = against(rival, ours.append, ["abc", "def", "ghi"], rounds=1)
    assert [figure.name for figure in figures] == ["rival, 6 characters", "pipeline : rival"]
    assert figures[1].goal == 2.0
    assert ours == ["abc", "def"]
    assert read == ["abc", "abc", "def"]  # warmed up, then measured


def test_a_rival_that_is_not_installed_is_left_out(capsys):
    def load():
        raise ImportError("No module named 'rival'")

    assert against(Rival("rival", 2.0, load, 4, "rival==1"), len, ["abc"], rounds=1) == []
    assert "pip install rival==1" in capsys.readouterr().err


def test_rivals_that_are_installed_read_a_text():
    cut, tag = (rival.load() for rival in RIVALS[:2])
    assert "".join(cut("开展活动40多次。")) == "开展活动40多次。"
    assert [word.word for word in tag("开展活动")] == ["开展", "活动"]
