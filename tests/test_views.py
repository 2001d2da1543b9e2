"""Views: a number answers for the feeds behind it, and only for those; what is computed ahead is what pages ask."""

from unittest.mock import Mock

import numpy as np
import pandas as pd

from data_sources import views
from data_sources.contract import Panels
from indicators import connectedness, connectedness_bands, readings
from indicators.readings import READINGS, Value
from indicators.rows.contagion import RANGES, log_ranges
from tests.held import daily, frame, made_up, utc

DAY = pd.Timedelta(days=1)


def value(name: str, amount: float = 1.0, days: int = 0) -> Value:
    """A value of an age in days."""
    time = utc("2025-11-20") - days * DAY
    return Value(name, amount, time, amount, 0.0, 0.5, "calm", (), "", days * DAY)


def test_a_number_does_not_answer_for_what_it_does_without() -> None:
    held = Panels(frame("dvol", "BTC", "deribit", daily([40.0, 41.0])))
    assert views._behind(held, value("resonance"), {}) == [("dvol", "BTC")]
    assert ("long_term_supply", "BTC") in views._behind(held, value("resonance", np.nan), {})


def test_a_composite_answers_for_the_members_that_are_recent_enough() -> None:
    held = Panels(made_up(1))
    members = READINGS["stress_index"].members
    old = {"high_yield_spread": 6, "vix": 5, "mstr_mnav": 4}
    day = {name: value(name, days=old.get(name, 0)) for name in members}
    found = views._behind(held, value("stress_index"), day)
    assert ("level", "VIX") in found
    assert ("high_yield_spread", "US") not in found
    assert ("shares_outstanding", "MSTR") not in found


def test_what_is_computed_ahead_is_not_computed_again() -> None:
    board = Mock(panels=Panels(made_up(3)))
    views.prepare(board)
    before = connectedness_bands._bounds.cache_info().misses
    ranges = log_ranges(*(board.panels.series(*one) for one in RANGES)).dropna()
    weeks = connectedness_bands.week_ends(pd.DatetimeIndex(ranges.index[connectedness.WINDOW - 1 :]))
    band = connectedness_bands.bands(ranges, weeks)
    assert band.low.notna().all()
    assert connectedness_bands._bounds.cache_info().misses == before


def test_a_work_ends_with_the_day_of_its_view() -> None:
    known = readings.computed(Panels(made_up(1)))
    end = utc("2024-12-01")
    whole = known.works["connectedness_total"]
    assert whole.until(end).days[-1] < end <= whole.days[-1]
    assert known.works["resonance"].until(end).count.index[-1] < end
    assert known.works["cut_odds_next"].until(end).changes.index[-1] < end
