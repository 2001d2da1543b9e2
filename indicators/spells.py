"""Spells: stretches of observations over which a condition holds without a break."""

import numpy as np
import pandas as pd


def spells(holds: np.ndarray) -> list[tuple[int, int]]:
    """First place of each spell, and the place just after its last; oldest first.

    Parameters
    ----------
    holds : array of bool, shape (n,)
    """
    edges = np.diff(np.concatenate(([False], holds, [False])).astype("int8"))
    return list(zip(np.flatnonzero(edges == 1).tolist(), np.flatnonzero(edges == -1).tolist(), strict=True))


def run_length(holds: pd.Series) -> pd.Series:
    """Observations in a row for which a condition has held, up to and including each one.

    Parameters
    ----------
    holds : Series of bool, shape (n,)

    Returns
    -------
    Series of shape (n,), count
        0 where it does not hold.
    """
    count = holds.astype("int64").cumsum()
    return (count - count.where(~holds).ffill().fillna(0)).astype("float64")
