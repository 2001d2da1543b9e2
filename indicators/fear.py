"""Fear: where a number stands against its own past.

Percentile and rank answer different questions and are easily confused: the percentile counts days, the
rank measures distance. On 2026-02-05 bitcoin's implied volatility stood above every day of its year
(percentile 1.0) and 1.7 times as far from the year's low as the year's old high (rank 1.73).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

EXCHANGE_YEAR = 252
"""Observations in a year of exchange sessions."""
CRYPTO_YEAR = 365
"""Observations in a year of coins, which trade every day."""


def _previous(values: pd.Series, window: int) -> np.ndarray:
    """Rows of the `window` observations before each observation, today excluded; empty when too short."""
    if window < 1:
        raise ValueError(f"a window holds at least one observation, not {window}")
    known = values.to_numpy(dtype="float64")
    if len(known) <= window:
        return np.empty((0, window))
    return np.lib.stride_tricks.sliding_window_view(known[:-1], window)


def _after_window(values: pd.Series, window: int, ranked: np.ndarray) -> pd.Series:
    """Put the ranked days behind the days that have too short a past."""
    result = np.full(len(values), np.nan)
    if len(ranked):
        result[window:] = ranked
    return pd.Series(result, index=values.index, name=values.name)


def percentile_of_year(values: pd.Series, window: int) -> pd.Series:
    """Share of the previous observations that lie strictly below today's.

    Parameters
    ----------
    values : Series of shape (n_days,)
        Observations in time order, without gaps (a gap is a missing row).
    window : int
        Observations in a year: 252 for exchange days, 365 for coins.

    Returns
    -------
    Series of shape (n_days,), fraction in [0, 1]
        NaN until `window` observations lie before the day. Ties do not count as below.

    Raises
    ------
    ValueError
        When the window is shorter than one observation.
    """
    today = values.to_numpy(dtype="float64")[window:, None]
    return _after_window(values, window, (_previous(values, window) < today).mean(axis=1))


def percentile_of_last(values: np.ndarray, window: int) -> float:
    """Last entry of `percentile_of_year`, without the rest: a fraction, NaN when the window is not full."""
    if len(values) <= window:
        return float("nan")
    return float((values[-1 - window:-1] < values[-1]).mean())


def rank_of_year(values: pd.Series, window: int) -> pd.Series:
    """Where today lies between the lowest and the highest of the previous observations.

    Parameters
    ----------
    values : Series of shape (n_days,)
        Observations in time order, without gaps.
    window : int
        Observations in a year: 252 for exchange days, 365 for coins.

    Returns
    -------
    Series of shape (n_days,)
        0 at the old low, 1 at the old high; below 0 or above 1 at a new extreme, since today is not
        part of the window. NaN until the window is full, and where the past year did not move.
    """
    past = _previous(values, window)
    if not len(past):
        return _after_window(values, window, past[:, 0])
    lowest, highest = past.min(axis=1), past.max(axis=1)
    span = np.where(highest > lowest, highest - lowest, np.nan)
    return _after_window(values, window, (values.to_numpy(dtype="float64")[window:] - lowest) / span)


def percentile_of_history(values: pd.Series) -> pd.Series:
    """Share of all earlier observations that lie strictly below today's: how low against its whole past.

    Parameters
    ----------
    values : Series of shape (n_days,)
        Observations in time order, without gaps.

    Returns
    -------
    Series of shape (n_days,), fraction in [0, 1]
        NaN on the first day, which has no past.
    """
    below = values.expanding().rank(method="min") - 1
    earlier = pd.Series(np.arange(len(values), dtype="float64"), index=values.index)
    return below / earlier.where(earlier > 0)


@dataclass(frozen=True)
class Standing:
    """Where an index stands on its last day: against its year and against all its history."""

    value: float
    percentile_1y: float
    """Share of the year's observations below today's, a fraction."""
    rank_1y: float
    """0 at the year's low, 1 at its high; beyond them at a new one."""
    percentile_all: float
    since: pd.Timestamp
    low: float
    low_day: pd.Timestamp
    high: float
    high_day: pd.Timestamp


def standing(values: pd.Series, window: int) -> Standing | None:
    """Where an index stands on the last day of its history; None when it has none.

    Parameters
    ----------
    values : Series of shape (n_days,)
        Observations in time order, without gaps.
    window : int
        Observations in a year, EXCHANGE_YEAR or CRYPTO_YEAR.
    """
    if values.empty:
        return None
    days = pd.DatetimeIndex(values.index)
    return Standing(
        float(values.iloc[-1]),
        percentile_of_last(values.to_numpy(), window),
        float(rank_of_year(values, window).iloc[-1]),
        float(percentile_of_history(values).iloc[-1]),
        days[0],
        float(values.min()),
        days[int(values.argmin())],
        float(values.max()),
        days[int(values.argmax())],
    )
