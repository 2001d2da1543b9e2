"""Contagion: who moves with whom, and how much more on bad days.

Rolling correlation and beta of log returns. Windows count returns; a day that one of the two lacks is no
return of the pair, and the next return spans the gap.
"""

import numpy as np
import pandas as pd

BIG_FALL = -0.05
"""Change in a day that counts as a coin being down: five percent."""
COINS_NEEDED = 5
"""Coins that must have a change on a day before a share of them is a number."""


def log_returns(prices: pd.DataFrame) -> pd.DataFrame:
    """Log returns between the dates on which every price is held.

    Parameters
    ----------
    prices : DataFrame of shape (n_days, n_assets)
        Closes or levels; NaN where an asset did not trade.

    Returns
    -------
    DataFrame of shape (n_common_days - 1, n_assets)
    """
    return pd.DataFrame(np.log(prices.dropna())).diff().iloc[1:]


def common(first: pd.Series, second: pd.Series) -> pd.DataFrame:
    """Log returns of two prices between common dates, columns first and second."""
    return log_returns(pd.concat([first, second], axis=1, join="inner", keys=["first", "second"]))


def _windows(returns: pd.DataFrame, window: int) -> tuple[np.ndarray, np.ndarray]:
    """Both columns cut into windows of shape (n_windows, window); empty when the history is too short."""
    if window < 2:
        raise ValueError(f"a correlation needs at least two returns, not {window}")
    if len(returns) < window:
        return np.empty((0, window)), np.empty((0, window))
    cut = np.lib.stride_tricks.sliding_window_view(returns.to_numpy(dtype="float64"), window, axis=0)
    return cut[:, 0], cut[:, 1]


def _ended(returns: pd.DataFrame, window: int, values: np.ndarray) -> pd.Series:
    """Date each window's number with the window's last day; NaN before the first window is full."""
    result = np.full(len(returns), np.nan)
    result[len(returns) - len(values) :] = values
    return pd.Series(result, index=returns.index)


def _moments(x: np.ndarray, y: np.ndarray, days: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Covariance, variance of x and variance of y per window, over the chosen days; NaN where x stands still."""
    chosen = np.ones_like(x, dtype=bool) if days is None else days
    count = chosen.sum(axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        x_gap = np.where(chosen, x - np.where(chosen, x, 0).sum(axis=1, keepdims=True) / count, 0)
        y_gap = np.where(chosen, y - np.where(chosen, y, 0).sum(axis=1, keepdims=True) / count, 0)
        covariance, x_variance, y_variance = (
            (left * right).sum(axis=1) / count[:, 0] for left, right in ((x_gap, y_gap), (x_gap, x_gap), (y_gap, y_gap))
        )
    # A price that never moves leaves rounding noise of its mean, not a variance.
    noise = np.finfo(float).eps ** 2 * (1 + np.square(x).max(axis=1, initial=0.0))
    return (
        covariance,
        np.where(x_variance > noise, x_variance, np.nan),
        np.where(y_variance > noise, y_variance, np.nan),
    )


def rolling_correlation(first: pd.Series, second: pd.Series, window: int) -> pd.Series:
    """Correlation of the last `window` log returns between common dates.

    Parameters
    ----------
    first, second : Series of shape (n_days,)
        Prices or levels, each on its own days.
    window : int
        Returns in the window.

    Returns
    -------
    Series, in [-1, 1]
        By the last day of the window; NaN until it is full and where a price stood still in it.

    Raises
    ------
    ValueError
        When the window holds fewer than two returns.
    """
    returns = common(first, second)
    covariance, x_variance, y_variance = _moments(*_windows(returns, window))
    return _ended(returns, window, np.clip(covariance / np.sqrt(x_variance * y_variance), -1, 1))


def rolling_beta(asset: pd.Series, market: pd.Series, window: int) -> pd.Series:
    """Percent the asset moves per percent of the market: covariance over variance of log returns.

    Parameters
    ----------
    asset, market : Series of shape (n_days,)
        Prices, each on its own days.
    window : int
        Returns in the window.

    Returns
    -------
    Series
        By the last day of the window; NaN until it is full and where the market stood still.
    """
    returns = common(market, asset)
    covariance, variance, _ = _moments(*_windows(returns, window))
    return _ended(returns, window, covariance / variance)


def rolling_downside_beta(asset: pd.Series, market: pd.Series, window: int) -> pd.Series:
    """Beta over the days on which the market's return lies below its own mean of the window.

    Covariance and variance are taken over those days alone, around their own means.
    https://doi.org/10.1093/rfs/hhj035

    Parameters
    ----------
    asset, market : Series of shape (n_days,)
        Prices, each on its own days.
    window : int
        Returns in the window, good days included.
    """
    returns = common(market, asset)
    x, y = _windows(returns, window)
    covariance, variance, _ = _moments(x, y, x < x.mean(axis=1, keepdims=True) if len(x) else None)
    return _ended(returns, window, covariance / variance)


def correlation(prices: pd.DataFrame, window: int) -> pd.DataFrame:
    """Correlations of the last `window` log returns between the dates common to all.

    Parameters
    ----------
    prices : DataFrame of shape (n_days, n_assets)
    window : int
        Returns counted from the newest common date backwards.

    Returns
    -------
    DataFrame of shape (n_assets, n_assets)
        NaN throughout when the history is shorter than the window.
    """
    returns = log_returns(prices)
    if len(returns) < window:
        return pd.DataFrame(np.nan, index=prices.columns, columns=prices.columns)
    return returns.tail(window).corr()


def coins_down(*closes: pd.Series, fall: float = BIG_FALL, needed: int = COINS_NEEDED) -> pd.Series:
    """Share of the coins that fell at least so much since the day before.

    Parameters
    ----------
    closes : Series of shape (n_days,), USD
        One per coin. A coin counts on the days on which its close and that of the day before are held.
    fall : float
        A fraction below 0.
    needed : int
        Coins that must have a change for the day to have a share.

    Returns
    -------
    Series, fraction in [0, 1]
        NaN on days with fewer coins.
    """
    table = pd.concat(closes, axis=1, keys=range(len(closes)), sort=True)
    yesterday = table.index.to_series().diff().eq(pd.Timedelta(days=1)).to_numpy()
    changes = (table / table.shift() - 1)[yesterday]
    held = changes.notna().sum(axis=1)
    return ((changes <= fall).sum(axis=1) / held).where(held >= needed)
