"""Aftermath: what a price did after days that something was first true, beside what it did after any day.

A handful of days says little, however far apart their outcomes lie: the number of them belongs beside every statistic, and so
does the same statistic over all days.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

HORIZONS = (5, 20, 60)
"""Calendar days ahead."""
APART = 60
"""Days between two starts that count as two: the longest horizon, so that no two windows share a day."""
CARRIED = 6
"""Days for which a session's last close stands."""
COLUMNS = ("n", "median", "lowest", "highest", "above")


def daily(closes: pd.Series, compared: pd.DatetimeIndex) -> pd.Series:
    """Closes on calendar days; a weekend has the close of the session before it.

    Parameters
    ----------
    closes : Series of shape (n_sessions,), USD
    compared : DatetimeIndex, rising
        Days that are compared: closes begin with the first of them.

    Returns
    -------
    Series of shape (n_days,), USD
        NaN where the last close is older than CARRIED days; empty where no days are compared.
    """
    return closes[compared[0] :].resample("D").last().ffill(limit=CARRIED) if len(compared) else closes[:0]


def merged(days: pd.DatetimeIndex, apart: int = APART) -> pd.DatetimeIndex:
    """Leave out days that follow too soon on one that is kept.

    Parameters
    ----------
    days : DatetimeIndex of shape (n,)
        In any order.
    apart : int
        Days from one that is kept to the next.

    Returns
    -------
    DatetimeIndex
        Rising; the first day is kept. Each is at least ``apart`` days after the one before.
    """
    kept: list[pd.Timestamp] = []
    for day in days.sort_values():
        if not kept or day - kept[-1] >= pd.Timedelta(days=apart):
            kept.append(day)
    return pd.DatetimeIndex(kept) if kept else days[:0]


def changes(closes: pd.Series, days: pd.DatetimeIndex, horizon: int) -> pd.Series:
    """Change of a price over the calendar days after each of some days.

    Parameters
    ----------
    closes : Series of shape (n_days,), USD
        By day, 00:00 UTC.
    days : DatetimeIndex
    horizon : int
        Calendar days ahead.

    Returns
    -------
    Series, fraction
        Only of days that have a close themselves and one exactly that many days later: what is not over does not count.

    Raises
    ------
    ValueError
        When the horizon is shorter than a day.
    """
    if horizon < 1:
        raise ValueError(f"a horizon is at least one day, not {horizon}")
    known = closes.where(closes > 0).dropna()
    then = known.reindex(days).to_numpy(dtype="float64")
    later = known.reindex(days + pd.Timedelta(days=horizon)).to_numpy(dtype="float64")
    return pd.Series(later / then - 1, index=days).dropna()


def _told(moves: pd.Series) -> tuple[float, ...]:
    if moves.empty:
        return (0.0, *[np.nan] * 4)
    return len(moves), float(moves.median()), float(moves.min()), float(moves.max()), float((moves > 0).mean())


def after(closes: pd.Series, starts: pd.DatetimeIndex, horizons: Sequence[int] = HORIZONS) -> pd.DataFrame:
    """What a price did over the days after each start.

    Parameters
    ----------
    closes : Series of shape (n_days,), USD
        Up to the day as of which is asked: a start whose horizon is not over by then is left out.
    starts : DatetimeIndex of shape (n_starts,)
    horizons : sequence of int
        Calendar days.

    Returns
    -------
    DataFrame of shape (n_horizons, 5), by horizon
        n (starts that count), median, lowest, highest (fractions) and above (share of them above 0); NaN where n is 0.
    """
    rows = [_told(changes(closes, starts, horizon)) for horizon in horizons]
    return pd.DataFrame(rows, index=pd.Index(list(horizons), name="days"), columns=list(COLUMNS), dtype="float64")


def base_rate(closes: pd.Series, horizons: Sequence[int] = HORIZONS) -> pd.DataFrame:
    """The same after every day that is held: against it the days after starts are to be read.

    Notes
    -----
    Its windows overlap, so that n counts days and not independent outcomes.
    """
    return after(closes, pd.DatetimeIndex(closes.index), horizons)


def paths(closes: pd.Series, starts: pd.DatetimeIndex, length: int = APART) -> pd.DataFrame:
    """Where a price went, day by day, after each start.

    Parameters
    ----------
    closes : Series of shape (n_days,), USD
    starts : DatetimeIndex of shape (n_starts,)
    length : int
        Calendar days ahead.

    Returns
    -------
    DataFrame of shape (length + 1, n_starts), fraction since the start
        By relative day, 0 to ``length``; a column per start that has a close. NaN on days that are not held or have not come.
    """
    known = closes.where(closes > 0).dropna()
    held = starts[starts.isin(known.index)]
    ahead = pd.Index(range(length + 1), name="day")
    columns = [
        known.reindex(start + pd.to_timedelta(ahead, unit="D")).to_numpy(dtype="float64") / float(known[start]) - 1
        for start in held
    ]
    values = np.column_stack(columns) if columns else np.empty((len(ahead), 0))
    return pd.DataFrame(values, index=ahead, columns=held)
