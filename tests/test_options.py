"""Facts about options: max pain, puts per call, realized volatility, snapshots, and which way the signs point."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components import verdicts_options
from indicators import fear, options, readings
from indicators.quotes import of_page
from indicators.readings import READINGS, Value
from tests.held import daily, panels, utc

TAKEN = pd.Timestamp("2026-02-05 12:00", tz="UTC")
FRIDAY = pd.Timestamp("2026-02-06 08:00", tz="UTC")


def chain(*rows: tuple[pd.Timestamp, float, str, float], underlying: float = 100.0) -> pd.DataFrame:
    """Options by expiry, strike, side and open interest, without bids."""
    table = pd.DataFrame(rows, columns=["expiry", "strike", "side", "open_interest"])
    return table.assign(volume=1.0, mark_iv=50.0, bid=np.nan, underlying=underlying)[list(options.CHAIN)]


EXAMPLE = chain(
    *((FRIDAY, strike, "P", size * 100) for strike, size in ((95, 21), (100, 33), (105, 5))),
    *((FRIDAY, strike, "C", size * 100) for strike, size in ((95, 9), (100, 45), (105, 25))),
)
"""Published by maximum-pain.com."""


def test_max_pain_of_the_published_example() -> None:
    strikes = options.by_strike(EXAMPLE)
    assert options.payout(strikes).tolist() == [21_500, 7_000, 31_500]
    assert options.max_pain(strikes) == 100
    assert options.put_call(strikes) == pytest.approx(0.74684, abs=5e-6)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(1, 40), st.sampled_from("CP"), st.integers(1, 9)), min_size=1, max_size=20))
def test_no_settlement_pays_holders_less_than_max_pain(positions: list[tuple[int, str, int]]) -> None:
    listed = chain(*((FRIDAY, float(strike), side, float(size)) for strike, side, size in positions))
    strikes = options.by_strike(listed)

    def paid(settled: float) -> float:
        worth = np.where(listed["side"] == "C", settled - listed["strike"], listed["strike"] - settled)
        return float((np.maximum(worth, 0) * listed["open_interest"]).sum())

    least = paid(options.max_pain(strikes))
    assert least <= min(map(paid, np.arange(0, 45, 0.5))) + 1e-9
    assert options.payout(strikes).min() == pytest.approx(least)


def test_of_strikes_that_hurt_alike_the_lowest_is_max_pain() -> None:
    assert options.max_pain(options.by_strike(chain((FRIDAY, 90, "P", 1), (FRIDAY, 110, "C", 1)))) == 90


def test_nothing_listed_nothing_open_and_an_unknown_size_have_no_max_pain() -> None:
    nothing = options.open_options(EXAMPLE, None)
    idle = chain((FRIDAY, 95, "P", 0), (FRIDAY, 100, "C", 0))
    unknown = chain((FRIDAY, 95, "P", 5), (FRIDAY, 100, "C", np.nan))
    negative = chain((FRIDAY, 95, "P", 5), (FRIDAY, 100, "C", -1))
    for listed in (nothing, idle, unknown, negative):
        assert np.isnan(options.max_pain(options.by_strike(listed)))
        assert np.isnan(options.put_call(options.by_strike(listed)))
    assert options.by_expiry(nothing).empty
    assert np.isnan(options.long_dated_share(options.by_expiry(nothing), TAKEN))


def test_puts_without_a_call_have_no_ratio_but_a_max_pain() -> None:
    strikes = options.by_strike(chain((FRIDAY, 95, "P", 5)))
    assert np.isnan(options.put_call(strikes))
    assert options.max_pain(strikes) == 95


def test_an_option_that_expires_at_the_snapshot_is_over_and_one_without_a_strike_is_none() -> None:
    listed = chain((FRIDAY, 95, "P", 5), (FRIDAY, 0, "C", 5), (FRIDAY + pd.Timedelta(days=7), 100, "C", 5))
    assert len(options.open_options(listed, FRIDAY - pd.Timedelta(1, "us"))) == 2
    assert options.open_options(listed, FRIDAY)["strike"].tolist() == [100]


def test_a_strike_with_no_bid_is_open_all_the_same() -> None:
    assert EXAMPLE["bid"].isna().all()
    row = options.by_expiry(EXAMPLE).iloc[0]
    assert row[["calls", "puts", "open_interest", "max_pain", "notional"]].tolist() == [7_900, 5_900, 13_800, 100, 1_380_000]


def test_a_forward_that_is_no_price_leaves_the_worth_unknown_and_the_size_known() -> None:
    for price in (0.0, -5.0, np.nan):
        row = options.by_expiry(chain((FRIDAY, 95, "P", 5), underlying=price)).iloc[0]
        assert row[["underlying", "notional"]].isna().all()
        assert row["open_interest"] == 5


def test_long_dated_is_what_expires_later_than_ninety_days_from_the_snapshot() -> None:
    ninety = TAKEN + pd.Timedelta(days=90)
    table = options.by_expiry(chain((FRIDAY, 95, "P", 6), (ninety, 95, "P", 1), (ninety + pd.Timedelta(1, "s"), 95, "C", 3)))
    assert options.long_dated_share(table, TAKEN) == pytest.approx(0.3)
    assert np.isnan(options.long_dated_share(options.by_expiry(chain((FRIDAY, 95, "P", np.nan))), TAKEN))


def test_the_largest_expiry_of_the_next_weeks_is_shown_first() -> None:
    far = TAKEN + pd.Timedelta(days=300)
    near = options.by_expiry(chain((FRIDAY, 95, "P", 6), (FRIDAY + pd.Timedelta(days=21), 95, "P", 7), (far, 95, "C", 99)))
    assert options.nearest_large(near, TAKEN) == FRIDAY + pd.Timedelta(days=21)
    assert options.nearest_large(options.by_expiry(chain((far, 95, "C", 99))), TAKEN) == far
    assert options.nearest_large(near, None) is None
    assert options.nearest_large(near.iloc[:0], TAKEN) is None


def test_a_coin_that_moves_one_per_cent_up_and_down_realizes_nineteen_and_a_half() -> None:
    closes = daily([100.0 * np.exp(0.01 * (day % 2)) for day in range(40)])
    realized = options.realized_volatility(closes)
    assert realized.iloc[:30].isna().all()
    assert realized.iloc[-1] == pytest.approx(0.01 * np.sqrt(30 / 29) * np.sqrt(365) * 100)


def test_a_close_that_is_no_price_is_left_out_of_realized_volatility() -> None:
    closes = daily(100 * np.exp(np.cumsum(np.random.default_rng(1).normal(0, 0.02, 60))))
    spoilt = closes.copy()
    spoilt.iloc[[10, 20, 30]] = [0.0, -5.0, np.nan]
    pd.testing.assert_series_equal(
        options.realized_volatility(spoilt), options.realized_volatility(closes.drop(closes.index[[10, 20, 30]]))
    )
    assert options.realized_volatility(closes.iloc[:1]).isna().all()
    assert options.realized_volatility(closes.iloc[:0]).empty


def test_implied_less_realized_is_below_nought_when_the_market_moves_more_than_it_insured() -> None:
    closes = daily([100.0 * np.exp(0.05 * (day % 2)) for day in range(40)])
    assert options.implied_less_realized(daily([50.0] * 40), closes).iloc[-1] < 0
    assert options.implied_less_realized(daily([200.0] * 40), closes).iloc[-1] > 0
    assert options.implied_less_realized(daily([]), closes).empty


def test_of_hourly_snapshots_the_last_of_each_day_counts() -> None:
    hourly = daily(np.arange(60.0), freq="h")
    hourly.iloc[23] = np.nan
    kept = options.last_of_day(hourly)
    assert kept.tolist() == [22, 47, 59]
    assert kept.index[0] == utc("2024-01-01") + pd.Timedelta(hours=22)


def test_the_term_structure_is_inverted_when_the_near_is_dearer() -> None:
    near, far = daily([50.0, 90.0, 60.0]), daily([60.0, 65.0])
    assert options.term_slope(far, near).tolist() == [10.0, -25.0]
    assert READINGS["btc_iv_term_slope"].inputs == (("iv_180d", "BTC"), ("iv_7d", "BTC"))


@pytest.mark.parametrize(
    ("reading", "amount", "state"),
    [
        ("btc_skew_25d", 2.0, "calm"), ("btc_skew_25d", -6.0, "stress"), ("btc_skew_25d", -17.0, "extreme"),
        ("btc_iv_term_slope", 8.0, "calm"), ("btc_iv_term_slope", -1.0, "stress"), ("btc_put_call_oi", 0.72, "stress"),
        ("btc_put_call_oi", 0.54, "calm"), ("btc_put_call_volume", 1.66, "extreme"),
        ("btc_implied_less_realized", -6.0, "stress"), ("btc_implied_less_realized", 26.0, "stress"),
    ],
)  # fmt: skip
def test_puts_bid_an_inverted_term_structure_and_many_puts_are_stress(reading: str, amount: float, state: str) -> None:
    assert readings.state_of(READINGS[reading], amount, float("nan")) == state


def test_a_rise_to_44_can_be_rank_36_and_percentile_50() -> None:
    year = np.concatenate([[30.0], np.linspace(35, 43, 181), np.linspace(44.5, 60, 181), [69.0, 69.0]])
    dvol = daily(np.append(year, 44.04))
    values = _values(
        btc_dvol=44.04,
        btc_dvol_percentile_1y=float(fear.percentile_of_year(dvol, 365).iloc[-1]),
        btc_dvol_rank_1y=float(fear.rank_of_year(dvol, 365).iloc[-1]),
    )
    assert values["btc_dvol_percentile_1y"].value == pytest.approx(0.50, abs=0.005)
    assert values["btc_dvol_rank_1y"].value == pytest.approx(0.36, abs=0.001)
    told = "higher than on 50% of the days of its year (36% of the way from its low to its high)"
    assert told in verdicts_options.options(values)


def _values(**known: float) -> dict[str, Value]:
    nothing = readings.evaluate("btc_dvol", daily([]), utc("2026-02-05"))
    return {name: replace(nothing, id=name, value=value) for name, value in known.items()}


def test_the_verdict_names_whose_side_is_dear_and_leaves_out_what_is_not_known() -> None:
    told = verdicts_options.options(_values(btc_skew_25d=-6.1, btc_iv_term_slope=-20.0, btc_put_call_oi=0.54))
    assert told == (
        "Puts a month out cost 6.1 points more than calls; the term structure is inverted: a week costs 20.0 more than half a "
        "year; 0.54 puts are open per call."
    )
    assert "Calls a month out cost 3.0 points more than puts." in verdicts_options.options(_values(btc_skew_25d=3.0))
    assert "cost the same" in verdicts_options.options(_values(btc_skew_25d=0.0))
    assert verdicts_options.options({}).startswith("No verdict")
    nothing = _values(btc_dvol=float("nan"))
    assert verdicts_options.options(nothing) == "No verdict: nothing was published by then."


def test_what_others_published_is_not_known_before_they_did() -> None:
    assert all(quote.known <= utc("2026-01-29") for quote in of_page("options", utc("2026-01-29")))
    known = {(quote.name, quote.value) for quote in of_page("options", utc("2026-02-06"))}
    assert {("Max pain, options expiring on 6 Feb 2026", value) for value in (80_000, 82_000)} <= known


def test_on_real_days_options_priced_more_than_had_happened_until_it_happened(history_folder: Path) -> None:
    premium = readings.series("btc_implied_less_realized", panels(history_folder))
    assert premium[utc("2026-02-05")] == pytest.approx(15.44, abs=0.01)
    assert premium[utc("2026-02-06")] == pytest.approx(-21.67, abs=0.01)
