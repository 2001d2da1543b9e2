"""Stretches of high stress: when they began and ended, and which day was the worst.

What is high is said by the days of the year before, so that nothing later can name or rename a stretch that is over.
"""

from dataclasses import dataclass

import pandas as pd

from indicators.spells import spells

HIGH, APART = 0.95, 30
"""A day of high stress stands above so large a share of the days of the year before; such days this close are one stretch."""


@dataclass(frozen=True)
class Stretch:
    """A stretch of days of high stress: from the first to the last, and the worst of them.

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
    """Days of high stress in it."""


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


def stretches(index: pd.Series, bound: pd.Series, percentiles: pd.Series) -> list[Stretch]:
    """Find the stretches on which the index was high for its year, oldest first.

    Parameters
    ----------
    index, bound : Series of shape (n_days,)
    percentiles : Series, fractions
        Of the index in its year, by day; NaN or missing where the year is not known.

    Returns
    -------
    list of Stretch
        What was high on a day depends on the year before it alone; the last stretch may still go on.
    """
    known = index.dropna()
    high = (percentiles.reindex(known.index) >= HIGH).to_numpy()
    days = pd.DatetimeIndex(known.index)
    found: list[list[int]] = []
    for first, stop in spells(high):
        if found and (days[first] - days[found[-1][1]]).days <= APART:
            found[-1][1] = stop - 1
        else:
            found.append([first, stop - 1])
    told = []
    for first, last in found:
        inside = days[first : last + 1]
        worst = inside[int(bound[inside].to_numpy().argmax())]
        count = int(high[first : last + 1].sum())
        told.append(Stretch(days[first], days[last], worst, float(known[inside].max()), float(bound[worst]), count))
    return told
