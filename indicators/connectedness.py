"""Connectedness: how much of each market's volatility comes from the others (Diebold and Yilmaz).

A vector autoregression of log volatilities says how shocks travel; the generalized decomposition of its
forecast errors says whose shocks they were, whatever the order of the markets.
https://doi.org/10.1016/j.ijforecast.2011.02.006
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

WINDOW, LAGS, HORIZON = 250, 2, 10
"""Days per estimate, lags of the autoregression, days ahead of the decomposition."""
PARKINSON = 0.361
"""1 / (4 ln 2): turns a squared log range into a variance. https://doi.org/10.1086/296071"""
SINGULAR = 1e-10
"""Smallest eigenvalue of the regressors' correlations below which a window has no answer."""
BATCH = 256
"""Windows estimated at once: enough to keep numpy busy, few enough to stay in the cache."""


def log_range(high: pd.Series, low: pd.Series) -> pd.Series:
    """Logarithm of a day's range variance, ``ln(0.361 · (ln high - ln low)^2)``.

    Parameters
    ----------
    high, low : Series of shape (n_days,), USD or points

    Returns
    -------
    Series, log variance of a day
        Days without a range (high equals low) are gaps: their logarithm is no number.
    """
    day = pd.concat([high, low], axis=1, join="inner", keys=["high", "low"]).dropna()
    width = np.log(day["high"] / day["low"])
    return pd.Series(np.log(PARKINSON * width[width > 0] ** 2))


@dataclass(frozen=True)
class Connectedness:
    """One estimate: whose shocks explain whose forecast errors."""

    table: pd.DataFrame
    """Row i, column j: share of i's forecast error that comes from j; rows sum to 1."""

    @property
    def received(self) -> pd.Series:
        """Share of each market's forecast error that comes from the others, a fraction."""
        return pd.Series(received_of(self.table.to_numpy()), index=self.table.index)

    @property
    def sent(self) -> pd.Series:
        """Sum of the shares each market has in the others' forecast errors; may exceed 1."""
        return pd.Series(sent_of(self.table.to_numpy()), index=self.table.columns)

    @property
    def net(self) -> pd.Series:
        """Sent minus received; positive sends stress. Sums to zero."""
        return self.sent - self.received

    @property
    def total(self) -> float:
        """Mean of what is received, a fraction in [0, 1]: the share of all errors that crossed over."""
        return float(self.received.mean())

    @property
    def net_pairwise(self) -> pd.DataFrame:
        """Row i, column j: what i sends to j less what it receives from j; positive sends."""
        return self.table.T - self.table


@dataclass(frozen=True)
class RollingConnectedness:
    """Estimates of every window, by the window's last day; NaN where a window is singular."""

    days: pd.DatetimeIndex
    assets: pd.Index
    tables: np.ndarray
    """Shape (n_windows, n_assets, n_assets)."""

    @property
    def total(self) -> pd.Series:
        """Mean of what is received, a fraction in [0, 1]."""
        return self.received.mean(axis=1, skipna=False)

    @property
    def received(self) -> pd.DataFrame:
        """Shape (n_windows, n_assets), fractions in [0, 1]."""
        return pd.DataFrame(received_of(self.tables), index=self.days, columns=self.assets)

    @property
    def sent(self) -> pd.DataFrame:
        """Shape (n_windows, n_assets), fractions; may exceed 1."""
        return pd.DataFrame(sent_of(self.tables), index=self.days, columns=self.assets)

    @property
    def net(self) -> pd.DataFrame:
        """Sent minus received; positive sends stress."""
        return self.sent - self.received

    def until(self, end: pd.Timestamp) -> "RollingConnectedness":
        """Return the same estimates without those of days from ``end`` on."""
        known = int(self.days.searchsorted(end))
        return RollingConnectedness(self.days[:known], self.assets, self.tables[:known])

    def on(self, day: pd.Timestamp) -> Connectedness | None:
        """Return the estimate of the last window that ends by the day; None when there is none."""
        last = self.days.searchsorted(day, side="right") - 1
        if last < 0:
            return None
        return Connectedness(pd.DataFrame(self.tables[last], index=self.assets, columns=self.assets))


def received_of(tables: np.ndarray) -> np.ndarray:
    """Share of each market's forecast error that comes from the others, of tables of shape (..., n_assets, n_assets)."""
    return tables.sum(axis=-1) - np.diagonal(tables, axis1=-2, axis2=-1)


def sent_of(tables: np.ndarray) -> np.ndarray:
    """Sum of the shares that each market has in the others' forecast errors; see `received_of`."""
    return tables.sum(axis=-2) - np.diagonal(tables, axis1=-2, axis2=-1)


def connectedness(volatility: pd.DataFrame, lags: int = LAGS, horizon: int = HORIZON) -> Connectedness:
    """Generalized connectedness of one sample.

    Parameters
    ----------
    volatility : DataFrame of shape (n_days, n_assets)
        Log volatilities (or returns, never prices); days with a gap are dropped.
    lags : int
        Lags of the vector autoregression with constant.
    horizon : int
        Days ahead of the forecast-error decomposition.

    Returns
    -------
    Connectedness
        NaN throughout when the sample is too short for the regression or singular.

    Raises
    ------
    ValueError
        When lags or horizon are below 1, or fewer than two assets are given.
    """
    known = volatility.dropna()
    check(known, lags, horizon)
    size = known.shape[1]
    table = np.full((size, size), np.nan)
    if len(known) - lags > lags * size + 1:
        table = decompositions(known.to_numpy(dtype="float64")[None], lags, horizon)[0]
    return Connectedness(pd.DataFrame(table, index=known.columns, columns=known.columns))


