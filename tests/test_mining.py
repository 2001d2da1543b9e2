"""Facts about the cost of a coin, what hardware earns, and who is under water."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from indicators import miners, mining
from tests.held import daily, panels, utc


@pytest.mark.parametrize(
    ("difficulty", "coins", "watts_per_gigahash", "electricity", "dollars"),
    [
        (47_427_554_950.6483, 25, 0.95, 0.115, 247.27),
        (57_541_669_370, 25, 0.95, 0.115, 300.00),
        (47_427_554_950.6483, 25, 0.95, 0.13952, 299.99),
        (47_427_554_950.6483, 25, 1.15, 0.115, 299.33),
        (60_883_825_480, 12.5, 0.75, 0.135, 588.3616),
        (60_883_825_480, 25, 0.75, 0.135, 294.18),
    ],
)
def test_hayes_cost_is_that_of_his_own_examples(
    difficulty: float, coins: float, watts_per_gigahash: float, electricity: float, dollars: float
) -> None:
    cost = mining.hayes_cost(float(difficulty), coins, 1000 * watts_per_gigahash, electricity)
    assert cost == pytest.approx(dollars, abs=0.0051)


@pytest.mark.parametrize(
    ("trillions", "published", "within"),
    [
        (155.973, 94_000, 0.02),
        (152.271, 94_000, 0.02),
        (150.840, 92_000, 0.01),
        (149.301, 90_000, 0.01),
        (148.258, 90_000, 0.01),
        (125.865, 77_000, 0.01),
    ],
)
def test_the_fitted_fleet_gives_the_published_estimates(trillions: float, published: float, within: float) -> None:
    assert mining.hayes_cost(trillions * 1e12, 3.125) == pytest.approx(published, rel=within)


def test_one_cent_more_per_kilowatt_hour_costs_a_fifth_more() -> None:
    dearer = mining.hayes_cost(149.3e12, 3.125, electricity=0.06) - mining.hayes_cost(149.3e12, 3.125)
    assert dearer == pytest.approx(18_000, rel=0.01)


def test_whole_number_difficulties_do_not_overflow() -> None:
    whole = pd.Series([155_973_032_196_071], index=daily([0]).index, dtype="int64")
    assert mining.production_cost(whole, pd.DatetimeIndex(whole.index)).iloc[0] > 0
    assert mining.hayes_cost(whole, 3.125).iloc[0] == pytest.approx(94_679, abs=1)
    assert mining.network_hash_rate(whole).iloc[0] == pytest.approx(1116.5e18, rel=1e-4)


def test_the_subsidy_of_a_day_is_the_one_in_force_at_its_end() -> None:
    days = pd.DatetimeIndex(
        [
            "2009-01-09",
            "2012-11-27",
            "2012-11-28",
            "2016-07-09",
            "2020-05-10",
            "2020-05-11",
            "2024-04-19",
            "2024-04-20",
            "2026-02-05",
            "2028-03-01",
        ],
        tz="UTC",
    )
    assert mining.subsidy(days).tolist()[:-1] == [50, 50, 25, 12.5, 12.5, 6.25, 6.25, 3.125, 3.125]
    assert np.isnan(mining.subsidy(days).iloc[-1]), "nobody knows the date of the fifth halving"


def test_an_epoch_that_begins_at_noon_counts_for_its_day_and_not_before() -> None:
    epochs = pd.Series([1.0, 2.0], index=pd.DatetimeIndex(["2024-01-01", "2024-01-15 12:00"], tz="UTC"))
    days = pd.date_range("2023-12-31", "2024-02-25", tz="UTC")
    force = mining.difficulty_in_force(epochs, days)
    assert np.isnan(force["2023-12-31"])
    assert (force["2024-01-14"], force["2024-01-15"]) == (1.0, 2.0)
    assert force["2024-02-18"] == 2.0
    assert np.isnan(force["2024-02-25"]), "an epoch six weeks old says that newer ones have not arrived"


def test_an_epoch_that_begins_at_midnight_belongs_to_the_day_it_begins() -> None:
    epochs = pd.Series([1.0, 2.0], index=pd.DatetimeIndex(["2024-01-01", "2024-01-15"], tz="UTC"))
    force = mining.difficulty_in_force(epochs, pd.DatetimeIndex(["2024-01-14", "2024-01-15"], tz="UTC"))
    assert force.tolist() == [1.0, 2.0]


def test_a_month_is_used_when_it_has_ended_and_a_missing_one_is_carried_over() -> None:
    fleet = pd.Series([22.5, 21.7], index=pd.DatetimeIndex(["2025-10-01", "2025-12-01"], tz="UTC"))
    days = pd.DatetimeIndex(
        ["2025-10-30", "2025-10-31", "2025-12-30", "2025-12-31", "2026-12-31", "2027-01-02"], tz="UTC"
    )
    published = mining.fleet_efficiency_published(fleet, days)
    assert published.tolist()[1:5] == [22.5, 22.5, 21.7, 21.7]
    assert published.isna().tolist() == [True, False, False, False, False, True]


def test_the_cambridge_line_lies_below_the_fitted_one_by_the_ratio_of_their_fleets() -> None:
    days = pd.DatetimeIndex(["2026-02-05"], tz="UTC")
    difficulty, fleet = (
        pd.Series([141.67e12], index=days),
        pd.Series([21.8], index=pd.DatetimeIndex(["2026-01-01"], tz="UTC")),
    )
    ratio = mining.cambridge_style_cost(difficulty, fleet, days) / mining.production_cost(difficulty, days)
    assert ratio.iloc[0] == pytest.approx(21.8 / mining.EFFICIENCY)


@pytest.mark.parametrize(
    ("price", "fee_share", "trillions", "dollars", "within"),
    [(106_935, 0.0062, 155.973, 43.37, 0.001), (96_532, 0.007, 153.33, 39.82, 0.002)],
)
def test_hashprice_is_what_luxor_published(
    price: float, fee_share: float, trillions: float, dollars: float, within: float
) -> None:
    earned = mining.hashprice(float(price), 3.125 / (1 - fee_share), trillions * 1e12)
    assert earned == pytest.approx(dollars, rel=within)


def test_the_margin_is_zero_exactly_where_price_equals_cost() -> None:
    days = pd.DatetimeIndex(["2026-02-05"], tz="UTC")
    difficulty = pd.Series([141.67e12], index=days)
    cost = mining.production_cost(difficulty, days)
    assert mining.hashcost() == pytest.approx(38.16)
    assert mining.miner_margin(mining.hashprice_of_day(cost, difficulty)).iloc[0] == pytest.approx(0, abs=1e-12)
    assert mining.miner_margin(mining.hashprice_of_day(cost / 2, difficulty)).iloc[0] == pytest.approx(-1)


def test_a_market_value_that_follows_difficulty_is_its_own_regression() -> None:
    days = pd.date_range("2016-01-01", periods=500, tz="UTC")
    difficulty = pd.Series(1e11 * 1.002 ** np.arange(500.0), index=days)
    supply = pd.Series(15e6 + 1800 * np.arange(500.0), index=days)
    close = pd.Series(np.exp(2 + 0.8 * np.log(difficulty))) / supply
    line = mining.difficulty_regression(close, supply, difficulty)
    assert line.isna().sum() == mining.REGRESSION_MINIMUM - 1
    assert line.dropna().to_numpy() == pytest.approx(close.to_numpy()[mining.REGRESSION_MINIMUM - 1 :], rel=1e-9)


def test_the_regression_is_refitted_on_the_past_alone() -> None:
    chance = np.random.default_rng(1)
    days = pd.date_range("2016-01-01", periods=600, tz="UTC")
    difficulty = pd.Series(1e11 * np.exp(np.cumsum(chance.normal(0.002, 0.01, 600))), index=days)
    close = pd.Series(400 * np.exp(np.cumsum(chance.normal(0, 0.03, 600))), index=days)
    supply = pd.Series(15e6, index=days)
    x, y = np.log(difficulty.to_numpy()[:450]), np.log(close.to_numpy()[:450] * 15e6)
    slope, constant = np.polyfit(x, y, 1)
    line = mining.difficulty_regression(close, supply, difficulty)
    assert line.iloc[449] == pytest.approx(np.exp(constant + slope * x[-1]) / 15e6, rel=1e-6)
    assert mining.difficulty_regression(close[:0], supply, difficulty).empty


def test_the_regression_of_february_2026_is_near_87_000(history_folder: Path) -> None:
    held = panels(history_folder)
    close = mining.longest_history(held.series("close", "BTC"), held.entities("close", "BTC"))
    assert close.index[0] < utc("2016-01-01")
    line = mining.difficulty_regression(close, held.series("supply", "BTC"), held.series("difficulty", "BTC"))
    assert line[utc("2026-02-05")] == pytest.approx(87_385, rel=0.001)
    assert line[utc("2025-11-20")] == pytest.approx(92_600, rel=0.002)


def test_a_steady_income_has_a_puell_multiple_of_one() -> None:
    supply, close = daily(np.arange(400.0) * 450), daily([90_000.0] * 400)
    multiple = miners.puell_multiple(close, supply)
    assert multiple.dropna().to_numpy() == pytest.approx(1)
    assert multiple.notna().sum() == 400 - 1 - 364


def test_puell_was_low_at_the_lows(history_folder: Path) -> None:
    held = panels(history_folder)
    multiple = miners.puell_multiple(held.series("close", "BTC"), held.series("supply", "BTC"))
    for day, published in (("2018-12-15", 0.35), ("2022-11-21", 0.44), ("2026-02-05", 0.54)):
        assert multiple[utc(day)] == pytest.approx(published, abs=0.05)


def test_ribbons_cross_when_hash_rate_falls_and_cross_back_when_it_returns() -> None:
    ribbons = miners.hash_ribbons(daily([100.0] * 70 + [50.0] * 40 + [150.0] * 60))
    assert not ribbons["capitulation"].iloc[:70].any()
    assert ribbons["capitulation"].iloc[75]
    assert ribbons["recovery"].sum() == 1
    assert ribbons["recovery"].to_numpy().argmax() > ribbons["capitulation"].to_numpy().argmax()


def test_half_the_hash_rate_is_under_water_where_the_median_machine_breaks_even() -> None:
    fleet = pd.Series([22.0], index=pd.DatetimeIndex(["2025-12-01"], tz="UTC"))
    median = 22.0 * np.exp(-(miners.FLEET_SPREAD**2) / 2)
    earned = daily([24 * mining.ELECTRICITY * median * factor for factor in (1, 0.5, 2)], "2026-01-01")
    share = miners.hash_rate_under_water(earned, fleet)
    assert share.iloc[0] == pytest.approx(0.5)
    assert share.iloc[1] > 0.95
    assert share.iloc[2] < 0.05
    with pytest.raises(ValueError, match="positive"):
        miners.hash_rate_under_water(earned, fleet, spread=0)


def test_nine_tenths_of_the_assumed_fleet_lie_between_13_and_35_joules() -> None:
    fleet = pd.Series([22.0], index=pd.DatetimeIndex(["2025-12-01"], tz="UTC"))
    earned = daily([24 * mining.ELECTRICITY * joules for joules in (12.84, 34.45)], "2026-01-01")
    assert miners.hash_rate_under_water(earned, fleet).tolist() == pytest.approx([0.95, 0.05], abs=0.001)


def test_a_spell_below_cost_is_told_with_what_came_after() -> None:
    price = daily([110, 90, 80, 95, 105, 120, 99])
    episodes = miners.episodes_below(price, daily([100.0] * 7), horizons=(2,))
    assert episodes["start"].tolist() == [utc("2024-01-02"), utc("2024-01-07")]
    assert (episodes["end"][0], episodes["days"][0], episodes["deepest"][0]) == (
        utc("2024-01-04"),
        3,
        utc("2024-01-03"),
    )
    assert episodes["depth"].tolist() == pytest.approx([-0.2, -0.01])
    assert episodes["price_at_start"].tolist() == [90, 99]
    assert episodes["after_start_2"].tolist() == pytest.approx([95 / 90 - 1, np.nan], nan_ok=True)
    assert episodes["after_end_2"].tolist() == pytest.approx([120 / 95 - 1, np.nan], nan_ok=True)
    assert episodes["running"].tolist() == [False, True]
    assert episodes["end"].isna().tolist() == [False, True]
    assert miners.episodes_below(price, daily([1.0] * 7)).empty


def test_the_close_of_november_17_2025_was_the_first_below_94_000_and_below_cost(history_folder: Path) -> None:
    held = panels(history_folder)
    close = held.series("close", "BTC")
    episodes = miners.episodes_below(
        close, mining.production_cost(held.series("difficulty", "BTC"), pd.DatetimeIndex(close.index))
    )
    november = episodes[episodes["start"] >= utc("2025-11-01")].iloc[0]
    assert (november["start"], round(november["price_at_start"])) == (utc("2025-11-17"), 92_215)
    assert episodes["running"].iloc[-1]
    assert episodes["start"].iloc[-1] == utc("2026-01-29")
