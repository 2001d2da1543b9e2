"""Yahoo's charts, asked for through yfinance and read."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pandas as pd
import pytest

from data_sources import yahoo
from data_sources.errors import ContractBroken, NothingPublished, PayloadChanged
from data_sources.reading import read
from tests.frames import utc
from tests.recorded import payload

DAYS = {"SPX": "yahoo_spx.json", "HSI": "yahoo_hsi.json", "MSTR": "yahoo_mstr.json", "BTC": "yahoo_btc.json"}


def values(frame: pd.DataFrame, measure: str) -> pd.Series:
    return frame[frame["measure"] == measure].set_index("time")["value"]


def days(asset: str, measure: str) -> pd.Series:
    return values(read(yahoo.parse_daily, payload(DAYS[asset]), asset), measure)


def changed(name: str, change: Callable[[dict[str, Any]], object]) -> Any:
    """One answer with something done to its result."""
    answer = deepcopy(payload(name))
    change(answer["chart"]["result"][0])
    return answer


def quote(result: dict[str, Any]) -> dict[str, list[Any]]:
    columns: dict[str, list[Any]] = result["indicators"]["quote"][0]
    return columns


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """Questions that reach the wire, which answers each with the S&P's chart."""
    questions: list[tuple[str, dict[str, Any]]] = []

    def answer(url: str, params: dict[str, Any], *, judge: Callable[[Any, str], None]) -> Any:
        questions.append((url, params))
        given = payload("yahoo_spx.json")
        judge(given, "")
        return given

    monkeypatch.setattr("data_sources.wire.json", answer)
    return questions


def test_the_s_and_p_closed_october_at_6840() -> None:
    assert days("SPX", "level")[utc("2025-10-31")] == 6840.20
    assert days("SPX", "level_high")[utc("2025-11-03")] == 6882.18


def test_a_session_keeps_its_date_when_summer_time_ends_and_when_stamped_with_its_last_trade() -> None:
    dates = ["2025-10-30", "2025-10-31", "2025-11-03", "2025-11-04"]
    assert list(days("SPX", "level").index) == [utc(date) for date in dates]


def test_a_missing_or_zero_open_is_a_gap_and_the_close_stands() -> None:
    assert utc("2025-10-31") not in days("SPX", "level_open")
    assert utc("2025-11-20") not in days("HSI", "level_open")
    assert days("HSI", "level")[utc("2025-11-20")] == 25835.57


def test_hong_kongs_session_has_hong_kongs_date() -> None:
    assert days("HSI", "level")[utc("2025-11-21")] == 25220.02
    assert days("HSI", "level_low")[utc("2025-11-21")] == 25151.95


def test_a_session_that_opens_on_the_evening_before_in_utc_has_its_own_date() -> None:
    midnight = int(utc("2025-11-20T16:00").timestamp())  # 00:00 of the 21st in Hong Kong
    answer = changed("yahoo_hsi.json", lambda result: result["timestamp"].__setitem__(2, midnight))
    assert values(read(yahoo.parse_daily, answer, "HSI"), "level")[utc("2025-11-21")] == 25220.02


def test_a_share_has_prices_in_dollars_and_volume_in_shares() -> None:
    assert days("MSTR", "close")[utc("2025-11-20")] == 177.13
    assert days("MSTR", "volume")[utc("2025-11-18")] == 21_044_800


def test_a_null_session_is_a_gap_and_a_volume_of_0_is_one_too() -> None:
    assert utc("2025-11-19") not in days("MSTR", "close")
    assert list(days("MSTR", "volume").index) == [utc("2025-11-18"), utc("2025-11-21")]


def test_the_newest_trade_beside_a_session_does_not_replace_it() -> None:
    assert days("MSTR", "close")[utc("2025-11-21")] == 170.50
    assert days("MSTR", "low")[utc("2025-11-21")] == 166.01


def test_a_newest_trade_by_itself_is_no_session() -> None:
    def alone(result: dict[str, Any]) -> None:
        for column in (result["timestamp"], *quote(result).values()):
            del column[3]

    assert utc("2025-11-21") not in values(read(yahoo.parse_daily, changed("yahoo_mstr.json", alone), "MSTR"), "close")


def test_a_coin_has_weekends_and_no_volume_since_that_is_in_dollars() -> None:
    frame = read(yahoo.parse_daily, payload("yahoo_btc.json"), "BTC")
    assert values(frame, "close")[utc("2025-11-22")] == 84648.25
    assert values(frame, "open").index[-1] == utc("2025-11-23")
    assert set(frame["measure"]) == {"open", "high", "low", "close"}


