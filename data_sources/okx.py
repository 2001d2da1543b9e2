"""OKX: spot candles quoted in USDT; funding and open interest of the USDT perpetuals.

All rows come newest first, times in ms and numbers as texts. A page ends *before* the time that ``after`` (or ``end``) names;
``before`` is no use for paging: alone it returns the newest rows. Candles come 300 a page or, as the documentation said for
long, 100: what a page reached decides where the next one ends, not what was asked of it. A daily bar must be asked for as
1Dutc: 1D opens at 16:00 UTC. The ninth cell of a candle says whether it is confirmed; one that is not is still open. Funding
is kept for some 90 days, and asking further back silently returns the newest rows again. Of open interest the last 1,440 days
are kept, 100 a page.
"""

from collections.abc import Callable
from typing import Any

import pandas as pd

from data_sources import venues
from data_sources.errors import PayloadChanged
from data_sources.paging import back
from data_sources.reading import candles, funding_by_day, moments, numbers, observed, on_grid, records, table

COINS = ("ADA", "BCH", "BNB", "BTC", "DOGE", "ETH", "LINK", "LTC", "SOL", "TRX", "XLM", "XRP")
SYMBOLS: dict[str, str] = {coin: f"{coin}-USDT" for coin in COINS}
"""Our asset to the venue's spot instrument."""
PERPETUALS: dict[str, str] = {coin: f"{coin}-USDT-SWAP" for coin in ("BTC", "ETH")}
CANDLES, FUNDINGS, STATES = 300, 400, 100
"""Rows of one page at most."""
CELLS = ("time", "open", "high", "low", "close", "volume", "volume_in_quote_1", "volume_in_quote_2", "confirmed")
"""Cells of a candle; of spot the sixth is in coins."""
STATE = ("time", "contracts", "coins", "usd")
DAILY = {name: name for name in ("open", "high", "low", "close", "volume")}
HOURLY = {name: f"hour_{name}" for name in DAILY}
DAY = pd.Timedelta(days=1)


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
        Newest first; none where nothing was published. The last may reach back beyond ``start``.
    """
    return _bars(asset, start, end, "1Dutc", DAY)


def fetch_hourly(asset: str, start: pd.Timestamp, end: pd.Timestamp) -> list[Any]:
    """Ask for the candles of hours; otherwise as ``fetch_daily`` does."""
    return _bars(asset, start, end, "1H", pd.Timedelta(hours=1))


def fetch_funding(asset: str, start: pd.Timestamp, end: pd.Timestamp) -> list[Any]:
    """Ask for the funding prints of a perpetual from the day of ``start`` on, of 90 days at most; answers newest first."""
    question = {"instId": PERPETUALS[asset], "limit": FUNDINGS}
    ask = venues.exchange("okx").public_get_public_funding_rate_history
    return _back(lambda until: ask(question | {"after": until + 1}), lambda rows: _funded(rows, asset), start.floor("1D"), end)


def fetch_open_interest(asset: str, start: pd.Timestamp, end: pd.Timestamp) -> list[Any]:
    """Ask for the open interest of a perpetual at the end of each day from ``start`` to ``end``; answers newest first."""
    first, last = start.floor("1D") + DAY, end.floor("1D") + DAY  # a day's end is stamped with the next day
    question = {"instId": PERPETUALS[asset], "period": "1Dutc", "limit": _limit(first, last, DAY, STATES)}
    ask = venues.exchange("okx").public_get_rubik_stat_contracts_open_interest_history
    return _back(lambda until: ask(question | {"end": until + 1}), lambda rows: _stamped(rows, asset), first, last)


def parse_daily(payload: list[Any], asset: str) -> pd.DataFrame:
    """Read the confirmed candles of days.

    Returns
    -------
    DataFrame, tidy
        Measures open, high, low and close in USDT, taken for USD, and volume in coins, entity okx; ``time`` is the day's start. The
        candle that is still open is left out.

    Raises
    ------
    NothingPublished
        Without any confirmed candle.
    PayloadChanged
        When a row is not the documented nine cells, or no candle.
    """
    return _candles(payload, asset, "1D", DAILY)


def parse_hourly(payload: list[Any], asset: str) -> pd.DataFrame:
    """Read the confirmed candles of hours, measures hour_open to hour_volume; otherwise as ``parse_daily``."""
    return _candles(payload, asset, "1h", HOURLY)


def parse_funding(payload: list[Any], asset: str) -> pd.DataFrame:
    """Read the funding of whole days.

    Returns
    -------
    DataFrame, tidy
        Measure funding_rate, a fraction per eight hours, positive where longs pay; entity okx. The mean of the realized rates
        printed in the day, scaled to eight hours where prints are closer. A day that lacks a print is a missing row.
    """
    rows = records(_rows(payload), ("fundingTime", "realizedRate"), asset)
    rates = funding_by_day(moments(rows["fundingTime"], "ms"), numbers(rows["realizedRate"]))
    return observed(rates.index.to_series(), asset, "okx", {"funding_rate": rates})


def parse_open_interest(payload: list[Any], asset: str) -> pd.DataFrame:
    """Read the open interest at the end of each day.

    Returns
    -------
    DataFrame, tidy
        Measure open_interest, in USD and counted once; entity okx. What is stamped 00:00 UTC is how the day before ended, and
        stands under that day.
    """
    rows = table(_rows(payload), STATE, asset)
    times = on_grid(moments(rows["time"], "ms"), "1D") - DAY
    return observed(times, asset, "okx", {"open_interest": numbers(rows["usd"])})


def _bars(asset: str, start: pd.Timestamp, end: pd.Timestamp, bar: str, step: pd.Timedelta) -> list[Any]:
    first = start.floor(step)
    question = {"instId": SYMBOLS[asset], "bar": bar, "limit": _limit(first, end, step, CANDLES)}
    ask = venues.exchange("okx").public_get_market_history_candles
    return _back(lambda until: ask(question | {"after": until + 1}), lambda rows: _opened(rows, asset), first, end)


def _limit(first: pd.Timestamp, last: pd.Timestamp, step: pd.Timedelta, most: int) -> int:
    """Rows to ask for: no more than the range holds."""
    return min(max((last - first) // step + 1, 1), most)


def _back(ask: Callable[[int], Any], read: Callable[[list[Any]], pd.Series], start: pd.Timestamp, end: pd.Timestamp) -> list[Any]:
    """Ask page before page, in ms; a page without a row as old as asked for repeats newer ones, and nothing comes before."""

    def oldest(page: list[Any]) -> int:
        return _ms(read(_rows(page)).min())

    def page(until: int) -> list[Any]:
        answer = [ask(until)]
        return answer if _rows(answer) and oldest(answer) <= until else []

    return [answer for answers in back(page, oldest, _ms(start), _ms(end)) for answer in answers]


def _ms(moment: pd.Timestamp) -> int:
    return int(moment.value // 1_000_000)


def _rows(payload: list[Any]) -> list[Any]:
    """All rows of all answers, as they came."""
    if not isinstance(payload, list) or not all(isinstance(answer, dict) for answer in payload):
        raise PayloadChanged("The answers are not the documented objects.")
    wrong = next((answer for answer in payload if not isinstance(answer.get("data"), list)), None)
    if wrong is not None:
        raise PayloadChanged("An answer has no list of data.")
    return [row for answer in payload for row in answer["data"]]


def _opened(rows: list[Any], asset: str) -> pd.Series:
    return moments(table(rows, CELLS, asset)["time"], "ms")


def _funded(rows: list[Any], asset: str) -> pd.Series:
    return moments(records(rows, ("fundingTime",), asset)["fundingTime"], "ms")


def _stamped(rows: list[Any], asset: str) -> pd.Series:
    return moments(table(rows, STATE, asset)["time"], "ms")


def _candles(payload: list[Any], asset: str, interval: str, measures: dict[str, str]) -> pd.DataFrame:
    rows = table(_rows(payload), CELLS, asset)
    times = on_grid(moments(rows["time"], "ms"), interval)
    confirmed, volume = numbers(rows["confirmed"]), numbers(rows["volume"])
    if not confirmed.dropna().isin([0, 1]).all():
        raise PayloadChanged(f"A candle of {asset} is neither confirmed nor open: the columns have moved.")
    # without a trade there is no price: what stands there is the last close once more
    kept = (confirmed == 1) & (volume != 0)
    return candles(rows[kept], times[kept], asset, "okx", measures)
