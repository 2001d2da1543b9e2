"""Options: what insurance against a fall costs, who holds it, and at which price it would hurt its buyers most.

A chain is a table of one row per option with columns expiry (UTC), strike (USD), side ("C" or "P"), open_interest and
volume (coins), mark_iv (volatility points), bid, and underlying (USD: the forward of that expiry, which is not the spot price).
Deribit's options expire at 08:00 UTC. Signs: the skew is calls less puts, so that below 0 puts are dearer; the slope of the
term structure is far less near, so that below 0 the near is dearer. Other publishers turn either of them around.
"""

import numpy as np
import pandas as pd

from indicators.fear import CRYPTO_YEAR

LONG_DATED = pd.Timedelta(days=90)
"""Beyond the next quarterly expiry: positions of funds rather than of the week's traders."""
WINDOW = 30
"""Returns of a realized volatility: as long as DVOL looks ahead."""
TENORS = (7, 30, 60, 90, 180)
"""Days ahead for which the measures iv_7d … iv_180d are kept."""
SOON = pd.Timedelta(days=45)
"""Ahead of a snapshot: a month and the weeklies around its end."""
CHAIN = ("expiry", "strike", "side", "open_interest", "volume", "mark_iv", "bid", "underlying")


def realized_volatility(closes: pd.Series, window: int = WINDOW) -> pd.Series:
    """Annualized standard deviation of the last log returns of a coin.

    Parameters
    ----------
    closes : Series of shape (n_days,), USD
    window : int
        Returns in the window.

    Returns
    -------
    Series, volatility points
        By the last day of the window; NaN until it is full. A close that is no price is left out, and the return over it is one.
    """
    prices = closes.where(closes > 0).dropna()
    return np.log(prices).diff().rolling(window).std() * np.sqrt(CRYPTO_YEAR) * 100


def implied_less_realized(dvol: pd.Series, closes: pd.Series) -> pd.Series:
    """Volatility that options price in for the next 30 days less the one of the last 30.

    Parameters
    ----------
    dvol : Series, volatility points
    closes : Series, USD

    Returns
    -------
    Series, volatility points
        On the days that have both; below 0 the market moves more than its options price in.
    """
    return (dvol - realized_volatility(closes)).dropna()


def last_of_day(values: pd.Series) -> pd.Series:
    """Reduce snapshots to the last one of each UTC day, at its own time, so that a year has 365 of them."""
    known = values.dropna()
    days = pd.DatetimeIndex(known.index).normalize()
    return known[~days.duplicated(keep="last")]


def term_slope(far: pd.Series, near: pd.Series) -> pd.Series:
    """Implied volatility far out less that of the next days, in points, from snapshots that have both: below 0 it is inverted."""
    return last_of_day(far - near)


def open_options(chain: pd.DataFrame, moment: pd.Timestamp | None) -> pd.DataFrame:
    """Leave out what has expired at a moment, an option that expires at it included, and what has no strike.

    Parameters
    ----------
    chain : DataFrame
        Columns as above; may be empty.
    moment : Timestamp or None
        Of the snapshot; None leaves nothing.
    """
    if moment is None or chain.empty:
        return pd.DataFrame(columns=list(CHAIN))
    return chain[(chain["expiry"] > moment) & (chain["strike"] > 0)]


def by_strike(chain: pd.DataFrame) -> pd.DataFrame:
    """Open calls and puts at each strike.

    Parameters
    ----------
    chain : DataFrame
        Of one expiry or more.

    Returns
    -------
    DataFrame of shape (n_strikes, 2), coins
        Columns calls and puts by rising strike; 0 where only the other side is listed. NaN where a number is missing or
        negative: a sum of what is left would be too small.
    """
    columns = {}
    for name, side in (("calls", "C"), ("puts", "P")):
        rows = chain[chain["side"] == side]
        open_interest = rows["open_interest"].astype("float64")
        sizes = open_interest.where(open_interest >= 0).groupby(rows["strike"].astype("float64"))
        columns[name] = sizes.sum(skipna=False)
    strikes = columns["calls"].index.union(columns["puts"].index).sort_values().rename("strike")
    # what is not listed is 0, what is listed without a number is not
    return pd.DataFrame({name: sums.reindex(strikes, fill_value=0.0) for name, sums in columns.items()}, index=strikes)


