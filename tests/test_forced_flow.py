"""Facts about the forced-flow simulator: what the quoted amounts come to, and what an unknown input leaves unknown."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators import forced_flow, quotes
from indicators.forced_flow import FOLLOWERS
from indicators.treasuries import Company
from tests.held import daily, utc

NAN = float("nan")
EVERYBODY = ("msci", *FOLLOWERS)
BARE = Company(NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN)


@pytest.mark.parametrize(
    ("acting", "added", "billions"),
    [(["msci"], False, 2.8), (EVERYBODY, False, 8.8), (EVERYBODY, True, 11.6), (FOLLOWERS, False, 6.0), ([], False, 0.0)],
)
def test_the_quoted_amounts_come_out_as_quoted(acting: list[str], added: bool, billions: float) -> None:
    weights = forced_flow.quoted_weights(9e9, 2.8e9, 8.8e9, added=added)
    assert forced_flow.outflow(9e9, weights, acting) == pytest.approx(billions * 1e9)


def test_a_provider_named_twice_sells_once() -> None:
    assert forced_flow.outflow(9e9, {"msci": 0.5}, ["msci", "msci"]) == 4.5e9


def test_without_quotes_no_weight_is_made_up() -> None:
    assert set(forced_flow.quoted_weights(NAN, NAN, NAN, added=False).values()) == {0.0}


def test_msci_alone_is_a_twentieth_of_the_quoted_market_value() -> None:
    sold = forced_flow.sale(2.8e9, 59e9, 175.0, 2.8e9, 0.2)
    assert sold.of_market_value == pytest.approx(0.04746, abs=1e-5)
    assert sold.shares == pytest.approx(16e6)
    assert [sold.days_of_volume, sold.days_to_sell] == pytest.approx([1, 5])
    assert sold.fall == 0, "no impact is assumed unless the reader assumes one"


def test_an_assumed_impact_takes_the_price_down_by_each_day_of_volume_and_never_below_nothing() -> None:
    assert forced_flow.sale(2e9, 59e9, 175.0, 1e9, 0.2, 0.03).fall == pytest.approx(0.06)
    assert forced_flow.sale(200e9, 59e9, 175.0, 1e9, 0.2, 0.03).fall == 1


@pytest.mark.parametrize("unknown", [0.0, NAN, -1.0, math.inf])
def test_an_unknown_base_leaves_its_share_unknown_and_the_rest_stands(unknown: float) -> None:
    sold = forced_flow.sale(2.8e9, unknown, unknown, unknown, 0.2, 0.03)
    assert sold.outflow == 2.8e9
    assert all(math.isnan(one) for one in (sold.of_market_value, sold.shares, sold.days_of_volume, sold.days_to_sell, sold.fall))


def test_a_month_of_sessions_makes_the_average_volume_and_less_makes_none() -> None:
    volume, close = daily([1e6] * 21), daily([100.0] * 21)
    assert forced_flow.average_dollar_volume(volume, close) == 1e8
    assert math.isnan(forced_flow.average_dollar_volume(volume[1:], close))
    assert math.isnan(forced_flow.average_dollar_volume(daily([]), close))


def test_the_multiple_falls_with_the_share_and_claims_cushion_it() -> None:
    path = forced_flow.mnav_path((0.0, 0.5), 150.0, 45e9, 63e9, 14e9)
    assert path["price"].tolist() == [150, 75]
    assert path["enterprise"].tolist() == pytest.approx([59 / 63, 36.5 / 63])
    assert path["market"].tolist() == pytest.approx([45 / 63, 22.5 / 63])
    assert forced_flow.mnav_path((0.0,), 150.0, 45e9, 63e9, NAN)["enterprise"].isna().all()


def test_no_share_price_makes_the_multiple_one_when_claims_take_all_coins() -> None:
    assert math.isnan(forced_flow.fall_to_par(45e9, 10e9, 14e9))


@given(st.floats(1e9, 1e11), st.floats(1e9, 1e11), st.floats(0, 1e9))
def test_at_the_fall_to_par_the_multiple_is_one(market_value: float, coins: float, claims: float) -> None:
    fall = forced_flow.fall_to_par(market_value, coins, claims)
    if math.isfinite(fall):
        assert forced_flow.mnav_path((fall,), 1.0, market_value, coins, claims)["enterprise"][0] == pytest.approx(1, abs=1e-6)


def test_the_book_is_under_water_below_the_average_cost() -> None:
    company = Company(107.0, 69_600.0, 713_502, 54.26e9, 3e8, 8e9, 8e9, 2e9)
    turns = forced_flow.turning_points(company, company.market_value)
    assert turns["cost"] == pytest.approx(76_047, abs=1)
    assert turns["claims"] == pytest.approx(14e9 / 713_502)
    assert turns["debt"] == pytest.approx(6e9 / 713_502)
    assert turns["par"] == pytest.approx((3e8 * 107 + 14e9) / 713_502)
    assert all(math.isnan(price) for price in forced_flow.turning_points(BARE, NAN).values())


def test_cash_above_debt_leaves_no_price_at_which_coins_must_cover_it() -> None:
    company = Company(107.0, 69_600.0, 713_502, 54.26e9, 3e8, 1e9, 8e9, 2e9)
    assert math.isnan(forced_flow.turning_points(company, 1e9)["debt"])


def test_before_the_note_nothing_is_quoted_and_nothing_is_started_from() -> None:
    share = daily([100.0] * 400, "2025-01-01")
    terms = forced_flow.terms(BARE, share, daily([]), utc("2025-11-19"))
    assert terms.quotes == {}
    assert all(math.isnan(one) for one in (terms.passive, terms.first, terms.everybody, terms.market_value, terms.volume))


def test_on_the_day_of_the_note_its_amounts_stand_as_quoted() -> None:
    terms = forced_flow.terms(BARE, daily([100.0] * 400, "2025-01-01"), daily([]), utc("2025-11-20"))
    assert (terms.passive, terms.first, terms.everybody, terms.market_value) == (9e9, 2.8e9, 8.8e9, 59e9)


def test_an_old_quoted_market_value_moves_with_the_share_and_a_computed_one_replaces_it() -> None:
    share = daily(np.r_[[100.0] * 323, [50.0] * 80], "2025-01-01")
    held = Company(50.0, 7e4, NAN, NAN, NAN, NAN, NAN, NAN)
    assert forced_flow.terms(held, share, daily([]), utc("2026-02-05")).market_value == pytest.approx(29.5e9)
    computed = Company(50.0, 7e4, NAN, NAN, 3e8, NAN, NAN, NAN)
    assert forced_flow.terms(computed, share, daily([]), utc("2026-02-05")).market_value == pytest.approx(15e9)


def test_nothing_of_a_later_day_reaches_the_terms() -> None:
    share, volume = daily([100.0] * 500, "2025-01-01"), daily([1e6] * 500, "2025-01-01")
    day = utc("2026-01-20")
    later = share.index > day
    shaken = forced_flow.terms(BARE, share.where(~later, 7.0), volume.where(~later, 9e9), day)
    assert (shaken.volume, shaken.price_then) == (1e8, 100.0)


def test_the_decision_is_not_known_before_it_was_taken() -> None:
    assert [step.date for step in quotes.track(utc("2026-01-05"))] == ["2025-10-10", "2025-11-19", "2025-12-31", "2026-01-15"]
    assert quotes.DECIDED in {step.date for step in quotes.track(utc("2026-01-06"))}
    assert quotes.track(utc("2025-10-09")) == []
    assert pd.Timestamp(quotes.DUE, tz="UTC") - pd.Timestamp(quotes.DECIDED, tz="UTC") == pd.Timedelta(days=9)
