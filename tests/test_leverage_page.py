"""Facts about the page leverage: what its verdict says, what its tables say, and that it stands on thin boards."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from components import leverage_tables, verdicts_leverage
from data_sources.contract import tidy
from data_sources.store import Store
from indicators import leverage, quotes
from indicators.readings import Value
from tests.held import daily, frame, utc

ROOT = Path(__file__).parents[1]
NOTIONAL = {"BTC": 70.51e9, "ETH": 42.22e9}


def value(name: str, number: float, *, age: int = 0, rank: float = float("nan"), by: str = "CoinGlass") -> Value:
    time, nothing = utc("2025-10-10") - pd.Timedelta(days=age), float("nan")
    return Value(name, number, time, nothing, nothing, rank, "calm", (by,), "", pd.Timedelta(days=age))


def values(*told: Value) -> dict[str, Value]:
    return {one.id: one for one in told}


def test_the_verdict_says_who_is_levered_what_it_costs_and_who_was_forced_out() -> None:
    told = values(
        value("oi_to_market_cap_btc", 0.0314), value("oi_coins_change_7d_btc", -0.142), value("oi_coins_change_7d_eth", -0.174),
        value("btc_funding_apr", 0.021), value("liquidations_24h", 949.4e6, rank=1.0), value("liquidation_stress", 27.5),
        value("long_share", 0.56),
    )  # fmt: skip
    assert verdicts_leverage.leverage(told, NOTIONAL) == (
        "Open futures (CoinGlass): bitcoin $70.51 bn, 3.1% of its market value, 14.2% fewer coins than a week before; "
        "ether $42.22 bn, 17.4% fewer coins than a week before; longs pay 2.1% a year to hold bitcoin perpetuals; "
        "$949.4 m of forced closings were reported for 10 Oct 2025, a sample, 56% of it longs: 27.5 times the median of the year "
        "before and the most of its year."
    )


def test_an_ordinary_day_of_liquidations_is_called_one() -> None:
    told = values(value("liquidations_24h", 3e7, rank=0.4), value("liquidation_stress", 0.9))
    assert "a sample: an ordinary day at 0.9 times the median of the year before and more than on 40% of its days." in (
        verdicts_leverage.leverage(told, {})
    )


def test_when_shorts_pay_the_verdict_says_so() -> None:
    assert verdicts_leverage.leverage(values(value("btc_funding_apr", -0.105)), {}) == (
        "Shorts pay 10.5% a year to hold bitcoin perpetuals."
    )


def test_what_is_too_old_is_named_with_its_day_and_not_told() -> None:
    told = values(
        value("oi_to_market_cap_btc", 0.0358, age=6), value("oi_coins_change_7d_btc", 0.04, age=6),
        value("btc_funding_apr", 0.085), value("liquidations_24h", 5e7, age=6), value("liquidation_stress", 1.6, age=6),
    )  # fmt: skip
    assert verdicts_leverage.leverage(told, NOTIONAL) == (
        "Longs pay 8.5% a year to hold bitcoin perpetuals; open interest and liquidations were last published for 04 Oct 2025."
    )


def test_nothing_known_is_no_verdict() -> None:
    assert verdicts_leverage.leverage({}, {}) == "No verdict: nothing is known as of this day."


def stood(entity: str, last: str) -> leverage.Standing:
    days = pd.Timestamp(last) - pd.Timedelta(days=9)
    one = leverage.standing(entity, daily([2e9] * 10, str(days.date())), daily([1e5] * 10, str(days.date())))
    assert one is not None
    return one


def test_where_the_count_of_all_venues_has_ended_the_page_says_so() -> None:
    parts = [stood("all_venues", "2025-11-14"), stood("binance", "2026-02-05"), stood("okx", "2026-02-05")]
    told = leverage_tables.counted(parts, "all_venues", "BTC", utc("2026-02-05"))
    assert "ended on 14 Nov 2025, 83 days before" in told
    assert "what Binance and OKX publish since" in told
    assert "publisher for a whole series and never join two" in told


def test_venues_alone_are_named_and_called_parts() -> None:
    told = leverage_tables.counted([stood("binance", "2026-02-05")], "binance", "BTC", utc("2026-02-05"))
    assert told.startswith("Open interest of bitcoin is held from Binance; readings take one publisher, Binance.")
    assert "parts of the market" in told


def test_a_venue_without_a_market_value_shows_none() -> None:
    table = leverage_tables.venues([stood("binance", "2026-02-05")], "ETH", daily([]))
    assert ">nan" not in table
    assert "20,000" in table


def test_ether_at_the_quoted_supply() -> None:
    day = pd.Timestamp("2025-10-10", tz="UTC")
    told = leverage_tables.ether_share(11.0245e6, "all_venues", quotes.quoted(quotes.ETHER_SUPPLY, day))
    assert "15 Sep 2022" in told
    assert "open futures on all venues (CoinGlass) would be 9.1% of it" in told


def test_funding_is_shown_simple_and_compounded() -> None:
    rate = daily([0.0001] * 7)
    table = leverage_tables.funding([("okx", rate, leverage.funding_apr(rate), leverage.funding_compounded(rate))], "BTC")
    for told in ("OKX", "+0.0100%", "+10.95%", "+11.57%", "longs"):
        assert told in table, told
    assert "Funding of ether: no venue" in leverage_tables.funding([], "ETH")


def test_liquidations_name_their_venues_and_whose_end_the_readings_share() -> None:
    ends = {"binance": utc("2025-11-14"), "gate": utc("2026-02-05")}
    told = leverage_tables.reported(ends, "binance", utc("2026-02-05"))
    assert "Held: Binance to 14 Nov 2025 and Gate to 05 Feb 2026; readings take one of them, Binance, and end with it." in told
    assert leverage_tables.reported({}, None, utc("2026-02-05")).endswith("nobody's are held as of this day.")


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    url = f"sqlite:///{tmp_path / 'stress.db'}"
    monkeypatch.setenv("STRESS_DATABASE_URL", url)
    yield url
    st.cache_resource.clear()


def opened(**query: str) -> str:
    page = AppTest.from_file(ROOT / "app.py", default_timeout=60).run()
    page.switch_page("pages/leverage.py")
    for key, told in query.items():
        page.query_params[key] = told
    page.run()
    assert not page.exception, page.exception
    text = " ".join(str(element.proto.body) for element in page.get("html"))
    assert "nan" not in text.lower().replace("binance", "").replace("finance", "")
    return text


def test_the_sample_board_finds_october_10_by_itself(database: str) -> None:
    text = opened(as_of="2025-10-10")
    assert "−17.2%" in text
    assert "fewer coins than a week before; ether $42.22 bn" in text.replace('<span class="fl-whole">', "").replace("</span>", "")
    assert "open perpetual futures, bitcoin, after it" not in text.lower(), "published eight days later"
    assert "open perpetual futures, bitcoin, after it" in opened(as_of="2025-10-20").lower()


def test_venues_only_one_of_them_with_a_single_day(database: str) -> None:
    days = 40
    price = daily(1e5 * np.ones(days), "2026-01-01")
    rows = [
        frame("close", "BTC", "binance", price),
        frame("open_interest", "BTC", "binance", price * 1e5),
        frame("open_interest", "BTC", "deribit", price.iloc[-1:] * 1e4),
    ]
    store = Store(database)
    store.append(tidy(pd.concat(rows)), "a test")
    store.close()
    text = opened()
    assert "Binance and Deribit together" in text
    assert "Funding of ether: no venue" in text
