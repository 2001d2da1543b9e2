"""Facts about the rows of the readings, how a value is judged, and what is said when there is none."""

import math
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from components.frame import PAGES
from data_sources.contract import Panels
from indicators import events, readings
from indicators.readings import READINGS, Reading, Thresholds, evaluate, state_of
from measures import MEASURES
from tests.held import daily, frame, made_up, utc

EMPTY = Panels(made_up(1).iloc[:0])
LATER = {"leverage", "treasuries"}
"""Pages whose readings are already told while they have no row in the menu yet."""


@pytest.mark.parametrize("row", READINGS.values(), ids=lambda row: row.id)
def test_every_row_is_whole(row: Reading) -> None:
    assert {measure.lstrip("*") for measure, _ in row.inputs} <= set(MEASURES)
    assert row.page in {page.name for page in PAGES} | LATER
    assert row.sentence.endswith(".")
    assert "{value}" in row.sentence
    assert row.format.format(1.0) != row.format
    assert row.unit
    assert len(row.label) <= 28
    assert (row.thresholds is None) == (row.stress == "none")


@pytest.mark.parametrize("row", [row for row in READINGS.values() if row.thresholds], ids=lambda row: row.id)
def test_every_threshold_has_a_reason_a_link_and_an_order(row: Reading) -> None:
    limits = row.thresholds
    assert limits is not None
    assert limits.reason.endswith(".")
    assert limits.link.startswith("https://")
    if row.stress == "high":
        assert limits.extreme > limits.stress
    else:
        assert limits.extreme < limits.stress
    if limits.on == "percentile":
        assert 0 < min(limits.stress, limits.extreme) < max(limits.stress, limits.extreme) < 1
    assert (limits.upper is not None) == (row.stress == "both")


def test_the_ids_are_those_of_their_rows() -> None:
    assert len({row.id for row in READINGS.values()}) == len(READINGS)
    assert all(name == row.id for name, row in READINGS.items())


def row(stress: str, limits: Thresholds | None) -> Reading:
    return replace(READINGS["vix"], stress=stress, thresholds=limits)  # type: ignore[arg-type]


def limits(stress: float, extreme: float, **more: object) -> Thresholds:
    return Thresholds(stress, extreme, "Because.", "https://example.org", **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("stress", "bounds", "value", "state"),
    [
        ("low", limits(1.0, 0.75), 1.0, "calm"),
        ("low", limits(1.0, 0.75), 0.99, "stress"),
        ("low", limits(1.0, 0.75), 0.74, "extreme"),
        ("low", limits(-0.025, -0.07, inclusive=True), -0.025, "stress"),
        ("high", limits(25, 35), 24.99, "calm"),
        ("high", limits(25, 35), 25, "stress"),
        ("high", limits(25, 35), 35, "extreme"),
        ("both", limits(0.0, -0.1, upper=(0.3, 0.6)), 0.1, "calm"),
        ("both", limits(0.0, -0.1, upper=(0.3, 0.6)), -0.01, "stress"),
        ("both", limits(0.0, -0.1, upper=(0.3, 0.6)), 0.3, "stress"),
        ("both", limits(0.0, -0.1, upper=(0.3, 0.6)), 0.7, "extreme"),
        ("none", None, 5.0, "calm"),
        ("high", limits(25, 35), math.nan, "unknown"),
    ],
)
def test_a_state_follows_from_the_thresholds(stress: str, bounds: Thresholds | None, value: float, state: str) -> None:
    assert state_of(row(stress, bounds), value, math.nan) == state


def test_a_percentile_threshold_looks_at_the_percentile() -> None:
    judged = row("high", limits(0.9, 0.98, on="percentile"))
    assert state_of(judged, 1e9, 0.5) == "calm"
    assert state_of(judged, -1e9, 0.95) == "stress"
    assert state_of(judged, 1e9, math.nan) == "unknown"


