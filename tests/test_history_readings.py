"""The readings on real history, against values reckoned apart from the product."""

import math
from pathlib import Path

import pytest

from indicators import readings
from indicators.readings import READINGS, Value
from tests.held import panels, utc

DAYS = ("2025-11-20", "2026-02-05")
RECKONED: dict[str, tuple[str, str]] = {
    "btc_close": ("86637.23", "62909.86"),
    "btc_production_cost": ("92432.10", "85995.66"),
    "btc_price_to_cost": ("0.93731", "0.73155"),
    "hashprice": ("35.768", "27.916"),
    "btc_drawdown": ("-0.30500", "-0.49534"),
    "spx_drawdown": ("-0.05110", "-0.02582"),
    "spx_change_1d": ("-0.01557", "-0.01225"),
    "ixic_drawdown": ("-0.07849", "-0.05918"),
    "btc_etf_net_flow": ("-903.2e6", "-434.1e6"),
    "crypto_etf_flow_mtd": ("-5567.2e6", "-838.3e6"),
    "btc_etf_outflow_streak": ("1", "3"),
    "ibit_net_flow": ("-355.5e6", "-175.3e6"),
    "crypto_fear_greed": ("11", "12"),
    "vix": ("26.42", "21.77"),
    "vix_percentile_1y": ("0.9286", "0.8175"),
    "btc_dvol": ("54.65", "82.62"),
    "btc_dvol_percentile_1y": ("0.7507", "1.0"),
    "btc_dvol_rank_1y": ("0.6470", "1.727"),
    "bnb_btc_correlation_30d": ("0.7459", "0.9379"),
    "bnb_btc_beta_90d": ("1.2393", "0.9348"),
    "bnb_btc_downside_beta_90d": ("1.2310", "0.8913"),
    "btc_spx_correlation_60d": ("0.6343", "0.5073"),
    "mstr_holdings": ("649870", "713502"),
    "mstr_average_cost": ("74430", "76047"),
    "mstr_unrealised": ("7.933e9", "-9.374e9"),
    "connectedness_total": ("0.5271", "0.5540"),
    "bnb_received": ("0.4265", "0.4492"),
    "bnb_net": ("-0.0351", "-0.0041"),
    "coins_down_5pct": ("0.4167", "0.9167"),
    "spx_worst_fall_80m": ("-0.0238", ""),
}
"""As printed: the last digit is rounded."""


def half_a_digit(printed: str) -> float:
    """Half of the last digit that was printed: what rounding may have taken."""
    mantissa, _, exponent = printed.partition("e")
    decimals = len(mantissa.partition(".")[2])
    return 0.5 * 10.0 ** (int(exponent or 0) - decimals)


def value(folder: Path, name: str, day: str) -> Value:
    held = panels(folder)
    return readings.evaluate(name, readings.series(name, held), utc(day), readings.publishers(READINGS[name], held))


@pytest.mark.parametrize("name", RECKONED)
def test_a_reading_is_what_was_reckoned_apart(history_folder: Path, name: str) -> None:
    for day, printed in zip(DAYS, RECKONED[name], strict=True):
        if printed:
            tolerance = max(1e-4 * abs(float(printed)), half_a_digit(printed) * 1.0001)
            assert value(history_folder, name, day).value == pytest.approx(float(printed), abs=tolerance), day


def test_february_5_2026_was_extreme_in_price_and_fear_and_not_in_shares(history_folder: Path) -> None:
    values = readings.evaluate_all(panels(history_folder), utc("2026-02-05"))
    states = {
        name: values[name].state
        for name in ("btc_price_to_cost", "crypto_fear_greed", "btc_dvol", "spx_drawdown", "vix")
    }
    assert states == {
        "btc_price_to_cost": "extreme",
        "crypto_fear_greed": "extreme",
        "btc_dvol": "extreme",
        "spx_drawdown": "calm",
        "vix": "calm",
    }


def test_a_number_that_stopped_arriving_is_kept_and_says_since_when(history_folder: Path) -> None:
    stale = readings.evaluate_all(panels(history_folder), utc("2026-02-05"))["crypto_market_cap_change_1d"]
    assert stale.time == utc("2025-08-05")
    assert stale.state == "unknown"
    assert stale.why == "last published 2025-08-05, 184 days before"
    assert math.isfinite(stale.value)


def test_what_is_not_held_is_named(history_folder: Path) -> None:
    values = readings.evaluate_all(panels(history_folder), utc("2026-02-05"))
    assert (
        values["mstr_mnav"].why == "not held: shares outstanding of MSTR, debt of MSTR, preferred of MSTR, cash of MSTR"
    )
    assert values["oi_to_market_cap_eth"].why == "not held: market cap of ETH"
    assert values["hash_rate_under_water"].why == "not held: fleet efficiency of BTC"
    assert values["bnb_change_24h"].why == "not held: hour close of BNB"
