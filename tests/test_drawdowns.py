"""Facts about falls: from the peak, within a session, in dollars."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from indicators import drawdowns
from tests.held import daily, panels, utc


def bars(values: list[float], first: str = "2025-11-20 14:30", freq: str = "5min") -> pd.Series:
    return daily(values, first, freq)


def test_the_first_price_is_a_peak_and_a_gap_does_not_reset_it() -> None:
    fallen = drawdowns.drawdown(daily([100, 80, np.nan, 90, 110]))
    assert fallen.iloc[[0, 1, 3, 4]].tolist() == [0, pytest.approx(-0.2), pytest.approx(-0.1), 0]
    assert np.isnan(fallen.iloc[2])


def test_a_change_across_a_gap_is_not_a_change_in_a_day() -> None:
    prices = daily([100, 90, 99]).drop(utc("2024-01-02"))
    assert drawdowns.day_on_day(prices).isna().all()
    assert drawdowns.change(prices).iloc[-1] == pytest.approx(-0.01)
    assert drawdowns.day_on_day_difference(daily([5, 3])).iloc[-1] == -2


def test_an_episode_ends_when_the_old_peak_is_reached_again() -> None:
    (episode,) = drawdowns.drawdown_episodes(daily([100, 90, 70, 95, 100, 101])).itertuples()
    assert (episode.peak, episode.trough, episode.recovery) == (utc("2024-01-01"), utc("2024-01-03"), utc("2024-01-05"))
    assert episode.depth == pytest.approx(-0.3)
    assert (episode.days_to_trough, episode.days_to_recover, episode.days_total) == (2, 2, 4)


def test_an_episode_still_under_water_has_no_recovery() -> None:
    episodes = drawdowns.drawdown_episodes(daily([100, 99, 100, 60, 80]))
    assert episodes["depth"].tolist() == [pytest.approx(-0.4), pytest.approx(-0.01)]
    assert pd.isna(episodes["recovery"].iloc[0])
    assert np.isnan(episodes["days_total"].iloc[0])
    assert len(drawdowns.drawdown_episodes(daily([100, 99, 100, 60, 80]), top=1)) == 1


def test_prices_that_only_rise_have_no_episode() -> None:
    assert drawdowns.drawdown_episodes(daily([1, 2, 3])).empty
    assert drawdowns.drawdown_episodes(daily([])).empty


def test_sessions_and_calendar_days_are_counted_apart() -> None:
    friday_to_wednesday = daily([100, 90, 95, 100], "2024-01-05", "B")
    episode = drawdowns.drawdown_episodes(friday_to_wednesday).iloc[0]
    assert (episode["days_to_trough"], episode["sessions_to_trough"]) == (3, 1)
    assert (episode["days_total"], episode["sessions_total"]) == (5, 3)


def test_a_fall_slower_than_the_window_is_not_seen_whole() -> None:
    high = bars([100 - step for step in range(30)])
    worst = drawdowns.worst_fall(high, high, "80min")
    # Sixteen starts lie within eighty minutes of each other: 15 steps of 1 between the first and the last.
    assert worst.loc[utc("2025-11-20")] == pytest.approx(71 / 86 - 1)


def test_the_window_is_measured_in_time_and_not_in_bars() -> None:
    high = bars([100.0, 97.0, 96.0]).set_axis(
        pd.to_datetime(["2025-11-20 14:30", "2025-11-20 15:45", "2025-11-20 15:50"], utc=True)
    )
    # 14:30 is in the window that ends 15:45 and no longer in the one that ends 15:50: (t - 80 min, t].
    assert drawdowns.worst_fall(high, high).iloc[0] == pytest.approx(-0.03)


def test_a_gap_at_the_opening_is_not_a_fall_within_the_session() -> None:
    evening, morning = bars([100.0, 100.0], "2025-11-20 23:50"), bars([90.0, 90.0], "2025-11-21 00:00")
    falls = drawdowns.worst_fall(pd.concat([evening, morning]), pd.concat([evening, morning]))
    assert falls.tolist() == [0.0, 0.0]
    assert falls.index.tolist() == [utc("2025-11-20"), utc("2025-11-21")]


def test_no_bars_have_no_worst_fall() -> None:
    assert drawdowns.worst_fall(bars([]), bars([])).empty
    assert drawdowns.worst_fall_path(bars([]), bars([]), utc("2025-11-20")) is None
    assert drawdowns.worst_fall_path(bars([1.0]), bars([1.0]), utc("2025-11-19")) is None
    with pytest.raises(ValueError, match="longer than nothing"):
        drawdowns.worst_fall(bars([1.0]), bars([1.0]), "0min")


def test_a_fall_in_dollars_is_its_share_of_the_market_value() -> None:
    assert drawdowns.in_dollars(-0.025, 60e12) == -1.5e12


def test_the_fall_of_november_20_ran_from_15_40_to_16_55_utc(history_folder: Path) -> None:
    held = panels(history_folder)
    high, low = held.series("bar_high", "SPY"), held.series("bar_low", "SPY")
    fall = drawdowns.worst_fall_path(high, low, utc("2025-11-20"))
    assert fall is not None
    assert (fall.start, fall.end) == (utc("2025-11-20 15:40"), utc("2025-11-20 16:55"))
    assert round(fall.fall, 4) == -0.0238
    worst = drawdowns.worst_fall(high, low)
    assert worst[utc("2025-11-20")] == fall.fall == fall.low / fall.high - 1
    assert round(worst[utc("2025-10-10")], 4) == -0.0203


@pytest.mark.parametrize(
    ("measure", "asset", "peak", "trough", "percent", "recovered"),
    [
        ("level", "SPX", "2000-03-24", "2002-10-09", -49.15, "2007-05-30"),
        ("level", "SPX", "2007-10-09", "2009-03-09", -56.78, "2013-03-28"),
        ("level", "SPX", "2020-02-19", "2020-03-23", -33.92, "2020-08-18"),
        ("level", "SPX", "2022-01-03", "2022-10-12", -25.43, "2024-01-19"),
        ("level", "SPX", "2025-02-19", "2025-04-08", -18.90, "2025-06-27"),
        ("level", "SPX", "2025-10-28", "2025-11-20", -5.11, "2025-12-11"),
        ("level", "NDX", "2000-03-27", "2002-10-07", -82.90, "2015-11-03"),
        ("level", "NDX", "2020-02-19", "2020-03-20", -28.03, "2020-06-05"),
        ("level", "NDX", "2025-10-29", "2025-11-20", -7.91, None),
        ("close", "BTC", "2017-12-16", "2018-12-15", -83.19, "2020-11-24"),
        ("close", "BTC", "2021-11-08", "2022-11-21", -76.63, "2024-03-04"),
    ],
)
def test_the_great_falls_are_those_of_the_record(
    history_folder: Path, measure: str, asset: str, peak: str, trough: str, percent: float, recovered: str | None
) -> None:
    episodes = drawdowns.drawdown_episodes(panels(history_folder).series(measure, asset)).set_index("peak")
    episode = episodes.loc[utc(peak)]
    assert episode["trough"] == utc(trough)
    assert round(100 * episode["depth"], 2) == percent
    assert pd.isna(episode["recovery"]) if recovered is None else episode["recovery"] == utc(recovered)