def test_a_value_is_the_last_one_whose_day_is_over() -> None:
    value = evaluate("vix", daily([20, 26, 31]), date(2024, 1, 2))
    assert (value.value, value.previous, value.change_1d, value.state) == (26, 20, 6, "stress")
    assert (value.time, value.age) == (utc("2024-01-02"), pd.Timedelta(0))


def test_a_state_that_holds_from_midnight_belongs_to_its_day() -> None:
    held = daily([650_000, 660_000], "2025-12-01", "7D")
    assert evaluate("mstr_holdings", held, utc("2025-12-07")).value == 650_000
    assert evaluate("mstr_holdings", held, utc("2025-12-08")).value == 660_000


def test_an_hour_counts_when_it_is_over() -> None:
    hours = daily([0.01, -0.02], "2025-12-01 23:00", "24h")
    assert evaluate("bnb_change_24h", hours, utc("2025-12-01")).value == 0.01


def test_a_timestamp_in_another_zone_means_its_utc_day() -> None:
    tokyo = pd.Timestamp("2024-01-03 08:00", tz="Asia/Tokyo")
    assert evaluate("vix", daily([20, 26, 31]), tokyo).value == 26


def test_a_percentile_needs_a_full_year_of_earlier_observations() -> None:
    year = READINGS["vix"].year
    rising = daily(np.arange(year + 1.0) + 1)
    assert evaluate("vix", rising, rising.index[-1]).percentile_1y == 1.0
    assert math.isnan(evaluate("vix", rising, rising.index[-2]).percentile_1y)


def test_a_number_too_old_for_the_day_keeps_its_value_and_loses_its_state() -> None:
    friday = daily([30.0], "2025-11-21")
    assert evaluate("vix", friday, utc("2025-11-26")).state == "stress"
    late = evaluate("vix", friday, utc("2025-11-27"))
    assert (late.value, late.state, late.why) == (30, "unknown", "last published 2025-11-21, 6 days before")
    assert evaluate("btc_drawdown", friday - 30, utc("2025-11-25")).state == "unknown", "coins trade every day"


def test_a_price_whose_year_is_not_full_says_so() -> None:
    young = evaluate("btc_close", daily([90_000.0] * 10), utc("2024-01-10"))
    assert (young.value, young.state) == (90_000, "unknown")
    assert young.why == "too short a history to rank it: 9 of 365 earlier observations"


def test_before_any_data_every_reading_says_what_is_not_held() -> None:
    values = readings.evaluate_all(EMPTY, utc("1990-01-01"))
    assert list(values) == list(READINGS)
    assert all(
        math.isnan(value.value) and value.why.startswith("not held: ") and value.state == "unknown"
        for value in values.values()
    )
    assert values["mstr_holdings"].why == "not held: holdings of MSTR"


def test_too_short_a_history_says_how_short() -> None:
    closes = pd.concat([frame("close", coin, "binance", daily(np.arange(12.0) + 1)) for coin in ("BNB", "BTC")])
    values = readings.evaluate_all(Panels(closes), utc("2024-01-12"))
    assert values["bnb_btc_correlation_30d"].why == "too short a history of close of BNB: 12 of 31 observations"
    assert values["bnb_btc_correlation_30d"].publishers == ("binance",)


def test_inputs_without_a_common_day_say_so() -> None:
    held = Panels(
        pd.concat(
            [
                frame("open_interest", "BTC", "all_venues", daily([1e9])),
                frame("close", "BTC", "binance", daily([9e4], "2024-01-02")),
                frame("supply", "BTC", "bitcoin", daily([2e7], "2024-01-03")),
            ]
        )
    )
    assert readings.evaluate_all(held, utc("2024-01-05"))["oi_to_market_cap_btc"].why.startswith(
        "its inputs have no day in common"
    )


