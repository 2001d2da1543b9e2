"""Facts about which market's returns come first."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.lead_lag import LeadLag, lead_lag
from tests.held import daily


def prices(returns: np.ndarray) -> pd.Series:
    return daily(100 * np.exp(np.concatenate(([0.0], np.cumsum(returns)))))


def noise(count: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 0.02, count)


def has_no_number(found: LeadLag) -> bool:
    return bool(found.correlations.isna().all()) and found.lag is None and not found.outside


@settings(max_examples=30, deadline=None)
@given(st.integers(-10, 10), st.integers(0, 1000))
def test_a_market_that_repeats_another_some_days_later_is_found_to_lag_by_those_days(shift: int, seed: int) -> None:
    walk = noise(330, seed)
    found = lead_lag(prices(walk[30:]), prices(walk[30 - shift : 330 - shift] if shift > 0 else np.roll(walk, shift)[30:]))
    assert found.lag == shift
    assert found.correlations[shift] == pytest.approx(1)
    assert found.outside


def test_whoever_is_named_second_mirrors_the_picture() -> None:
    x, y = prices(noise(300)), prices(noise(300, 2) + np.roll(noise(300), 2))
    there, back = lead_lag(x, y), lead_lag(y, x)
    assert there.lag == 2
    assert back.lag == -2
    assert there.correlations.to_numpy() == pytest.approx(back.correlations.to_numpy()[::-1])


def test_a_correlation_at_a_lag_is_that_of_the_pairs_of_the_window() -> None:
    x, y = noise(300), noise(300, 2)
    found = lead_lag(prices(x), prices(y), window=100)
    assert found.correlations.index.tolist() == list(range(-10, 11))
    assert found.correlations[0] == pytest.approx(np.corrcoef(x[-100:], y[-100:])[0, 1])
    assert found.correlations[3] == pytest.approx(np.corrcoef(x[-100:-3], y[-97:])[0, 1])
    assert found.correlations[-3] == pytest.approx(np.corrcoef(x[-97:], y[-100:-3])[0, 1])
    assert found.band == pytest.approx(0.196)


def test_of_unrelated_markets_one_lag_in_twenty_lies_outside_the_band() -> None:
    outside = [
        (found.correlations.abs() > found.band).mean()
        for found in (lead_lag(prices(noise(250, 2 * seed)), prices(noise(250, 2 * seed + 1))) for seed in range(60))
    ]
    assert np.mean(outside) == pytest.approx(0.05, abs=0.015)


def test_of_equal_correlations_the_nearest_day_is_told() -> None:
    turns = prices(np.where(np.arange(260) % 2, 0.01, -0.01))
    assert lead_lag(turns, turns).lag == 0


def test_a_day_that_one_market_lacks_is_a_day_of_neither() -> None:
    x, y = prices(noise(400)), prices(noise(400, 2))
    weekdays = y[pd.DatetimeIndex(y.index).day_of_week < 5]
    assert lead_lag(x, weekdays).n == 250
    found, same = lead_lag(x, weekdays), lead_lag(x[weekdays.index], weekdays)
    pd.testing.assert_series_equal(found.correlations, same.correlations)


def test_too_short_a_history_and_a_price_that_stands_still_have_no_lag() -> None:
    walk = prices(noise(300))
    assert has_no_number(lead_lag(walk.head(250), walk))
    assert lead_lag(walk.head(250), walk).n == 249
    assert np.isnan(lead_lag(walk.head(250), walk).band)
    assert lead_lag(walk.iloc[:0], walk).n == 0
    for still in (daily([613.37] * 301), prices(np.full(300, 0.01))):
        assert has_no_number(lead_lag(walk, still))
        assert has_no_number(lead_lag(still, walk))
        assert lead_lag(still, walk).n == 250


@pytest.mark.parametrize("wrong", [{"lags": -1}, {"window": 12}])
def test_impossible_settings_are_mistakes(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="too few for"):
        lead_lag(prices(noise(300)), prices(noise(300)), **wrong)
