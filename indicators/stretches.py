"""Stretches of extreme stress: when they began and ended, and which day was the worst.

What is extreme is said by the days of the year before, so that nothing later can name or rename a stretch that is over.
"""

from dataclasses import dataclass

import pandas as pd

from indicators.spells import spells

YEAR, ENOUGH, EXTREME, APART = 365, 182, 0.98, 30
"""An extreme day stands above so large a share of the days of the year before, of which half have to be held; extreme days that are
so close belong to one stretch."""


@dataclass(frozen=True)
class Stretch:
    """A stretch of extreme days: from the first to the last, and the worst of them.

    The worst day is that of the highest squared average: covariances take weeks to learn that everything falls at once, so that
    the index itself is highest when the worst is over.
    """

    start: pd.Timestamp
    end: pd.Timestamp
    worst: pd.Timestamp
    index: float
    """Highest index of the stretch."""
    bound: float
    """Squared average on the worst day."""
    days: int
    """Extreme days in it."""


def percentiles(index: pd.Series) -> pd.Series:
    """Share of the days of the year before on which the index was lower, a fraction; NaN until half a year is held."""
    known = index.dropna()
    year = known.rolling(YEAR + 1, min_periods=ENOUGH + 1)
    return (year.rank(method="min") - 1) / (year.count() - 1)


def run_since(holds: pd.Series) -> pd.Timestamp | None:
    """First day of the run that the last day belongs to; None where nothing is held.

    Parameters
    ----------
    holds : Series of shape (n_days,)
        What holds on each day; a run is days of the same in a row.
    """
    if holds.empty:
        return None
    other = (holds != holds.iloc[-1]).to_numpy().nonzero()[0]
    return pd.Timestamp(pd.DatetimeIndex(holds.index)[int(other[-1]) + 1 if len(other) else 0])


def stretches(index: pd.Series, bound: pd.Series) -> list[Stretch]:
    """Find the stretches on which the index was extreme for its year, oldest first.

    Parameters
    ----------
    index, bound : Series of shape (n_days,), by day without gaps in the middle

    Returns
    -------
    list of Stretch
        What was extreme on a day depends on the year before it alone; the last stretch may still go on.
    """
    known = index.dropna()
    extreme = (percentiles(known) >= EXTREME).to_numpy()
    days = pd.DatetimeIndex(known.index)
    found: list[list[int]] = []
    for first, stop in spells(extreme):
        if found and (days[first] - days[found[-1][1]]).days <= APART:
            found[-1][1] = stop - 1
        else:
            found.append([first, stop - 1])
    told = []
    for first, last in found:
        inside = days[first : last + 1]
        worst = inside[int(bound[inside].to_numpy().argmax())]
        count = int(extreme[first : last + 1].sum())
        told.append(Stretch(days[first], days[last], worst, float(known[inside].max()), float(bound[worst]), count))
    return told
