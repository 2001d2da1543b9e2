"""Yahoo: indices, shares, coins and fed funds futures by day, two ETFs by five minutes.

Traps. A daily row is stamped with the opening of its session, so that its date is that of the exchange's own time
zone. The newest row may be stamped with the second of the last trade instead, or stand beside the session's row: the
earlier row of a date is the session's. On a Sunday evening futures and the dollar index already trade, on Monday's
account. Prices are adjusted for splits, back to the beginning, as soon as one takes effect; dividends touch ``adjclose``
alone, which is not read. Opens of indices can be absent or 0. Volume is 0 where Yahoo has none; for coins it is in USD
and not read. Five-minute bars go back 60 days, and asking beyond is refused (422). A whole history is one answer.
"""

from typing import Any

import pandas as pd

from data_sources.contract import tidy
from data_sources.errors import NothingPublished, PayloadChanged
from data_sources.levels import levels
from data_sources.reading import candles, numbers, observed, on_grid
from data_sources.yahoo_client import chart

INDICES = {
    "SPX": "^GSPC",
    "IXIC": "^IXIC",
    "NDX": "^NDX",
    "VIX": "^VIX",
    "HSI": "^HSI",
    "CSI300": "000300.SS",
    "SSEC": "000001.SS",
    "DXY": "DX-Y.NYB",
}
SHARES = {share: share for share in ("MSTR", "IBIT", "FBTC", "ETHA", "SPY", "QQQ")}
BASKETS = {
    share: share
    for share in ("TSLA", "PLTR", "GME", "AMC", "HOOD", "COIN", "SOFI", "NVDA", "AMD", "AVGO", "TSM", "MSFT", "GOOGL", "META")
}
"""Shares of which the closes are enough."""
COINS = {coin: f"{coin}-USD" for coin in ("ADA", "BCH", "BNB", "BTC", "DOGE", "ETH", "LINK", "LTC", "SOL", "TRX", "XLM", "XRP")}
SYMBOLS: dict[str, str] = INDICES | SHARES | BASKETS | COINS

DAY = pd.Timedelta(days=1)
BAR = "5min"
BARS_KEPT = 59 * DAY
"""How far back five-minute bars are asked for: a day less than Yahoo keeps."""
MONTH_CODES = "FGHJKMNQUVXZ"
"""January to December, as futures exchanges write them."""
AHEAD, BACK = 12, 18
"""Months of contracts after and at most before a day's own."""
PRICES = ("open", "high", "low", "close")
OPENING, CLOSING = pd.Timedelta(hours=9, minutes=30), pd.Timedelta(hours=16)
"""A regular session in New York; a shortened one ends when ``tradingPeriods`` says."""


def fetch_daily(asset: str, start: pd.Timestamp, end: pd.Timestamp) -> Any:
    """Ask for an asset's days; any range is one request."""
    return _asked(SYMBOLS[asset], "1d", start, end + DAY)


def parse_daily(payload: Any, asset: str) -> pd.DataFrame:
    """Read an asset's days.

    Returns
    -------
    DataFrame, tidy
        Of an index ``level``, ``level_open``, ``level_high`` and ``level_low`` in points; of a share open, high, low and
        close in USD and volume in shares; of a coin the four prices. ``time`` is 00:00 UTC of the session's date at
        its exchange. Null is a gap; so is a volume of 0, and an index's open, high or low of 0.

    Raises
    ------
    PayloadChanged
        Also when the answer is about another symbol or interval.
    NothingPublished
    """
    rows, times = _sessions(payload, SYMBOLS[asset], always_open=asset in COINS)
    if asset in INDICES:
        return levels(rows, times, asset, "yahoo")
    prices = candles(rows, times, asset, "yahoo", {name: name for name in PRICES})
    volume = numbers(rows["volume"])
    traded = volume.where(volume > 0)
    if asset in COINS or traded.isna().all():
        return prices
    return tidy(pd.concat([prices, observed(times, asset, "yahoo", {"volume": traded})]))


