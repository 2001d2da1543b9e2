"""The sample board: facts stand, what is simulated says so, and nothing simulated pretends to be a record."""

import numpy as np
import pandas as pd
import pytest

from data_sources import sample, simulate, simulate_flows, simulate_paths
from data_sources.cambridge import read_efficiency
from data_sources.contract import COLUMNS, tidy
from measures import MEASURES

KEY = ["time", "measure", "asset", "entity"]


@pytest.fixture(scope="module")
def board() -> pd.DataFrame:
    return sample.read()


@pytest.fixture(scope="module")
def facts() -> pd.DataFrame:
    table = sample.read_facts()
    return table.assign(time=table["time"].dt.tz_localize("UTC"))


def series(board: pd.DataFrame, measure: str, asset: str, entity: str | None = None) -> pd.Series:
    """One series of the board; all its entities summed up where none is named."""
    rows = board[(board["measure"] == measure) & (board["asset"] == asset)]
    if entity:
        rows = rows[rows["entity"] == entity]
    return rows.groupby("time")["value"].sum()


def on(day: str) -> pd.Timestamp:
    return pd.Timestamp(day, tz="UTC")


def test_every_fact_of_a_measure_stands_exactly_and_is_not_called_simulated(
    board: pd.DataFrame, facts: pd.DataFrame
) -> None:
    held = facts[facts["measure"].isin(list(MEASURES))]
    found = held.merge(board, on=KEY, how="left", suffixes=("", "_held"), indicator=True)
    assert len(held) > 3000
    assert (found["_merge"] == "both").all()
    assert (found["value"] == found["value_held"]).all()
    assert not found["simulated"].astype(bool).any()


def test_what_is_no_fact_is_called_simulated_but_for_a_rate_in_force(board: pd.DataFrame, facts: pd.DataFrame) -> None:
    found = board.merge(facts[KEY], on=KEY, how="left", indicator=True)
    made = found[(found["_merge"] == "left_only") & ~found["measure"].isin(sample.IN_FORCE)]
    assert len(made) > 80_000
    assert made["simulated"].all()


def test_every_fact_names_its_source_and_stands_once(facts: pd.DataFrame) -> None:
    assert (facts["source"].str.len() > 3).all()
    assert not facts.duplicated(KEY).any()


def test_the_fed_target_changes_only_on_the_day_after_a_decision(board: pd.DataFrame, facts: pd.DataFrame) -> None:
    upper = series(board, "fed_target_upper", "USD")
    decided = facts.loc[facts["measure"] == "fed_target_upper", "time"]
    assert upper.index[upper.diff() != 0].equals(pd.DatetimeIndex(decided))
    assert upper[on("2026-02-06")] == 0.0375