def test_fed_funds_futures_are_100_less_the_rate() -> None:
    prices = values(read(yahoo.parse_fed_funds, payload("yahoo_zqz25.json"), "ZQZ25"), "futures_price")
    assert prices[utc("2025-11-19")] == 96.1875
    assert prices[utc("2025-11-21")] == 96.2425
    assert utc("2025-11-20") not in prices


def test_what_futures_trade_at_on_a_sunday_evening_is_no_session_of_sundays() -> None:
    prices = values(read(yahoo.parse_fed_funds, payload("yahoo_zqz25.json"), "ZQZ25"), "futures_price")
    assert prices.index[-1] == utc("2025-11-21")


def test_contracts_run_from_a_days_month_to_a_year_on() -> None:
    named = yahoo.contracts(utc("2026-11-21"))
    assert named == ["ZQX26", "ZQZ26", *(f"ZQ{code}27" for code in "FGHJKMNQUVX")]


def test_expired_contracts_go_back_18_months_at_most() -> None:
    assert yahoo.contracts(utc("2026-01-31"), back=1)[:2] == ["ZQZ25", "ZQF26"]
    assert yahoo.contracts(utc("2026-11-21"), back=99) == yahoo.contracts(utc("2026-11-21"), back=18)
    assert yahoo.contracts(utc("2026-11-21"), back=18)[0] == "ZQK25"


def test_bars_begin_where_they_are_stamped() -> None:
    frame = read(yahoo.parse_bars, payload("yahoo_spy_bars.json"), "SPY")
    assert values(frame, "bar_close")[utc("2025-11-26T20:55")] == 679.68
    assert values(frame, "bar_open")[utc("2025-12-01T14:30")] == 678.25


def test_rows_at_the_close_and_off_the_grid_are_no_bars_even_on_a_short_day() -> None:
    closes = values(read(yahoo.parse_bars, payload("yahoo_spy_bars.json"), "SPY"), "bar_close")
    assert [f"{time:%d %H:%M}" for time in closes.index] == [
        "26 20:50", "26 20:55", "28 14:30", "28 17:50", "28 17:55", "01 14:30", "01 14:35"
    ]  # fmt: skip


def test_bars_without_named_hours_are_those_of_the_usual_session() -> None:
    answer = changed("yahoo_spy_bars.json", lambda result: result["meta"].pop("tradingPeriods"))
    closes = values(read(yahoo.parse_bars, answer, "SPY"), "bar_close")
    assert utc("2025-11-26T20:55") in closes
    assert utc("2025-11-26T21:00") not in closes


def test_an_older_bar_off_the_grid_is_a_changed_payload() -> None:
    answer = changed("yahoo_spy_bars.json", lambda result: result["timestamp"].__setitem__(3, result["timestamp"][3] + 7))
    with pytest.raises(PayloadChanged, match="5min"):
        read(yahoo.parse_bars, answer, "SPY")


def test_a_shortened_sessions_hours_may_be_named_twice() -> None:
    answer = changed(
        "yahoo_spy_bars.json", lambda result: result["meta"]["tradingPeriods"].extend(result["meta"]["tradingPeriods"][1:])
    )
    pd.testing.assert_frame_equal(
        read(yahoo.parse_bars, answer, "SPY"), read(yahoo.parse_bars, payload("yahoo_spy_bars.json"), "SPY")
    )


def test_a_week_that_has_slid_into_the_weekend_is_a_changed_payload() -> None:
    def slide(result: dict[str, Any]) -> None:
        result["timestamp"] = [stamp + 3 * 86_400 for stamp in result["timestamp"]]

    with pytest.raises(PayloadChanged, match="weekends"):
        read(yahoo.parse_daily, changed("yahoo_mstr.json", slide), "MSTR")


def test_rows_out_of_order_and_twice_read_the_same() -> None:
    def shuffle(result: dict[str, Any]) -> None:
        for column in (result["timestamp"], *quote(result).values()):
            column[:] = [*reversed(column), column[0], column[1]]

    for name, asset in (("yahoo_spx.json", "SPX"), ("yahoo_mstr.json", "MSTR")):
        pd.testing.assert_frame_equal(
            read(yahoo.parse_daily, changed(name, shuffle), asset), read(yahoo.parse_daily, payload(name), asset)
        )
    pd.testing.assert_frame_equal(
        read(yahoo.parse_bars, changed("yahoo_spy_bars.json", shuffle), "SPY"),
        read(yahoo.parse_bars, payload("yahoo_spy_bars.json"), "SPY"),
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda result: quote(result).pop("close"),
        lambda result: result.pop("timestamp"),
        lambda result: quote(result)["close"].append(1.0),
        lambda result: result["timestamp"].__setitem__(0, None),
        lambda result: result.update(timestamp=[stamp * 1000 for stamp in result["timestamp"]]),
        lambda result: result["meta"].update(dataGranularity="1mo"),
        lambda result: result["meta"].update(symbol="^DJI"),
        lambda result: result["meta"].update(exchangeTimezoneName="Nowhere/City"),
        lambda result: quote(result).update(high=quote(result)["low"], low=quote(result)["high"]),
        lambda result: quote(result)["close"].__setitem__(0, "n.m."),
    ],
)
def test_another_shape_is_a_changed_payload(change: Callable[[dict[str, Any]], object]) -> None:
    with pytest.raises(PayloadChanged):
        read(yahoo.parse_daily, changed("yahoo_spx.json", change), "SPX")


