"""Deribit: DVOL, funding of the perpetuals, open interest of futures, and the options board; BTC and ETH only.

What a newcomer must know:

- every answer is an envelope whose numbers are in ``result``; an error may come with a 200, and ccxt finds it there;
- DVOL comes 1000 rows at a time, oldest first, but the newest thousand first; ``continuation`` is the next ``end_timestamp``.
  The last row is the day still open. It begins on 2021-03-24 and exists for no other coin;
- funding is hourly, at most 744 rows at once. A row is stamped with the *end* of its hour. ``interest_8h`` looks back over eight
  hours in every row: summed up it would count everything eight times, so that only ``interest_1h`` is read;
- whether a range includes its own ends is documented nowhere; a millisecond more on both sides makes it not matter;
- inverse contracts (those named BTC-… and ETH-…) are meant here. Open interest of futures and perpetuals is in USD, of options in
  coins. Linear ones (BTC_USDC-…) count in coins throughout and are asked for under another currency; they are left out;
- a book summary is a state of now: there is no history, and a snapshot that was missed is gone;
- options expire at 08:00 UTC; the date is in their name. A bid is null where nobody bids, which is no fault of the row: its mark
  stands. ``mark_iv`` is in percent, ``underlying_price`` the forward of the option's own expiry.
"""

import math
from typing import Any

import pandas as pd

from data_sources import deribit_smile, venues
from data_sources.errors import NothingPublished, PayloadChanged
from data_sources.paging import MOST
from data_sources.reading import moments, numbers, observed, on_grid, records, table

ENTITY = "deribit"
SYMBOLS = {"BTC": "BTC", "ETH": "ETH"}
PERPETUALS = {"BTC": "BTC-PERPETUAL", "ETH": "ETH-PERPETUAL"}
DVOL_COLUMNS = ("time", "open", "high", "low", "close")
HOUR = 3_600_000
"""Milliseconds."""
FUNDING_ROWS = 744
"""Hours of one answer: 31 days."""
FUNDING_DEPTH = pd.DateOffset(years=3)
"""How far back funding is asked for, at most: 36 requests; the venue has it since 2019."""
OPTION_NAME = r"^[A-Z]+-(?P<expiry>\d{1,2}[A-Z]{3}\d{2})-(?P<strike>\d+(?:d\d+)?)-(?P<side>[CP])$"
OPTION_COLUMNS = ("open_interest", "volume", "mark_iv", "bid_price", "underlying_price")
NO_OPTIONS = pd.DataFrame(
    {"expiry": pd.Series(dtype="datetime64[us, UTC]"), "strike": pd.Series(dtype="float64"), "side": pd.Series(dtype="str")}
    | {name: pd.Series(dtype="float64") for name in ("open_interest", "volume", "mark_iv", "bid", "underlying")}
)
"""What ``chain`` gives where nothing is held."""
TENORS = (7, 30, 60, 90, 180)
"""Days for which a volatility at the money is read."""
EXPIRY_HOUR = pd.Timedelta(hours=8)
SOON = pd.Timedelta(days=1)
"""Options this close to their expiry come and go with the day; what is read of lasting ones leaves them out."""


def fetch_dvol(asset: str, start: pd.Timestamp, end: pd.Timestamp) -> list[Any]:
    """Ask for the daily DVOL from the day of ``start`` to that of ``end``.

    Returns
    -------
    list of answers
        The newest thousand days first.
    """
    client = venues.exchange("deribit")
    first, until = _milliseconds(start.floor("D")), _milliseconds(end)
    pages: list[Any] = []
    while len(pages) < MOST:
        asked = {"currency": SYMBOLS[asset], "resolution": "1D", "start_timestamp": first, "end_timestamp": until}
        page = client.public_get_get_volatility_index_data(asked)
        pages.append(page)
        following = _result(page, dict, asset).get("continuation")
        if following is None:
            return pages
        if not isinstance(following, int) or following >= until:
            break
        if following < first:
            return pages
        until = following
    raise PayloadChanged(f"Deribit's pages of the DVOL of {asset} do not lead back in time.")


def parse_dvol(payload: list[Any], asset: str) -> pd.DataFrame:
    """Read the close of each day, in volatility points; the day still open is among them.

    Parameters
    ----------
    payload : list of answers
        In any order; each holds ``result.data`` with rows of time in ms, open, high, low and close.

    Returns
    -------
    DataFrame
        Tidy; measure dvol. A null is a gap.
    """
    rows = table([row for page in payload for row in _result(_result(page, dict, asset), list, asset, "data")], DVOL_COLUMNS, asset)
    times = on_grid(moments(rows["time"], "ms"), "D")
    high, low, close = (numbers(rows[column]) for column in ("high", "low", "close"))
    if ((high < low) | (close > high) | (close < low)).any():
        raise PayloadChanged(f"A day of the DVOL of {asset} closes outside its high and low: the columns have moved.")
    return observed(times, asset, ENTITY, {"dvol": close})


