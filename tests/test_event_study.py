"""Facts about how far markets moved around dated events."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.event_study import Path as EventPath
from indicators.event_study import level_path, price_path
from tests.held import daily, panels, utc


def walk(count: int = 400, seed: int = 1) -> pd.Series:
    return daily(100 * np.exp(np.cumsum(np.random.default_rng(seed).normal(0, 0.02, count))))


def same(one: EventPath, other: EventPath) -> None:
    pd.testing.assert_series_equal(one.moves, other.moves)
    pd.testing.assert_series_equal(one.band, other.band)
    assert str((one.start_mean, one.sigma, one.n, one.beyond)) == str((other.start_mean, other.sigma, other.n, other.beyond))


def test_a_path_is_counted_from_the_eve_of_the_event() -> None:
    close = walk()
    found = price_path(close, pd.Timestamp(close.index[300]))
    assert found.moves.index.tolist() == list(range(-5, 11))
    assert found.moves[-1] == 0
    assert found.moves[0] == pytest.approx(np.log(close.iloc[300] / close.iloc[299]))
    assert found.moves[10] == pytest.approx(np.log(close.iloc[310] / close.iloc[299]))
    assert found.moves[-5] == pytest.approx(np.log(close.iloc[295] / close.iloc[299]))


def test_the_band_grows_with_the_root_of_the_moves_since_the_eve() -> None:
    close = walk()
    found = price_path(close, pd.Timestamp(close.index[300]))
    ordinary = np.diff(np.log(close.to_numpy()))[45 - 1 : 295]
    assert found.sigma == pytest.approx(ordinary[-250:].std(ddof=1))
    assert found.start_mean == pytest.approx(ordinary[-250:].mean())
    assert found.n == 250
    assert found.band[[-5, -1, 0, 3]].to_numpy() == pytest.approx(1.96 * found.sigma * np.sqrt([4, 0, 1, 4]))


def test_a_level_moves_in_its_own_unit() -> None:
    level = daily(np.random.default_rng(3).normal(0, 1, 400).cumsum() - 50)
    found = level_path(level, pd.Timestamp(level.index[300]))
    assert found.moves[2] == pytest.approx(level.iloc[302] - level.iloc[299])
    assert found.sigma == pytest.approx(np.std(np.diff(level)[45:295], ddof=1), rel=0.05)


def test_the_first_day_outside_the_band_is_told_and_days_before_the_event_are_not() -> None:
    level = walk().to_numpy().copy()
    level[298:] *= 0.5
    level[303:] *= 0.5
    assert price_path(daily(level), pd.Timestamp(daily(level).index[300])).beyond == 3
    assert price_path(walk(), pd.Timestamp(walk().index[300])).beyond is None


def test_of_random_walks_five_in_a_hundred_lie_outside_on_any_one_day() -> None:
    paths = [price_path(walk(seed=seed), pd.Timestamp(walk().index[300])) for seed in range(200)]
    outside = np.mean([(path.moves.abs() > path.band)[[0, 5, 10]].mean() for path in paths])
    assert outside == pytest.approx(0.05, abs=0.03)


def test_an_event_of_a_weekend_counts_from_the_next_day_of_trading() -> None:
    close = walk(600)
    weekdays = close[pd.DatetimeIndex(close.index).day_of_week < 5]
    same(price_path(weekdays, utc("2025-03-01")), price_path(weekdays, utc("2025-03-03")))
    same(price_path(close, utc("2025-03-01") + pd.Timedelta(hours=20)), price_path(close, utc("2025-03-01")))


def test_an_event_on_which_the_market_did_not_trade_for_a_week_has_no_path() -> None:
    close = walk()
    shut = close.drop(close.index[300:308])
    assert price_path(shut, pd.Timestamp(close.index[300])).moves.isna().all()
    assert price_path(shut, pd.Timestamp(close.index[301])).moves.notna().all()


@settings(max_examples=30, deadline=None)
@given(st.integers(240, 399), st.integers(0, 12))
def test_what_comes_after_the_path_or_is_not_over_yet_moves_nothing(event: int, passed: int) -> None:
    close = walk()
    day = pd.Timestamp(close.index[event])
    cut, full = price_path(close.iloc[: event + passed], day), price_path(close, day)
    shown = [one for one in full.moves.index if one < passed] if passed else []
    pd.testing.assert_series_equal(cut.moves[shown], full.moves[shown])
    assert cut.moves.drop(shown).isna().all()
    if passed:
        assert str((cut.sigma, cut.n)) == str((full.sigma, full.n))
        assert cut.beyond == (full.beyond if full.beyond is not None and full.beyond < passed else None)


def test_a_short_history_has_a_path_and_no_band() -> None:
    close = walk(260)
    found = price_path(close, pd.Timestamp(close.index[255]))
    assert found.n == 250
    early = price_path(close, pd.Timestamp(close.index[254]))
    assert early.n == 249
    assert early.moves[0] == pytest.approx(np.log(close.iloc[254] / close.iloc[253]))
    assert early.band.isna().all()
    assert early.beyond is None
    first = price_path(close, pd.Timestamp(close.index[2]))
    assert first.n == 0
    assert first.moves.isna().tolist() == [True] * 3 + [False] * 13


def test_a_series_that_stands_still_or_is_empty_or_does_not_reach_the_event_has_no_band() -> None:
    for still in (daily([613.37] * 400), daily(100 * 1.01 ** np.arange(400))):
        found = price_path(still, pd.Timestamp(still.index[300]))
        assert found.band.isna().all()
        assert np.isnan(found.sigma)
        assert found.n == 250
    for day in ("2023-12-31", "2024-01-01", "2026-01-01"):
        assert price_path(walk(), utc(day)).moves.isna().all()
    for path in (price_path, level_path):
        assert path(walk().iloc[:0], utc("2024-06-01")).n == 0
        assert path(walk() * np.nan, utc("2024-06-01")).moves.isna().all()
    gone = price_path(daily([0.0, -1.0] * 200), utc("2024-06-01"))
    assert gone.moves.isna().all(), "what has no logarithm is a gap"


@pytest.mark.parametrize("wrong", [{"before": 0}, {"after": -1}, {"estimation": 1}])
def test_impossible_settings_are_mistakes(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="no path from"):
        price_path(walk(), utc("2024-06-01"), **wrong)


def test_bitcoin_left_its_band_on_the_day_of_the_tariffs(history_folder: Path) -> None:
    close = panels(history_folder).series("close", "BTC")
    found = price_path(close, utc("2025-10-10"))
    assert found.moves[0] == pytest.approx(np.log(close[utc("2025-10-10")] / close[utc("2025-10-09")]))
    assert found.n == 250
    assert found.beyond == 0