def test_a_shares_close_above_its_high_is_a_changed_payload() -> None:
    answer = changed("yahoo_mstr.json", lambda result: quote(result)["close"].__setitem__(0, 210.0))
    with pytest.raises(PayloadChanged, match="columns have moved"):
        read(yahoo.parse_daily, answer, "MSTR")


def test_a_session_of_tomorrow_is_refused() -> None:
    ahead = int((pd.Timestamp.now("UTC") + pd.Timedelta(days=4)).timestamp())
    answer = changed("yahoo_btc.json", lambda result: result["timestamp"].__setitem__(3, ahead))
    with pytest.raises(ContractBroken, match="future"):
        read(yahoo.parse_daily, answer, "BTC")


@pytest.mark.parametrize("answer", [payload("yahoo_nothing_traded.json"), {"chart": {"result": [], "error": None}}])
def test_no_rows_are_nothing_published(answer: Any) -> None:
    with pytest.raises(NothingPublished):
        read(yahoo.parse_daily, answer, "SPY")


def test_nothing_but_nulls_is_nothing_published() -> None:
    answer = changed("yahoo_spx.json", lambda result: quote(result).update({name: [None] * 4 for name in quote(result)}))
    with pytest.raises(NothingPublished):
        read(yahoo.parse_daily, answer, "SPX")


@pytest.mark.parametrize("start", ["1998-01-01", "2025-11-14"])
def test_days_of_any_range_are_one_request_that_holds_the_last_session(asked: list[Any], start: str) -> None:
    assert yahoo.fetch_daily("SPX", utc(start), utc("2025-11-21")) == payload("yahoo_spx.json")
    [(url, params)] = asked
    assert url == "https://query2.finance.yahoo.com/v8/finance/chart/^GSPC"
    assert params["period1"] == utc(start).timestamp()
    # a session is stamped with its opening, hours after the 00:00 UTC that it is known by here
    assert params["period2"] >= pd.Timestamp("2025-11-21 09:30", tz="America/New_York").timestamp()
    assert (params["interval"], params["includePrePost"]) == ("1d", "false")
    assert "crumb" not in params


def test_a_contract_is_asked_for_by_its_symbol_in_chicago(asked: list[Any]) -> None:
    yahoo.fetch_fed_funds("ZQZ26", utc("2026-11-14"), utc("2026-11-21"))
    assert asked[0][0].endswith("/ZQZ26.CBT")


def test_bars_are_asked_for_no_further_back_than_yahoo_keeps_them(asked: list[Any]) -> None:
    now = pd.Timestamp.now("UTC")
    yahoo.fetch_bars("SPY", utc("2020-01-01"), now)
    yahoo.fetch_bars("SPY", now - pd.Timedelta(days=7), now)
    assert now.timestamp() - asked[0][1]["period1"] < 60 * 86_400
    assert now.timestamp() - asked[1][1]["period1"] == pytest.approx(7 * 86_400, abs=2)
    assert {params["interval"] for _, params in asked} == {"5m"}


def test_bars_that_yahoo_no_longer_keeps_are_not_asked_for(asked: list[Any]) -> None:
    with pytest.raises(NothingPublished, match="2020"):
        yahoo.fetch_bars("SPY", utc("2020-01-01"), utc("2020-02-01"))
    assert asked == []


def test_of_a_basket_share_the_closes_alone_are_read() -> None:
    frame = read(yahoo.parse_closes, payload("yahoo_mstr.json"), "MSTR")
    assert set(frame["measure"]) == {"close"}
    assert values(frame, "close")[utc("2025-11-20")] == 177.13


def test_shares_of_baskets_are_asked_for_by_their_symbols_and_are_no_other_asset() -> None:
    assert all(yahoo.SYMBOLS[share] == share for share in yahoo.BASKETS)
    assert not set(yahoo.BASKETS) & {*yahoo.SHARES, *yahoo.INDICES, *yahoo.COINS}
