"""Lead and lag: whether one market's returns come before the other's, by the cross-correlation of the two.

Daily closes of markets that shut at different hours overlap in part: a coin's day ends at 24:00 UTC, New York's some hours
before. A correlation at a lag of one day between such markets may be no more than that.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from indicators.contagion import common

WINDOW, LAGS = 250, 10
"""Common returns per estimate; days to either side."""
BAND = 1.96
"""Standard errors within which 95 of 100 correlations of unrelated markets lie."""
STILL = 1e-12
"""Range of log returns up to which a price stood still or moved evenly: rounding, not a market."""


@dataclass(frozen=True)
class LeadLag:
    """Correlation of one market's returns with the other's of earlier and later days."""

    correlations: pd.Series
    """By lag: of the first market's return that many days before with the second's; at positive lags the first leads."""
    band: float
    """Distance from zero within which a single correlation of unrelated markets lies 95 times in 100."""
    n: int
    """Common returns held, at most those of the window."""
    lag: int | None
    """Lag of the greatest correlation by size, the nearest to zero of equals; None without a number."""
    outside: bool
    """Whether that correlation lies outside the band."""


def correlated(x: np.ndarray, y: np.ndarray) -> float:
    """Correlation of two samples of returns, in [-1, 1]; NaN below three or where either stood still."""
    if len(x) < 3 or np.ptp(x) <= STILL or np.ptp(y) <= STILL:
        return float("nan")
    return float(np.clip(np.corrcoef(x, y)[0, 1], -1, 1))


def lead_lag(x: pd.Series, y: pd.Series, window: int = WINDOW, lags: int = LAGS) -> LeadLag:
    """Cross-correlation of the last returns of two markets.

    Parameters
    ----------
    x, y : Series of shape (n_days,)
        Closes or levels, each on its own days; returns are logarithmic, between common dates, and a lag counts those.
    window : int
        Common returns of the estimate; each correlation is of the pairs that lie in it.
    lags : int
        Most common days that one is set before the other.

    Returns
    -------
    LeadLag
        NaN throughout, and no lag, while fewer returns than the window are held or where one market stood still.

    Raises
    ------
    ValueError
        When lags are below 0, or the window leaves fewer than three pairs at the farthest lag.

    Notes
    -----
    The band is one lag's. Of the 21 correlations of two unrelated markets at least one lies outside it in about two windows
    of three.
    """
    if lags < 0 or window < lags + 3:
        raise ValueError(f"{window} returns are too few for {lags} lags")
    returns = common(x, y).tail(window).to_numpy(dtype="float64")
    n, places = len(returns), range(-lags, lags + 1)
    correlations = pd.Series(np.nan, index=pd.Index(places, name="lag"))
    if n < window:
        return LeadLag(correlations, float("nan"), n, None, False)
    for place in places:
        earlier, later = max(-place, 0), max(place, 0)
        correlations[place] = correlated(returns[earlier : n - later, 0], returns[later : n - earlier, 1])
    band, sizes = BAND / float(np.sqrt(n)), correlations.abs().dropna()
    if sizes.empty:
        return LeadLag(correlations, band, n, None, False)
    lag = min((place for place in places if place in sizes.index), key=lambda place: (-sizes[place], abs(place)))
    return LeadLag(correlations, band, n, lag, bool(sizes[lag] > band))