def test_the_bundled_file_is_what_the_script_builds(board: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(sample.build(), board, check_exact=True)


def test_the_sample_is_a_tidy_frame_with_a_flag(board: pd.DataFrame) -> None:
    assert list(board.columns) == [*COLUMNS, "simulated"]
    assert board["simulated"].dtype == bool
    pd.testing.assert_frame_equal(tidy(board[list(COLUMNS)]), board[list(COLUMNS)])


def test_values_respect_the_bounds_of_their_measure(board: pd.DataFrame) -> None:
    for name, rows in board.groupby("measure"):
        measure = MEASURES[str(name)]
        if measure.low is not None:
            assert (rows["value"] > measure.low if measure.low_open else rows["value"] >= measure.low).all(), name
        if measure.high is not None:
            assert (rows["value"] <= measure.high).all(), name


def test_it_ends_on_the_last_day_of_the_story(board: pd.DataFrame) -> None:
    assert board["time"].max() == on("2026-02-06")
    ends = board[board["measure"].isin(["close", "level", "dvol", "fear_greed"])].groupby(KEY[1:])["time"].max()
    assert (ends == on("2026-02-06")).all()


def test_coins_have_every_day_and_indices_have_sessions_only(board: pd.DataFrame) -> None:
    for asset in ("BTC", "ETH", "BNB", "SOL", "XRP"):
        assert (pd.Series(series(board, "close", asset, "binance").index).diff().dropna() == pd.Timedelta("1D")).all()
    levels = board[board["measure"].str.startswith("level")]
    assert (levels["time"].dt.day_of_week < 5).all()
    spx = series(board, "level", "SPX")
    assert on("2025-11-27") not in spx.index  # Thanksgiving
    assert on("2025-11-28") in spx.index
    assert on("2025-10-07") not in series(board, "level", "HSI").index  # the day after Mid-Autumn


def test_no_simulated_price_passes_the_record_that_stands_two_facts_on(board: pd.DataFrame) -> None:
    prices = board[board["measure"].isin(["close", "level"]) & (board["asset"] != "VIX")]
    for key, rows in prices.groupby(KEY[1:]):
        facts = rows.loc[~rows["simulated"], "value"]
        record = facts.cummax().shift(-1).fillna(facts.max()).reindex(rows.index).bfill()
        assert (rows.loc[rows["simulated"], "value"] < record[rows["simulated"]]).all(), key


def test_a_rising_market_does_not_lie_flat_on_its_bound(board: pd.DataFrame) -> None:
    bitcoin = series(board, "close", "BTC", "binance")["2025-06-01":"2025-09-30"]
    assert bitcoin.pct_change().abs().rolling(10).mean().min() > 0.0015


def test_no_simulated_day_goes_beyond_the_known_extremes_of_its_year(board: pd.DataFrame) -> None:
    bounded = {row.key for row in simulate_paths.BRIDGES if row.bounded_by == "year"}
    for key, rows in board.groupby(KEY[1:]):
        if key in bounded:
            known = rows["value"].where(~rows["simulated"]).groupby(rows["time"].dt.year)
            made = rows["simulated"]
            assert (rows["value"] < known.transform("max"))[made].all(), key
            assert (rows["value"] > known.transform("min"))[made].all(), key


@pytest.mark.parametrize(
    ("asset", "names"),
    [("BTC", ("open", "high", "low", "close")), ("BNB", ("open", "high", "low", "close"))]
    + [(asset, ("level_open", "level_high", "level_low", "level")) for asset in ("SPX", "IXIC")],
)
def test_the_day_stays_within_its_high_and_low(board: pd.DataFrame, asset: str, names: tuple[str, ...]) -> None:
    day = pd.DataFrame({name: series(board, name, asset) for name in names}).dropna()
    first, high, low, last = (day[name] for name in names)
    assert len(day) > 2000
    assert (high >= np.maximum(first, last)).all()
    assert (low <= np.minimum(first, last)).all()
    assert (high > low).all()


def test_every_published_total_of_flows_adds_up_to_the_cent(board: pd.DataFrame, facts: pd.DataFrame) -> None:
    totals = facts[facts["measure"].isin(["net_flow_day", "net_flow_month"])]
    assert len(totals) == 50
    flows = {asset: series(board, "net_flow", asset) for asset in ("BTC", "ETH")}
    monthly = totals["measure"] == "net_flow_month"
    for asset, last, value, whole in zip(totals["asset"], totals["time"], totals["value"], monthly, strict=True):
        first = last.replace(day=1) if whole else last
        assert flows[asset][first:last].sum() == value, (asset, last)


def test_flows_come_in_tenths_of_a_million_on_sessions_only(board: pd.DataFrame) -> None:
    flows = board[board["measure"] == "net_flow"]
    assert (flows["value"] % simulate_flows.UNIT == 0).all()
    assert set(flows["time"]) <= set(series(board, "level", "SPX").index)


def test_a_known_day_of_flows_keeps_the_gap_its_publisher_left(board: pd.DataFrame) -> None:
    flows = board[(board["measure"] == "net_flow") & (board["time"] == on("2026-01-28"))]
    assert "ETHE" not in set(flows["entity"])
    assert not flows["simulated"].any()


def test_no_simulated_flow_is_larger_than_the_largest_known_one(board: pd.DataFrame) -> None:
    total = series(board, "net_flow", "BTC")
    assert total.idxmin() == on("2025-02-25")
    assert total.idxmax() == on("2024-11-07")
    blackrock = series(board, "net_flow", "BTC", "IBIT")
    assert blackrock.idxmin() == on("2026-01-30")
    assert series(board, "net_flow", "BTC", "GBTC")[: on("2024-03-31")].sum() < -5e9


@pytest.mark.parametrize(
    ("day", "btc", "spx", "ixic", "flow", "month_to_date", "streak"),
    [
        ("2025-11-20", -0.30500, -0.05110, -0.07849, -903.2e6, -5567.2e6, 1),
        ("2026-02-05", -0.49534, -0.02582, -0.05918, -434.1e6, -838.3e6, 3),
    ],
)
def test_the_days_of_the_story_read_as_they_were_published(
    board: pd.DataFrame, day: str, btc: float, spx: float, ixic: float, flow: float, month_to_date: float, streak: int
) -> None:
    for measure, asset, fall in (("close", "BTC", btc), ("level", "SPX", spx), ("level", "IXIC", ixic)):
        closes = series(board, measure, asset)[: on(day)]
        assert closes.iloc[-1] / closes.max() - 1 == pytest.approx(fall, abs=5e-6)
    bitcoin, ether = (series(board, "net_flow", asset)[: on(day)] for asset in ("BTC", "ETH"))
    assert bitcoin.iloc[-1] == flow
    assert (bitcoin + ether)[on(day).replace(day=1) :].sum() == month_to_date
    assert (bitcoin[::-1] < 0).cummin().sum() == streak


def test_implied_volatility_ranks_as_it_did(board: pd.DataFrame) -> None:
    year = series(board, "dvol", "BTC")[: on("2025-11-20")].iloc[-366:]
    today, before = year.iloc[-1], year.iloc[:-1]
    assert (before < today).mean() == pytest.approx(0.7507, abs=0.06)
    assert (today - before.min()) / (before.max() - before.min()) == pytest.approx(0.6470, abs=1e-4)


def test_coins_move_together_and_shares_with_them(board: pd.DataFrame) -> None:
    closes = {asset: series(board, "close", asset, "binance") for asset in ("BTC", "ETH", "BNB")}
    closes |= {asset: series(board, "level", asset) for asset in ("SPX", "IXIC", "VIX")}
    moves = pd.DataFrame(closes).dropna().pct_change()
    assert 0.5 < moves["BTC"].corr(moves["ETH"]) < 0.95
    assert 0.1 < moves["BTC"].corr(moves["SPX"]) < 0.7
    assert moves["SPX"].corr(moves["IXIC"]) > 0.8
    assert moves["SPX"].corr(moves["VIX"]) < -0.4


def test_hash_rate_is_what_the_difficulty_implies_on_average(board: pd.DataFrame) -> None:
    hash_rate = series(board, "hash_rate", "BTC")
    difficulty = series(board, "difficulty", "BTC").reindex(hash_rate.index, method="ffill")
    ratio = hash_rate / (difficulty * 2.0**32 / 600)
    assert ratio.mean() == pytest.approx(1.0, abs=0.05)
    assert (series(board, "supply", "BTC").diff().dropna() > 0).all()


def test_a_fact_on_a_day_without_a_session_is_refused() -> None:
    table = sample.read_facts()
    sunday = pd.DataFrame([{**table[table["asset"] == "SPX"].iloc[5], "time": pd.Timestamp("2019-02-17")}])
    with pytest.raises(ValueError, match=r"SPX.*no session on 2019-02-17"):
        sample.build(pd.concat([table, sunday], ignore_index=True))


def test_known_days_that_miss_their_total_are_refused() -> None:
    table = sample.read_facts()
    wrong = (table["measure"] == "net_flow") & (table["time"] == "2025-11-18") & (table["entity"] == "IBIT")
    day = pd.DataFrame(
        [{"time": pd.Timestamp("2025-11-18"), "measure": "net_flow_day", "asset": "BTC", "entity": "all_funds"}]
    ).assign(value=-372.8e6, source="Farside daily total")
    with pytest.raises(ValueError, match=r"BTC.*do not add up"):
        sample.build(pd.concat([table.assign(value=table["value"].where(~wrong, 0.0)), day], ignore_index=True))


def test_a_bridge_meets_its_knots_and_a_calm_one_is_straight() -> None:
    at, knots = np.array([0, 4, 10]), np.array([1.0, 3.0, 0.0])
    clock = np.arange(11.0)
    wild = simulate.bridge(np.random.default_rng(1).standard_normal(11).cumsum(), at, knots, clock)
    assert wild[at] == pytest.approx(knots)
    assert simulate.bridge(np.zeros(11), at, knots, clock)[:5] == pytest.approx([1.0, 1.5, 2.0, 2.5, 3.0])
    pulled = simulate.bridge(np.zeros(11), at, knots, clock, speed=1.0)
    assert pulled[at] == pytest.approx(knots)
    assert pulled[2] < 2.0  # drawn to its mean, 0, between the knots


def test_a_confined_path_stays_in_its_band_and_keeps_its_direction() -> None:
    path = np.array([0.0, 5.0, 9.0, -4.0, 0.5])
    line, low, high = np.zeros(5), np.full(5, -1.0), np.full(5, 2.0)
    confined = simulate.confine(path, line, low, high)
    assert ((confined >= low) & (confined <= high)).all()
    assert confined[1] < confined[2] < 2.0
    assert confined[3] < 0.0 < confined[4] < path[4]
    assert simulate.confine(np.array([2.5]), np.array([2.0]), np.array([1.0]), np.array([2.0])) == pytest.approx([2.0])


def test_the_pull_to_the_mean_is_found_again_in_a_path_that_has_one() -> None:
    truth = simulate.Reversion(mean=3.0, spread=0.5, speed=0.1)
    path = truth.mean + truth.free(np.random.default_rng(7).standard_normal(6000))
    at = np.arange(0, 6000, 5)
    found = simulate.Reversion.fit(at, path[at])
    assert found.mean == pytest.approx(3.0, abs=0.1)
    assert found.spread == pytest.approx(0.5, rel=0.15)
    assert found.speed == pytest.approx(0.1, rel=0.3)


def test_volatility_is_found_again_from_numbers_a_month_apart() -> None:
    path = (0.03 * np.random.default_rng(3).standard_normal(3000)).cumsum()
    at = np.arange(0, 3000, 30)
    found = simulate.volatility(at, path[at], pd.date_range("2018-01-01", periods=3000))
    assert np.median(found) == pytest.approx(0.03, rel=0.2)


def test_a_contradictory_correlation_matrix_is_made_positive() -> None:
    rng = np.random.default_rng(5)
    shared = rng.standard_normal(40)
    changes = pd.DataFrame({"a": shared, "b": shared + 0.1 * rng.standard_normal(40), "c": -shared})
    changes.loc[:19, "a"] = np.nan
    changes.loc[20:, "c"] = np.nan
    matrix = simulate.correlation(changes)
    assert np.linalg.eigvalsh(matrix).min() > 0
    assert np.diag(matrix) == pytest.approx([1.0, 1.0, 1.0])
    assert matrix[0, 1] > 0.5
    assert matrix[1, 2] < -0.5


def test_cambridge_has_a_month_table_with_its_gap() -> None:
    efficiency = read_efficiency()
    pd.testing.assert_frame_equal(tidy(efficiency), efficiency)
    values = efficiency.set_index("time")["value"]
    assert values[on("2024-06-01")] == 28.6
    assert values[on("2023-09-01")] == 34.0
    assert on("2025-11-01") not in values.index
    assert len(values) == 97
    assert values.resample("YS").mean()[on("2024-01-01")] == pytest.approx(28.7, abs=0.05)
