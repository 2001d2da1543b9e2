"""Facts about who moves with whom, and who sends stress to whom."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from indicators import connectedness as network
from indicators import contagion
from tests.held import daily


def prices(returns: np.ndarray) -> pd.Series:
    return daily(100 * np.exp(np.concatenate(([0.0], np.cumsum(returns)))))


def two(count: int = 200, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    chance = np.random.default_rng(seed)
    market = chance.normal(0, 0.02, count)
    return market, 0.7 * market + chance.normal(0, 0.01, count)


def test_a_window_equals_the_textbook_formula_on_its_days() -> None:
    market, asset = two()
    x, y = market[-30:], asset[-30:]
    assert contagion.rolling_correlation(prices(asset), prices(market), 30).iloc[-1] == pytest.approx(
        np.corrcoef(x, y)[0, 1]
    )
    assert contagion.rolling_beta(prices(asset), prices(market), 30).iloc[-1] == pytest.approx(
        np.cov(x, y)[0, 1] / np.var(x, ddof=1)
    )
    bad = x < x.mean()
    downside = np.cov(x[bad], y[bad])[0, 1] / np.var(x[bad], ddof=1)
    assert contagion.rolling_downside_beta(prices(asset), prices(market), 30).iloc[-1] == pytest.approx(downside)


def test_an_asset_that_doubles_only_the_bad_days_has_a_downside_beta_of_two() -> None:
    market = two()[0]
    asset = np.where(market < 0, 2 * market, market)
    betas = contagion.rolling_downside_beta(prices(asset), prices(market), 90)
    # Where the window's mean is below zero every bad day is also a falling day.
    falling = pd.Series(market, index=prices(asset).index[1:]).rolling(90).mean() < 0
    assert betas[falling].dropna().to_numpy() == pytest.approx(2)
    assert contagion.rolling_beta(prices(asset), prices(market), 90).dropna().lt(2).all()


def test_a_market_against_itself_correlates_at_one() -> None:
    market = prices(two()[0])
    assert contagion.rolling_correlation(market, market, 30).dropna().to_numpy() == pytest.approx(1)


def test_a_price_that_stands_still_has_no_correlation() -> None:
    still = daily([613.37] * 201)
    assert contagion.rolling_correlation(prices(two()[0]), still, 30).isna().all()
    assert contagion.rolling_beta(prices(two()[0]), still, 30).isna().all()


def test_a_history_shorter_than_the_window_has_no_number_yet() -> None:
    market, asset = (prices(part[:29]) for part in two())
    for rolling in (contagion.rolling_correlation, contagion.rolling_beta, contagion.rolling_downside_beta):
        assert rolling(asset, market, 30).isna().all()
        assert rolling(asset.iloc[:0], market, 30).empty
    with pytest.raises(ValueError, match="at least two returns"):
        contagion.rolling_beta(asset, market, 1)


def test_a_day_that_one_market_lacks_is_a_return_of_neither() -> None:
    market, asset = two(40)
    first, second = prices(asset), prices(market)
    short = second.drop(second.index[20])
    merged = np.delete(market, 20)
    merged[19] = market[19] + market[20]
    both = np.delete(asset, 20)
    both[19] = asset[19] + asset[20]
    expected = np.corrcoef(both[-30:], merged[-30:])[0, 1]
    assert contagion.rolling_correlation(first, short, 30).iloc[-1] == pytest.approx(expected)


def test_the_matrix_of_a_day_agrees_with_the_rolling_number() -> None:
    market, asset = (prices(part) for part in two())
    table = contagion.correlation(pd.DataFrame({"BNB": asset, "BTC": market}), 30)
    assert table.loc["BNB", "BTC"] == pytest.approx(contagion.rolling_correlation(asset, market, 30).iloc[-1])
    assert contagion.correlation(pd.DataFrame({"BNB": asset, "BTC": market}), 500).isna().all(axis=None)


def test_the_share_of_coins_down_counts_the_coins_that_have_a_change() -> None:
    fallen, flat = daily([100, 94.9]), daily([100, 95.1])
    assert contagion.coins_down(fallen, fallen, flat, flat, flat).dropna().tolist() == [0.4]
    assert contagion.coins_down(daily([100, 95]), *[flat] * 4).iloc[-1] == 0.2, (
        "five percent exactly is a fall of five percent"
    )
    assert contagion.coins_down(fallen, fallen, flat, flat).isna().all(), "four coins are too few"
    newly_listed = daily([50], "2024-01-02")
    assert contagion.coins_down(fallen, fallen, flat, flat, newly_listed).isna().all()


def test_a_fall_over_two_days_is_not_a_fall_in_a_day() -> None:
    gapped = daily([100, 97, 94]).drop(daily([0, 0]).index[-1])
    assert contagion.coins_down(*[gapped] * 5).empty


def noise(count: int, size: int, seed: int = 3) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(count, size))


def sample(values: np.ndarray, names: str = "abcde") -> pd.DataFrame:
    days = pd.date_range("2000-01-01", periods=len(values), freq="D", tz="UTC")
    return pd.DataFrame(values, index=days, columns=list(names[: values.shape[1]]))


def test_white_noise_shares_what_its_correlation_says() -> None:
    shocks = noise(60_000, 2)
    shocks[:, 1] = 0.6 * shocks[:, 0] + 0.8 * shocks[:, 1]
    estimate = network.connectedness(sample(shocks), lags=1)
    assert estimate.received.to_numpy() == pytest.approx(0.36 / 1.36, abs=0.01)
    assert estimate.total == pytest.approx(0.36 / 1.36, abs=0.01)


def test_a_market_that_only_leads_sends_and_receives_nothing() -> None:
    shocks, values = noise(60_000, 2), np.zeros((60_000, 2))
    for day in range(1, len(values)):
        values[day, 0] = 0.5 * values[day - 1, 0] + shocks[day, 0]
        values[day, 1] = 0.5 * values[day - 1, 1] + 0.4 * values[day - 1, 0] + shocks[day, 1]
    ahead = np.arange(10)
    crossed = np.sum((0.4 * ahead * 0.5 ** np.maximum(ahead - 1, 0)) ** 2)
    share = crossed / (crossed + np.sum(0.25**ahead))
    estimate = network.connectedness(sample(values), lags=1)
    assert estimate.table.loc["b", "a"] == pytest.approx(share, abs=0.01)
    assert estimate.table.loc["a", "b"] == pytest.approx(0, abs=0.001)
    assert estimate.net["a"] == pytest.approx(share, abs=0.01)
    assert estimate.net_pairwise.loc["a", "b"] == pytest.approx(share, abs=0.01)


def test_what_is_sent_is_received_and_rows_are_whole() -> None:
    estimate = network.connectedness(sample(noise(300, 4).cumsum(axis=0) * 0.1 + noise(300, 4, 5)))
    assert estimate.table.sum(axis=1).to_numpy() == pytest.approx(1)
    assert estimate.net.sum() == pytest.approx(0, abs=1e-12)
    assert estimate.total == pytest.approx(estimate.sent.sum() / 4)


def test_the_order_of_the_markets_changes_nothing() -> None:
    values = sample(noise(400, 3) @ np.array([[1, 0.5, 0.2], [0, 1, 0.3], [0, 0, 1]]))
    straight, turned = network.connectedness(values), network.connectedness(values[["c", "a", "b"]])
    pd.testing.assert_frame_equal(turned.table.loc[["a", "b", "c"], ["a", "b", "c"]], straight.table)


def test_every_window_equals_its_own_estimate() -> None:
    values = sample(noise(420, 3).cumsum(axis=0) * 0.05 + noise(420, 3, 7) - 8)
    values.iloc[100, 1] = np.nan
    rolling = network.rolling_connectedness(values, window=120)
    common = values.dropna()
    assert len(rolling.total) == len(common) - 119
    for end in (120, 257, len(common)):
        single, day = network.connectedness(common.iloc[end - 120 : end]), common.index[end - 1]
        assert rolling.total[day] == pytest.approx(single.total, rel=1e-9)
        assert rolling.received.loc[day].to_numpy() == pytest.approx(single.received.to_numpy(), rel=1e-9)
        assert rolling.net.loc[day].to_numpy() == pytest.approx(single.net.to_numpy(), abs=1e-9)
        on_day = rolling.on(day)
        assert on_day is not None
        pd.testing.assert_frame_equal(on_day.table, single.table)
    assert rolling.on(common.index[0]) is None


def test_a_window_in_which_a_market_stands_still_or_copies_another_has_no_answer() -> None:
    values = noise(200, 3)
    values[100:, 2] = -7.3
    total = network.rolling_connectedness(sample(values), window=60).total
    assert total.iloc[0] > 0
    assert np.isnan(total.iloc[-1])
    twin = noise(200, 2)[:, [0, 1, 1]]
    assert np.isnan(network.connectedness(sample(twin)).total)


def test_too_short_a_sample_has_no_answer_and_impossible_settings_are_mistakes() -> None:
    assert np.isnan(network.connectedness(sample(noise(10, 5))).total)
    assert network.rolling_connectedness(sample(noise(100, 3)), window=120).total.empty
    for wrong in ({"lags": 0}, {"horizon": 0}, {"window": 8}):
        with pytest.raises(ValueError, match=r"at least 1|cannot carry"):
            network.rolling_connectedness(sample(noise(100, 3)), **wrong)
    with pytest.raises(ValueError, match="two markets"):
        network.connectedness(sample(noise(100, 1)))


def test_a_day_without_a_range_is_a_gap() -> None:
    ranges = network.log_range(daily([101, 100, 110]), daily([100, 100, 100]))
    assert len(ranges) == 2
    assert ranges.iloc[-1] == pytest.approx(np.log(0.361 * np.log(1.1) ** 2))


def test_diebold_and_yilmaz_table_of_2012_is_reproduced(history_folder: Path) -> None:
    path = history_folder.parent / "design" / "dy2012.csv"
    if not path.exists():
        pytest.skip("the data of Diebold and Yilmaz (2012) are not beside the history")
    volatility = pd.read_csv(path).select_dtypes("number")
    estimate = network.connectedness(volatility[["SP500", "R_10Y", "DJUBSCOM", "USDX"]], lags=4, horizon=10)
    published = [
        [88.76, 7.29, 0.35, 3.61],
        [10.21, 81.45, 2.73, 5.61],
        [0.47, 3.70, 93.69, 2.14],
        [5.69, 7.03, 1.55, 85.73],
    ]
    assert (100 * estimate.table).round(2).to_numpy().tolist() == published
    assert (100 * estimate.sent).round(2).tolist() == [16.37, 18.01, 4.62, 11.36]
    assert (100 * estimate.received).round(2).tolist() == [11.24, 18.55, 6.31, 14.27]
    assert (100 * estimate.net).round(2).tolist() == [5.13, -0.54, -1.69, -2.90]
    assert round(100 * estimate.total, 4) == 12.5921