def fetch_funding(asset: str, start: pd.Timestamp, end: pd.Timestamp) -> list[Any]:
    """Ask for the hourly funding of every day from that of ``start`` to that of ``end``, three years at most.

    Returns
    -------
    list of answers
        Each of up to 31 days, the oldest first; one from before the perpetual's listing is empty.
    """
    client = venues.exchange("deribit")
    last_day = end.floor("D")
    first_day = max(start.floor("D"), last_day - FUNDING_DEPTH)
    first, last = _milliseconds(first_day) + HOUR, _milliseconds(last_day) + 24 * HOUR
    pages = []
    # windows of our own: nothing depends on which end of a longer range the venue would have cut off
    for begin in range(first, last + 1, FUNDING_ROWS * HOUR):
        finish = min(begin + (FUNDING_ROWS - 1) * HOUR, last)
        asked = {"instrument_name": PERPETUALS[asset], "start_timestamp": begin - 1, "end_timestamp": finish + 1}
        pages.append(client.public_get_get_funding_rate_history(asked))
    return pages


def parse_funding(payload: list[Any], asset: str) -> pd.DataFrame:
    """Read what longs paid to shorts in each whole day, per eight hours.

    Parameters
    ----------
    payload : list of answers
        ``result`` holds rows with ``timestamp``, the end of an hour in ms, and ``interest_1h``, a fraction of that hour.

    Returns
    -------
    DataFrame
        Tidy; measure funding_rate: the sum of the day's 24 hourly rates over its three eighths. A day with an hour missing
        or null is a gap, as is the day still open.
    """
    rows = records([row for page in payload for row in _result(page, list, asset)], ("timestamp", "interest_1h"), asset)
    ends = on_grid(moments(rows["timestamp"], "ms"), "h")
    hours = pd.DataFrame({"day": (ends - pd.Timedelta(hours=1)).dt.floor("D"), "end": ends, "rate": numbers(rows["interest_1h"])})
    paid = hours.drop_duplicates("end", keep="last").groupby("day")["rate"].agg(["count", "sum"])
    rates = (paid["sum"] / 3).where(paid["count"] == 24)
    return observed(pd.Series(rates.index), asset, ENTITY, {"funding_rate": rates})


def fetch_open_interest(asset: str, start: pd.Timestamp, end: pd.Timestamp) -> Any:
    """Ask for the state of all futures and perpetuals; the venue keeps no history, so that ``start`` and ``end`` say nothing."""
    return venues.exchange("deribit").public_get_get_book_summary_by_currency({"currency": SYMBOLS[asset], "kind": "future"})


def parse_open_interest(payload: Any, asset: str) -> pd.DataFrame:
    """Read the open interest of all inverse futures and perpetuals together.

    Returns
    -------
    DataFrame
        Tidy, one row; measure open_interest, USD of notional, at the UTC day of the snapshot. While one contract's number is null
        the sum is unknown.

    Raises
    ------
    NothingPublished
        When no contract quoted in USD is listed, or a number is null.
    """
    rows = _summaries(payload, asset, ("quote_currency", "open_interest"))
    rows = rows[rows["quote_currency"] == "USD"]
    if rows.empty:
        raise NothingPublished(f"Deribit lists no future on {asset} that is quoted in USD.")
    return _snapshot(_moment(rows).floor("D"), asset, {"open_interest": _sum(rows["open_interest"])})


def fetch_options(asset: str, start: pd.Timestamp, end: pd.Timestamp) -> Any:
    """Ask for the state of all options; the venue keeps no history, so that ``start`` and ``end`` say nothing."""
    return venues.exchange("deribit").public_get_get_book_summary_by_currency({"currency": SYMBOLS[asset], "kind": "option"})


