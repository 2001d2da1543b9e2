"""Facts about who buys stocks and sells crypto: which months, against which quotes, and what is said where none exists."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from components import divergence as told
from components import flows_tables, quotes, sentences
from data_sources.cached import Source
from indicators import baskets, divergence, flows
from indicators.quotes import QUOTES, Quote, quoted
from tests.held import daily, panels, utc

MILLION = 1e6


def flow_of(*amounts: float, first: str = "2025-11-03") -> pd.Series:
    return daily([amount * MILLION for amount in amounts], first, "B")


def quote(value: float, date: str = "2025-11-05", published: str = "") -> Quote:
    return Quote(divergence.STOCKS, value, "USD", date, "a bank", "", published=published)


def both(folder: Path) -> pd.Series:
    held = panels(folder)
    bitcoin, ether = (flows.reported(held.entities("net_flow", asset)) for asset in ("BTC", "ETH"))
    return bitcoin.add(ether, fill_value=0)


def test_a_month_diverges_when_crypto_fell_by_the_quotes_day_and_stocks_rose() -> None:
    (month,) = divergence.months(flow_of(-1, -2, -3, 50), utc("2025-11-30"), [quote(96e9)])
    assert month.by_quote == -6 * MILLION  # to the 5th; what came later is another matter
    assert month.flow == 44 * MILLION
    assert month.diverges


@pytest.mark.parametrize(("amounts", "stocks"), [((1, 2), 96e9), ((-1, -2), -96e9), ((0, 0), 96e9)])
def test_any_other_pair_of_signs_does_not(amounts: tuple[float, ...], stocks: float) -> None:
    (month,) = divergence.months(flow_of(*amounts), utc("2025-11-30"), [quote(stocks)])
    assert not month.diverges


def test_without_a_quote_nothing_is_said_about_stocks() -> None:
    (month,) = divergence.months(flow_of(-1, -2), utc("2025-11-30"), [])
    assert month.quote is None
    assert np.isnan(month.by_quote)
    assert not month.diverges


def test_a_quote_counts_from_the_day_it_was_published() -> None:
    late = quote(96e9, published="2025-11-21")
    assert divergence.months(flow_of(-1), utc("2025-11-20"), [late])[0].quote is None
    assert divergence.months(flow_of(-1), utc("2025-11-21"), [late])[0].quote == late


def test_the_last_quote_of_a_month_is_its_own_and_other_figures_are_none() -> None:
    early, late = quote(50e9, "2025-11-03"), quote(96e9, "2025-11-05")
    other = Quote("Net inflow of leveraged stock ETFs, month to date", 7e9, "USD", "2025-11-06", "a bank", "")
    (month,) = divergence.months(flow_of(-1, -2, -3), utc("2025-11-30"), [late, other, early])
    assert month.quote == late


def test_a_quote_before_the_first_flow_has_nothing_to_stand_against() -> None:
    (month,) = divergence.months(flow_of(-1, first="2025-11-10"), utc("2025-11-30"), [quote(96e9)])
    assert np.isnan(month.by_quote)
    assert not month.diverges
    assert told.answer([month]).startswith("Not known for November 2025")


def test_a_small_inflow_is_no_record_of_outflows() -> None:
    months = divergence.months(flow_of(100, first="2025-10-01").add(flow_of(5), fill_value=0), utc("2025-11-30"), [])
    assert [month.record for month in months] == [False, False]
    drawn = flows_tables.months(flows.monthly(flow_of(100, first="2025-10-01").add(flow_of(5), fill_value=0)), 5 * MILLION)
    assert len(set(drawn.to_dict()["data"][0]["marker"]["color"])) == 2  # past months and the running one


def test_the_quoted_pace_is_the_calendar_pace_of_the_quoted_month_to_date() -> None:
    so_far = quoted(divergence.STOCKS, utc("2025-12-01"))
    assert so_far is not None
    assert (so_far.value, so_far.day) == (96e9, utc("2025-11-18"))
    pace = flows.pace_calendar(pd.Series([so_far.value], index=[so_far.day])).iloc[0]
    assert pace == pytest.approx(160e9)
    assert {160e9, 7e9} <= {one.value for one in QUOTES if one.page == "etf_flows"}


def test_the_months_that_were_named_are_months_of_outflows(history_folder: Path) -> None:
    months = divergence.months(both(history_folder), utc("2026-02-05"))
    chosen = divergence.named(months, utc("2026-02-05"))
    assert [f"{month.start:%Y-%m}" for month in chosen] == ["2025-02", "2025-03", "2025-11"]
    assert [month.flow / MILLION for month in chosen] == pytest.approx([-3500.4, -1190.2, -4890.3], abs=0.15)
    assert [month.record for month in chosen] == [True, False, True]
    assert divergence.named(months, utc("2025-11-19")) == []


def test_november_2025_diverges_and_no_other_month_can_be_said_to(history_folder: Path) -> None:
    months = divergence.months(both(history_folder), utc("2026-02-05"))
    (month,) = (one for one in months if one.quote is not None)
    assert month.diverges
    assert month.start == utc("2025-11-01")
    assert month.by_quote / MILLION == pytest.approx(-4440.4, abs=0.15)
    assert "yes, up to 18 Nov 2025 crypto funds lost $4.44 bn" in told.answer(months)
    assert told.answer(months).startswith("Not known for February 2026")
    assert told.answer(divergence.months(both(history_folder)[:"2025-11-21"], utc("2025-11-21"))).startswith("Yes, in November")


def test_the_table_of_signs_has_both_rows_of_every_year_and_marks_records() -> None:
    table = told.signs(divergence.months(flow_of(-1, -2, -3), utc("2025-11-30"), [quote(96e9)]))
    assert "2025 crypto" in table
    assert "2025 stocks" in table
    assert "▼ $6.00 m" in table
    assert f"▲ {quotes.amount(quote(96e9))}" in table
    assert "fl-extreme" not in table
    assert "nan" not in table


def test_without_flows_there_is_no_answer_and_no_table() -> None:
    section = told.sides([], [], "a bank", [], {})
    assert "No answer: no flows of crypto funds are held." in section
    assert "<table" not in section
    assert told.NO_SERIES.split(":")[0] in section


def test_shares_that_are_not_held_are_said_and_how_they_come() -> None:
    nothing = baskets.compare({}, daily([1.0, 2.0]))
    (line,) = told.gaps(nothing, baskets.FEWEST)
    assert "refresh yahoo_baskets" in line
    assert told.reading(nothing) == ""


def test_missing_and_silent_shares_are_named() -> None:
    closes = {share: daily([1.0, 2.0, 2.0]) for share in baskets.SHARES}
    closes |= {"HOOD": closes["HOOD"][:0], "COIN": closes["COIN"][:2]} | {share: daily([]) for share in baskets.AI.shares[:4]}
    lines = told.gaps(baskets.compare(closes, daily([1.0, 1.0, 1.0])), baskets.FEWEST)
    assert "Retail favorites without HOOD" in lines[0]
    assert "the other 6 shares" in lines[0]
    assert "a close of COIN is missing" in lines[1]
    assert "AI leaders are not drawn: no close at the window's start of NVDA, AMD, AVGO and TSM, which leaves 3" in lines[2]


def test_the_constituents_say_why_they_are_in_and_what_was_known_when_they_were_chosen() -> None:
    closes = {share: daily([1.0, 2.0]) for share in baskets.SHARES}
    compared = baskets.compare(closes, daily([1.0, 1.0]))
    held = Source("close", "TSLA", "Yahoo", "", "", utc("2024-01-02"), pd.Timedelta(days=1), 0.0, "late", "<b>late</b>")
    missing = Source("close", "PLTR", "", "", "", None, None, 0.0, "", "")
    sources = {share: held if share == "TSLA" else missing for share in baskets.SHARES}
    table = told.constituents(baskets.BASKETS, compared, sources, baskets.CHOSEN)
    assert all(f"<b>{share}</b>" in table for share in baskets.SHARES)
    assert "Yahoo, 02 Jan 2024, 1 d old" in table
    assert "<b>late</b>" not in table
    assert "no close held" in table
    assert "+100.0%" in table
    assert f"drawn up on {sentences.day(baskets.CHOSEN)} with the outcome known" in table
    assert "Retail favorites +100.0% (relative strength 2.00, 0.0% below their peak since)" in told.reading(compared)
