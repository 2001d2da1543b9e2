"""A zoom on the figure says which days are meant, and nothing but a zoom does anything."""

from typing import Any

import pandas as pd
import pytest

from components.zoom import heard, touched

Done = list[tuple[pd.Timestamp, ...]]


def day(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC").as_unit("us")


def done(told: Any) -> Done:
    """What is done for what a browser told: a zoom to two days, or back, which has none."""
    acts: Done = []
    heard(told, lambda *days: acts.append(days), lambda: acts.append(()))
    return acts


def test_a_zoom_shows_the_days_that_are_half_in_sight() -> None:
    told = ["2026-03-05 13:23:07.218", "2026-06-14 01:01:32.8913"]
    assert touched(told) == (day("2026-03-06"), day("2026-06-14"))
    assert touched(["2026-03-05 11:00", "2026-06-14 13:00"]) == (day("2026-03-05"), day("2026-06-15"))


def test_the_whole_of_a_figure_is_its_own_days() -> None:
    # A figure reaches half a day beyond its first and last day; a browser writes tenths of milliseconds.
    for low, high in (("2025-02-05 12:00", "2026-02-06 12:00"), ("2025-02-05 11:59:59.9999", "2026-02-06 12:00:00.0001")):
        assert touched([low, high]) == (day("2025-02-06"), day("2026-02-06"))


def test_a_range_drawn_from_right_to_left_is_the_same_range() -> None:
    assert touched(["2026-06-14 01:00", "2026-03-05 23:00"]) == touched(["2026-03-05 23:00", "2026-06-14 01:00"])


def test_a_zoom_is_told_as_days_and_a_double_click_as_the_way_back() -> None:
    assert done({"range": ["2026-03-05", "2026-03-09"]}) == [(day("2026-03-05"), day("2026-03-09"))]
    assert done({"back": True}) == [()]
    assert done({"back": True, "range": ["2026-03-05", "2026-03-09"]}) == [()]


@pytest.mark.parametrize(
    "told",
    [
        None, "back", 5, [], {}, {"back": "yes"}, {"back": 1}, {"range": None}, {"range": []}, {"range": ["2026-03-05"]},
        {"range": ["x", "y"]}, {"range": [1e400, "2026-01-01"]}, {"range": "2026-01-01"}, {"range": [["a"], ["b"]]},
        {"range": ["2026-01-01", None]}, {"range": ["0001-01-01", "2026-01-01"]}, {"range": ["2026-01-01", "9999-12-31"]},
        {"range": {"from": "2026-01-01"}}, {"range": ["2026-01-01", "2026-02-01", "2026-03-01"]},
    ],
)  # fmt: skip
def test_what_is_neither_does_nothing(told: Any) -> None:
    assert done(told) == []