def test_a_fund_reads_its_own_flow_and_names_itself() -> None:
    flows = pd.concat(
        [frame("net_flow", "BTC", fund, daily([value] * 3)) for fund, value in (("IBIT", 5.0), ("FBTC", 7.0))]
    )
    values = readings.evaluate_all(Panels(flows), utc("2024-01-03"))
    assert (values["ibit_net_flow"].value, values["ibit_net_flow"].publishers) == (5, ("IBIT",))
    assert (values["btc_etf_net_flow"].value, values["btc_etf_net_flow"].publishers) == (12, ("FBTC", "IBIT"))
    without = Panels(flows[flows["entity"] == "FBTC"])
    assert math.isnan(readings.evaluate_all(without, utc("2024-01-03"))["ibit_net_flow"].value)


def test_an_asset_with_a_star_brings_all_that_begin_so_and_names_who_publishes_them() -> None:
    held = [
        frame("futures_price", name, entity, daily([price] * 3, first))
        for name, entity, price, first in (
            ("ZQX25", "yahoo", 96.12, "2025-11-18"), ("ZQZ25", "yahoo", 96.2, "2025-11-19"), ("ES", "cme", 6_500.0, "2025-11-18")
        )
    ]  # fmt: skip
    row, known = READINGS["cut_odds_next"], Panels(pd.concat(held))
    prices, effr, *calendar = readings.inputs_of(row, known)
    assert (list(prices.columns), len(prices)) == (["ZQX25", "ZQZ25"], 4)
    assert math.isnan(prices.iloc[0, 1]), "a gap stays one"
    assert all(values.empty for values in (effr, *calendar))
    assert readings.publishers(row, known) == ("yahoo",)
    assert len(readings.inputs_of(row, known.cut("2025-11-18"))[0].columns) == 1
    value = readings.evaluate_all(known, utc("2025-11-20"))["cut_odds_next"]
    assert value.value == pytest.approx((96.2 - 96.12) / 0.25 * 31 / 22)
    assert readings.evaluate_all(EMPTY, utc("2025-11-20"))["cut_odds_next"].why.startswith("not held: futures price of ZQ,")


def test_the_premium_is_enterprise_value_over_coins() -> None:
    day = "2026-01-05"
    amounts = {
        ("close", "MSTR"): 150.0,
        ("shares_outstanding", "MSTR"): 3e8,
        ("debt", "MSTR"): 8e9,
        ("preferred", "MSTR"): 8e9,
        ("cash", "MSTR"): 2e9,
        ("holdings", "MSTR"): 7e5,
        ("close", "BTC"): 9e4,
    }
    held = Panels(
        pd.concat([frame(measure, asset, "x", daily([amount], day)) for (measure, asset), amount in amounts.items()])
    )
    value = readings.evaluate_all(held, utc(day))["mstr_mnav"]
    assert value.value == pytest.approx((45e9 + 8e9 + 8e9 - 2e9) / 63e9)
    assert value.state == "extreme"


def test_a_reading_alone_equals_itself_among_all() -> None:
    held = Panels(made_up(1))
    together = readings.all_series(held)
    assert list(together) == list(READINGS)
    for name, values in together.items():
        pd.testing.assert_series_equal(readings.series(name, held), values)
        assert values.notna().all()
        assert values.index.is_monotonic_increasing
        assert values.index.is_unique
        assert str(pd.DatetimeIndex(values.index).tz) == "UTC"
    empty = [name for name, values in together.items() if values.empty]
    assert empty == ["stress_index", "stress_index_percentile_1y"], "every input is held, for less than a rank's two years"


def test_an_unknown_reading_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        readings.series("btc_moon", EMPTY)


def test_events_are_dated_short_and_explained() -> None:
    assert [event.date for event in events.EVENTS] == sorted(event.date for event in events.EVENTS)
    assert all(
        len(event.label) <= 14 and event.meaning.endswith(".") and event.link.startswith("https://")
        for event in events.EVENTS
    )
    assert [event.label for event in events.between(utc("2025-10-01"), utc("2025-11-19"))] == ["Liquidations"]
