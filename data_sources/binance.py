"""Binance: spot candles, funding of the perpetual futures and their open interest.

- Quoted in USDT, not dollars; a pair is named after its two coins (BTCUSDT). All lists come oldest first.
- Candles: 1000 per page, starts inclusive, the newest one is still forming. A start before the listing begins at the listing.
  Through a halt of trading Binance repeats the last close in candles without a trade.
- ``data-api.binance.vision`` serves the same candles where ``api.binance.com`` refuses to answer (451).
- Funding: 1000 prints per page, stamped up to some milliseconds past their hour. Futures have a host of their own,
  ``fapi.binance.com``, and no mirror.
- Open interest: the last 30 days only, and an earlier start is an error (-1130), not a shorter answer.
"""

from typing import Any

import pandas as pd

from data_sources import venues
from data_sources.errors import NothingPublished, PayloadChanged
from data_sources.paging import onward
from data_sources.reading import candles, funding_by_day, moments, numbers, observed, on_grid, records, table

SYMBOLS: dict[str, str] = {
    "ADA": "ADAUSDT",
    "BCH": "BCHUSDT",
    "BNB": "BNBUSDT",
    "BTC": "BTCUSDT",
    "DOGE": "DOGEUSDT",
    "ETH": "ETHUSDT",
    "LINK": "LINKUSDT",
    "LTC": "LTCUSDT",
    "SOL": "SOLUSDT",
    "TRX": "TRXUSDT",
    "XLM": "XLMUSDT",
    "XRP": "XRPUSDT",
}
PERPETUALS: dict[str, str] = {"BTC": "BTCUSDT", "ETH": "ETHUSDT"}
MIRROR = (("public", "https://data-api.binance.vision/api/v3"),)
ENTITY = "binance"

PAGE = 1000
"""Candles, or prints of funding, in one answer."""
KLINE = (
    "time",
    "open",
    "high",
    "low",
    "close",
    "volume",
    "close_time",
    "quote_volume",
    "trades",
    "taker_volume",
    "taker_quote_volume",
    "unused",
)
PRICES = ("open", "high", "low", "close", "volume")
DAILY = {column: column for column in PRICES}
HOURLY = {column: f"hour_{column}" for column in PRICES}

FUNDING = ("fundingTime", "fundingRate")

OPEN_INTEREST = ("timestamp", "sumOpenInterestValue")
OPEN_INTEREST_PAGE = 500
DAY = pd.Timedelta("1D")
KEPT = pd.Timedelta("30D") - pd.Timedelta("1h")
"""How far back open interest may be asked for; an hour is left for clocks that differ."""


def fetch_daily(asset: str, start: pd.Timestamp, end: pd.Timestamp) -> list[list[Any]]:
    """Ask for daily candles.

    Returns
    -------
    list of pages
        Each a list of candles, oldest first; no page where the range holds none.
    """
    return _klines(venues.exchange("binance"), asset, "1D", start, end)


def fetch_hourly(asset: str, start: pd.Timestamp, end: pd.Timestamp) -> list[list[Any]]:
    """Ask for hourly candles, as ``fetch_daily`` does."""
    return _klines(venues.exchange("binance"), asset, "1h", start, end)


def fetch_daily_mirror(asset: str, start: pd.Timestamp, end: pd.Timestamp) -> list[list[Any]]:
    """Ask the market-data mirror for the same daily candles."""
    return _klines(venues.exchange("binance", urls=MIRROR), asset, "1D", start, end)


def fetch_hourly_mirror(asset: str, start: pd.Timestamp, end: pd.Timestamp) -> list[list[Any]]:
    """Ask the market-data mirror for the same hourly candles."""
    return _klines(venues.exchange("binance", urls=MIRROR), asset, "1h", start, end)


def _klines(venue: Any, asset: str, interval: str, start: pd.Timestamp, end: pd.Timestamp) -> list[list[Any]]:
    # the end is the forming candle's start: a page that reaches it is the last one, and nobody asks what follows
    last = _milliseconds(end.floor(interval))
    question = {"symbol": SYMBOLS[asset], "interval": interval.lower(), "endTime": last, "limit": PAGE}

    def ask(since: int) -> list[Any]:
        page: list[Any] = venue.public_get_klines(question | {"startTime": since})
        return page

    def newest(page: list[Any]) -> int:
        return _milliseconds(moments(table(page, KLINE, asset)["time"], "ms").max())

    return onward(ask, newest, _milliseconds(start.floor(interval)), last)


def parse_daily(payload: list[list[Any]], asset: str) -> pd.DataFrame:
    """Read daily candles.

    Parameters
    ----------
    payload : list of pages
    asset : str

    Returns
    -------
    DataFrame, tidy
        Measures ``open``, ``high``, ``low``, ``close`` (USDT, taken for USD) and ``volume`` (coins), entity binance;
        ``time`` is 00:00 UTC of the day. The day still open is the last one. A day without a trade is a missing row.
    """
    return _candles(payload, asset, "1D", DAILY)