def parse_closes(payload: Any, asset: str) -> pd.DataFrame:
    """Read a share's closes alone, in USD; otherwise as `parse_daily`."""
    frame = parse_daily(payload, asset)
    return frame[frame["measure"] == "close"].reset_index(drop=True)


CLOSES: dict[str, Any] = {"parse": parse_closes, "overlap": 36_500 * DAY}
"""How closes alone are read, and how much of what is held is asked for again, as of all shares: all of it. A split rescales a
share's whole past; a month of new prices on years of old ones would look like a crash."""


def fetch_bars(asset: str, start: pd.Timestamp, end: pd.Timestamp) -> Any:
    """Ask for an ETF's five-minute bars, as far back as Yahoo keeps them.

    Raises
    ------
    NothingPublished
        When the whole range is older than that; nothing is asked then.
    """
    oldest = pd.Timestamp.now("UTC") - BARS_KEPT
    if end <= oldest:
        raise NothingPublished(f"Yahoo no longer has five-minute bars of {asset} from {end:%Y-%m-%d}.")
    return _asked(SYMBOLS[asset], "5m", max(start, oldest), end)


def parse_bars(payload: Any, asset: str) -> pd.DataFrame:
    """Read an ETF's five-minute bars of regular sessions.

    Returns
    -------
    DataFrame, tidy
        ``bar_open``, ``bar_high``, ``bar_low``, ``bar_close`` in USD; ``time`` is the bar's start. What is stamped at or
        after the close (the closing auction's row) and the newest row where it is stamped off the grid are left out.

    Raises
    ------
    PayloadChanged
        Also when any other row is off the grid.
    NothingPublished
    """
    meta, rows = _laid_out(payload, SYMBOLS[asset], "5m")
    times = _times(rows["stamp"])
    if times.iloc[-1].floor(BAR) != times.iloc[-1]:
        rows, times = rows.iloc[:-1], times.iloc[:-1]
    regular = _regular(rows["stamp"], on_grid(times, BAR), meta)
    return candles(rows[regular], times[regular], asset, "yahoo", {name: f"bar_{name}" for name in PRICES})


def contracts(day: pd.Timestamp, back: int = 0) -> list[str]:
    """Name the fed funds futures that say what is expected on a day.

    Parameters
    ----------
    day : Timestamp
    back : int
        Months of expired contracts before it, at most 18.

    Returns
    -------
    list of str
        Assets such as ZQX26 (November 2026), by month, to the one 12 months after the day's own. Each is a source's
        asset of its own: a far one that does not trade is NothingPublished, and the others stand.
    """
    month = day.year * 12 + day.month - 1
    return [f"ZQ{MONTH_CODES[m % 12]}{m // 12 % 100:02d}" for m in range(month - min(back, BACK), month + AHEAD + 1)]


def fetch_fed_funds(asset: str, start: pd.Timestamp, end: pd.Timestamp) -> Any:
    """Ask for the days of one fed funds future, named as ``contracts`` does."""
    return _asked(f"{asset}.CBT", "1d", start, end + DAY)


def parse_fed_funds(payload: Any, asset: str) -> pd.DataFrame:
    """Read the days of one fed funds future.

    Returns
    -------
    DataFrame, tidy
        ``futures_price`` in points: 100 less the month's average effective rate in percent.

    Raises
    ------
    PayloadChanged, NothingPublished
    """
    rows, times = _sessions(payload, f"{asset}.CBT")
    return observed(times, asset, "yahoo", {"futures_price": numbers(rows["close"])})


def _asked(symbol: str, interval: str, start: pd.Timestamp, end: pd.Timestamp) -> Any:
    """Ask for rows stamped from ``start`` to ``end``; of days the caller adds one, since they are stamped at the opening."""
    period = {"period1": int(start.timestamp()), "period2": int(end.timestamp())}
    return chart(symbol, period | {"interval": interval, "includePrePost": "false", "events": "div,splits"})


