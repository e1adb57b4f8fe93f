"""The figures of the benchmarks: how they are counted, compared and kept. Nothing here is timed."""

import doctest
import json

import pytest

import figures


def test_a_ratio_is_the_median_of_the_pairs():
    # A slow round slows both of a pair: the ratio stays.
    assert figures.ratio([1.0, 4.0, 1.0], [2.0, 8.0, 3.0]) == 2.0


@pytest.mark.parametrize(("power", "expected"), [(1, 1.0), (2, 2.0), (0, 0.0)])
def test_exponent_is_the_slope_of_the_logarithms(power, expected):
    points = [(size, 0.001 * size**power) for size in (10, 100, 1000)]
    assert figures.exponent(points) == pytest.approx(expected)


def test_shares_add_up_to_one():
    found = figures.shares({"clean": 1.0, "outline": 3.0})
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
        (0.5, 1.0, None, "-50 %"),
        (2.0, 1.0, None, "+100 %"),
    ],
)
def test_change_flags_what_is_worse_beyond_the_noise(value, before, low, expected):
    assert figures.change(figures.Figure("x", value, "s", low=low), before) == expected


def test_the_table_says_whether_goals_are_met():
    told = [
        figures.Figure("speed", 33_333.3, "characters/s"),
        figures.Figure("pipeline : rival", 0.105, "times as fast", 1.0),
        figures.Figure("start-up", 0.9, "s", 1.5, low=True),
        figures.Absent("another rival", "not installed: pip install rival"),
    ]
    lines = figures.table(told, {"speed": 20_000.0}).splitlines()
    assert [line.split() for line in lines[1:]] == [
        ["speed", "33,333", "characters/s", "+67", "%"],
        ["pipeline", ":", "rival", "0.105", "times", "as", "fast", "≥", "1.00", "no", "new"],
        ["start-up", "0.900", "s", "≤", "1.50", "yes", "new"],
        ["another", "rival", "not", "installed:", "pip", "install", "rival"],
    ]


@pytest.mark.parametrize(("value", "expected"), [(33_333.3, "33,333"), (1.254, "1.25"), (0.0814, "0.081")])
def test_numbers_have_as_many_places_as_they_bear(value, expected):
    assert figures.number(value) == expected


def test_what_is_kept_is_read_back(tmp_path):
    path = tmp_path / "speed.json"
    assert figures.read_kept(path) == {}
    assert figures.read_stamp(path) == {}
    rows = [figures.Figure("speed", 33_333.25, "characters/s"), figures.Absent("rival", "not installed")]
    figures.keep(path, rows, stamped=figures.stamp(), more={"growth": [(333, 0.25)]})
    assert figures.read_kept(path) == {"speed": 33_333.25}
    assert figures.read_stamp(path)["commit"] == figures.stamp()["commit"]
    kept = json.loads(path.read_text(encoding="utf-8"))
    assert kept["growth"] == [[333, 0.25]]
    assert kept["absent"] == [{"name": "rival", "why": "not installed"}]
    assert kept["stamp"].keys() == figures.stamp().keys() >= {"python", "cores", "load", "jieba", "commit"}
    assert [file.name for file in tmp_path.iterdir()] == ["speed.json"]


def test_a_run_that_cannot_be_written_leaves_the_last_one(tmp_path):
    path = tmp_path / "speed.json"
    figures.keep(path, [figures.Figure("speed", 1.0, "s")], stamped={}, more={})
    with pytest.raises(TypeError):
        figures.keep(path, [figures.Figure("speed", 2.0, "s")], stamped={}, more={"growth": object()})
    assert figures.read_kept(path) == {"speed": 1.0}


def test_examples_in_docstrings_hold():
    assert doctest.testmod(figures).failed == 0