def parse_hourly(payload: list[list[Any]], asset: str) -> pd.DataFrame:
    """Read hourly candles as ``parse_daily`` does, into ``hour_open`` … ``hour_volume``."""
    return _candles(payload, asset, "1h", HOURLY)


def _candles(payload: list[list[Any]], asset: str, interval: str, measures: dict[str, str]) -> pd.DataFrame:
    rows = table([row for page in payload for row in page], KLINE, asset)
    times = on_grid(moments(rows["time"], "ms"), interval)
    # without a trade there is no price: what stands there is the last close once more
    traded = numbers(rows["trades"]) != 0
    return candles(rows[traded], times[traded], asset, ENTITY, measures)


def fetch_funding(asset: str, start: pd.Timestamp, end: pd.Timestamp) -> list[list[Any]]:
    """Ask for what the perpetual future's longs paid, from the day of ``start`` on.

    Returns
    -------
    list of pages
        Each a list of prints, oldest first.
    """
    venue = venues.exchange("binance")
    question = {"symbol": PERPETUALS[asset], "endTime": _milliseconds(end), "limit": PAGE}

    def ask(since: int) -> list[Any]:
        page: list[Any] = venue.fapipublic_get_fundingrate(question | {"startTime": since})
        return page

    def newest(page: list[Any]) -> int:
        return _milliseconds(moments(records(page, FUNDING, asset)["fundingTime"], "ms").max())

    return onward(ask, newest, _milliseconds(start.floor("1D")), _milliseconds(end.floor("8h")))


def parse_funding(payload: list[list[Any]], asset: str) -> pd.DataFrame:
    """Read the funding rate of each whole day.

    Parameters
    ----------
    payload : list of pages
    asset : str

    Returns
    -------
    DataFrame, tidy
        Measure ``funding_rate``: the mean of the prints of 00:00, 08:00 and 16:00 UTC, a fraction per eight hours,
        positive where longs pay; entity binance. Prints at a shorter interval add up to eight hours.
        A day that lacks one of its prints is a missing row.
    """
    rows = records([row for page in payload for row in page], FUNDING, asset)
    rates = funding_by_day(moments(rows["fundingTime"], "ms"), numbers(rows["fundingRate"]))
    return observed(rates.index.to_series(), asset, ENTITY, {"funding_rate": rates})


def fetch_open_interest(asset: str, start: pd.Timestamp, end: pd.Timestamp) -> list[Any]:
    """Ask for the open interest at the end of each day, of the last 30 days at most.

    Returns
    -------
    list of dict
        Oldest first. Empty, without a question asked, where the range is older than what Binance keeps, or no day of it is over.
    """
    now = pd.Timestamp.now("UTC")
    # a day's end is the next day's start, which is how Binance stamps it
    first = max(start.floor("1D") + DAY, (now - KEPT).ceil("1D"))
    last = min(end.floor("1D") + DAY, now)
    if first > last:
        return []
    answer: list[Any] = venues.exchange("binance").fapidata_get_openinteresthist(
        {
            "symbol": PERPETUALS[asset],
            "period": "1d",
            "startTime": _milliseconds(first),
            "endTime": _milliseconds(last),
            "limit": OPEN_INTEREST_PAGE,
        }
    )
    return answer


def parse_open_interest(payload: list[Any], asset: str) -> pd.DataFrame:
    """Read the notional value of open perpetual futures.

    Parameters
    ----------
    payload : list of dict
    asset : str

    Returns
    -------
    DataFrame, tidy
        Measure ``open_interest`` in USD, counted once, entity binance. The state at 00:00 UTC is that at the end of the
        day before, which is its ``time``. A malformed item, as Binance sends now and then, is a missing row, and so is a 0.

    Raises
    ------
    PayloadChanged
        When most items are malformed: that is no slip.
    """
    if not isinstance(payload, list):
        raise PayloadChanged(f"The open interest of {asset} is {type(payload).__name__}, not a list.")
    if not payload:
        raise NothingPublished(f"There is no open interest of {asset} in this range.")
    items = [item if isinstance(item, dict) else {} for item in payload]
    columns = {name: pd.Series([_plain(item.get(name)) for item in items], dtype=object) for name in OPEN_INTEREST}
    stamps, values = (pd.to_numeric(column, errors="coerce").astype("float64") for column in columns.values())
    times = pd.to_datetime(stamps, unit="ms", utc=True, errors="coerce")
    sound = (times.dt.floor("1D") == times) & pd.Series([OPEN_INTEREST[1] in item for item in items])
    if 2 * sound.sum() < len(items):
        raise PayloadChanged(f"Most items of the open interest of {asset} have another shape than documented.")
    known = sound & (values > 0)
    days = moments(stamps[known], "ms") - DAY
    return observed(days, asset, ENTITY, {"open_interest": values[known]})


def _plain(cell: Any) -> Any:
    """Give a text or a number back, and None for what is neither."""
    return cell if isinstance(cell, str | int | float) else None


def _milliseconds(moment: pd.Timestamp) -> int:
    return int(moment.timestamp() * 1000)