def rolling_connectedness(
    volatility: pd.DataFrame, window: int = WINDOW, lags: int = LAGS, horizon: int = HORIZON
) -> RollingConnectedness:
    """Generalized connectedness of every window of days on which all markets have a number.

    Parameters
    ----------
    volatility : DataFrame of shape (n_days, n_assets)
        Log volatilities; days with a gap are dropped before windows are cut.
    window : int
        Common days per estimate.
    lags, horizon : int
        As in `connectedness`.

    Returns
    -------
    RollingConnectedness
        Empty when fewer common days than one window are held.

    Raises
    ------
    ValueError
        As `connectedness`, and when a window is too short for the regression.
    """
    known = volatility.dropna()
    check(known, lags, horizon)
    size = known.shape[1]
    if window - lags <= lags * size + 1:
        raise ValueError(f"{window} days cannot carry {lags} lags of {size} markets")
    tables = np.empty((max(len(known) - window + 1, 0), size, size))
    if len(tables):
        cut = np.lib.stride_tricks.sliding_window_view(known.to_numpy(dtype="float64"), window, axis=0)
        for first in range(0, len(tables), BATCH):
            batch = slice(first, first + BATCH)
            tables[batch] = decompositions(np.ascontiguousarray(cut[batch].transpose(0, 2, 1)), lags, horizon)
    return RollingConnectedness(pd.DatetimeIndex(known.index[len(known) - len(tables) :]), known.columns, tables)


def check(known: pd.DataFrame, lags: int, horizon: int) -> None:
    """Raise ValueError when lags or horizon are below 1, or fewer than two assets are given."""
    if lags < 1 or horizon < 1:
        raise ValueError(f"lags and horizon are at least 1, not {lags} and {horizon}")
    if known.shape[1] < 2:
        raise ValueError("connectedness needs at least two markets")


def decompositions(samples: np.ndarray, lags: int, horizon: int) -> np.ndarray:
    """Row-normalized decompositions of the forecast errors of many samples at once.

    Parameters
    ----------
    samples : array of shape (n_samples, n_days, n_assets)
        Without gaps.
    lags, horizon : int
        As in `connectedness`.

    Returns
    -------
    array of shape (n_samples, n_assets, n_assets), fractions
        Rows sum to 1; NaN throughout where a sample is singular.
    """
    coefficients, covariance, regular = autoregressions(samples, lags)
    size = samples.shape[2]
    responses = [np.broadcast_to(np.eye(size), covariance.shape)]
    for ahead in range(1, horizon):
        echoes = [coefficients[lag] @ responses[ahead - 1 - lag] for lag in range(min(lags, ahead))]
        responses.append(np.sum(echoes, axis=0))
    shocks = [response @ covariance for response in responses]
    with np.errstate(divide="ignore", invalid="ignore"):
        explained = np.sum(np.square(shocks), axis=0) / np.diagonal(covariance, axis1=1, axis2=2)[:, None, :]
        # The forecast error's variance, e_i' A Σ A' e_i, would divide each row: it cancels in the next line.
        shares = explained / explained.sum(axis=2, keepdims=True)
    return np.where(regular[:, None, None], shares, np.nan)


def autoregressions(samples: np.ndarray, lags: int) -> tuple[list[np.ndarray], np.ndarray, np.ndarray]:
    """Least squares of each sample on its own lags, a constant fitted too.

    Parameters
    ----------
    samples : array of shape (n_samples, n_days, n_assets)
        Without gaps.
    lags : int

    Returns
    -------
    coefficients : list of arrays of shape (n_samples, n_assets, n_assets)
        One per lag, the first first.
    covariance : array of shape (n_samples, n_assets, n_assets)
        Of the residuals.
    regular : array of shape (n_samples,), bool
        Whether a sample's regressors are far enough from singular for an answer.
    """
    days, size = samples.shape[1:]
    targets = samples[:, lags:]
    regressors = np.concatenate([samples[:, lags - lag : days - lag] for lag in range(1, lags + 1)], axis=2)
    # With both sides measured from their means the constant is fitted too, and the sums stay well conditioned.
    targets = targets - targets.mean(axis=1, keepdims=True)
    regressors = regressors - regressors.mean(axis=1, keepdims=True)
    scale = np.sqrt((regressors**2).mean(axis=1, keepdims=True))
    still = (scale <= np.finfo(float).eps * (1 + np.abs(samples).max(axis=(1, 2)))[:, None, None]).any(axis=(1, 2))
    regressors = regressors / np.where(scale > 0, scale, 1)
    products = regressors.transpose(0, 2, 1) @ regressors / targets.shape[1]
    regular = ~still & (np.linalg.eigvalsh(products)[:, 0] > SINGULAR)
    products = np.where(regular[:, None, None], products, np.eye(lags * size))
    slopes = np.linalg.solve(products, regressors.transpose(0, 2, 1) @ targets / targets.shape[1])
    residuals = targets - regressors @ slopes
    covariance = residuals.transpose(0, 2, 1) @ residuals / residuals.shape[1]
    slopes = slopes / np.where(scale > 0, scale, 1).transpose(0, 2, 1)
    coefficients = [slopes[:, lag * size : (lag + 1) * size].transpose(0, 2, 1) for lag in range(lags)]
    return coefficients, covariance, regular
