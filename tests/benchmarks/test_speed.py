"""Pairs, curves and rivals of the benchmark, with fakes. Nothing here is timed."""

import doctest

import pytest

import speed
from figures import Absent
from rivals import Rival
from speed import against, first_texts, growth, growth_figures, in_turn, taken


def test_time_is_read_before_and_after_the_work():
    told = []
    clock = iter([10.0, 12.5])
    assert taken(lambda: told.append("work"), clock=lambda: (told.append("clock"), next(clock))[1]) == 2.5
    assert told == ["clock", "work", "clock"]


def test_pairs_run_in_turn_and_change_who_begins():
    told = []
    times = in_turn(lambda: told.append("ours"), lambda: told.append("theirs"), rounds=3)
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


def test_a_rival_that_is_not_installed_is_a_row_that_says_so():
    def load():
        raise ImportError("No module named 'rival'")

    (row,) = against(Rival("rival", 2.0, load, 4, "rival==1"), len, ["abc"], rounds=1)
    assert row == Absent("rival", "not installed (No module named 'rival'): pip install rival==1")


@pytest.mark.parametrize(
    ("up_to", "expected"),
    [(1_000, [333]), (30_000, [333, 3_333, 10_000]), (100_000, [333, 3_333, 33_333])],
)
def test_a_curve_goes_from_a_kilobyte_to_the_longest(up_to, expected):
    lengths = []
    curve = growth(lambda text: lengths.append(len(text)), up_to)
    assert [size for size, _ in curve] == expected
    assert sorted(set(lengths)) == expected


def test_growth_has_a_speed_for_each_length_and_one_exponent():
    figures = growth_figures([(333, 0.5), (3_333, 1.0), (33_333, 10.0), (333_333, 100.0)])
    assert [(figure.name, round(figure.value, 2)) for figure in figures[2:]] == [
        ("one document of 100 KB", 3333.3),
        ("one document of 1 MB", 3333.33),
        ("exponent of growth, longer half", 1.0),
    ]


def test_one_length_has_no_exponent():
    assert [figure.name for figure in growth_figures([(333, 0.5)])] == ["one document of 1 KB"]


def test_examples_in_docstrings_hold():
    assert doctest.testmod(speed).failed == 0
