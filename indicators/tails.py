"""Tails: how a market's worst days hang on another's.

Quantile regression, the change in value at risk that another market's bad day brings (ΔCoVaR), and how often bad days come
together (tail dependence). Prices go in; returns are logarithmic, between the dates common to the two, so that ΔCoVaR and
tail dependence of a coin and a market that rests at weekends are those of trading days. To set several pairs side by side,
cut all of them to the dates that all have.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from indicators.contagion import common
from indicators.lead_lag import STILL

QUANTILE = 0.05
LEAST = 10
"""Observations that have to lie beyond a quantile before anything is said about it: 200 returns at five percent."""
DEGREES = (1.0, 100.0)
"""Degrees of freedom between which the t-copula is looked for; at the upper end it is as good as a normal one."""
STEPS = 14
"""Degrees tried first, evenly in their logarithm."""
FINE = 1e-4
"""Share of itself to which the number of degrees is then told."""
GOLDEN = (np.sqrt(5) - 1) / 2


@dataclass(frozen=True)
class CoVaR:
    """A market's bad day, given another's; returns, a loss is negative."""

    value_at_risk: float
    """The other's return that it fell below on the worst days of the share asked for."""
    covar: float
    """The same quantile of the market's own return, given that the other stands at that."""
    delta: float
    """What of it the other's bad day brings, against its median day."""
    slope: float
    """What the quantile of the market moves per move of the other."""
    n: int
    """Common returns."""


@dataclass(frozen=True)
class Tail:
    """How often two markets' worst days are the same days."""

    empirical: float
    """Share of the first's worst days that were among the second's worst, a fraction."""
    n_tail: int
    """The first's worst days."""
    n: int
    """Common returns."""
    t_copula: float
    """What a t-copula of this correlation and these degrees tends to, ever farther out; a fraction."""
    degrees: float
    """Degrees of freedom of greatest likelihood: the fewer, the more the extremes come together."""
    rho: float
    """Correlation by Kendall's tau, ``sin(π τ / 2)``, in [-1, 1]."""


def quantile_line(x: pd.Series, y: pd.Series, quantile: float) -> tuple[float, float]:
    """Intercept and slope of the line below which a share of y lies, given x: ``Q(y|x) = a + b x``.

    Parameters
    ----------
    x, y : Series of shape (n,)
        Observations, matched by their index; those that one of them lacks are dropped.
    quantile : float
        Share below the line, between 0 and 1.

    Returns
    -------
    tuple of float
        The exact solution of Koenker and Bassett's linear program; one of them where there are several. NaN, NaN with fewer
        than ten observations on either side of the quantile, and where x or y stood still.

    Raises
    ------
    ValueError
        When the quantile is not between 0 and 1.

    Notes
    -----
    https://doi.org/10.2307/1913643
    """
    _check(quantile)
    pairs = pd.concat([x, y], axis=1, join="inner", keys=["x", "y"]).dropna().to_numpy(dtype="float64")
    if _silent(pairs, quantile):
        return float("nan"), float("nan")
    from scipy.optimize import linprog

    # The solver's tolerances are absolute: both sides are brought to the size of one first.
    middle, size = pairs.mean(axis=0), pairs.std(axis=0)
    one, other = ((pairs - middle) / size).T
    sides = np.vstack([np.ones_like(one), one])
    dual = linprog(-other, A_eq=sides, b_eq=(1 - quantile) * sides.sum(axis=1), bounds=(0, 1), method="highs")
    if dual.status != 0:
        return float("nan"), float("nan")
    start, slope = -dual.eqlin.marginals * size[1]
    slope = slope / size[0]
    return float(middle[1] + start - slope * middle[0]), float(slope)


def covar(y: pd.Series, x: pd.Series, quantile: float = QUANTILE) -> CoVaR:
    """Value at risk of y given a bad day of x, and what of it that bad day brings (Adrian and Brunnermeier).

    Parameters
    ----------
    y, x : Series of shape (n_days,), USD or points
        Prices, each on its own days.
    quantile : float
        Share of days that count as bad.

    Returns
    -------
    CoVaR
        Value at risk is the empirical quantile, interpolated linearly between the two returns beside it. NaN, with the number
        of returns, where `quantile_line` has no answer.

    Raises
    ------
    ValueError
        When the quantile is not between 0 and 1.

    Notes
    -----
    https://doi.org/10.1257/aer.20120555
    """
    _check(quantile)
    returns = common(x, y)
    start, slope = quantile_line(returns["first"], returns["second"], quantile)
    if not np.isfinite(slope):
        return CoVaR(float("nan"), float("nan"), float("nan"), float("nan"), len(returns))
    bad, middle = (float(level) for level in np.quantile(returns["first"].to_numpy(), [quantile, 0.5]))
    return CoVaR(bad, start + slope * bad, slope * (bad - middle), slope, len(returns))


