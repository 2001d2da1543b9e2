"""Coinbase: spot candles of Coinbase Exchange, quoted in US dollars.

A row is ``[time in s, low, high, open, close, volume]``: not in the usual order. One request takes at most 300 buckets and
is refused (400) beyond. Rows come newest first, the bucket that is still open among them; a bucket without a trade is left
out, and XRP has none at all from January 2021 to July 2023. So the range is cut into windows beforehand, and no page, however
empty, says that history ends.
"""

from typing import Any

import pandas as pd

from data_sources import venues
from data_sources.errors import PayloadChanged
from data_sources.reading import candles, moments, on_grid, table

SYMBOLS: dict[str, str] = {
    coin: f"{coin}-USD" for coin in ("ADA", "BCH", "BNB", "BTC", "DOGE", "ETH", "LINK", "LTC", "SOL", "XLM", "XRP")
}
"""Our asset to the venue's product; TRX is not traded there."""
FIRST = pd.Timestamp("2015-07-20", tz="UTC")
"""Day of the oldest candle of all."""
BUCKETS = 300
CELLS = ("time", "low", "high", "open", "close", "volume")
DAILY = {name: name for name in ("open", "high", "low", "close", "volume")}
HOURLY = {name: f"hour_{name}" for name in DAILY}


def fetch_daily(asset: str, start: pd.Timestamp, end: pd.Timestamp) -> list[Any]:
    """Ask for the candles of days.

    Parameters
    ----------
    asset : str
        A key of SYMBOLS.
    start, end : Timestamp, UTC
        Days that begin from the one to the other are wanted; before FIRST there is nothing to ask for.

    Returns
    -------
    list of answers
        One per window of 300 days, oldest window first, each a list of rows.
    """
    return _windows(asset, start, end, pd.Timedelta(days=1))


def fetch_hourly(asset: str, start: pd.Timestamp, end: pd.Timestamp) -> list[Any]:
    """Ask for the candles of hours, in windows of 300; otherwise as ``fetch_daily`` does."""
    return _windows(asset, start, end, pd.Timedelta(hours=1))


def parse_daily(payload: list[Any], asset: str) -> pd.DataFrame:
    """Read the candles of days.

    Returns
    -------
    DataFrame, tidy
        Measures open, high, low and close in USD and volume in coins, entity coinbase; ``time`` is the day's start. A day without a
        trade is a missing row; the newest day may still be open.

    Raises
    ------
    NothingPublished
        Without any candle.
    PayloadChanged
        When a row is not the documented six cells, or no candle.
    """
    return _candles(payload, asset, "1D", DAILY)


def parse_hourly(payload: list[Any], asset: str) -> pd.DataFrame:
    """Read the candles of hours into hour_open, hour_high, hour_low, hour_close and hour_volume; otherwise as ``parse_daily``."""
    return _candles(payload, asset, "1h", HOURLY)


def _windows(asset: str, start: pd.Timestamp, end: pd.Timestamp, step: pd.Timedelta) -> list[Any]:
    """Ask window after window; both ends of a window count, so that it is one step shorter than its buckets."""
    opened = max(start, FIRST).floor(step)
    firsts = pd.date_range(opened, end, freq=BUCKETS * step)
    return [_asked(asset, first, min(first + (BUCKETS - 1) * step, end), step) for first in firsts]


def _asked(asset: str, first: pd.Timestamp, last: pd.Timestamp, step: pd.Timedelta) -> Any:
    return venues.exchange("coinbaseexchange").public_get_products_id_candles(
        {
            "id": SYMBOLS[asset],
            "granularity": int(step.total_seconds()),
            "start": first.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "end": last.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
    )


def _candles(payload: list[Any], asset: str, interval: str, measures: dict[str, str]) -> pd.DataFrame:
    if not isinstance(payload, list) or not all(isinstance(page, list) for page in payload):
        raise PayloadChanged(f"The candles of {asset} are not lists of rows.")
    rows = table([row for page in payload for row in page], CELLS, asset)
    return candles(rows, on_grid(moments(rows["time"], "s"), interval), asset, "coinbase", measures)
