"""The stress index: how much of the market is under stress, and how much of that at once.

Holló, Kremer and Lo Duca's composite indicator of systemic stress, for days instead of weeks: every series is turned into its rank
among its own past, ranks are averaged by pillar, and pillars are put together with their correlations, so that stress everywhere
at once weighs more than the same stress one after the other. https://www.ecb.europa.eu/pub/pdf/scpwps/ecbwp1426.pdf
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np
import pandas as pd

from indicators.decaying import correlations
from indicators.stretches import stretches

NEEDED = 4
"""Pillars without which there is no index: more than half of seven."""
YEAR, ENOUGH = 365, 182
"""Days of the year that a day is compared with, and how many of them have to be comparable."""


@dataclass(frozen=True)
class Member:
    """One series of a pillar, and which way of it is stress.

    Attributes
    ----------
    reading : str
    pillar : str
    stress : str
        ``high`` or ``low``.
    first : int
        Observations before its rank is shown: two years of its calendar.
    carried : int
        Days for which its last rank still stands.
    """

    reading: str
    pillar: str
    stress: str
    first: int
    carried: int

    def oriented(self, values: pd.Series) -> pd.Series:
        """The series turned so that more is more stress."""
        return values if self.stress == "high" else -values


def expanding_ranks(values: pd.Series, first: int) -> pd.Series:
    """Rank of each value among itself and all before it, as a fraction of their number; ties take their average rank.

    Parameters
    ----------
    values : Series of shape (n,), without gaps
    first : int
        Values of the initial block. Theirs are the ranks within the whole block, as they stood when it was full.

    Returns
    -------
    Series of shape (n,), in (0, 1]
        NaN throughout when there are fewer values than the block has, and for as long as all are one value: a series that stands
        still has no rank.
    """
    if len(values) < first:
        return pd.Series(np.nan, index=values.index)
    past = values.expanding()
    ranks = past.rank(method="average") / past.count()
    ranks.iloc[:first] = (values.iloc[:first].rank(method="average") / first).to_numpy()
    still = past.max() == past.min()
    still.iloc[:first] = still.iloc[first - 1]
    return ranks.mask(still)


def aggregate(ranks: np.ndarray, weights: np.ndarray, correlations: np.ndarray) -> float:
    """Put pillars together: ``(w∘s)' C (w∘s)``.

    Parameters
    ----------
    ranks, weights : array of shape (n_pillars,)
        Stress of each pillar in [0, 1], and its weight; weights sum to 1.
    correlations : array of shape (n_pillars, n_pillars)
        1 on the diagonal.

    Returns
    -------
    float, in [0, 1] for correlations that are not negative
        At most ``(w's)^2``, which it is when all correlations are 1.
    """
    weighted = weights * ranks
    return float(weighted @ correlations @ weighted)


@dataclass(frozen=True)
class Composite:
    """The index with everything it is made of, by day.

    Attributes
    ----------
    members : DataFrame of shape (n_days, n_members), in (0, 1]
        Rank of each member as it stood; NaN where it had too short a history or was too old.
    pillars : DataFrame of shape (n_days, n_pillars), in (0, 1]
        Mean rank of each pillar's known members.
    correlations : array of shape (n_days, n_pillars, n_pillars)
        1 on the diagonal; NaN where either pillar is not known.
    """

    members: pd.DataFrame
    pillars: pd.DataFrame
    correlations: np.ndarray

    @cached_property
    def weights(self) -> pd.DataFrame:
        """Weight of each pillar: equal among those known on the day, 0 for the others; NaN where too few are known for an index."""
        known = self.pillars.notna()
        count = known.sum(axis=1)
        return known.div(count.where(count >= NEEDED), axis=0)

    @cached_property
    def contributions(self) -> pd.DataFrame:
        """Share of each pillar in the squared average, ``w_i s_i (w's)``; their sum and the correlation term are the index."""
        weighted = self.weights * self.pillars.fillna(0.0)
        return weighted.mul(weighted.sum(axis=1, skipna=False), axis=0)

    @cached_property
    def bound(self) -> pd.Series:
        """Squared average, ``(w's)^2``: what the index would be if all pillars moved as one."""
        return (self.weights * self.pillars.fillna(0.0)).sum(axis=1, skipna=False) ** 2

    @cached_property
    def index(self) -> pd.Series:
        """The stress index, in [0, 1]; NaN where fewer than NEEDED pillars are known."""
        weighted = (self.weights * self.pillars.fillna(0.0)).to_numpy()
        together = np.where(np.isnan(self.correlations), 0.0, self.correlations)
        # Estimated pair by pair, correlations of almost equal pillars could leave a rounding error below 0.
        return pd.Series(np.maximum(np.einsum("ti,tij,tj->t", weighted, together, weighted), 0.0), index=self.pillars.index)

    @cached_property
    def correlation_term(self) -> pd.Series:
        """What is taken from the squared average because pillars do not all move as one; 0 or below but for anomalies."""
        return self.index - self.bound

    @cached_property
    def percentiles(self) -> pd.Series:
        """Share of the days of the year before on which the index was lower, reckoned of the pillars known on both days.

        A pillar that enters or leaves moves the index of the day, and of no day before it: compared as they stand, a new pillar
        would look like stress. NaN until half a year is held, and where two days share fewer than NEEDED pillars.
        """
        return _percentiles(self)

    @cached_property
    def worst(self) -> tuple[pd.Timestamp, ...]:
        """The worst day of each stretch of high stress, oldest first."""
        return tuple(one.worst for one in stretches(self.index, self.bound, self.percentiles))

    def over(self, pillars: np.ndarray) -> np.ndarray:
        """The index over some of the pillars alone, by day; NaN where one of them is not known.

        Parameters
        ----------
        pillars : array of bool, shape (n_pillars,)
        """
        ranks = self.pillars.to_numpy()[:, pillars] / pillars.sum()
        return np.asarray(np.einsum("ti,tij,tj->t", ranks, self.correlations[:, pillars][:, :, pillars], ranks))

    def until(self, end: pd.Timestamp) -> "Composite":
        """Return the same without the days from ``end`` on."""
        count = int(self.pillars.index.searchsorted(end))
        return Composite(self.members.iloc[:count], self.pillars.iloc[:count], self.correlations[:count])


def composite(members: Sequence[Member], histories: Sequence[pd.Series]) -> Composite:
    """Rank the members, average them by pillar and estimate how pillars move together.

    Parameters
    ----------
    members : sequence of Member
    histories : sequence of Series
        Their readings' histories, each on its own days, in the readings' units.

    Returns
    -------
    Composite
        By day, from the first rank to the newest observation. Of each day only what was known on it is used: a rank is shown once
        its block of two years is full, and covariances start from their averages over the block, as published.

    Notes
    -----
    A member that is not known on a day is left out of its pillar's mean, a pillar without a member out of the index; the weights
    of the others are raised so that they sum to 1.
    """
    names = list(dict.fromkeys(member.pillar for member in members))
    ranked = [_ranked(member, history) for member, history in zip(members, histories, strict=True)]
    if all(ranks.empty for ranks, _ in ranked):
        return _nothing([member.reading for member in members], names)
    days = [pd.DatetimeIndex(ranks.index) for ranks, _ in ranked if len(ranks)]
    first = min(block.index[0] for _, block in ranked if len(block))
    grid = pd.date_range(first, max(one[-1] for one in days), freq="D", unit="us")
    shown, early = (
        {member.reading: _carried(pair[part], grid, member.carried) for member, pair in zip(members, ranked, strict=True)}
        for part in (0, 1)
    )
    pillars, before = {}, {}
    for name in names:
        of_pillar = [member.reading for member in members if member.pillar == name]
        pillars[name] = _mean([shown[reading] for reading in of_pillar])
        entered = {reading: _first(shown[reading]) for reading in of_pillar}
        # Only the block of who came first is a past of the pillar; of who joined later nothing was known then.
        before[name] = _mean([early[reading] for reading, at in entered.items() if at == min(entered.values())])
        before[name][min(entered.values()) :] = np.nan
    begun = slice(int(grid.searchsorted(min(one[0] for one in days))), None)
    return Composite(
        pd.DataFrame(shown, index=grid).iloc[begun],
        pd.DataFrame(pillars, index=grid).iloc[begun],
        correlations(list(pillars.values()), list(before.values()))[begun],
    )


def _percentiles(whole: Composite) -> pd.Series:
    """Percentiles of the year, compared pillar by pillar: see Composite."""
    known = whole.index.notna().to_numpy()
    sets, kind = np.unique(whole.pillars.notna().to_numpy()[known], axis=0, return_inverse=True)
    lower, compared = np.zeros(known.sum()), np.zeros(known.sum())
    for here, there in product(range(len(sets)), repeat=2):
        both = sets[here] & sets[there]
        if both.sum() < NEEDED:
            continue
        index = whole.over(both)[known]
        others = np.concatenate([np.full(YEAR, np.nan), np.where(kind == there, index, np.nan)])
        before = np.lib.stride_tricks.sliding_window_view(others, YEAR)
        at = np.flatnonzero(kind == here)
        lower[at] += (before[at] < index[at, None]).sum(axis=1)
        compared[at] += np.isfinite(before[at]).sum(axis=1)
    share = np.divide(lower, compared, out=np.full(len(lower), np.nan), where=compared >= ENOUGH)
    return pd.Series(share, index=whole.pillars.index[known])


def _nothing(readings: list[str], pillars: list[str]) -> Composite:
    """A composite of no days."""
    none = pd.DatetimeIndex([], tz="UTC").as_unit("us")
    empty = np.empty((0, len(pillars), len(pillars)))
    return Composite(pd.DataFrame(index=none, columns=readings, dtype="float64"),
                     pd.DataFrame(index=none, columns=pillars, dtype="float64"), empty)  # fmt: skip


def _ranked(member: Member, history: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Ranks of a member from the day its block was full, and those within the block, by day."""
    daily = history.copy()
    daily.index = pd.DatetimeIndex(daily.index).normalize()
    daily = daily[~daily.index.duplicated(keep="last")]
    ranks = expanding_ranks(member.oriented(daily), member.first)
    return ranks.iloc[member.first - 1 :].dropna(), ranks.iloc[: member.first].dropna()


def _carried(ranks: pd.Series, grid: pd.DatetimeIndex, days: int) -> np.ndarray:
    """Put ranks on every day; one stands for so many days after its own, until the next."""
    return ranks.reindex(grid).ffill(limit=days).to_numpy() if len(ranks) else np.full(len(grid), np.nan)


def _first(ranks: np.ndarray) -> int:
    """Place of the first known one; their number when none is."""
    known = np.isfinite(ranks)
    return int(np.argmax(known)) if known.any() else len(ranks)


def _mean(columns: Sequence[np.ndarray]) -> np.ndarray:
    """Mean of the known ones, day by day; NaN where none is."""
    table = np.array(columns)
    count = np.isfinite(table).sum(axis=0)
    return np.where(count > 0, np.nansum(table, axis=0) / np.maximum(count, 1), np.nan)
