"""CoinGecko: what all coins, and single ones, are worth at the market.

- Snapshots of an open day: no history without a key, and the newest value stands for its UTC day until the next one.
- Five to fifteen questions a minute and address without a key, fewer from a cloud. The refusal is a 429, at times with
  a status of 200 and the code in the body.
- A coin that is unknown is silently left out of the answer; a market value of 0 means that none is known.
- A (free) demo key would go into the header ``x-cg-demo-api-key``, which ``_asked`` alone would have to send.
"""

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from data_sources import wire
from data_sources.contract import tidy
from data_sources.errors import NothingPublished, PayloadChanged, RateLimited, SourceUnavailable
from data_sources.reading import moments, numbers, observed, records

URL = "https://api.coingecko.com/api/v3"
ENTITY = "coingecko"
SYMBOLS = {
    "ADA": "cardano",
    "BCH": "bitcoin-cash",
    "BNB": "binancecoin",
    "BTC": "bitcoin",
    "DOGE": "dogecoin",
    "ETH": "ethereum",
    "LINK": "chainlink",
    "LTC": "litecoin",
    "SOL": "solana",
    "TRX": "tron",
    "XLM": "stellar",
    "XRP": "ripple",
}


def fetch_global(asset: str, start: pd.Timestamp, end: pd.Timestamp) -> Any:
    """Ask for the whole market's value now; the range is not asked for, as there is no history."""
    return _asked("global", {})


def parse_global(payload: Any, asset: str) -> pd.DataFrame:
    """Read the value of all coins that CoinGecko counts.

    Returns
    -------
    DataFrame, tidy
        One row: ``market_cap`` in USD, at the UTC day of the answer's own ``updated_at``.
    """
    market = payload["data"]
    times = moments([market["updated_at"]], "s").dt.floor("D")
    return observed(times, asset, ENTITY, {"market_cap": _known(numbers([market["total_market_cap"]["usd"]]))})


def fetch_caps(asset: str, start: pd.Timestamp, end: pd.Timestamp) -> Any:
    """Ask for the value of each coin in SYMBOLS now, in one question; the range is not asked for."""
    return _asked("coins/markets", {"vs_currency": "usd", "ids": ",".join(SYMBOLS.values()), "per_page": len(SYMBOLS)})


def parse_caps(payload: Any, asset: str) -> pd.DataFrame:
    """Read the value of each coin.

    Parameters
    ----------
    asset : str
        Names the list as a whole; the rows carry the coins' own names.

    Returns
    -------
    DataFrame, tidy
        One row for each coin in SYMBOLS: ``market_cap`` in USD, at the UTC day on which CoinGecko last updated the coin.

    Raises
    ------
    NothingPublished
        When one coin is left out or has no value: a shorter list would pass for a smaller market.
    """
    rows = records(payload, ("id", "market_cap", "last_updated"), asset).drop_duplicates("id", keep="last").set_index("id")
    values = _known(numbers(rows["market_cap"]))
    absent = [coin for coin, name in SYMBOLS.items() if name not in rows.index or pd.isna(values[name])]
    if absent:
        raise NothingPublished(f"CoinGecko gives no market value for {', '.join(absent)}.")
    rows = rows.loc[list(SYMBOLS.values())]
    times = pd.to_datetime(rows["last_updated"], format="ISO8601", utc=True).dt.floor("D").dt.as_unit("us")
    if times.isna().any():
        raise PayloadChanged("A coin does not say when it was last updated.")
    frame = pd.DataFrame({"time": times.array, "asset": list(SYMBOLS), "value": values[rows.index].to_numpy()})
    return tidy(frame.assign(measure="market_cap", entity=ENTITY))


def _known(values: pd.Series) -> pd.Series:
    """Take a value of nothing for the gap that it is."""
    return values.where(values != 0)


def _asked(path: str, params: Mapping[str, Any]) -> Any:
    """Ask CoinGecko."""
    return wire.json(f"{URL}/{path}", params, judge=_judged)


def _judged(payload: Any, _text: str) -> None:
    """Find the refusal that a status of 200 hides."""
    status = payload.get("status") if isinstance(payload, dict) else None
    code = status.get("error_code") if isinstance(status, dict) else None
    if code is None:
        return
    if str(code) == "429":
        raise RateLimited("CoinGecko asks us to slow down (429 within a 200).")
    if re.fullmatch(r"5\d\d", str(code)):
        raise SourceUnavailable(f"CoinGecko reports trouble of its own ({code}).")
    raise PayloadChanged(f"CoinGecko does not understand the question ({str(code)[:20]}).")