def lower_tail(x: pd.Series, y: pd.Series, quantile: float = QUANTILE) -> Tail:
    """How often y was among its worst days when x was: ``P(F(y) ≤ q | F(x) ≤ q)``, counted and by a t-copula.

    Parameters
    ----------
    x, y : Series of shape (n_days,), USD or points
        Prices, each on its own days.
    quantile : float
        Share of days that count as worst: those whose rank from below is at most that share of all.

    Returns
    -------
    Tail
        NaN, with the number of returns, where fewer than ten days lie in the tail or a market stood still; the copula's
        numbers also where one market is a function of the other.

    Raises
    ------
    ValueError
        When the quantile is not between 0 and 1.

    Notes
    -----
    The copula: https://doi.org/10.1111/j.1751-5823.2005.tb00254.x (Demarta and McNeil); its coefficient is the limit far out,
    so it lies below what a t-copula itself has at five percent.
    """
    _check(quantile)
    returns = common(x, y)
    pairs = returns.to_numpy(dtype="float64")
    # Of equal returns each has the highest rank: the share of days at or below it, which is what F says.
    worst = (returns.rank(method="max") <= quantile * len(returns) + STILL).to_numpy()
    n_tail = int(worst[:, 0].sum())
    if _silent(pairs, quantile) or n_tail < LEAST:
        return Tail(float("nan"), n_tail, len(pairs), float("nan"), float("nan"), float("nan"))
    rho = float(np.sin(np.pi / 2 * _tau(*pairs.T)))
    degrees = _degrees(pairs, rho)
    return Tail(float(worst[worst[:, 0], 1].mean()), n_tail, len(pairs), t_copula_tail(rho, degrees), degrees, rho)


def t_copula_tail(rho: float, degrees: float) -> float:
    """Tail dependence of a t-copula, ``2 t(-√((ν+1)(1-ρ)/(1+ρ)); ν+1)``.

    Parameters
    ----------
    rho : float, in [-1, 1]
    degrees : float, above 0

    Returns
    -------
    float, a fraction
        The same for both tails; NaN where either is.

    Raises
    ------
    ValueError
        When the correlation lies outside [-1, 1] or the degrees are not above zero.
    """
    if abs(rho) > 1 or degrees <= 0:
        raise ValueError(f"no copula of correlation {rho} and {degrees} degrees")
    if rho == -1:
        return 0.0
    from scipy.special import stdtr

    return float(2 * stdtr(degrees + 1, -np.sqrt((degrees + 1) * (1 - rho) / (1 + rho))))


def _check(quantile: float) -> None:
    if not 0 < quantile < 1:
        raise ValueError(f"a quantile lies between 0 and 1, not at {quantile}")


def _silent(pairs: np.ndarray, quantile: float) -> bool:
    """Whether the sample is too short for the quantile or stood still in a column."""
    if len(pairs) * min(quantile, 1 - quantile) < LEAST:
        return True
    return bool((np.ptp(pairs, axis=0) <= STILL * (1 + np.abs(pairs).max(axis=0))).any())


def _tau(x: np.ndarray, y: np.ndarray) -> float:
    """Kendall's tau-b: pairs of days ordered alike less those ordered against each other, ties set aside."""
    alike = x_apart = y_apart = 0
    for gap in range(1, len(x)):
        up, beside = np.sign(x[gap:] - x[:-gap]), np.sign(y[gap:] - y[:-gap])
        alike += int(up @ beside)
        x_apart += int(np.count_nonzero(up))
        y_apart += int(np.count_nonzero(beside))
    return float(np.clip(alike / np.sqrt(float(x_apart) * y_apart), -1, 1))


def _degrees(pairs: np.ndarray, rho: float) -> float:
    """Degrees of freedom of the t-copula of greatest likelihood, correlation given; NaN where the two are one."""
    rest = 1 - rho**2
    if rest <= STILL:
        return float("nan")
    from scipy.special import gammaln, stdtrit

    levels, places = np.unique(pd.DataFrame(pairs).rank().to_numpy() / (len(pairs) + 1), return_inverse=True)

    def likelihood(log_degrees: float) -> float:
        """Mean log density of the copula but for what does not depend on the degrees."""
        v = float(np.exp(log_degrees))
        a, b = stdtrit(v, levels)[places.reshape(pairs.shape)].T
        joint = gammaln(v / 2 + 1) + gammaln(v / 2) - 2 * gammaln((v + 1) / 2)
        joint -= (v / 2 + 1) * np.log1p((a**2 - 2 * rho * a * b + b**2) / (v * rest)).mean()
        return float(joint + (v + 1) / 2 * (np.log1p(a**2 / v) + np.log1p(b**2 / v)).mean())

    tried = np.linspace(np.log(DEGREES[0]), np.log(DEGREES[1]), STEPS)
    best = int(np.argmax([likelihood(one) for one in tried]))
    low, high = float(tried[max(best - 1, 0)]), float(tried[min(best + 1, STEPS - 1)])
    while high - low > FINE:
        left, right = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
        low, high = (low, right) if likelihood(left) >= likelihood(right) else (left, high)
    return float(np.exp((low + high) / 2))
