"""Bybit: spot candles quoted in USDT; funding and open interest of the USDT perpetuals.

All rows come newest first, times in ms and numbers as texts. A page has at most 1,000 candles, 200 funding prints or 200 open
interests; a start without an end counts forward for candles and is an error for funding, so that both are always given and
span no more than a page. Candles include the one that is still open. ``openInterest`` counts both sides of every contract;
``singleOpenInterest``, in newer rows only, counts it once. Both are in coins, and no value in USD is given: the price comes
from the perpetual's own candles. CloudFront refuses some countries and clouds (403).
"""

from collections.abc import Callable
from typing import Any

import pandas as pd

from data_sources import venues
from data_sources.errors import PayloadChanged
from data_sources.paging import back
from data_sources.reading import candles, funding_by_day, moments, numbers, observed, on_grid, records, table

COINS = ("ADA", "BCH", "BNB", "BTC", "DOGE", "ETH", "LINK", "LTC", "SOL", "TRX", "XLM", "XRP")
SYMBOLS: dict[str, str] = {coin: f"{coin}USDT" for coin in COINS}
"""Our asset to the venue's spot pair."""
PERPETUALS: dict[str, str] = {coin: f"{coin}USDT" for coin in ("BTC", "ETH")}
"""Our asset to the linear contract, which is called as the spot pair is."""
CANDLES, FUNDINGS, STATES = 1000, 200, 200
"""Rows of one page at most."""
CELLS = ("time", "open", "high", "low", "close", "volume", "turnover")
"""Cells of a candle; of spot the sixth is in coins."""
DAILY = {name: name for name in ("open", "high", "low", "close", "volume")}
HOURLY = {name: f"hour_{name}" for name in DAILY}
HOUR, DAY = pd.Timedelta(hours=1), pd.Timedelta(days=1)


def fetch_daily(asset: str, start: pd.Timestamp, end: pd.Timestamp) -> list[Any]:
    """Ask for the candles of days.

    Parameters
    ----------
    asset : str
        A key of SYMBOLS.
    start, end : Timestamp, UTC
        Days that begin from the one to the other are wanted.

    Returns
    -------
    list of answers
        Newest first; none where nothing was published.
    """
    return _bars({"category": "spot", "symbol": SYMBOLS[asset], "interval": "D"}, asset, DAY, start, end)


def fetch_hourly(asset: str, start: pd.Timestamp, end: pd.Timestamp) -> list[Any]:
    """Ask for the candles of hours; otherwise as ``fetch_daily`` does."""
    return _bars({"category": "spot", "symbol": SYMBOLS[asset], "interval": "60"}, asset, HOUR, start, end)


def fetch_funding(asset: str, start: pd.Timestamp, end: pd.Timestamp) -> list[Any]:
    """Ask for the funding prints of a perpetual from the day of ``start`` on, March 2020 at the earliest; answers newest first."""
    question = {"category": "linear", "symbol": PERPETUALS[asset], "limit": FUNDINGS}
    ask = venues.exchange("bybit").public_get_v5_market_funding_history
    return _back(
        lambda first, last: ask(question | {"startTime": first, "endTime": last}),
        lambda rows: moments(records(rows, ("fundingRateTimestamp",), asset)["fundingRateTimestamp"], "ms"),
        (FUNDINGS - 1) * 8 * HOUR,
        start.floor("1D"),
        end,
    )


def fetch_open_interest(asset: str, start: pd.Timestamp, end: pd.Timestamp) -> dict[str, list[Any]]:
    """Ask for the open interest of a perpetual at the end of each day from ``start`` to ``end``, and for its prices.

    Returns
    -------
    dict of lists of answers
        ``interest`` in coins and ``candles`` of the same contract, each newest first.
    """
    question = {"category": "linear", "symbol": PERPETUALS[asset], "intervalTime": "1d", "limit": STATES}
    ask = venues.exchange("bybit").public_get_v5_market_open_interest
    interest = _back(
        lambda first, last: ask(question | {"startTime": first, "endTime": last}),
        lambda rows: moments(records(rows, ("timestamp",), asset)["timestamp"], "ms"),
        (STATES - 1) * DAY,
        start.floor("1D") + DAY,  # a day's end is stamped with the next day
        end.floor("1D") + DAY,
    )
    bars = {"category": "linear", "symbol": PERPETUALS[asset], "interval": "D"}
    return {"interest": interest, "candles": _bars(bars, asset, DAY, start, end)}


def parse_daily(payload: list[Any], asset: str) -> pd.DataFrame:
    """Read the candles of days.

    Returns
    -------
    DataFrame, tidy
        Measures open, high, low and close in USDT, taken for USD, and volume in coins, entity bybit; ``time`` is the day's start.
        The newest day may still be open.

    Raises
    ------
    NothingPublished
        Without any candle.
    PayloadChanged
        When a row is not the documented seven cells, or no candle.
    """
    return _candles(payload, asset, "1D", DAILY)


