"""Honest analogues: the past episodes whose ranks were nearest to the day's, how near they are, and whether that is near at all.

Days are compared by their ranks alone, so that the nearest one may have had other causes. There always is a nearest
day; whether it is near is told by how near the past days lie to one another.
"""

from dataclasses import dataclass
from typing import cast

import numpy as np
import pandas as pd

from indicators.spells import spells

PILLARS, SHARE = 4, 2 / 3
"""Pillars that have to be known on both days, and the least share of those known on the day."""
FOLLOWED = 60
"""Days after an analogue that are looked at; all of them lie before the day, and no two analogues share one."""
MOST = 8
"""Episodes found."""
HISTORY = 730
"""Days of ranks needed before the day is compared with anything: two years."""
NEAR = 0.05
"""Share of pairs of past days, more than 60 days apart, that lie as near as what is called near."""
EVERY = 11
"""One past day in so many says how near past days lie to one another: no multiple of a week, so that weekdays take turns."""
DAY = pd.Timedelta(days=1)
OLD = 3 * DAY
"""Age from which the last ranks no longer describe the day."""
NEVER, NOTHING = cast(pd.Timestamp, pd.NaT), pd.Series(dtype="float64")


@dataclass(frozen=True)
class Analogue:
    """One past episode, named by the day in it that is nearest."""

    day: pd.Timestamp
    distance: float
    """Root mean square difference of the ranks over the pillars known on both days, in [0, 1]."""
    pillars: int
    """Pillars compared."""
    ranks: pd.Series
    """Each pillar's rank then; NaN where it was not known."""
    start: pd.Timestamp
    end: pd.Timestamp
    """First and last of the days in a row around the nearest one that are near; the nearest one alone where it is not."""
    near: bool
    """Whether the distance is at most the cut."""


@dataclass(frozen=True)
class Analogues:
    """What the day resembles."""

    day: pd.Timestamp
    """NaT where there are no ranks at all."""
    ranks: pd.Series
    """Each pillar's rank on the day; NaN where it is not known."""
    found: tuple[Analogue, ...]
    """The nearest first; empty where there is nothing to compare with."""
    cut: float
    """Distance up to which a day is called near; NaN where that is not known."""
    farther: float
    """Share of past days whose own nearest day lies nearer than the day's nearest does, a fraction."""
    past: pd.Series
    """Distance of each past day compared, by day."""
    why: str
    """Why nothing is found; empty where something is."""

    @property
    def near(self) -> tuple[Analogue, ...]:
        """The episodes that are near, the nearest first."""
        return tuple(one for one in self.found if one.near)

    @property
    def starts(self) -> pd.DatetimeIndex:
        """Days of the near episodes, the nearest first."""
        return pd.DatetimeIndex([one.day for one in self.near], tz="UTC").as_unit("us")

    @property
    def compared(self) -> pd.DatetimeIndex:
        """Past days that the day was compared with, rising; empty where it could not be."""
        return pd.DatetimeIndex(self.past.index)


