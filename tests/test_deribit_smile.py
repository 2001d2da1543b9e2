"""Deribit's smile: what a chain of options says of volatility at a constant tenor, and when it says nothing."""

import math
from statistics import NormalDist

import pandas as pd
import pytest

from data_sources.deribit import NO_OPTIONS
from data_sources.deribit_smile import at_the_money, delta, skew
from tests.frames import utc

MOMENT = utc("2026-01-01 08:00")
FORWARD = 90_000.0
Option = tuple[float, float, str, float]
"""Days to the expiry, strike, side, volatility points."""


def chain(*options: Option, forward: float = FORWARD) -> pd.DataFrame:
    rows = pd.DataFrame(options, columns=["days", "strike", "side", "mark_iv"])
    return rows.assign(expiry=MOMENT + pd.to_timedelta(rows["days"], "D"), underlying=forward, bid=math.nan)


def level(days: float, volatility: float, *strikes: float) -> list[Option]:
    """Calls and puts of one expiry, all marked alike."""
    return [(days, strike, side, volatility) for strike in strikes or range(60_000, 140_000, 4_000) for side in "CP"]


def tilted(days: float, tilt: float, level: float = 50.0) -> list[Option]:
    """Volatility falls linearly in the delta of the call: ``tilt`` points from one end to the other."""
    options = []
    for tenths in range(1, 10):
        size = tenths / 10
        volatility = level + tilt * (size - 0.5)
        spread = volatility / 100 * math.sqrt(days / 365)
        strike = FORWARD * math.exp(spread * spread / 2 - spread * NormalDist().inv_cdf(size))
        options += [(days, strike, side, volatility) for side in "CP"]
    return options


def test_a_flat_smile_has_one_volatility_and_no_skew() -> None:
    flat = chain(*level(5, 50.0), *level(33, 50.0), *level(200, 50.0))
    assert [at_the_money(flat, MOMENT, days) for days in (7, 30, 60, 90, 180)] == pytest.approx([50.0] * 5, rel=1e-12)
    assert skew(flat, MOMENT) == pytest.approx(0.0, abs=1e-12)


def test_between_two_expiries_total_variance_is_linear() -> None:
    # 0.16 over 20 days is 3.2, 0.36 over 50 days is 18; a third of the way is 8.1333, over 30 days 0.27111
    two = chain(*level(20, 40.0), *level(50, 60.0))
    assert at_the_money(two, MOMENT, 30) == pytest.approx(100 * math.sqrt((3.2 + 14.8 / 3) / 30), rel=1e-12)
    assert at_the_money(two, MOMENT, 30) == pytest.approx(52.07, abs=0.005)


def test_a_tenor_on_an_expiry_is_that_expiry_and_beyond_the_last_it_is_a_gap() -> None:
    two = chain(*level(30, 40.0), *level(60, 60.0))
    assert at_the_money(two, MOMENT, 30) == pytest.approx(40.0, rel=1e-12)
    assert at_the_money(two, MOMENT, 60) == pytest.approx(60.0, rel=1e-12)
    assert math.isnan(at_the_money(two, MOMENT, 29.9))
    assert math.isnan(at_the_money(two, MOMENT, 60.1))


def test_the_volatility_at_the_money_is_read_at_the_forward_between_the_strikes_around_it() -> None:
    middle = chain(
        *level(30, 60.0, 80_000), *level(30, 40.0, 100_000), *level(30, 99.0, 50_000, 200_000), forward=math.sqrt(8e4 * 1e5)
    )
    assert at_the_money(middle, MOMENT, 30) == pytest.approx(50.0, rel=1e-12)


def test_blacks_delta_is_that_of_the_forward() -> None:
    # d1 = ln(100/110) / 0.25 + 0.125 = -0.25624
    assert delta(110, 50, "C", 100, 0.25) == pytest.approx(0.39888, abs=5e-6)
    assert delta(110, 50, "P", 100, 0.25) == pytest.approx(0.39888 - 1, abs=5e-6)


def test_a_smile_that_falls_with_the_strike_has_the_skew_of_its_tilt() -> None:
    # the 25-delta put is the 75-delta call: half the way from one end to the other
    assert skew(chain(*tilted(30, -10.0)), MOMENT) == pytest.approx(5.0, rel=1e-9)
    assert skew(chain(*tilted(30, 10.0)), MOMENT) == pytest.approx(-5.0, rel=1e-9)


def test_between_two_expiries_skew_is_linear_in_time() -> None:
    assert skew(chain(*tilted(20, 10.0), *tilted(50, 16.0)), MOMENT) == pytest.approx(-6.0, rel=1e-9)


@pytest.mark.parametrize("days", [(5, 20), (40, 90)])
def test_skew_is_not_read_beyond_the_listed_expiries(days: tuple[int, int]) -> None:
    assert math.isnan(skew(chain(*(row for near in days for row in tilted(near, 10.0))), MOMENT))


@pytest.mark.parametrize("side", ["C", "P"])
def test_a_wing_that_is_not_listed_as_far_as_25_delta_is_a_gap(side: str) -> None:
    short = [row for row in tilted(30, 10.0) if row[2] != side or (row[1] < 92_000 if side == "C" else row[1] > 88_000)]
    assert math.isnan(skew(chain(*short), MOMENT))


def test_a_wing_that_begins_beyond_25_delta_is_a_gap() -> None:
    far = [row for row in tilted(30, 10.0) if row[2] == "P" or row[1] > 105_000]
    assert math.isnan(skew(chain(*far), MOMENT))


def test_stale_marks_far_out_and_deep_in_the_money_do_not_move_the_skew() -> None:
    stale = [(30.0, 250_000.0, side, 900.0) for side in "CP"] + [(30.0, 20_000.0, side, 900.0) for side in "CP"]
    assert skew(chain(*tilted(30, 10.0), *stale), MOMENT) == pytest.approx(-5.0, rel=1e-9)


def test_a_strike_without_a_mark_is_passed_over() -> None:
    options = [(*row[:3], math.nan) if 90_000 < row[1] < 93_500 else row for row in level(30, 50.0)]
    assert at_the_money(chain(*options), MOMENT, 30) == pytest.approx(50.0, rel=1e-12)
    assert skew(chain(*options), MOMENT) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("strikes", [(60_000, 80_000), (91_000, 120_000)], ids=["below", "above"])
def test_an_expiry_with_strikes_on_one_side_of_its_forward_is_left_to_its_neighbors(strikes: tuple[int, int]) -> None:
    three = chain(*level(20, 50.0), *level(30, 99.0, *strikes), *level(40, 50.0))
    assert at_the_money(three, MOMENT, 30) == pytest.approx(50.0, rel=1e-12)
    assert skew(three, MOMENT) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("options", [NO_OPTIONS, chain(*level(30, 50.0), forward=math.nan), chain(*level(30, math.nan))])
def test_of_nothing_nothing_is_said(options: pd.DataFrame) -> None:
    assert math.isnan(at_the_money(options, MOMENT, 30))
    assert math.isnan(skew(options, MOMENT))


def test_what_has_expired_is_not_looked_at() -> None:
    mixed = chain(*level(-1, 500.0), *level(0, 500.0), *level(30, 50.0))
    assert math.isnan(at_the_money(mixed, MOMENT, 7))
    assert at_the_money(mixed, MOMENT, 30) == pytest.approx(50.0, rel=1e-12)
