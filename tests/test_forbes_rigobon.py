"""Facts about contagion that is more than turbulence."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.forbes_rigobon import Windows, adjusted, compare, windows
from tests.held import daily, panels, utc

DAY = pd.Timedelta(days=1)


def prices(returns: np.ndarray) -> pd.Series:
    return daily(100 * np.exp(np.concatenate(([0.0], np.cumsum(returns)))))


@pytest.mark.parametrize(("rho", "delta", "expected"), [(0.8, 3, 0.55470), (0.5, 1, 0.37796), (0.5, 0, 0.5), (-0.8, 3, -0.5547)])
def test_the_adjustment_is_forbes_and_rigobons(rho: float, delta: float, expected: float) -> None:
    assert adjusted(rho, delta) == pytest.approx(expected, abs=5e-6)


@given(st.floats(-1, 1), st.floats(0, 100))
def test_a_rise_in_variance_only_ever_shrinks_the_correlation(rho: float, delta: float) -> None:
    freed = adjusted(rho, delta)
    assert abs(freed) <= abs(rho)
    assert freed * rho >= 0


@given(st.floats(-0.99, 0.99), st.floats(0.1, 50))
def test_a_linear_answer_to_a_wilder_source_is_no_contagion(rho: float, delta: float) -> None:
    slope = rho / np.sqrt(1 - rho**2)
    louder = slope * np.sqrt(1 + delta) / np.sqrt(1 + slope**2 * (1 + delta))
    assert adjusted(louder, delta) == pytest.approx(rho, abs=1e-9)


def test_what_is_unknown_stays_unknown_and_what_cannot_be_is_a_mistake() -> None:
    assert np.isnan(adjusted(float("nan"), 1))
    assert np.isnan(adjusted(0.5, float("nan")))
    assert np.isnan(adjusted(0, -1))
    for rho, delta in ((1.1, 0), (0.5, -1.1)):
        with pytest.raises(ValueError, match="no correlation of"):
            adjusted(rho, delta)


def test_bnb_fell_with_bitcoin_more_than_bitcoins_variance_explains(history_folder: Path) -> None:
    held = panels(history_folder)
    closes = held.series("close", "BTC"), held.series("close", "BNB")
    spans = Windows((utc("2025-08-01"), utc("2025-10-09")), (utc("2025-10-10"), utc("2026-02-05")))
    shift = compare(*closes, spans)
    assert [round(part, 4) for part in (shift.calm, shift.crisis, shift.delta, shift.adjusted)] == [0.6025, 0.8299, 1.4751, 0.6870]
    assert (shift.n_calm, shift.n_crisis) == (70, 119)
    by_rule = windows(closes[0], utc("2026-02-05"))
    assert by_rule == Windows((utc("2025-07-09"), utc("2025-10-06")), (utc("2025-10-07"), utc("2026-02-05")))
    assert (compare(*closes, by_rule).n_calm, compare(*closes, by_rule).n_crisis) == (90, 122)


def test_the_crisis_begins_the_day_after_the_highest_close_of_a_year() -> None:
    close = daily(np.r_[np.linspace(50, 100, 200), np.linspace(99, 60, 30)])
    found = windows(close, close.index[-1])
    assert found is not None
    assert found.crisis == (close.index[200], close.index[-1])
    assert found.calm == (close.index[199] - 89 * DAY, close.index[199])
    old = daily(np.r_[500, np.linspace(50, 100, 364), np.linspace(99, 60, 30)])
    found = windows(old, old.index[-1])
    assert found is not None
    assert found.crisis[0] == old.index[365], "a higher close of more than a year ago is not the peak"


def test_a_fall_of_fewer_than_twenty_days_is_no_crisis_yet() -> None:
    close = daily(np.r_[np.linspace(50, 100, 200), np.linspace(99, 60, 20)])
    assert windows(close, close.index[-1]) is not None
    assert windows(close, close.index[-2]) is None
    assert windows(daily([613.37] * 300), utc("2024-06-01")) is None
    assert windows(close.iloc[:0], utc("2024-06-01")) is None
    assert windows(close, utc("2030-01-01")) is None


@settings(max_examples=30, deadline=None)
@given(st.integers(30, 399), st.integers(0, 1000))
def test_what_comes_later_moves_neither_windows_nor_shift(cut: int, seed: int) -> None:
    chance = np.random.default_rng(seed)
    source, target = (prices(chance.normal(0, 0.02, 400)) for _ in range(2))
    as_of = pd.Timestamp(source.index[cut])
    found = windows(source, as_of)
    assert found == windows(source[:as_of], as_of)
    shaken = target.where(target.index <= as_of, target * 3)
    if found is not None:
        assert str(compare(source[:as_of], target[:as_of], found)) == str(compare(source, shaken, found))


def test_too_few_returns_and_a_price_that_stands_still_give_no_number_but_how_many_there_were() -> None:
    chance = np.random.default_rng(1)
    source, target = (prices(chance.normal(0, 0.02, 200)) for _ in range(2))
    spans = Windows((source.index[1], source.index[90]), (source.index[91], source.index[109]))
    short = compare(source, target, spans)
    assert (short.n_calm, short.n_crisis) == (90, 19)
    assert np.isfinite(short.calm)
    assert np.isnan([short.crisis, short.delta, short.adjusted]).all()
    full = Windows(spans.calm, (source.index[91], source.index[150]))
    for still in (daily([613.37] * 201), prices(np.full(200, 0.01))):
        for shift in (compare(still, target, full), compare(source, still, full)):
            assert np.isnan([shift.calm, shift.crisis, shift.adjusted]).all()
            assert (shift.n_calm, shift.n_crisis) == (90, 60)
    nobody = compare(source, target.iloc[:0], full)
    assert np.isnan(nobody.adjusted)
    assert (nobody.n_calm, nobody.n_crisis) == (0, 0)


def test_a_weekend_that_one_market_lacks_is_one_return_of_both() -> None:
    chance = np.random.default_rng(2)
    source, target = (prices(chance.normal(0, 0.02, 200)) for _ in range(2))
    weekdays = target[pd.DatetimeIndex(target.index).day_of_week < 5]
    spans = Windows((source.index[1], source.index[90]), (source.index[91], source.index[200]))
    assert str(compare(source, weekdays, spans)) == str(compare(source[weekdays.index], weekdays, spans))
    assert compare(source, weekdays, spans).n_calm == 64
