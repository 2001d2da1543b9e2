"""Copy: numbers, ages and verdicts read as a trader would say them, and never show a gap as a number."""

import dataclasses
from functools import partial

import numpy as np
import pandas as pd
import pytest

from components import sentences, tiles, verdicts, verdicts_overview
from indicators.readings import READINGS, Value

DAY = pd.Timestamp("2026-02-05", tz="UTC")


def value(name: str, amount: float, **given: object) -> Value:
    plain = Value(name, amount, DAY, amount, 0.0, 0.5, "calm", ("Binance",), "", pd.Timedelta(0))
    return dataclasses.replace(plain, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("amount", "told"),
    [
        (-903.2e6, "−$903.2 m"),
        (1.2e9, "$1.20 bn"),
        (-9.374e9, "−$9.37 bn"),
        (59.32e12, "$59.32 tn"),
        (62_909.86, "$62,910"),
        (0.0, "$0"),
        (0.24, "$0.24"),
        (float("nan"), "—"),
        (float("inf"), "—"),
    ],
)
def test_money_is_told_in_the_largest_unit(amount: float, told: str) -> None:
    assert sentences.money(amount) == told


def test_a_number_that_rounds_to_zero_has_no_sign() -> None:
    assert sentences.number(-0.0001, "{:.2f}") == "0.00"
    assert sentences.number(-0.5, "{:.2f}") == "−0.50"


def test_a_price_is_dollars_and_a_flow_is_millions() -> None:
    assert sentences.reading(62_909.86, "btc_close") == "$62,910"
    assert sentences.reading(-434.1e6, "btc_etf_net_flow") == "−$434.1 m"


def test_a_percentile_is_a_hundred_only_when_nothing_was_higher() -> None:
    assert sentences.percentile(0.9999) == "99"
    assert sentences.percentile(0.9286) == "93"
    assert sentences.percentile(0.0001) == "1"
    assert sentences.percentile(1.0) == "100"
    assert sentences.percentile(float("nan")) == "—"


def test_production_cost_below_and_above() -> None:
    values = {
        "btc_close": value("btc_close", 62_909.86),
        "btc_production_cost": value("btc_production_cost", 85_995.66),
        "btc_price_to_cost": value("btc_price_to_cost", 0.73155),
        "btc_days_below_cost": value("btc_days_below_cost", 1),
        "miner_margin": value("miner_margin", -0.367),
    }
    told = verdicts.production_cost(values)
    assert "$62,910 is 27% below the $85,996 a coin costs to make, for 1 day now" in told
    assert "$1.37 for electricity per dollar earned" in told
    values["btc_price_to_cost"] = value("btc_price_to_cost", 1.2)
    assert "20% above" in verdicts.production_cost(values)


def test_the_break_is_named_where_it_is() -> None:
    def told(stocks: float, coins: float) -> str:
        return verdicts.drawdowns({"spx_drawdown": value("spx_drawdown", stocks), "btc_drawdown": value("btc_drawdown", coins)})

    assert "in coins, not in stocks" in told(-0.026, -0.495)
    assert "together" in told(-0.25, -0.495)
    assert "in stocks" in told(-0.15, -0.05)
    assert "neither" in told(-0.02, -0.05)


@pytest.mark.parametrize(
    "verdict",
    [
        verdicts.production_cost,
        verdicts.etf_flows,
        verdicts.drawdowns,
        verdicts.fear,
        verdicts.contagion,
        partial(verdicts_overview.overview, before={}, month_ago=float("nan")),
    ],
)
def test_without_values_a_verdict_says_why_and_shows_no_gap(verdict) -> None:  # type: ignore[no-untyped-def]
    gone = {name: value(name, np.nan, time=pd.NaT, state="unknown", why="not held", percentile_1y=np.nan) for name in READINGS}
    for told in (verdict(gone), verdict({})):
        assert told.endswith(".")
        assert "nan" not in told.lower()


def test_a_tile_without_a_value_says_why() -> None:
    html = tiles.tile(value("vix", np.nan, time=pd.NaT, age=pd.NaT, state="unknown", why="not held: level of VIX"))
    assert "not held: level of VIX" in html
    assert "nan" not in html.lower()


def test_a_tile_carries_value_change_rank_state_age_and_publisher() -> None:
    html = tiles.tile(
        value(
            "vix",
            26.42,
            previous=23.66,
            change_1d=2.76,
            percentile_1y=0.9286,
            state="stress",
            publishers=("Cboe",),
            age=pd.Timedelta(days=2),
        )
    )
    for told in ("26.4", "▲ 2.8", "1y pct 93", "stress", "2 d old", "Cboe", "05 Feb 2026"):
        assert told in html, told


def test_whatever_a_publisher_is_called_it_is_escaped() -> None:
    html = tiles.tile(value("vix", 20.0, publishers=("<script>alert(1)</script>",)))
    assert "<script>" not in html


def test_changes_name_crossed_states_first() -> None:
    before = {"vix": value("vix", 18.0), "btc_dvol": value("btc_dvol", 50.0, percentile_1y=0.2)}
    after = {"vix": value("vix", 31.0, state="stress"), "btc_dvol": value("btc_dvol", 60.0, percentile_1y=0.6)}
    worse, better = sentences.changes(after, before)
    assert worse[0][0] == "stress"
    assert "calm → stress" in worse[0][1]
    assert "20 → 60" in worse[1][1]
    assert better == []
    _, eased = sentences.changes(before, after)
    assert "stress → calm" in eased[0]


def test_a_change_too_small_to_print_is_told_finer_or_as_none() -> None:
    assert sentences.change(value("connectedness_total", 0.55, change_1d=0.003)) == "▲ 0.3pp"
    assert sentences.change(value("connectedness_total", 0.55, change_1d=0.0)) == "unchanged"
    assert sentences.change(value("btc_close", 62910.0, previous=73166.0, change_1d=-10256.0)) == "▼ $10,256 · −14.0%"


def test_worst_comes_first() -> None:
    ranked = sentences.worst_first(
        [
            value("vix", 20),
            value("btc_close", 1, state="extreme"),
            value("btc_dvol", 1, state="unknown"),
            value("hashprice", 1, state="stress"),
        ]
    )
    assert [one.state for one in ranked] == ["extreme", "stress", "calm", "unknown"]


def test_no_line_breaks_an_amount_apart_in_a_verdict() -> None:
    html = tiles.verdict("Who?", "a pace of −$8.35 bn & more than $62,910 a coin", "stress")
    assert '<span class="fl-whole">−$8.35 bn</span> &amp; more' in html
    assert '<span class="fl-whole">$62,910</span> a coin' in html


def test_spreading_is_said_only_when_connectedness_clearly_rose() -> None:
    def told(month_ago: float) -> str:
        total = value("connectedness_total", 0.55, percentile_1y=1.0)
        return verdicts_overview.overview({total.id: total, "vix": value("vix", 40, state="extreme")}, {}, month_ago)

    assert "stress is spreading: connectedness is 55.0%, the highest of its year, up 3.0 points in a month" in told(0.52)
    assert "spreading" not in told(0.54)
    assert "up 1.0 points" in told(0.54)
    assert "down 2.0 points" in told(0.57)


def test_a_page_is_named_as_the_place_only_when_enough_of_it_is_known() -> None:
    funding = value("btc_funding_apr", -0.1, state="extreme")
    calm = {name: value(name, 1) for name, row in READINGS.items() if row.page == "fear"}
    assert "leverage" not in verdicts_overview.overview({"btc_funding_apr": funding, **calm}, {}, float("nan"))