def _laid_out(payload: Any, symbol: str, interval: str) -> tuple[dict[str, Any], pd.DataFrame]:
    """Lay a chart out as rows: what it is about, and ``stamp`` (seconds), open, high, low, close, volume by stamp."""
    results = payload["chart"]["result"]
    if not results:
        raise NothingPublished(f"Yahoo has no chart of {symbol}.")
    result, meta = results[0], results[0]["meta"]
    about = meta["symbol"], meta["dataGranularity"]
    if about != (symbol, interval):
        raise PayloadChanged(f"Yahoo was asked for {symbol} by {interval} and answers with {' by '.join(map(str, about))}.")
    quote = result["indicators"]["quote"][0]
    if not quote and "timestamp" not in result:  # the documented way to say that nothing traded
        raise NothingPublished(f"Yahoo has no rows of {symbol} in the range.")
    columns = {name: quote[name] for name in (*PRICES, "volume")}
    rows = pd.DataFrame({"stamp": result["timestamp"]} | columns, dtype=object)
    if rows.empty:
        raise NothingPublished(f"Yahoo has no rows of {symbol} in the range.")
    rows["stamp"] = numbers(rows["stamp"])
    return meta, rows.sort_values("stamp", kind="stable").drop_duplicates("stamp", keep="last").reset_index(drop=True)


def _times(stamps: pd.Series) -> pd.Series:
    """Read seconds since 1970; negative before, as the indices go back to 1927. PayloadChanged for what is no time."""
    times = pd.to_datetime(stamps, unit="s", utc=True, errors="coerce").dt.as_unit("us")
    if times.isna().any() or not times.dt.year.between(1900, 2100).all():
        raise PayloadChanged("A row of Yahoo's has no time, or one of another age.")
    result: pd.Series = times
    return result


def _sessions(payload: Any, symbol: str, *, always_open: bool = False) -> tuple[pd.DataFrame, pd.Series]:
    """Take one row per session from a daily chart, and its date at the exchange as 00:00 UTC."""
    meta, rows = _laid_out(payload, symbol, "1d")
    local = _times(rows["stamp"]).dt.tz_convert(meta["exchangeTimezoneName"])
    days = local.dt.tz_localize(None).dt.normalize().dt.tz_localize("UTC")
    bare = rows[list(PRICES)].nunique(axis=1, dropna=False).eq(1) & numbers(rows["volume"]).fillna(0).eq(0)
    only_a_quote = bare & rows["stamp"].eq(meta["regularMarketTime"]) & local.dt.normalize().ne(local)
    weekend = days.dt.day_of_week.ge(5) & (not always_open)
    if weekend.sum() > 1 + len(days) / 20:  # now and then one is Monday's session, quoted from Sunday evening on
        raise PayloadChanged(f"Yahoo has {symbol} trade on weekends, when its exchange is closed: the times have moved.")
    kept = ~only_a_quote & ~weekend & ~days.duplicated()
    return rows[kept], days[kept]


def _regular(stamps: pd.Series, times: pd.Series, meta: dict[str, Any]) -> pd.Series:
    """Flag the bars that begin within a regular session; a day without named hours has the usual ones."""
    local = times.dt.tz_convert(meta["exchangeTimezoneName"]).dt.tz_localize(None)
    day = local.dt.normalize()
    sessions = [hours for session in meta.get("tradingPeriods", []) for hours in session]
    hours = pd.DataFrame(sessions, columns=["start", "end"]).drop_duplicates("start", ignore_index=True)
    opened = _times(hours["start"]).dt.tz_convert(meta["exchangeTimezoneName"]).dt.tz_localize(None).dt.normalize()
    if opened.duplicated().any():
        raise PayloadChanged("Yahoo names two regular sessions of one day.")
    outside = stamps.lt(day.map(hours["start"].set_axis(opened))) | stamps.ge(day.map(hours["end"].set_axis(opened)))
    flags: pd.Series = ~outside & (local - day).between(OPENING, CLOSING, inclusive="left")
    return flags