def parse_hourly(payload: list[Any], asset: str) -> pd.DataFrame:
    """Read the candles of hours into measures hour_open to hour_volume; otherwise as ``parse_daily``."""
    return _candles(payload, asset, "1h", HOURLY)


def parse_funding(payload: list[Any], asset: str) -> pd.DataFrame:
    """Read the funding of whole days.

    Returns
    -------
    DataFrame, tidy
        Measure funding_rate, a fraction per eight hours, positive where longs pay; entity bybit. The mean of the rates printed in
        the day, scaled to eight hours where prints are closer. A day that lacks a print is a missing row.
    """
    rows = records(_rows(payload), ("fundingRateTimestamp", "fundingRate"), asset)
    rates = funding_by_day(moments(rows["fundingRateTimestamp"], "ms"), numbers(rows["fundingRate"]))
    return observed(rates.index.to_series(), asset, "bybit", {"funding_rate": rates})


def parse_open_interest(payload: dict[str, list[Any]], asset: str) -> pd.DataFrame:
    """Read the open interest at the end of each day.

    Returns
    -------
    DataFrame, tidy
        Measure open_interest, in USD and counted once; entity bybit. What is stamped 00:00 UTC is how the day before ended: it
        stands under that day, at that day's close. A day without a close is a missing row.
    """
    rows = _rows(payload["interest"])
    stated = records(rows, ("timestamp", "openInterest"), asset)
    once = numbers([row.get("singleOpenInterest") for row in rows])
    coins = once.fillna(numbers(stated["openInterest"]) / 2)
    times = on_grid(moments(stated["timestamp"], "ms"), "1D") - DAY
    bars = table(_rows(payload["candles"]), CELLS, asset)
    opened = on_grid(moments(bars["time"], "ms"), "1D")
    closes = pd.Series(numbers(bars["close"]).to_numpy(), index=pd.DatetimeIndex(opened))
    prices = closes[~closes.index.duplicated(keep="last")].reindex(pd.DatetimeIndex(times))
    return observed(times, asset, "bybit", {"open_interest": coins * prices.to_numpy()})


def _bars(question: dict[str, Any], asset: str, step: pd.Timedelta, start: pd.Timestamp, end: pd.Timestamp) -> list[Any]:
    ask = venues.exchange("bybit").public_get_v5_market_kline
    return _back(
        lambda first, last: ask(question | {"start": first, "end": last, "limit": CANDLES}),
        lambda rows: moments(table(rows, CELLS, asset)["time"], "ms"),
        (CANDLES - 1) * step,
        start.floor(step),
        end,
    )


def _back(
    ask: Callable[[int, int], Any],
    read: Callable[[list[Any]], pd.Series],
    span: pd.Timedelta,
    start: pd.Timestamp,
    end: pd.Timestamp,
) -> list[Any]:
    """Ask page before page, each for a span that fits into it; before an empty one there is nothing.

    Parameters
    ----------
    ask : callable
        First and last time in ms, both counting, to an answer.
    read : callable
        Rows to their times.
    span : Timedelta
    start, end : Timestamp, UTC
    """
    first, width = _ms(start), span // pd.Timedelta(milliseconds=1)

    def page(until: int) -> list[Any]:
        answer = [ask(max(first, until - width), until)]
        return answer if _rows(answer) else []

    def oldest(page: list[Any]) -> int:
        return _ms(read(_rows(page)).min())

    return [answer for answers in back(page, oldest, first, _ms(end)) for answer in answers]


def _ms(moment: pd.Timestamp) -> int:
    return int(moment.value // 1_000_000)


def _rows(payload: list[Any]) -> list[Any]:
    """All rows of all answers, as they came."""
    if not isinstance(payload, list) or not all(isinstance(answer, dict) for answer in payload):
        raise PayloadChanged("The answers are not the documented objects.")
    results = [answer.get("result") for answer in payload]
    if not all(isinstance(result, dict) and isinstance(result.get("list"), list) for result in results):
        raise PayloadChanged("An answer has no list in its result.")
    return [row for result in results if result is not None for row in result["list"]]


def _candles(payload: list[Any], asset: str, interval: str, measures: dict[str, str]) -> pd.DataFrame:
    rows = table(_rows(payload), CELLS, asset)
    times = on_grid(moments(rows["time"], "ms"), interval)
    # without a trade there is no price: what stands there is the last close once more
    traded = numbers(rows["volume"]) != 0
    return candles(rows[traded], times[traded], asset, "bybit", measures)
