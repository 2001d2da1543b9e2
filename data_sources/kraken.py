"""Kraken: spot candles in dollars.

- Pairs have ids of Kraken's own: bitcoin is XBT, dogecoin XDG, and the oldest pairs put an X before the coin and a Z before
  the dollar. The answer's rows stand under that id, beside a cursor called ``last``.
- Only the newest 720 candles are kept, whatever is asked: two years of days, thirty days of hours. An older start gives
  a later beginning, not an error; there is no second page.
- ``since`` is exclusive, in seconds; there is no end. The newest candle is still forming and always there.
- Where nothing was traded, Kraken repeats the last close in a candle that counts no trades.
- A refusal comes with status 200 and a text under ``error``.
"""

from typing import Any

import pandas as pd

from data_sources import venues
from data_sources.reading import candles, moments, numbers, on_grid, table

SYMBOLS: dict[str, str] = {
    "ADA": "ADAUSD",
    "BCH": "BCHUSD",
    "BNB": "BNBUSD",
    "BTC": "XXBTZUSD",
    "DOGE": "XDGUSD",
    "ETH": "XETHZUSD",
    "LINK": "LINKUSD",
    "LTC": "XLTCZUSD",
    "SOL": "SOLUSD",
    "TRX": "TRXUSD",
    "XLM": "XXLMZUSD",
    "XRP": "XXRPZUSD",
}
ENTITY = "kraken"
CANDLE = ("time", "open", "high", "low", "close", "vwap", "volume", "count")
PRICES = ("open", "high", "low", "close", "volume")
DAILY = {column: column for column in PRICES}
HOURLY = {column: f"hour_{column}" for column in PRICES}


def fetch_daily(asset: str, start: pd.Timestamp, end: pd.Timestamp) -> dict[str, Any]:
    """Ask for daily candles from ``start`` on.

    Returns
    -------
    dict
        ``result`` holds the candles, oldest first, and runs to the present whatever the ``end``: Kraken knows none.
    """
    return _ohlc(asset, "1D", start)


def fetch_hourly(asset: str, start: pd.Timestamp, end: pd.Timestamp) -> dict[str, Any]:
    """Ask for hourly candles, as ``fetch_daily`` does."""
    return _ohlc(asset, "1h", start)


def _ohlc(asset: str, interval: str, start: pd.Timestamp) -> dict[str, Any]:
    minutes = pd.Timedelta(interval) // pd.Timedelta("1min")
    # exclusive: the second before lets the candle of the start itself in
    since = int(start.floor(interval).timestamp()) - 1
    answer: dict[str, Any] = venues.exchange("kraken").public_get_ohlc(
        {"pair": SYMBOLS[asset], "interval": minutes, "since": since}
    )
    return answer


def parse_daily(payload: dict[str, Any], asset: str) -> pd.DataFrame:
    """Read daily candles.

    Parameters
    ----------
    payload : dict
    asset : str

    Returns
    -------
    DataFrame, tidy
        Measures ``open``, ``high``, ``low``, ``close`` in USD and ``volume`` in coins, entity kraken; ``time`` is 00:00 UTC of
        the day. The day still open is the last one. A day without a trade is a missing row.
    """
    return _candles(payload, asset, "1D", DAILY)


def parse_hourly(payload: dict[str, Any], asset: str) -> pd.DataFrame:
    """Read hourly candles as ``parse_daily`` does, into ``hour_open`` … ``hour_volume``."""
    return _candles(payload, asset, "1h", HOURLY)


def _candles(payload: dict[str, Any], asset: str, interval: str, measures: dict[str, str]) -> pd.DataFrame:
    rows = table(payload["result"][SYMBOLS[asset]], CANDLE, asset)
    times = on_grid(moments(rows["time"], "s"), interval)
    # without a trade there is no price: what stands there is the last close once more
    traded = numbers(rows["count"]) != 0
    return candles(rows[traded], times[traded], asset, ENTITY, measures)
