"""Event study: how far a market moved around a dated event, against how far it wanders on ordinary days.

https://www.jstor.org/stable/2729691 (MacKinlay 1997), with a constant mean of zero: a mean of daily moves is smaller than
the error with which 250 days tell it.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

BEFORE, AFTER, ESTIMATION = 5, 10, 250
"""Observations shown before and after the event; ordinary moves from which the band is estimated."""
BAND = 1.96
"""Standard deviations within which 95 of 100 sums of ordinary moves lie."""
LATEST = pd.Timedelta(days=7)
"""Time after the event by which the market has to have traded for the move to be its answer."""
STILL = 1e-12
"""Range of moves, by the size of the values, up to which a series stood still or moved evenly: rounding, not a market."""


@dataclass(frozen=True)
class Path:
    """One series around one event; days are its own, counted from the first one on or after the event's day, which is 0."""

    moves: pd.Series
    """By relative day: sum of the moves since the eve (day -1, where it is 0); before it, less what came until the eve."""
    band: pd.Series
    """By relative day: 1.96 σ √k, k moves from the eve; stands around zero, in both directions."""
    start_mean: float
    """Mean of the ordinary daily moves before the path; reported, not taken off."""
    sigma: float
    """Their standard deviation."""
    n: int
    """Ordinary moves held, at most those asked for."""
    beyond: int | None
    """First relative day from 0 on outside its band; None when there is none, or no band."""


def price_path(
    values: pd.Series, event: pd.Timestamp, before: int = BEFORE, after: int = AFTER, estimation: int = ESTIMATION
) -> Path:
    """Log returns of a price around an event.

    Parameters
    ----------
    values : Series of shape (n_days,), USD or points
        Gaps are not filled: the next move spans them.
    event : Timestamp
        Its UTC day counts; on a day without trading the next one is day 0, up to a week later.
    before, after : int
        Observations shown before day 0 and after it.
    estimation : int
        Moves for mean and deviation: the last ones up to and including day ``-before``, none of which the path shows.

    Returns
    -------
    Path
        In log returns. Days not held are NaN; all of them where day 0 or its eve is not held. The band, the mean and the
        deviation are NaN while fewer ordinary moves are held than asked for, or where the series stood still.

    Raises
    ------
    ValueError
        When before is below 1, after below 0 or estimation below 2.
    """
    return _path(pd.Series(np.log(values[values > 0])), event, before, after, estimation)


def level_path(
    values: pd.Series, event: pd.Timestamp, before: int = BEFORE, after: int = AFTER, estimation: int = ESTIMATION
) -> Path:
    """First differences of a level around an event, in the level's own unit; all else as `price_path`."""
    return _path(values.dropna(), event, before, after, estimation)


def _path(values: pd.Series, event: pd.Timestamp, before: int, after: int, estimation: int) -> Path:
    if before < 1 or after < 0 or estimation < 2:
        raise ValueError(f"no path from {before} days before to {after} after, by {estimation} ordinary ones")
    relative = pd.RangeIndex(-before, after + 1, name="day")
    nothing = pd.Series(np.nan, index=relative)
    day, levels = event.floor("D"), values.to_numpy(dtype="float64")
    zero = int(values.index.searchsorted(day))
    if not 0 < zero < len(values) or pd.Timestamp(values.index[zero]) > day + LATEST:
        return Path(nothing, nothing, float("nan"), float("nan"), 0, None)
    moves = pd.Series(levels, index=np.arange(len(levels)) - zero).reindex(relative) - levels[zero - 1]
    ordinary = np.diff(levels[max(zero - before - estimation, 0) : max(zero - before + 1, 0)])
    size = 1 + float(np.abs(levels[: zero + 1]).max())
    if len(ordinary) < estimation or np.ptp(ordinary) <= STILL * size:
        return Path(moves, nothing, float("nan"), float("nan"), len(ordinary), None)
    sigma = float(ordinary.std(ddof=1))
    band = pd.Series(BAND * sigma * np.sqrt(np.abs(relative.to_numpy() + 1)), index=relative)
    outside = relative[((moves.abs() > band) & (relative >= 0)).to_numpy()]
    return Path(moves, band, float(ordinary.mean()), sigma, len(ordinary), int(outside[0]) if len(outside) else None)
