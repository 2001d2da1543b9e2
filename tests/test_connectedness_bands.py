"""Facts about how sure an estimate of connectedness is."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.connectedness import rolling_connectedness
from indicators.connectedness_bands import _bounds, bands, week_ends
from indicators.rows.contagion import RANGES, log_ranges
from tests.held import panels, utc

MATRIX = np.array([[0.6, 0.0, 0.0], [0.2, 0.5, 0.0], [0.1, 0.2, 0.4]])
ROOT = np.array([[1.0, 0.0, 0.0], [0.5, 0.9, 0.0], [0.3, 0.3, 0.8]])


def simulated(count: int, seed: int = 1, matrix: np.ndarray = MATRIX) -> pd.DataFrame:
    """An autoregression with known coefficients, around a level of -8."""
    shocks = np.random.default_rng(seed).normal(size=(count + 50, 3)) @ ROOT.T
    values = np.zeros_like(shocks)
    for day in range(1, len(values)):
        values[day] = matrix @ values[day - 1] + shocks[day]
    return pd.DataFrame(values[50:] - 8, index=pd.date_range("2020-01-01", periods=count, tz="UTC"), columns=list("abc"))


def truth() -> float:
    """Total connectedness of the autoregression itself, from its coefficients and its shocks' covariance."""
    covariance = ROOT @ ROOT.T
    explained = sum(np.square(np.linalg.matrix_power(MATRIX, ahead) @ covariance) / np.diag(covariance) for ahead in range(10))
    shares = np.asarray(explained) / np.asarray(explained).sum(axis=1, keepdims=True)
    return float(1 - np.trace(shares) / 3)


def last(values: pd.DataFrame) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(values.index[-1:])


def test_the_band_holds_the_truth_about_as_often_as_it_says() -> None:
    held, width = [], []
    for seed in range(60):
        values = simulated(150, seed)
        band = bands(values, last(values), window=150, lags=1, draws=80)
        held.append(band.low.iloc[0] <= truth() <= band.high.iloc[0])
        width.append(band.high.iloc[0] - band.low.iloc[0])
    assert 0.75 <= np.mean(held) <= 0.97
    assert 0.02 < np.mean(width) < 0.3


def test_the_band_stands_around_the_estimate_and_between_nothing_and_all() -> None:
    values = simulated(400)
    days = pd.DatetimeIndex(values.index[149::25])
    band, total = bands(values, days, window=150, lags=1, draws=80), rolling_connectedness(values, 150, 1).total[days]
    assert band.low.between(0, 1).all()
    assert band.high.between(0, 1).all()
    assert (band.low <= band.high).all()
    assert ((band.low <= total) & (total <= band.high)).mean() > 0.8


def test_a_longer_window_is_surer() -> None:
    values = simulated(1000)
    short, long = (bands(values, last(values), window=window, lags=1, draws=100) for window in (120, 1000))
    assert (long.high - long.low).iloc[0] < 0.6 * (short.high - short.low).iloc[0]


@settings(max_examples=10, deadline=None)
@given(st.integers(100, 199), st.integers(0, 1000))
def test_what_comes_later_moves_no_band_and_a_window_always_has_the_same(cut: int, seed: int) -> None:
    values = simulated(200, 7)
    days = pd.DatetimeIndex(values.index[[cut - 1, cut]])
    later = values.copy()
    later.iloc[cut + 1 :] = np.random.default_rng(seed).normal(size=(199 - cut, 3))
    first = bands(values, days, window=100, lags=1, draws=10)
    for again in (bands(later, days, window=100, lags=1, draws=10), bands(values[: days[-1]], days, window=100, lags=1, draws=10)):
        pd.testing.assert_series_equal(again.low, first.low)
        pd.testing.assert_series_equal(again.high, first.high)


def test_asking_again_or_for_one_more_day_computes_only_what_is_new() -> None:
    values = simulated(130, 11)
    days = pd.DatetimeIndex(values.index[100:129])
    bands(values[:-1], days, window=100, draws=3)
    before = _bounds.cache_info()
    bands(values, pd.DatetimeIndex(values.index[100:]), window=100, draws=3)
    after = _bounds.cache_info()
    assert (after.hits - before.hits, after.misses - before.misses) == (29, 1)


def test_a_day_with_a_gap_ends_no_window_and_shortens_the_history() -> None:
    values = simulated(130)
    values.iloc[120, 1] = np.nan
    days = pd.DatetimeIndex(values.index)
    band = bands(values, days, window=125, draws=3)
    assert band.low.index.equals(days)
    assert band.low.notna().tolist() == [False] * 125 + [True] * 5
    assert band.high.notna().equals(band.low.notna())
    assert bands(values, pd.DatetimeIndex([utc("2035-01-01")]), window=125, draws=3).low.isna().all()


def test_windows_without_an_answer_have_no_band() -> None:
    still, twin, nobody = simulated(150), simulated(150), simulated(150)
    still["c"] = -7.3
    twin["c"] = twin["b"]
    nobody["c"] = np.nan
    for values in (still, twin, nobody, simulated(149), simulated(150).iloc[:0]):
        band = bands(values, pd.DatetimeIndex(simulated(150).index), window=150, draws=5)
        assert band.low.isna().all()
        assert band.high.isna().all()
    exploding = simulated(60, matrix=np.diag([4.0, 0.5, 0.5]))
    assert bands(exploding, last(exploding), window=60, draws=5).low.dropna().between(0, 1).all()
    assert bands(simulated(150), pd.DatetimeIndex([], tz="UTC"), window=150).low.empty


def test_impossible_settings_are_mistakes() -> None:
    values = simulated(150)
    for wrong in ({"lags": 0}, {"horizon": 0}, {"window": 8}, {"draws": 0}):
        with pytest.raises(ValueError, match=r"at least 1|cannot carry|needs draws"):
            bands(values, last(values), **wrong)
    with pytest.raises(ValueError, match="two markets"):
        bands(values[["a"]], last(values))


def test_a_week_ends_on_its_last_day_held_and_the_last_week_on_the_last() -> None:
    days = pd.DatetimeIndex([utc(day) for day in ("2024-12-27", "2024-12-30", "2025-01-03", "2025-01-06", "2025-01-15")])
    assert [str(day.date()) for day in week_ends(days)] == ["2024-12-27", "2025-01-03", "2025-01-06", "2025-01-15"]
    assert week_ends(days[:0]).empty


def test_the_five_markets_total_of_a_real_day_lies_in_its_band(history_folder: Path) -> None:
    held = panels(history_folder)
    ranges = log_ranges(*(held.series(measure, asset) for measure, asset in RANGES))[: utc("2026-02-05")]
    day = pd.DatetimeIndex([utc("2026-02-05")])
    band, total = bands(ranges, day, draws=100), rolling_connectedness(ranges).total.iloc[-1]
    assert band.low.iloc[0] < total < band.high.iloc[0]
    assert 0.03 < band.high.iloc[0] - band.low.iloc[0] < 0.2
