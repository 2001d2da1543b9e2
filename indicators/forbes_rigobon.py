"""Contagion or turbulence: whether two markets move together more than the source's wilder days alone explain.

In a crisis the source's variance rises and with it any correlation, even where nothing changed in how one market answers
the other. The adjustment takes that out. It holds for shocks that come from the source: a factor common to both, or an
answer of the target to which the source answers in turn, is not accounted for. https://doi.org/10.1111/0022-1082.00494
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from indicators.contagion import common
from indicators.lead_lag import STILL, correlated

YEAR, CALM, LEAST = 365, 90, 20
"""Days back in which the peak is looked for; days of calm up to it; days and returns from which on a crisis is measured."""


@dataclass(frozen=True)
class Windows:
    """Two stretches that are compared; first and last day of each belong to it."""

    calm: tuple[pd.Timestamp, pd.Timestamp]
    crisis: tuple[pd.Timestamp, pd.Timestamp]


@dataclass(frozen=True)
class Shift:
    """Correlation of source and target in calm and in crisis."""

    calm: float
    crisis: float
    delta: float
    """Variance of the source's returns in the crisis over that in the calm, less one."""
    adjusted: float
    """The crisis's correlation as it would be at the calm's variance: contagion is what of it exceeds ``calm``."""
    n_calm: int
    n_crisis: int


def adjusted(rho: float, delta: float) -> float:
    """Correlation freed of the rise in the source's variance, ``ρ / √(1 + δ (1 - ρ²))``.

    Parameters
    ----------
    rho : float, in [-1, 1]
        Correlation in the crisis.
    delta : float, at least -1
        Relative change of the source's variance from calm to crisis; above zero the correlation shrinks.

    Returns
    -------
    float, in [-1, 1]
        NaN where either is.

    Raises
    ------
    ValueError
        When the correlation lies outside [-1, 1] or the variance fell by more than all of it.
    """
    if abs(rho) > 1 or delta < -1:
        raise ValueError(f"no correlation of {rho} at a change in variance of {delta}")
    scale = 1 + delta * (1 - rho**2)
    return float(rho / np.sqrt(scale)) if scale > 0 else float("nan")


def windows(source_close: pd.Series, as_of: pd.Timestamp) -> Windows | None:
    """Calm and crisis by rule: the crisis begins the day after the source's highest close of the last 365 days.

    Parameters
    ----------
    source_close : Series of shape (n_days,), USD
        Days after ``as_of`` are not looked at.
    as_of : Timestamp
        Day up to which closes are looked at; the last of them ends the crisis.

    Returns
    -------
    Windows or None
        The calm is the 90 days that end with the peak, the last of equal ones; None while fewer than 20 closes are held
        since.
    """
    known = source_close[:as_of].dropna()
    year = known[as_of - pd.Timedelta(days=YEAR - 1) :]
    if year.empty:
        return None
    peak = pd.Timestamp(pd.DatetimeIndex(year.index[year == year.max()])[-1])
    day = pd.Timedelta(days=1)
    if len(known[peak + day :]) < LEAST:
        return None
    return Windows((peak - (CALM - 1) * day, peak), (peak + day, pd.Timestamp(pd.DatetimeIndex(known.index)[-1])))


def compare(source: pd.Series, target: pd.Series, windows: Windows) -> Shift:
    """Correlation of the two in each window, and the crisis's at the calm's variance.

    Parameters
    ----------
    source, target : Series of shape (n_days,)
        Closes or levels, each on its own days. Log returns are taken between common dates of the whole history and belong
        to a window by their own day: the first return of a window starts from the last common close before it.
    windows : Windows
        As `windows` finds them, or any other two.

    Returns
    -------
    Shift
        NaN, with the numbers of returns, where a window has fewer than 20 common ones or a market stood still.
    """
    returns = common(source, target)
    calm, crisis = (returns[first:last].to_numpy(dtype="float64") for first, last in (windows.calm, windows.crisis))
    before, during = (correlated(*part.T) if len(part) >= LEAST else float("nan") for part in (calm, crisis))
    delta = float("nan")
    if min(len(calm), len(crisis)) >= LEAST and np.ptp(calm[:, 0]) > STILL:
        delta = float(np.var(crisis[:, 0], ddof=1) / np.var(calm[:, 0], ddof=1)) - 1
    return Shift(before, during, delta, adjusted(during, delta), len(calm), len(crisis))
