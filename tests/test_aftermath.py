"""Facts about what followed: changes after starts, their number, and the same after any day."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators import aftermath
from tests.held import daily, utc

CLOSES = daily([100.0, 110.0, 121.0, 121.0, 60.5, 66.55, 70.0, 80.0, 90.0, 99.0], "2024-01-01")


def days(*named: str) -> pd.DatetimeIndex:
    return pd.DatetimeIndex([utc(day) for day in named])


def test_a_change_is_from_the_close_of_the_day_to_that_of_the_day_so_many_days_later() -> None:
    told = aftermath.changes(CLOSES, days("2024-01-01", "2024-01-04"), 2)
    assert told.tolist() == pytest.approx([0.21, -0.45])


def test_what_is_not_over_does_not_count() -> None:
    starts = days("2024-01-01", "2024-01-03", "2024-01-08")
    table = aftermath.after(CLOSES, starts, (1, 5))
    assert table["n"].tolist() == [3, 2]
    assert list(table.loc[5]) == pytest.approx([2.0, (-0.3345 + 80 / 121 - 1) / 2, -0.3388429752066116, -0.3345, 0.0])
    assert table.loc[1, "above"] == pytest.approx(2 / 3), "a close that did not move is not above"


def test_without_a_start_there_is_no_number_and_no_error() -> None:
    table = aftermath.after(CLOSES, days(), (5,))
    assert table.loc[5, "n"] == 0
    assert table.loc[5].drop("n").isna().all()
    assert aftermath.base_rate(CLOSES.iloc[:0])["n"].tolist() == [0, 0, 0]
    assert aftermath.paths(CLOSES, days()).shape == (61, 0)


def test_a_day_without_a_close_is_no_start_and_no_end() -> None:
    held = CLOSES.drop(utc("2024-01-03"))
    assert aftermath.changes(held, days("2024-01-01", "2024-01-03"), 2).empty
    assert aftermath.changes(CLOSES * 0, days("2024-01-01"), 1).empty, "0 is no price"


def test_the_base_rate_counts_every_day_that_has_an_end() -> None:
    table = aftermath.base_rate(CLOSES, (1,))
    assert table.loc[1, "n"] == 9
    assert table.loc[1, "median"] == pytest.approx(0.10)
    assert table.loc[1, "above"] == pytest.approx(7 / 9)


def test_starts_that_follow_too_soon_are_merged_with_the_one_before() -> None:
    given_ = days("2024-03-01", "2024-01-01", "2024-02-28", "2024-01-20", "2024-04-30")
    assert aftermath.merged(given_).tolist() == days("2024-01-01", "2024-03-01", "2024-04-30").tolist()
    assert len(aftermath.merged(days())) == 0


@given(st.lists(st.integers(0, 1_000), max_size=40), st.integers(1, 90))
def test_merged_starts_lie_apart_and_every_start_is_near_a_merged_one(offsets: list[int], apart: int) -> None:
    given_ = pd.DatetimeIndex([utc("2020-01-01") + pd.Timedelta(days=offset) for offset in offsets])
    kept = aftermath.merged(given_, apart)
    assert set(kept) <= set(given_)
    assert all((later - earlier).days >= apart for earlier, later in pairwise(kept))
    assert all(any(0 <= (day - one).days < apart for one in kept) for day in given_)


def test_a_path_starts_at_nothing_and_ends_with_the_closes() -> None:
    drawn = aftermath.paths(CLOSES, days("2024-01-01", "2024-01-08", "2030-01-01"), 3)
    assert list(drawn.columns) == days("2024-01-01", "2024-01-08").tolist()
    assert drawn.iloc[:, 0].tolist() == pytest.approx([0, 0.10, 0.21, 0.21])
    assert drawn.iloc[:3, 1].tolist() == pytest.approx([0, 0.125, 0.2375])
    assert drawn.iloc[:, 1].isna().tolist() == [False, False, False, True]


def test_a_path_ends_where_the_table_says() -> None:
    closes = daily(100 * np.exp(np.cumsum(np.random.default_rng(3).normal(0, 0.03, 400))))
    starts = pd.DatetimeIndex(closes.index[[10, 100, 250, 380]])
    last = aftermath.paths(closes, starts).loc[60].dropna()
    assert last.median() == pytest.approx(aftermath.after(closes, starts).loc[60, "median"])
    assert len(last) == aftermath.after(closes, starts).loc[60, "n"] == 3


def test_a_horizon_is_at_least_a_day() -> None:
    with pytest.raises(ValueError, match="at least one day"):
        aftermath.changes(CLOSES, days("2024-01-01"), 0)