def payout(strikes: pd.DataFrame) -> pd.Series:
    """What all holders together would be paid if the coin settled at each of the strikes.

    Parameters
    ----------
    strikes : DataFrame of shape (n_strikes, 2), coins
        As `by_strike` gives it, of one expiry.

    Returns
    -------
    Series of shape (n_strikes,), USD
        Of settlement S: sum of calls * max(S - K, 0) and of puts * max(K - S, 0) over all strikes K.
    """
    settled = strikes.index.to_numpy(dtype="float64")
    above = np.maximum(settled[:, None] - settled[None, :], 0.0)
    paid = above @ strikes["calls"].to_numpy(dtype="float64") + above.T @ strikes["puts"].to_numpy(dtype="float64")
    return pd.Series(paid, index=strikes.index)


def max_pain(strikes: pd.DataFrame) -> float:
    """Strike at which the holders of options would be paid least, USD.

    Parameters
    ----------
    strikes : DataFrame of shape (n_strikes, 2), coins
        As `by_strike` gives it, of one expiry.

    Returns
    -------
    float
        The lowest of equals. NaN where nothing is open, or the size of one position is not known.
    """
    if not strikes.to_numpy(dtype="float64").sum() > 0:
        return float("nan")
    paid = payout(strikes)
    return float(paid.index.to_numpy(dtype="float64")[int(paid.argmin())])


def put_call(strikes: pd.DataFrame) -> float:
    """Open puts per open call; NaN without an open call, or where the size of one position is not known."""
    calls, puts = (float(strikes[side].sum(skipna=False)) for side in ("calls", "puts"))
    return puts / calls if calls > 0 else float("nan")


def by_expiry(chain: pd.DataFrame) -> pd.DataFrame:
    """Open options of each expiry.

    Parameters
    ----------
    chain : DataFrame
        As `open_options` leaves it.

    Returns
    -------
    DataFrame of shape (n_expiries, 8)
        Columns calls, puts and open_interest (coins), volume (coins in 24 hours), put_call, max_pain (USD), underlying (USD) and
        notional (USD), by rising expiry. NaN as in `by_strike`; underlying and notional also where no price is above 0.
    """
    rows = {}
    for expiry, options in chain.groupby("expiry"):
        strikes = by_strike(options)
        calls, puts = (float(strikes[side].sum(skipna=False)) for side in ("calls", "puts"))
        prices = options["underlying"].astype("float64")
        forward, volume = float(prices[prices > 0].median()), float(options["volume"].astype("float64").sum(skipna=False))
        size = calls + puts
        rows[expiry] = (calls, puts, size, volume, put_call(strikes), max_pain(strikes), forward, size * forward)
    columns = ["calls", "puts", "open_interest", "volume", "put_call", "max_pain", "underlying", "notional"]
    table = pd.DataFrame(list(rows.values()), columns=columns, dtype="float64")
    return table.set_axis(pd.to_datetime(pd.Index(list(rows)), utc=True))


def nearest_large(expiries: pd.DataFrame, moment: pd.Timestamp | None) -> pd.Timestamp | None:
    """Expiry of the next 45 days with most open options; the next one where none is so near, None without any.

    Parameters
    ----------
    expiries : DataFrame
        As `by_expiry` gives it.
    moment : Timestamp or None
        Of the snapshot.
    """
    if moment is None:
        return None
    sizes = expiries["open_interest"][expiries.index <= moment + SOON].dropna()
    if len(sizes):
        return pd.Timestamp(sizes.index[int(sizes.argmax())])
    return pd.Timestamp(expiries.index[0]) if len(expiries) else None


def long_dated_share(expiries: pd.DataFrame, moment: pd.Timestamp, longer: pd.Timedelta = LONG_DATED) -> float:
    """Share of the open options that expire later than 90 days from a moment.

    Parameters
    ----------
    expiries : DataFrame
        As `by_expiry` gives it.
    moment : Timestamp
        Of the snapshot.
    longer : Timedelta

    Returns
    -------
    float, fraction
        NaN where nothing is open, or the size of one expiry is not known.
    """
    if expiries.empty:
        return float("nan")
    total = float(expiries["open_interest"].sum(skipna=False))
    far = float(expiries["open_interest"][expiries.index > moment + longer].sum())
    return far / total if total > 0 else float("nan")