def parse_options(payload: Any, asset: str) -> pd.DataFrame:
    """Read how many options are open and were traded, how many puts there are per call, and what volatility they price in.

    Returns
    -------
    DataFrame
        Tidy, one row per measure at the hour of the snapshot. option_open_interest and option_volume (of the last 24 hours), coins:
        puts and calls of all expiries. put_call_oi and put_call_volume_24h, puts per call; iv_7d to iv_180d and skew_25d,
        volatility points, see ``deribit_smile``: of the expiries that are a day or more away.
        A sum with a null in it is unknown: a gap, not a smaller sum; so are puts per no calls.

    Raises
    ------
    NothingPublished
        When no option is listed that has not expired, or nothing can be said of those that are.
    """
    options, moment = chain(payload, asset), made(payload, asset)
    options = options[options["expiry"] > moment]
    if options.empty:
        raise NothingPublished(f"Deribit lists no option on {asset} that has not expired.")
    lasting = options[options["expiry"] - moment >= SOON]
    values = {
        "put_call_oi": _puts_per_call(lasting, "open_interest"),
        "put_call_volume_24h": _puts_per_call(lasting, "volume"),
        "option_open_interest": _sum(options["open_interest"]),
        "option_volume": _sum(options["volume"]),
        "skew_25d": deribit_smile.skew(lasting, moment),
    }
    for days in TENORS:
        values[f"iv_{days}d"] = deribit_smile.at_the_money(lasting, moment, days)
    return _snapshot(moment.floor("h"), asset, values)


def chain(payload: Any, asset: str) -> pd.DataFrame:
    """Lay out a snapshot of all options, one row per instrument, by expiry, strike and side.

    Returns
    -------
    DataFrame of shape (n_options, 8)
        expiry (08:00 UTC), strike (USD), side (C or P), open_interest and volume of the last 24 hours (coins), mark_iv
        (volatility points), bid (coins), underlying (USD, the forward of the expiry). NaN is a gap: what is null, and a volatility
        or a price that is not above nought.
    """
    rows = _summaries(payload, asset, OPTION_COLUMNS)
    parts = rows["instrument_name"].str.extract(OPTION_NAME)
    if parts.isna().any(axis=None):
        raise PayloadChanged(f"An option on {asset} does not carry its expiry, strike and side in its name.")
    read = {name: numbers(rows[name]) for name in OPTION_COLUMNS}
    prices = {name: read[name].where(read[name] > 0) for name in ("mark_iv", "bid_price", "underlying_price")}
    options = pd.DataFrame(
        {
            "expiry": (pd.to_datetime(parts["expiry"], format="%d%b%y", utc=True) + EXPIRY_HOUR).dt.as_unit("us"),
            "strike": parts["strike"].str.replace("d", ".").astype("float64"),
            "side": parts["side"].astype("str"),
            "open_interest": read["open_interest"],
            "volume": read["volume"],
            "mark_iv": prices["mark_iv"],
            "bid": prices["bid_price"],
            "underlying": prices["underlying_price"],
        }
    )
    return options.sort_values(["expiry", "strike", "side"], ignore_index=True)


def made(payload: Any, asset: str) -> pd.Timestamp:
    """When a snapshot was made, UTC: the newest of its summaries."""
    return _moment(_summaries(payload, asset, ()))


def _milliseconds(moment: pd.Timestamp) -> int:
    return int(moment.timestamp() * 1000)


def _result(page: Any, kind: type, asset: str, key: str = "result") -> Any:
    """Take an answer out of its envelope."""
    result = page.get(key) if isinstance(page, dict) else None
    if not isinstance(result, kind):
        raise PayloadChanged(f"Deribit's answer for {asset} has no {key} of the documented kind.")
    return result


def _summaries(payload: Any, asset: str, columns: tuple[str, ...]) -> pd.DataFrame:
    """Lay out the book summaries of the coin's own inverse contracts."""
    rows = records(_result(payload, list, asset), ("instrument_name", "creation_timestamp", *columns), asset)
    # an instrument without a name fails here, as it should
    own = rows[[name.startswith(f"{SYMBOLS[asset]}-") for name in rows["instrument_name"]]]
    if own.empty:
        raise NothingPublished(f"Deribit lists none of its inverse contracts on {asset}.")
    return own.drop_duplicates("instrument_name", keep="last", ignore_index=True)  # named twice, it would count twice


def _moment(rows: pd.DataFrame) -> pd.Timestamp:
    """When the newest of the summaries was made."""
    newest: pd.Timestamp = moments(rows["creation_timestamp"], "ms").max()
    return newest


def _sum(column: pd.Series) -> float:
    """Sum up; unknown when one number is."""
    return float(numbers(column).sum(skipna=False))


def _puts_per_call(options: pd.DataFrame, column: str) -> float:
    puts, calls = (_sum(options.loc[options["side"] == side, column]) for side in "PC")
    return puts / calls if calls > 0 else math.nan


def _snapshot(time: pd.Timestamp, asset: str, values: dict[str, float]) -> pd.DataFrame:
    """Make the tidy frame of a state at one time; NaN is a gap."""
    if all(math.isnan(value) for value in values.values()):
        raise NothingPublished(f"Deribit's summaries of {asset} have nulls where the numbers to be summed up are.")
    return observed(pd.Series([time]), asset, ENTITY, {measure: pd.Series([value]) for measure, value in values.items()})
