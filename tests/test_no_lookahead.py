"""Nothing shown as of a day may depend on a later one: the future is cut off, shifted and shaken, and nothing moves."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_sources.contract import Panels
from indicators import readings
from indicators.readings import READINGS, Value
from tests.held import FIRST, history, made_up, panels, utc

DAYS = 420
DAY = pd.Timedelta(days=1)
MADE_UP = Panels(made_up(1, DAYS))
COMPUTED = readings.all_series(MADE_UP)


def same(one: Value, other: Value) -> None:
    """Equal but for the last bits, which depend on how many windows were multiplied at once."""
    for name in ("id", "time", "state", "publishers", "why", "age"):
        left, right = getattr(one, name), getattr(other, name)
        assert left == right or (pd.isna(left) and pd.isna(right)), (one.id, name)
    for name in ("value", "previous", "change_1d", "percentile_1y"):
        assert getattr(one, name) == pytest.approx(getattr(other, name), rel=1e-9, abs=1e-9, nan_ok=True), (
            one.id,
            name,
        )


def assert_causal(held: Panels, computed: dict[str, pd.Series], day: pd.Timestamp) -> None:
    then, now = readings.evaluate_all(held.cut(day), day), readings.evaluate_all(held, day, computed)
    for name in READINGS:
        same(then[name], now[name])


@settings(max_examples=12, deadline=None)
@given(st.integers(0, DAYS - 1))
def test_as_of_a_day_is_the_full_history_cut_at_that_day(offset: int) -> None:
    assert_causal(MADE_UP, COMPUTED, FIRST + offset * DAY)


@pytest.mark.parametrize(
    "day",
    ["2017-08-17", "2018-02-03", "2020-03-12", "2022-12-31", "2024-07-23", "2024-11-20", "2025-11-20", "2026-01-31"],
)
def test_real_days_too(history_folder: Path, day: str) -> None:
    held = panels(history_folder)
    assert_causal(held, readings.all_series(held), utc(day))


def shaken(rows: pd.DataFrame, day: pd.Timestamp, seed: int) -> pd.DataFrame:
    """The same rows with everything that was not over by the end of the day multiplied, dropped or turned around."""
    chance = np.random.default_rng(seed)
    later = (rows["time"] >= day.floor("D") + DAY).to_numpy()
    changed = rows.assign(value=rows["value"].where(~later, rows["value"] * chance.uniform(0.2, 5, len(rows))))
    return changed[~later | (chance.random(len(rows)) > 0.3)]


@pytest.mark.parametrize("offset", [60, 300, 380])
def test_shaking_the_future_moves_nothing(offset: int) -> None:
    day = FIRST + offset * DAY
    moved = readings.all_series(Panels(shaken(made_up(1, DAYS), day, offset)))
    for name, values in COMPUTED.items():
        expected, found = values[: day + DAY - pd.Timedelta(1, "us")], moved[name][: day + DAY - pd.Timedelta(1, "us")]
        pd.testing.assert_series_equal(found, expected, rtol=1e-9, check_freq=False, obj=name)


def test_shaking_the_future_moves_the_future() -> None:
    day = FIRST + 300 * DAY
    moved = readings.all_series(Panels(shaken(made_up(1, DAYS), day, 1)))
    stood_still = [name for name, values in COMPUTED.items() if values.equals(moved[name])]
    assert stood_still == ["stress_index", "stress_index_percentile_1y", "spx_worst_fall_80m"]


def test_shaking_the_real_future_moves_nothing(history_folder: Path) -> None:
    day = utc("2025-11-20")
    held, moved = panels(history_folder), Panels(shaken(history(history_folder), day, 7))
    computed = readings.all_series(moved)
    for name, value in readings.evaluate_all(held, day).items():
        same(readings.evaluate_all(moved, day, computed)[name], value)
