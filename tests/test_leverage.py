"""Facts about leverage: open interest in dollars and in coins, funding, liquidations and deleveragings."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators import deleveraging, leverage, readings
from tests.held import daily, panels, utc

NONE = daily([])
BEFORE, AFTER = (70e9, 122_316.0), (58e9, 112_775.0)
"""Bitcoin perpetuals around 2025-10-10 as JPMorgan counted them: USD open, price."""


def test_a_hundredth_of_a_percent_is_eleven_percent_a_year() -> None:
    rate = daily([0.0001])
    assert leverage.funding_apr(rate).iloc[0] == pytest.approx(0.1095, abs=1e-12)
    assert leverage.funding_compounded(rate).iloc[0] == pytest.approx(0.11571, abs=5e-6)


def test_funding_that_takes_everything_has_no_year() -> None:
    assert np.isnan(leverage.funding_compounded(daily([-1.0])).iloc[0])


def test_open_interest_fell_from_2_87_to_2_58_percent_of_market_value() -> None:
    (first, price), (last, price_after) = BEFORE, AFTER
    shares = leverage.open_interest_to_market_cap(daily([first, last]), daily([price, price_after]), daily([19.93e6] * 2))
    assert shares.round(4).tolist() == [0.0287, 0.0258]
    assert last / first - 1 == pytest.approx(-0.171, abs=5e-4)
    assert pytest.approx(-0.216, abs=5e-4) == 38.8 / 49.5 - 1, "as Glassnode counted"


def test_of_the_dollars_that_left_four_tenths_were_the_price() -> None:
    move = leverage.told_apart(BEFORE, AFTER)
    assert move.dollars == -12e9
    assert move.by_price + move.by_positions == pytest.approx(move.dollars)
    assert move.by_price == pytest.approx(-5.18e9, rel=1e-3)
    coins = leverage.open_coins(daily([BEFORE[0], AFTER[0]]), daily([BEFORE[1], AFTER[1]]))
    assert coins.iloc[1] / coins.iloc[0] - 1 == pytest.approx(-0.1013, abs=5e-5)


@given(st.floats(0.2, 5), st.floats(1e3, 1e12), st.floats(1, 1e6))
def test_a_price_alone_closes_no_position(factor: float, notional: float, price: float) -> None:
    move = leverage.told_apart((notional, price), (notional * factor, price * factor))
    assert move.by_positions == pytest.approx(0, abs=1e-6 * notional)
    coins = leverage.open_coins(daily([notional, notional * factor]), daily([price, price * factor]))
    assert coins.iloc[0] == pytest.approx(coins.iloc[1])


def test_a_price_that_is_not_positive_is_a_gap() -> None:
    assert leverage.open_coins(daily([1.0, 1.0, 0.0]), daily([0.0, -37.0, 2.0])).empty
    assert leverage.open_interest_to_market_cap(daily([1.0]), daily([1.0]), daily([0.0])).isna().all()
    assert leverage.open_interest_to_value(daily([1.0]), daily([0.0])).isna().all()


def test_a_week_is_seven_days_and_not_seven_rows() -> None:
    coins = daily([100.0] * 8 + [50.0])
    price = daily([1.0] * 9)
    assert leverage.coins_change(coins, price).dropna().tolist() == [0.0, -0.5]
    assert leverage.coins_change(coins.drop(coins.index[1]), price).dropna().tolist() == [0.0]
    assert leverage.coins_change(coins.iloc[:1], price).isna().all()


def test_five_in_six_dollars_liquidated_on_october_10_were_longs() -> None:
    sides = [daily([value]) for value in (8.30, 0.0, 1.59, 0.0)]
    assert leverage.long_share(*sides).iloc[0] == pytest.approx(0.839, abs=5e-4)


def forced(values: list[float]) -> list[pd.Series]:
    return [daily(values), *(daily([0.0] * len(values)) for _ in range(3))]


def test_a_day_of_liquidations_is_measured_by_the_year_before_it() -> None:
    stress = leverage.liquidation_stress(*forced([10.0] * 90 + [200.0, 10.0]))
    assert stress.dropna().tolist() == [20.0, 1.0]
    assert leverage.liquidation_stress(*forced([10.0] * 90)).isna().all()


def test_a_year_without_liquidations_measures_nothing() -> None:
    assert leverage.liquidation_stress(*forced([0.0] * 90 + [5.0])).isna().all()


def side_by_side(**columns: pd.Series) -> pd.DataFrame:
    return pd.concat(columns, axis=1, sort=True)


def test_all_venues_are_never_added_to_their_parts() -> None:
    price = daily([2.0] * 9)
    entities = side_by_side(all_venues=price * 100, binance=price * 30, okx=price * 20)
    stood = {one.entity: one for one in leverage.by_venue(entities, price)}
    assert list(stood) == ["all_venues", "binance", "okx", "together"]
    assert stood["together"].notional == 100.0
    assert stood["together"].coins == 50.0


def test_only_venues_of_the_same_day_stand_together() -> None:
    price = daily([2.0] * 9)
    entities = side_by_side(binance=price * 30, okx=price.iloc[:-1] * 20)
    assert [one.entity for one in leverage.by_venue(entities, price)] == ["binance", "okx"]


def test_a_venue_without_yesterday_has_no_change() -> None:
    one = leverage.standing("deribit", daily([10.0]), daily([2.0]))
    assert one is not None
    assert one.coins == 5.0
    assert np.isnan([one.day_coins, one.week_coins, one.day_move.dollars, one.week_move.by_price]).all()
    assert leverage.standing("deribit", NONE, daily([2.0])) is None


def test_who_still_publishes_is_followed_and_of_these_the_one_held_longest() -> None:
    long, short, ended = daily([1.0] * 40), daily([1.0] * 10, "2024-01-31"), daily([1.0] * 20)
    assert leverage.followed(side_by_side(bybit=long, binance=short, all_venues=ended)) == "bybit"
    assert leverage.followed(side_by_side(bybit=long, all_venues=short)) == "all_venues"
    assert leverage.followed(pd.DataFrame()) is None


def test_both_are_a_hundred_on_the_first_day_that_has_both() -> None:
    price, dollars = daily([50.0, 100.0, 50.0]), daily([300.0, 300.0], "2024-01-02")
    shown = leverage.rebased(dollars, price, utc("2024-01-01"), utc("2024-01-03"))
    assert shown["price"].tolist() == [50.0, 100.0, 50.0]
    assert shown["coins"].dropna().tolist() == [100.0, 200.0]
    alone = leverage.rebased(NONE, price, utc("2024-01-01"), utc("2024-01-03"))
    assert alone["price"].tolist() == [100.0, 200.0, 100.0]
    assert leverage.rebased(NONE, NONE, utc("2024-01-01"), utc("2024-01-03")).empty


def test_without_a_supply_size_is_in_dollars() -> None:
    entities, price = side_by_side(okx=daily([5e9])), daily([2.0])
    assert leverage.sizes(entities, price, NONE)[1] is False
    assert leverage.sizes(entities, price, NONE)[0]["okx"].tolist() == [5.0]
    assert leverage.sizes(entities, price, daily([1e10]))[0]["okx"].tolist() == [0.25]


def test_a_tenth_of_the_coins_within_a_week_is_a_deleveraging() -> None:
    coins, price = daily([100, 110, 105, 98, 95, 97, *[97] * 9]), daily([10, 10, 9, 9, 8, 8, *[8] * 9])
    longs, shorts = daily([50.0, 50.0, 3.0, 3.0, 3.0, 50.0]), daily([0.0, 0.0, 1.0, 1.0, 1.0, 0.0])
    (one,) = deleveraging.deleveragings(coins * price, price, longs, shorts)
    assert (one.start, one.trough) == (utc("2024-01-02"), utc("2024-01-05"))
    assert one.coins == pytest.approx(95 / 110 - 1)
    assert one.move.dollars == pytest.approx(95 * 8 - 110 * 10)
    assert one.price == pytest.approx(-0.2)
    assert (one.liquidations, one.long_share) == (12.0, 0.75)
    assert one.regained == pytest.approx(2 / 15)


def test_a_price_that_halves_is_no_deleveraging() -> None:
    price = daily([10.0] * 5 + [5.0] * 5)
    assert deleveraging.deleveragings(price * 100, price, NONE, NONE) == []


def test_a_slow_decline_is_no_deleveraging() -> None:
    coins = daily([100 * 0.99**day for day in range(60)])
    assert deleveraging.deleveragings(coins, daily([1.0] * 60), NONE, NONE) == []


def test_nothing_held_is_no_deleveraging_and_no_number() -> None:
    assert deleveraging.deleveragings(NONE, NONE, NONE, NONE) == []
    (one,) = deleveraging.deleveragings(daily([100, 80]), daily([1, 1]), NONE, NONE)
    assert np.isnan([one.liquidations, one.long_share, one.regained]).all()


@given(st.lists(st.floats(1, 100), min_size=2, max_size=60))
def test_later_days_never_take_a_deleveraging_back(values: list[float]) -> None:
    coins, price = daily(values), daily([1.0] * len(values))
    then = deleveraging.deleveragings(coins.iloc[:-1], price, NONE, NONE)
    now = deleveraging.deleveragings(coins, price, NONE, NONE)
    assert [one.start for one in now][: len(then)] == [one.start for one in then]


def test_october_10_2025_is_found_by_the_data(history_folder: Path) -> None:
    held = panels(history_folder)
    for asset, coins, price in (("BTC", -0.172, -0.095), ("ETH", -0.205, -0.139)):
        dollars, close, longs, shorts = (
            held.series(measure, asset) for measure in ("open_interest", "close", "liquidations_long", "liquidations_short")
        )
        found = deleveraging.deleveragings(dollars, close, longs, shorts)
        deepest = min(found, key=lambda one: one.coins)
        assert deepest.trough == utc("2025-10-10")
        assert (round(deepest.coins, 3), round(deepest.price, 3)) == (coins, price)
        assert len(found) <= 6, "a year has few of them"


def test_on_october_10_2025_the_readings_are_extreme(history_folder: Path) -> None:
    values = readings.evaluate_all(panels(history_folder), utc("2025-10-10"))
    for name, printed in (("oi_coins_change_7d_btc", -0.142), ("oi_coins_change_7d_eth", -0.174), ("liquidation_stress", 27.5)):
        assert values[name].value == pytest.approx(printed, abs=6e-4 if printed < 0 else 0.05)
        assert values[name].state == "extreme"
