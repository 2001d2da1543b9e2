"""Drawdowns: how far prices stand below their peak, and how fast they fell within a session.

Closes give the drawdown everybody quotes; highs and lows of intraday bars give the worst fall inside a
session. Market value turns a fall into dollars.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from indicators.spells import spells

WINDOW = "80min"
"""Window of the flash-fall detector: the eighty minutes of 2025-11-20 that made the headlines."""
DAY = pd.Timedelta(days=1)
EPISODE = ["peak", "trough", "recovery", "depth", "peak_price", "trough_price",
           "sessions_to_trough", "sessions_to_recover", "sessions_total"]
TWO_YEARS = "728D"
"""104 weeks."""


def drawdown(prices: pd.Series) -> pd.Series:
    """Fall from the running peak.

    Parameters
    ----------
    prices : Series of shape (n_days,), USD or points

    Returns
    -------
    Series of shape (n_days,), fraction in [-1, 0]
        0 at a new high.

    Notes
    -----
    The first price is a peak. NaN stays NaN and does not reset the peak.
    """
    return prices / prices.cummax() - 1


def below_high(prices: pd.Series, window: str = TWO_YEARS) -> pd.Series:
    """Fall from the highest close of a trailing window: the negative of CMAX.

    Unlike the drawdown from the running peak it forgets: a peak of long ago, such as that of the dot-com years, does not make
    every later fall look small. https://www.ecb.europa.eu/pub/pdf/scpwps/ecbwp1426.pdf

    Parameters
    ----------
    prices : Series of shape (n_days,)
    window : str
        Its length in days; at the start of the history as much of it as is held.

    Returns
    -------
    Series of shape (n_days,), fraction in [-1, 0]
        NaN stays NaN.
    """
    return prices / prices.rolling(window).max() - 1


def change(prices: pd.Series) -> pd.Series:
    """Change from the previous observation, as a fraction: an index's move from session to session."""
    return prices / prices.shift() - 1


def day_on_day(prices: pd.Series) -> pd.Series:
    """Change from the day before, as a fraction; NaN where the day before is a gap.

    For coins, which trade every day: a change across a gap is not a change in a day.
    """
    return change(prices).where(_follows_yesterday(prices))


def day_on_day_difference(amounts: pd.Series) -> pd.Series:
    """Amount less the amount of the day before, in its unit; NaN where the day before is a gap."""
    return amounts.diff().where(_follows_yesterday(amounts))


def _follows_yesterday(values: pd.Series) -> np.ndarray:
    return values.index.to_series().diff().eq(DAY).to_numpy()


def drawdown_episodes(prices: pd.Series, top: int | None = None) -> pd.DataFrame:
    """Falls from a peak until that peak is reached again, deepest first.

    Parameters
    ----------
    prices : Series of shape (n_days,), USD or points
        Closes in time order; gaps are dropped.
    top : int, optional
        How many of the deepest to keep; all when not given.

    Returns
    -------
    DataFrame of shape (n_episodes, 12)
        peak, trough, recovery (dates; recovery is NaT while under water), depth (fraction below 0),
        peak_price, trough_price, then days_to_trough, days_to_recover (trough to recovery), days_total
        in calendar days and sessions_to_trough, sessions_to_recover, sessions_total in observations.
        The days of what has not ended yet are NaN.

    Notes
    -----
    A day that only equals the old peak ends the episode: the loss is made good.
    """
    known = prices.dropna()
    values, times = known.to_numpy(), list(known.index)
    rows = []
    for start, end in spells(drawdown(known).to_numpy() < 0):
        peak, trough = start - 1, start + int(values[start:end].argmin())
        recovery = end if end < len(values) else None
        rows.append({
            "peak": times[peak],
            "trough": times[trough],
            "recovery": pd.NaT if recovery is None else times[recovery],
            "depth": values[trough] / values[peak] - 1,
            "peak_price": values[peak],
            "trough_price": values[trough],
            "sessions_to_trough": trough - peak,
            "sessions_to_recover": np.nan if recovery is None else recovery - trough,
            "sessions_total": np.nan if recovery is None else recovery - peak,
        })
    table = pd.DataFrame(rows, columns=EPISODE)
    for date in EPISODE[:3]:
        table[date] = pd.to_datetime(table[date], utc=True)
    legs = {"to_trough": ("peak", "trough"), "to_recover": ("trough", "recovery"), "total": ("peak", "recovery")}
    for name, (since, until) in legs.items():
        table[f"days_{name}"] = (table[until] - table[since]).dt.total_seconds() / DAY.total_seconds()
    deepest = table.sort_values("depth", ignore_index=True)
    return deepest if top is None else deepest.head(top)


