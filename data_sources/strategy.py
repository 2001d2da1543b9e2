"""Strategy (formerly MicroStrategy): the company's own board of what it holds and owes.

- Two answers make one reading: the bitcoin board and a list of securities, of which one row is the company's share.
- The present only, no history. The share's time is UTC without a zone; either answer may come without a time.
- Money of the company is text in US$ millions with commas ("6,754"), money of the bitcoin board is in US$, but its net
  asset value in US$ millions. Names that end in Perc are percentages, as text too.
- Coins are not printed in every version of the answer, shares and dollars in none. They follow from what is, to the
  precision of its rounding: see ``parse_kpis``.
- Its net asset multiple was redefined on 2026-07-23 and is not read; ours is computed.
"""

from typing import Any

import pandas as pd

from data_sources import wire
from data_sources.contract import tidy
from data_sources.errors import NothingPublished, PayloadChanged
from data_sources.reading import days, moments, numbers, observed, records

URL = "https://api.strategy.com/btc"
SYMBOLS = {"MSTR": "MSTR"}
ENTITY = "strategy"
MILLION = 1e6
COINS = 10
"""Half a million dollars, to which the net asset value is rounded, are some eight coins."""
SHARES = 10_000
"""And some five thousand shares, to which the market value is."""
COMPANY = ("company", "ufPrice", "marketCap", "debt", "pref")


def fetch_kpis(asset: str, start: pd.Timestamp, end: pd.Timestamp) -> dict[str, Any]:
    """Ask both boards.

    Returns
    -------
    dict
        ``bitcoin`` and ``company`` as they came, and ``asked``: the day of ``end``, for answers that carry no time.
    """
    return {
        "asked": f"{end:%Y-%m-%d}",
        "bitcoin": wire.json(f"{URL}/bitcoinKpis"),
        "company": wire.json(f"{URL}/mstrKpiData"),
    }


def parse_kpis(payload: Any, asset: str) -> pd.DataFrame:
    """Read what the company holds and owes, at 00:00 UTC of the day of which each answer is.

    Returns
    -------
    DataFrame, tidy
        ``debt`` and ``preferred`` in USD, as printed, to a million. ``cash`` in USD: the dividends of a month times the
        months that the dollars cover. ``holdings`` in BTC as printed, else net asset value over price to the nearest ten.
        ``shares_outstanding``: market value over price, to the nearest ten thousand.

    Raises
    ------
    PayloadChanged
        When a field is absent or no number, such as a percentage.
    NothingPublished
        When the company is not among the securities.
    """
    board = payload["bitcoin"]["results"]
    share = _share(payload["company"], asset)
    market_value, price = _number(share["marketCap"]) * MILLION, _number(share["ufPrice"])
    of_bitcoin = {
        "holdings": _coins(board),
        "cash": round(_number(board["totalAnnualDividends"]) * _number(board["usdMonthsOfDividends"]) / 12),
    }
    of_company = {
        "debt": _number(share["debt"]) * MILLION,
        "preferred": _number(share["pref"]) * MILLION,
        "shares_outstanding": round(market_value / price / SHARES) * SHARES,
    }
    of_its_coins = _dated(_day(board, "msTimestamp", payload["asked"]), of_bitcoin, asset)
    of_its_share = _dated(_day(share, "msTimeStamp", payload["asked"]), of_company, asset)
    return tidy(pd.concat([of_its_coins, of_its_share], ignore_index=True))


def _share(securities: Any, asset: str) -> dict[str, Any]:
    """Find the company's row among the securities."""
    records(securities, COMPANY, asset)
    found = [row for row in securities if row["company"] == SYMBOLS[asset]]
    if not found:
        raise NothingPublished(f"Strategy lists no {asset}.")
    row: dict[str, Any] = found[-1]
    return row


def _coins(board: dict[str, Any]) -> float:
    if "btcHoldings" in board:
        return _number(board["btcHoldings"])
    return round(_number(board["btcNavNumber"]) * MILLION / _number(board["ufPrice"]) / COINS) * COINS


def _number(cell: Any) -> float:
    """One amount that has to be there."""
    value = float(numbers([cell]).iloc[0])
    if not value >= 0:  # nor is a gap
        raise PayloadChanged(f"Strategy prints {str(cell)[:40]!r} where an amount should stand.")
    return value


def _day(answer: dict[str, Any], stamp: str, asked: str) -> pd.Series:
    """The day of an answer: by its stamp in ms, by its clock in UTC, else the day on which it was asked for."""
    if answer.get(stamp) is not None:
        return moments([answer[stamp]], "ms").dt.floor("D")
    if answer.get("timeStampUtc") is not None:
        return days([answer["timeStampUtc"]], "%Y-%m-%dT%H:%M:%S").dt.floor("D")
    return days([asked], "%Y-%m-%d")


def _dated(day: pd.Series, values: dict[str, float], asset: str) -> pd.DataFrame:
    return observed(day, asset, ENTITY, {measure: pd.Series([value]) for measure, value in values.items()})
