"""Deribit's smile: volatilities at the money and the 25-delta skew, each at a constant tenor, from one snapshot of the chain.

Volatility at the money is read at the forward of each expiry, between the strikes around it, and between expiries in total
variance (volatility squared by time), which is what calendar arbitrage bounds. Deltas are Black's (1976) of the forward:

    d1 = (ln(F/K) + v²T/2) / (v√T); call N(d1), put N(d1) - 1

https://doi.org/10.1016/0304-405X(76)90024-6 . Skew here is the volatility of the call less that of the put: negative when puts
are bid. Nothing is read outside the listed strikes and expiries: such a number is a gap.
"""

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
YEAR = pd.Timedelta(days=365)
DAYS = 365.0
DELTA = 0.25
SKEW_DAYS = 30
_Read = Callable[[pd.DataFrame, float, float], float]
"""Options of one expiry, their forward and the years they have left, to one number; NaN where it cannot be read."""


def at_the_money(options: pd.DataFrame, moment: pd.Timestamp, days: float) -> float:
    """Implied volatility at the money at a tenor.

    Parameters
    ----------
    options : DataFrame
        As ``deribit.chain`` lays them out; none of them expired.
    moment : Timestamp
        Of the snapshot.
    days : float
        The tenor.

    Returns
    -------
    float, volatility points
        NaN where the tenor lies outside the expiries that have strikes on both sides of their forward.
    """
    tenors, values = _by_expiry(options, moment, _at_forward)
    variance = _between(tenors, values**2 * tenors, days / DAYS)
    return math.sqrt(variance / (days / DAYS))


def skew(options: pd.DataFrame, moment: pd.Timestamp, days: float = SKEW_DAYS) -> float:
    """Volatility of the 25-delta call less that of the 25-delta put at a tenor.

    Parameters
    ----------
    options, moment, days
        As for ``at_the_money``.

    Returns
    -------
    float, volatility points
        Linear in delta between two strikes and in time between two expiries; NaN where one of them is not listed.
    """
    return _between(*_by_expiry(options, moment, _risk_reversal), days / DAYS)


def _by_expiry(options: pd.DataFrame, moment: pd.Timestamp, read: _Read) -> tuple[Floats, Floats]:
    """Read one number of each expiry; years to the expiry and numbers of those that have it, in order of time."""
    found = []
    for _, listed in options.dropna(subset="mark_iv").groupby("expiry", sort=True):
        forward, years = float(listed["underlying"].median()), (listed["expiry"].iloc[0] - moment) / YEAR
        value = read(listed, forward, years) if forward > 0 and years > 0 else math.nan
        if not math.isnan(value):
            found.append((years, value))
    both = np.array(found, dtype=np.float64).reshape(-1, 2)
    return both[:, 0], both[:, 1]


def _at_forward(listed: pd.DataFrame, forward: float, _: float) -> float:
    """Volatility at the forward, linear in the strike's logarithm between the strikes around it."""
    smile = listed.groupby("strike")["mark_iv"].mean()  # calls and puts of one strike are marked alike
    strikes = np.log(smile.index.to_numpy(np.float64))
    return _between(strikes, smile.to_numpy(np.float64), math.log(forward))


def _risk_reversal(listed: pd.DataFrame, forward: float, years: float) -> float:
    """Volatility of the 25-delta call less that of the 25-delta put."""
    return _wing(listed, "C", forward, years) - _wing(listed, "P", forward, years)


def _wing(listed: pd.DataFrame, side: str, forward: float, years: float) -> float:
    """Volatility of the option of one side whose delta is a quarter, linear in delta between its neighbors.

    Strikes are walked from the forward outwards, to the first whose delta is no larger: marks that are stale, deep in the money
    or far out in the wing, are not looked at.
    """
    outwards = listed[listed["side"] == side].sort_values("strike", ascending=side == "C")
    inside = int((outwards["strike"] < forward).sum() if side == "C" else (outwards["strike"] > forward).sum())
    outwards = outwards.iloc[max(inside - 1, 0) :]
    volatilities = outwards["mark_iv"].to_numpy(np.float64)
    sizes = np.array(
        [
            abs(delta(strike, volatility, side, forward, years))
            for strike, volatility in zip(outwards["strike"].tolist(), volatilities.tolist(), strict=True)
        ]
    )
    small = np.flatnonzero(sizes <= DELTA)
    if not len(small):
        return math.nan
    pair = slice(max(small[0] - 1, 0), small[0] + 1)
    return _between(sizes[pair][::-1], volatilities[pair][::-1], DELTA)


def delta(strike: float, volatility: float, side: str, forward: float, years: float) -> float:
    """Black's forward delta of a call (0 to 1) or a put (-1 to 0), its volatility in points."""
    spread = volatility / 100 * math.sqrt(years)
    call = (1 + math.erf((math.log(forward / strike) / spread + spread / 2) / math.sqrt(2))) / 2
    return call if side == "C" else call - 1


def _between(places: Floats, values: Floats, place: float) -> float:
    """Interpolate linearly; NaN outside the places, which are in rising order."""
    return float(np.interp(place, places, values, left=math.nan, right=math.nan)) if len(places) else math.nan
