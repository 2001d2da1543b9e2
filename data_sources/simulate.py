"""Bridges: simulated paths that pass through known numbers exactly. Pure; nothing here knows a measure or a file.

Positions count a path's own steps (days of a coin, sessions of an index), and volatilities are per step. What the
paths are made of (volatility, pull to a mean, correlation) is estimated from the known numbers and the gaps between
them, never typed in.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

Array = npt.NDArray[np.float64]
Positions = npt.NDArray[np.intp]

SPEEDS = np.geomspace(1 / 365, 2, 80)
"""Pulls to the mean that are tried, per step: from one that takes a year to one gone within the day."""
FADE = 180.0
"""Days over which the estimate of volatility forgets: a year of quiet and a year of storm keep their own."""
COMMON_MONTHS = 10
"""Changes that two series must share before their correlation is believed; below, it is taken as zero."""


@dataclass(frozen=True)
class Reversion:
    """A path that is pulled back to its mean (an Ornstein–Uhlenbeck process).

    Parameters
    ----------
    mean : float
        Where it is pulled to.
    spread : float
        Standard deviation far away from every known number.
    speed : float
        Pull per step; 0.1 loses a tenth of the distance each step.
    """

    mean: float
    spread: float
    speed: float

    @classmethod
    def fit(cls, at: Positions, knots: Array) -> "Reversion":
        """The likeliest of the ``SPEEDS``, with its mean and spread, for known ``knots`` at positions ``at``."""
        gaps = np.diff(at)
        fits = []
        for speed in SPEEDS:
            kept = np.exp(-speed * gaps)
            share = 1 - kept**2
            moved = knots[1:] - kept * knots[:-1]
            mean = float((moved * (1 - kept) / share).sum() / ((1 - kept) ** 2 / share).sum())
            variance = float(((moved - mean * (1 - kept)) ** 2 / share).mean())
            fits.append((-0.5 * np.log(variance * share).sum(), mean, variance**0.5, float(speed)))
        return cls(*max(fits)[1:])

    @property
    def step(self) -> float:
        """Standard deviation of what is new in one step."""
        return float(self.spread * (1 - np.exp(-2 * self.speed)) ** 0.5)

    def free(self, shocks: Array) -> Array:
        """A path that knows no knots, driven by ``shocks`` of unit variance, in distances from the mean."""
        path = np.empty_like(shocks)
        path[0] = self.spread * shocks[0]
        for step in range(1, len(shocks)):
            path[step] = np.exp(-self.speed) * path[step - 1] + self.step * shocks[step]
        return path


def volatility(at: Positions, knots: Array, dates: pd.DatetimeIndex) -> Array:
    """Standard deviation per step of a wandering path, from its known numbers near each step.

    Parameters
    ----------
    at, knots : array of shape (n_knots,)
        Positions and values (logs, for a price) of the known numbers.
    dates : DatetimeIndex of shape (n_steps,)
        The day of each step.

    Returns
    -------
    array of shape (n_steps,)
        Root of squared changes over elapsed steps, each weighted by its nearness in time (``FADE``).
    """
    day = (dates - dates[0]).days.to_numpy(dtype=float)
    middle = (day[at[1:]] + day[at[:-1]]) / 2
    weight = np.exp(-0.5 * ((day[:, None] - middle[None, :]) / FADE) ** 2)
    return np.sqrt((weight @ np.diff(knots) ** 2) / (weight @ np.diff(at)))


def bridge(free: Array, at: Positions, knots: Array, clock: Array, speed: float = 0.0) -> Array:
    """Bend a free path so that it passes through its knots.

    Parameters
    ----------
    free : array of shape (n_steps,)
        A path that knows no knots.
    at, knots : array of shape (n_knots,)
        Where it must pass; the first and the last knot are the first and the last step.
    clock : array of shape (n_steps,), growing
        Time as the path feels it: its accumulated variance, or its steps.
    speed : float
        Pull to the mean per unit of the clock; 0 is a wandering path, whose errors are spread in proportion to time.

    Returns
    -------
    array of shape (n_steps,)
    """
    left = np.clip(np.searchsorted(at, np.arange(len(free)), side="right") - 1, 0, len(at) - 2)
    since, until = clock - clock[at[left]], clock[at[left + 1]] - clock
    missed = knots - free[at]
    if speed:
        whole = np.sinh(speed * (since + until))
        return free + (np.sinh(speed * until) * missed[left] + np.sinh(speed * since) * missed[left + 1]) / whole
    return free + (until * missed[left] + since * missed[left + 1]) / (since + until)


def confine(path: Array, line: Array, low: Array, high: Array) -> Array:
    """Press a path into its band without turning any of its moves around.

    Parameters
    ----------
    path : array of shape (n_steps,)
        A path through its knots.
    line : array of shape (n_steps,)
        The calm way between the same knots; distances from it are pressed, the more the less room there is.
    low, high : array of shape (n_steps,)
        The band; every knot lies in it.

    Returns
    -------
    array of shape (n_steps,)
        Inside the band. A mirror would do as well for one path, but would set paths that move together against
        each other.
    """
    line = np.clip(line, low, high)
    away = path - line
    room = np.where(away > 0, high - line, line - low)
    # The smallest float only keeps a path without room, which is a knot at its extreme, from dividing by zero.
    return line + away * room / np.hypot(np.hypot(away, room), np.finfo(float).tiny)


def correlation(changes: pd.DataFrame) -> Array:
    """Correlation matrix of changes with gaps, made positive and with ones on its diagonal.

    Parameters
    ----------
    changes : DataFrame of shape (n_months, n_series)
        Pairs with fewer than ``COMMON_MONTHS`` months in common count as uncorrelated.
    """
    pairwise = changes.corr(min_periods=COMMON_MONTHS).fillna(0.0).to_numpy(copy=True)
    np.fill_diagonal(pairwise, 1.0)
    values, vectors = np.linalg.eigh(pairwise)
    # Pairs with different gaps need not fit together; the part that contradicts itself is cut off.
    positive = (vectors * np.clip(values, 1e-6, None)) @ vectors.T
    scale = np.sqrt(np.diag(positive))
    return positive / scale[:, None] / scale[None, :]


def correlated(correlations: Array, steps: int, rng: np.random.Generator) -> Array:
    """Normal shocks of unit variance, of shape (steps, n_series); every series moves with the others of its day."""
    values, vectors = np.linalg.eigh(correlations)
    # The symmetric root does not depend on the signs that eigenvectors happen to come with.
    return rng.standard_normal((steps, len(correlations))) @ ((vectors * np.sqrt(values)) @ vectors.T)


def extremes(opens: Array, closes: Array, spread: Array, shocks: Array) -> tuple[Array, Array]:
    """Highest and lowest price of each day between a known open and a known close.

    Parameters
    ----------
    opens, closes : array of shape (n_days,)
        Prices.
    spread : array of shape (n_days,)
        Standard deviation of the day's log price.
    shocks : array of shape (4, n_days)
        Normal, unit variance.

    Returns
    -------
    high, low : array of shape (n_days,)
        Drawn from the exact laws of the highest and of the lowest point of a Brownian path between the two prices
        (each on its own: their dependence is left out); never inside the range of open and close.
    """
    move = np.log(closes / opens)
    # Half the squared length of two normal draws is an exponential draw, here one that days share across assets.
    up, down = (move**2 + spread**2 * (shocks[pair] ** 2).sum(axis=0) for pair in (slice(0, 2), slice(2, 4)))
    return opens * np.exp((move + np.sqrt(up)) / 2), opens * np.exp((move - np.sqrt(down)) / 2)