def _falls(bars_high: pd.Series, bars_low: pd.Series, window: str) -> pd.DataFrame:
    """Each bar's low against the highest high of its window, with the bar's session."""
    if pd.Timedelta(window) <= pd.Timedelta(0):
        raise ValueError(f"the window must be longer than nothing, not {window}")
    bars = pd.concat({"high": bars_high, "low": bars_low}, axis=1, join="inner").dropna()
    session = pd.DatetimeIndex(bars.index).floor("D")
    # Grouped by session: a gap at the opening is yesterday's news, not a fall within eighty minutes.
    highest = bars["high"].groupby(session).rolling(window).max().droplevel(0)
    return bars.assign(session=session, highest=highest, fall=bars["low"] / highest - 1)


def worst_fall(bars_high: pd.Series, bars_low: pd.Series, window: str = WINDOW) -> pd.Series:
    """Worst fall within a moving window, per session.

    Parameters
    ----------
    bars_high, bars_low : Series of shape (n_bars,), USD
        Highs and lows of intraday bars, indexed by the start of the bar, UTC.
    window : str
        Length of the window; it is measured in time, not in bars.

    Returns
    -------
    Series of shape (n_sessions,), fraction at or below 0
        The most negative ``low / highest high - 1`` over the bars of the session whose start lies in
        (t - window, t]; indexed by the session's date. Windows never reach into the day before.

    Raises
    ------
    ValueError
        When the window has no length.

    Notes
    -----
    Sessions are UTC dates: a US session never crosses midnight UTC. Within one bar the high is taken
    to come first, so a fall may be overstated by at most the range of one bar.
    """
    if bars_high.empty or bars_low.empty:
        return pd.Series(dtype="float64", index=bars_high.index[:0])
    falls = _falls(bars_high, bars_low, window)
    return falls.groupby("session")["fall"].min().rename(None).rename_axis(None)


@dataclass(frozen=True)
class Fall:
    """The worst fall of one session: from the bar of its high to the bar of its low."""

    start: pd.Timestamp
    """Start of the bar that made the high."""
    end: pd.Timestamp
    """Start of the bar that made the low."""
    high: float
    low: float
    fall: float
    """``low / high - 1``, a fraction at or below 0."""


def worst_fall_path(bars_high: pd.Series, bars_low: pd.Series, day: pd.Timestamp, window: str = WINDOW) -> Fall | None:
    """When and between which prices a session's worst fall ran; None when no bar of the day is held.

    Parameters
    ----------
    bars_high, bars_low : Series of shape (n_bars,), USD
        Highs and lows of intraday bars, indexed by the start of the bar, UTC.
    day : Timestamp
        The session's date, 00:00 UTC.
    window : str
        Length of the window.
    """
    if bars_high.empty or bars_low.empty:
        return None
    falls = _falls(bars_high.loc[day : day + DAY], bars_low.loc[day : day + DAY], window)
    falls = falls[falls["session"] == day]
    if falls.empty:
        return None
    times = pd.DatetimeIndex(falls.index)
    worst = int(falls["fall"].argmin())
    end = times[worst]
    reach = falls["high"][(times > end - pd.Timedelta(window)) & (times <= end)]
    start = pd.DatetimeIndex(reach.index)[int(reach.argmax())]
    return Fall(start, end, float(reach.max()), float(falls["low"].iloc[worst]), float(falls["fall"].iloc[worst]))


def in_dollars(fall: float, market_value: float) -> float:
    """What a fall erased: the fall times the market value it started from, USD; negative is a loss."""
    return fall * market_value