def distances(ranks: np.ndarray, days: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distance of some days from all days, over the pillars known on both.

    Parameters
    ----------
    ranks : array of shape (n_days, n_pillars), in [0, 1]
        NaN where a pillar is not known.
    days : array of int, shape (n_some,)
        Places of the days that are compared.

    Returns
    -------
    distance : array of shape (n_some, n_days)
        Root mean square difference; NaN where too few pillars are known on both.
    pillars : array of shape (n_some, n_days)
        Pillars known on both.
    """
    known = np.isfinite(ranks).astype("float64")
    filled = np.where(known > 0, ranks, 0.0)
    pillars = known[days] @ known.T
    needed = np.maximum(PILLARS, np.ceil(SHARE * known[days].sum(axis=1)))
    # Three products instead of every difference: (a - b)² = a² - 2ab + b², each only where the other is known.
    squares = (filled**2)[days] @ known.T + known[days] @ (filled**2).T - 2 * (filled[days] @ filled.T)
    enough = pillars >= needed[:, None]
    mean = np.divide(squares, pillars, out=np.full_like(squares, np.nan), where=enough)
    return np.sqrt(np.maximum(mean, 0.0)), pillars


def analogues(ranks: pd.DataFrame, as_of: pd.Timestamp | None = None) -> Analogues:
    """Find the past episodes nearest to the last day.

    Parameters
    ----------
    ranks : DataFrame of shape (n_days, n_pillars), in [0, 1]
        Indexed by day, sorted; each rank as known by the last row, which is the day. NaN where a pillar is not known.
    as_of : Timestamp, optional
        Day whose knowledge this is: ranks that ended more than OLD before it are no day to compare. The last row's own without it.

    Returns
    -------
    Analogues
        Only days whose next 60 days lie wholly before the day are found, so that what followed is complete and none of it
        is the present. The nearest day comes first; all days within 60 days of one found belong to its episode, so that no
        two of the windows that follow share a day.

    Notes
    -----
    What is near is measured on the past alone: of all pairs of past days more than 60 days apart, one in twenty lies within the
    cut. Days of which fewer than four pillars, or fewer than two thirds of the day's, are known on both are not compared.
    """
    why = _missing(ranks, as_of)
    if why:
        day = pd.Timestamp(ranks.index[-1]) if len(ranks) else NEVER
        return Analogues(day, ranks.iloc[-1] if len(ranks) else NOTHING, (), np.nan, np.nan, NOTHING, why)
    held = ranks[ranks.notna().sum(axis=1) >= PILLARS]
    day, now = pd.Timestamp(held.index[-1]), held.iloc[-1]
    values = held.to_numpy(dtype="float64")
    ago = ((day - pd.DatetimeIndex(held.index)) // DAY).to_numpy()
    distance, pillars = (one[0] for one in distances(values, np.array([len(values) - 1])))
    distance = np.where(ago > FOLLOWED, distance, np.nan)
    past = pd.Series(distance, index=held.index).dropna()
    if past.empty:
        return Analogues(day, now, (), np.nan, np.nan, past, f"no past day has {PILLARS} pillars in common with the day")
    before = ago > FOLLOWED
    cut, usual = _usual(values[before], ago[before])
    if not len(usual):
        return Analogues(day, now, (), np.nan, np.nan, past, "too few past days are known to say what is near")
    found = tuple(
        Analogue(
            pd.Timestamp(held.index[at]), float(distance[at]), int(pillars[at]), held.iloc[at],
            pd.Timestamp(held.index[first]), pd.Timestamp(held.index[last]), bool(distance[at] <= cut),
        )
        for at, first, last in _episodes(distance, ago, cut)
    )  # fmt: skip
    return Analogues(day, now, found, cut, float(np.mean(usual < found[0].distance)), past, "")


def _missing(ranks: pd.DataFrame, as_of: pd.Timestamp | None) -> str:
    """Why the day cannot be compared; empty where it can."""
    if as_of is not None and len(ranks) and as_of - ranks.index[-1] > OLD:
        return f"the ranks ended on {ranks.index[-1]:%d %b %Y}, {(as_of - ranks.index[-1]) // DAY} days before"
    known = ranks.notna().sum(axis=1)
    held = int(known.iloc[-1]) if len(known) else 0
    if held < PILLARS:
        return f"{held} of the day's {ranks.shape[1]} pillars {'is' if held == 1 else 'are'} known, and {PILLARS} are needed"
    enough = known.index[known >= PILLARS]
    length = (enough[-1] - enough[0]) // DAY
    if length < HISTORY:
        return f"{PILLARS} pillars or more are known for {length} days, and two years of them are needed"
    return ""


def _usual(values: np.ndarray, ago: np.ndarray) -> tuple[float, np.ndarray]:
    """What near is, and how far the nearest other day lies for a grid of past days, episodes of their own left out."""
    some = np.arange(0, len(values), EVERY)
    distance = distances(values, some)[0]
    distance[np.abs(ago[some][:, None] - ago[None, :]) <= FOLLOWED] = np.nan
    pairs = distance[:, some]
    pairs = pairs[np.isfinite(pairs)]
    if not len(pairs):
        return np.nan, pairs
    nearest = np.where(np.isfinite(distance), distance, np.inf).min(axis=1)
    return float(np.quantile(pairs, NEAR)), nearest[np.isfinite(nearest)]


def _episodes(distance: np.ndarray, ago: np.ndarray, cut: float) -> list[tuple[int, int, int]]:
    """Place of the nearest day of each episode, and of its first and last day, the nearest episode first."""
    left = np.where(np.isfinite(distance), distance, np.inf)
    found: list[tuple[int, int, int]] = []
    while len(found) < MOST and np.isfinite(left).any():
        at = int(left.argmin())
        around = np.abs(ago - ago[at]) <= FOLLOWED
        runs = spells(around & (left <= cut))
        first, stop = next((run for run in runs if run[0] <= at < run[1]), (at, at + 1))
        found.append((at, first, stop - 1))
        left[around] = np.inf
    return found
