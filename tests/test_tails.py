"""Facts about bad days that come together."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.tails import _tau, covar, lower_tail, quantile_line, t_copula_tail
from tests.held import daily, panels, utc

ENGEL = pd.read_csv(Path(__file__).parent / "payloads" / "engel.csv", comment="#")


def prices(returns: np.ndarray) -> pd.Series:
    return daily(100 * np.exp(np.concatenate(([0.0], np.cumsum(returns)))))


def two(count: int = 400, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    chance = np.random.default_rng(seed)
    market = 0.02 * chance.standard_t(4, count)
    return market, 0.7 * market + 0.01 * chance.standard_t(4, count)


def trading_days(folder: Path) -> pd.DataFrame:
    """Closes whose returns are those of 2023-01 to 2026-02-05, on the days that all three markets have."""
    held = panels(folder)
    named = {"BTC": held.series("close", "BTC"), "BNB": held.series("close", "BNB"), "SPX": held.series("level", "SPX")}
    closes = pd.concat(named, axis=1, join="inner").dropna()
    eve = closes[: utc("2022-12-31")].index[-1]
    return closes[eve : utc("2026-02-05")]


@pytest.mark.parametrize(
    ("quantile", "start", "slope"), [(0.05, 124.8801, 0.3434), (0.5, 81.4823, 0.5602), (0.95, 64.1040, 0.7091)]
)
def test_engels_households_spend_on_food_what_koenker_and_bassett_found(quantile: float, start: float, slope: float) -> None:
    found = quantile_line(ENGEL["income"], ENGEL["foodexp"], quantile)
    # The published intercepts come from an iteration that stops a ten-thousandth of a franc before the exact line.
    assert found[0] == pytest.approx(start, abs=1e-4)
    assert round(found[1], 4) == slope
    on_the_line = np.abs(ENGEL["foodexp"] - found[0] - found[1] * ENGEL["income"]) < 1e-9
    assert on_the_line.sum() == 2, "an exact line goes through two of the points"


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0.05, 0.1, 0.5, 0.9]), st.booleans())
def test_at_most_its_share_of_the_points_lies_below_the_line_and_at_most_the_rest_above(
    seed: int, quantile: float, rough: bool
) -> None:
    market, asset = two(240, seed)
    if rough:
        market, asset = market.round(2), asset.round(2)
    start, slope = quantile_line(daily(market), daily(asset), quantile)
    gap = asset - start - slope * market
    assert (gap < -1e-9).sum() <= quantile * 240 + 1e-9
    assert (gap > 1e-9).sum() <= (1 - quantile) * 240 + 1e-9


def test_no_other_line_costs_less() -> None:
    market, asset = two()
    best = np.array(quantile_line(daily(market), daily(asset), 0.05))

    def cost(start: float, slope: float) -> float:
        gap = asset - start - slope * market
        return float(np.where(gap > 0, 0.05 * gap, -0.95 * gap).sum())

    for aside in np.random.default_rng(1).normal(0, 0.01, (200, 2)):
        assert cost(*best) <= cost(*(best + aside))


@pytest.mark.parametrize(
    ("degrees", "expected"),
    [(2, [0.058, 0.182, 0.391, 0.718]), (4, [0.012, 0.076, 0.253, 0.630]), (10, [0.000, 0.007, 0.082, 0.463])],
)
def test_the_t_copulas_tails_are_the_books(degrees: float, expected: list[float]) -> None:
    assert [round(t_copula_tail(rho, degrees), 3) for rho in (-0.5, 0, 0.5, 0.9)] == expected


@given(st.floats(-1, 1), st.floats(0.5, 100))
def test_a_t_copulas_tail_is_a_share_that_grows_with_correlation(rho: float, degrees: float) -> None:
    share = t_copula_tail(rho, degrees)
    assert 0 <= share <= 1
    assert share <= t_copula_tail(min(rho + 0.1, 1), degrees) + 1e-12


def test_copies_fall_together_always_and_mirrors_never() -> None:
    assert t_copula_tail(1, 4) == 1
    assert t_copula_tail(-1, 4) == 0
    assert np.isnan(t_copula_tail(float("nan"), 4))
    assert np.isnan(t_copula_tail(0.5, float("nan")))
    for rho, degrees in ((1.1, 4), (0.5, 0)):
        with pytest.raises(ValueError, match="no copula"):
            t_copula_tail(rho, degrees)
    market = two()[0]
    assert lower_tail(prices(market), prices(market)).empirical == 1
    assert lower_tail(prices(market), prices(-market)).empirical == 0
    assert np.isnan(lower_tail(prices(market), prices(market)).degrees)


def test_a_bad_day_of_bitcoin_costs_bnb_four_percent_and_the_s_and_p_half_of_one(history_folder: Path) -> None:
    closes = trading_days(history_folder)
    found = {pair: covar(closes[pair[0]], closes[pair[1]]) for pair in (("BNB", "BTC"), ("BTC", "SPX"), ("SPX", "BTC"))}
    assert {pair: round(100 * one.delta, 2) for pair, one in found.items()} == {
        ("BNB", "BTC"): -3.72,
        ("BTC", "SPX"): -2.08,
        ("SPX", "BTC"): -0.47,
    }
    assert {one.n for one in found.values()} == {776}


def test_on_half_of_bitcoins_worst_days_bnb_had_its_own(history_folder: Path) -> None:
    closes = trading_days(history_folder)
    coins, stocks = lower_tail(closes["BTC"], closes["BNB"]), lower_tail(closes["BTC"], closes["SPX"])
    assert (round(coins.empirical, 3), round(stocks.empirical, 3)) == (0.526, 0.237)
    assert (coins.n_tail, coins.n) == (38, 776)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.floats(-0.01, 0.01), st.floats(0.01, 100))
def test_a_steady_gain_or_another_unit_changes_nothing_of_what_a_bad_day_brings(seed: int, gain: float, unit: float) -> None:
    market, asset = two(331, seed)
    plain = covar(prices(asset), prices(market))
    for other in (covar(unit * prices(asset + gain), prices(market)), covar(prices(asset), unit * prices(market + gain))):
        assert other.delta == pytest.approx(plain.delta, abs=1e-8)
        assert other.slope == pytest.approx(plain.slope, abs=1e-6)


def test_the_parts_of_covar_fit_together() -> None:
    market, asset = two()
    found = covar(prices(asset), prices(market))
    assert found.value_at_risk == pytest.approx(np.quantile(market, 0.05))
    assert found.delta == pytest.approx(found.slope * (found.value_at_risk - np.median(market)))
    asleep = covar(prices(two(seed=9)[0]), prices(market))
    assert abs(asleep.delta) < abs(found.delta)
    assert found.covar < found.value_at_risk < 0


def test_the_degrees_of_a_drawn_t_copula_are_found_again() -> None:
    chance = np.random.default_rng(4)
    joint = chance.multivariate_normal([0, 0], [[1, 0.6], [0.6, 1]], 4000)
    drawn = 0.01 * joint / np.sqrt(chance.chisquare(4, 4000) / 4)[:, None]
    found = lower_tail(prices(drawn[:, 0]), prices(drawn[:, 1]))
    assert found.rho == pytest.approx(0.6, abs=0.03)
    assert found.degrees == pytest.approx(4, rel=0.2)
    assert found.t_copula == pytest.approx(t_copula_tail(0.6, 4), abs=0.04)
    normal = lower_tail(prices(0.01 * joint[:, 0]), prices(0.01 * joint[:, 1]))
    assert normal.degrees > 20
    assert normal.t_copula < 0.05


def test_kendalls_tau_sets_ties_aside() -> None:
    days = np.arange(240)
    turns = np.where(days % 2, 0.01, -0.01)
    # Closes of whole powers of two keep equal returns equal: both rise, one rests every third day.
    seldom = np.where(days % 3, turns, 0.0)
    first, second = (daily(2.0 ** np.r_[0, np.cumsum(np.rint(100 * part))]) for part in (turns, seldom))
    up, beside = np.sign(np.subtract.outer(turns, turns)), np.sign(np.subtract.outer(seldom, seldom))
    tau = (up * beside).sum() / np.sqrt(np.count_nonzero(up) * np.count_nonzero(beside))
    assert lower_tail(first, second, 0.5).n == 240
    assert _tau(turns, seldom) == pytest.approx(tau)


def test_a_day_that_one_market_lacks_is_a_day_of_neither() -> None:
    market, asset = (prices(part) for part in two(600))
    weekdays = asset[pd.DatetimeIndex(asset.index).day_of_week < 5]
    assert covar(weekdays, market) == covar(weekdays, market[weekdays.index])
    assert lower_tail(market, weekdays) == lower_tail(market[weekdays.index], weekdays)
    assert covar(weekdays, market).n == len(weekdays) - 1


def test_fewer_than_ten_bad_days_and_a_price_that_stands_still_give_no_number_but_how_many_there_were() -> None:
    market, asset = (prices(part) for part in two())
    assert np.isfinite(covar(asset.head(201), market).delta)
    assert np.isfinite(lower_tail(asset.head(201), market).empirical)
    still, steady = daily([613.37] * 401), prices(np.full(400, 0.01))
    seldom = prices(np.where(np.arange(400) % 100 == 7, -0.1, 0.0))
    for one, other, n in ((asset.head(200), market, 199), (asset.iloc[:0], market, 0), (still, market, 400), (steady, market, 400)):
        for x, y in ((one, other), (other, one)):
            bad, tail = covar(y, x), lower_tail(x, y)
            assert np.isnan([bad.value_at_risk, bad.covar, bad.delta, bad.slope]).all()
            assert np.isnan([tail.empirical, tail.t_copula, tail.degrees, tail.rho]).all()
            assert (bad.n, tail.n) == (n, n)
    assert np.isnan(lower_tail(seldom, market).empirical), "four falls are not ten"
    assert np.isnan(quantile_line(ENGEL["income"], ENGEL["foodexp"], 0.01)).all()
    assert np.isnan(quantile_line(ENGEL["income"] * 0 + 1, ENGEL["foodexp"], 0.5)).all()


def test_a_quantile_outside_its_range_is_a_mistake() -> None:
    market, asset = (prices(part) for part in two())
    for quantile in (0.0, 1.0):
        with pytest.raises(ValueError, match="between 0 and 1"):
            quantile_line(market, asset, quantile)
        with pytest.raises(ValueError, match="between 0 and 1"):
            covar(asset, market, quantile)
        with pytest.raises(ValueError, match="between 0 and 1"):
            lower_tail(asset, market, quantile)
