"""Facts about percentiles and ranks."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators import fear
from tests.held import daily


def test_a_tie_does_not_count_as_below() -> None:
    assert fear.percentile_of_year(daily([1, 2, 2, 3, 2]), 4).iloc[-1] == 0.25


def test_today_is_no_part_of_its_own_year() -> None:
    ranks = fear.rank_of_year(daily([10, 20, 15, 30]), 3)
    assert ranks.iloc[-1] == 2.0
    assert fear.percentile_of_year(daily([10, 20, 15, 30]), 3).iloc[-1] == 1.0


def test_a_year_that_is_not_full_has_no_percentile() -> None:
    short = fear.percentile_of_year(daily(np.arange(365.0)), 365)
    assert short.isna().all()
    assert fear.percentile_of_year(daily(np.arange(366.0)), 365).notna().sum() == 1
    assert fear.percentile_of_year(daily([]), 365).empty
    assert fear.rank_of_year(daily([]), 365).empty


def test_a_year_that_did_not_move_has_no_rank() -> None:
    assert np.isnan(fear.rank_of_year(daily([5, 5, 5, 7]), 3).iloc[-1])


def test_a_window_of_nothing_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="at least one"):
        fear.percentile_of_year(daily([1, 2]), 0)


def test_the_whole_past_is_searched_for_how_low_it_is() -> None:
    ranks = fear.percentile_of_history(daily([3, 1, 2, 2]))
    assert np.isnan(ranks.iloc[0])
    assert ranks.iloc[1:].tolist() == [0.0, 0.5, pytest.approx(1 / 3)]


@given(st.lists(st.integers(0, 20), min_size=5, max_size=40))
def test_the_last_entry_alone_equals_the_last_of_the_series(values: list[int]) -> None:
    series = daily([float(value) for value in values])
    assert fear.percentile_of_last(series.to_numpy(), 4) == fear.percentile_of_year(series, 4).iloc[-1]


def test_where_an_index_stands_names_its_extremes() -> None:
    stood = fear.standing(daily([40, 10, 70, 20]), 3)
    assert stood is not None
    assert [stood.value, stood.low, stood.high, stood.percentile_1y] == pytest.approx([20, 10, 70, 1 / 3])
    assert (stood.low_day, stood.high_day) == (
        pd.Timestamp("2024-01-02", tz="UTC"),
        pd.Timestamp("2024-01-03", tz="UTC"),
    )
    assert fear.standing(daily([]), 3) is None
