"""Fund flows of the days between the known ones, so that every published total adds up exactly. Pure.

A simulated day is a mixture of two known days, picked so that their size suits the total that is to be met. Known
days therefore lend everything they know: which fund is largest, which ones mostly report zero, how funds move together.
Everything is counted in whole ``UNIT``, so sums are exact.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

UNIT = 100_000
"""USD; the smallest amount in which flows are published (0.1 million)."""
TRIES = 256
"""Candidate sets of days drawn per total; the one that comes closest is kept."""

Amounts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Conversion:
    """Money that left a trust after it became a fund: an assumption, for no daily number of that time is bundled.

    Parameters
    ----------
    fund : str
        Ticker.
    total : float
        USD that leave in the long run, as widely reported for the fund's first year.
    fade : float
        Days after which about a third of the outflow is still to come.
    """

    fund: str
    total: float
    fade: float


@dataclass(frozen=True)
class Family:
    """The funds of one coin.

    Parameters
    ----------
    asset : str
        The coin.
    start : str
        First trading day of the family.
    later : dict of str to str
        Fund and its first day, where it came later than the family; it joins with the next total that begins.
    conversion : Conversion
        The trust among them.
    """

    asset: str
    start: str
    later: dict[str, str]
    conversion: Conversion


FAMILIES = (
    Family("BTC", "2024-01-11", {"BTC": "2024-07-31"}, Conversion("GBTC", 20e9, 75.0)),
    Family("ETH", "2024-07-23", {}, Conversion("ETHE", 4e9, 15.0)),
)


def fill(
    known: pd.DataFrame, totals: pd.DataFrame, moves: pd.Series, family: Family, rng: np.random.Generator
) -> pd.DataFrame:
    """Flows of every fund on every session that a published total covers.

    Parameters
    ----------
    known : DataFrame of shape (n_known_days, n_funds), USD
        Days that stand; a gap within them was not published and stays a gap.
    totals : DataFrame with columns first, last, value
        Published sums over all funds from one day through another, USD; shorter spans first.
    moves : Series of shape (n_sessions,)
        The coin's log change on each session: money tends to follow it.
    family : Family
        Whose funds they are.
    rng : numpy Generator

    Returns
    -------
    DataFrame of shape (n_days, n_funds), USD
        Known days as they are, and the simulated ones. NaN where a fund did not trade yet or did not publish.
    """
    flows = (known / UNIT).round()
    complete = flows.dropna()
    follows = complete.sum(axis=1).corr(moves.reindex(complete.index))
    for first, last, value in zip(totals["first"], totals["last"], totals["value"], strict=True):
        span = moves.loc[first:last].index
        days = pd.DatetimeIndex(span.difference(flows.index))
        rest = round(value / UNIT) - int(np.nansum(flows.reindex(span).to_numpy()))
        if days.empty:
            if rest:
                raise ValueError(f"{family.asset}: the known days from {first} to {last} do not add up to their total")
            continue
        active = [str(fund) for fund in flows if family.later.get(str(fund), family.start) <= str(days[0])[:10]]
        drawn = _draw(complete[active].to_numpy(dtype=float), rest, _leaving(days, active, family), rng)
        # Which day takes which flows: the larger ones go to the days on which the coin rose, as far as known days do.
        noise = rng.standard_normal(len(days))
        mood = follows * _standard(moves.reindex(days).to_numpy()) + (1 - follows**2) ** 0.5 * noise
        order = np.argsort(np.argsort(mood))
        amounts = drawn[np.argsort(drawn.sum(axis=1), kind="stable")][order]
        flows = pd.concat([flows, pd.DataFrame(amounts, index=days, columns=active)])
    return flows.sort_index() * UNIT


def _standard(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return (values - values.mean()) / (values.std() or 1.0)


def _leaving(days: pd.DatetimeIndex, active: list[str], family: Family) -> npt.NDArray[np.float64]:
    """What the converted trust loses on each day, of shape (n_days, n_active), in units."""
    trust = family.conversion
    age = (days - pd.Timestamp(family.start)).days.to_numpy(dtype=float)
    leaving = np.zeros((len(days), len(active)))
    # Sessions are about five in seven days, so each one takes 1.4 days' worth.
    leaving[:, active.index(trust.fund)] = -trust.total / UNIT * np.exp(-age / trust.fade) * 1.4 / trust.fade
    return leaving


def _draw(
    patterns: npt.NDArray[np.float64], rest: int, leaving: npt.NDArray[np.float64], rng: np.random.Generator
) -> Amounts:
    """Days of flows that add up to ``rest``, of shape (n_days, n_active), in units."""
    days = len(leaving)
    likely = _tilt(patterns.sum(axis=1), (rest - leaving.sum()) / days)
    first, second = rng.choice(len(patterns), size=(2, TRIES, days), p=likely)
    share = rng.random((TRIES, days, 1))
    candidates = share * patterns[first] + (1 - share) * patterns[second] + leaving
    missed = rest - candidates.sum(axis=(1, 2))
    best = int(np.abs(missed).argmin())
    # No simulated flow is larger than the largest that is known of its fund.
    low, high = patterns.min(axis=0) + leaving, patterns.max(axis=0) + leaving
    amounts = np.rint(_reach(candidates[best], float(rest), low, high)).astype(np.int64)
    left = rest - int(amounts.sum())
    roomiest = np.unravel_index((np.abs(amounts) * ((high - amounts) * left > 0)).argmax(), amounts.shape)
    amounts[roomiest] += left
    return amounts


def _reach(
    amounts: npt.NDArray[np.float64], rest: float, low: npt.NDArray[np.float64], high: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Spread what is missing to ``rest`` in proportion to size, within bounds; what reports zero keeps its zero."""
    for _ in range(100):
        missed = rest - amounts.sum()
        room = np.abs(amounts) * (amounts < high if missed > 0 else amounts > low)
        if abs(missed) < 1 or not room.any():
            break
        amounts = np.clip(amounts + missed * room / room.sum(), low, high)
    return amounts


def _tilt(sums: npt.NDArray[np.float64], target: float) -> npt.NDArray[np.float64]:
    """Odds of picking each known day so that its expected sum is the target, as far as known days reach."""
    scaled = (sums - sums.mean()) / sums.std()
    wanted = (target - sums.mean()) / sums.std()
    low, high = -20.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2
        odds = np.exp(middle * scaled - (middle * scaled).max())
        odds /= odds.sum()
        low, high = (middle, high) if odds @ scaled < wanted else (low, middle)
    return odds
