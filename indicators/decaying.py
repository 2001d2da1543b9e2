"""Correlations that forget: how pillars of the stress index move together, each day weighing a little less than the next.

Covariances of ranks are measured from the middle of the ranks, decay from day to day and start from their average over a block of
days before the first one that is shown. https://www.ecb.europa.eu/pub/pdf/scpwps/ecbwp1426.pdf
"""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd

DECAY = 0.93 ** (1 / 7)
"""Share of yesterday's covariance that stays: 0.93 a week, as published, on a calendar of seven days."""
START = 60
"""Days two pillars have to share before their correlation is a number; until then they count as moving together."""
MIDDLE = 0.5
"""What ranks are measured from: their mean in the long run."""


def correlations(pillars: Sequence[np.ndarray], before: Sequence[np.ndarray]) -> np.ndarray:
    """Correlations of every pair on every day on which both are known.

    Parameters
    ----------
    pillars : sequence of arrays of shape (n_days,), in [0, 1]
        NaN where a pillar is not shown.
    before : sequence of arrays of shape (n_days,)
        Ranks within the block before each pillar's first shown day; NaN elsewhere.

    Returns
    -------
    array of shape (n_days, n_pillars, n_pillars)
        1 on the diagonal; NaN where one of the two is not known. Variances run over the pair's own days, so that no correlation
        leaves [-1, 1].
    """
    size, length = len(pillars), len(pillars[0])
    table = np.full((length, size, size), np.nan)
    for place, pillar in enumerate(pillars):
        table[np.isfinite(pillar), place, place] = 1.0
    for one, other in combinations(range(size), 2):
        both = np.isfinite(pillars[one]) & np.isfinite(pillars[other])
        if both.any():
            table[both, one, other] = table[both, other, one] = _correlation(
                _gaps(pillars[one], before[one]), _gaps(pillars[other], before[other]), both
            )
    return table


def _gaps(pillar: np.ndarray, before: np.ndarray) -> np.ndarray:
    """Distance of a pillar's ranks from the middle, its block's in front."""
    return np.where(np.isfinite(pillar), pillar, before) - MIDDLE


def _correlation(one: np.ndarray, other: np.ndarray, both: np.ndarray) -> np.ndarray:
    """Correlation of two pillars on the days that both are shown, from covariances that decay by DECAY a day."""
    first = int(np.argmax(both))
    block = np.isfinite(one[:first]) & np.isfinite(other[:first])
    products = np.stack([one * other, one * one, other * other], axis=1)
    if block.sum() >= START:
        start, at = products[:first][block].mean(axis=0), 0
    else:  # what the block lacks the first shared days have to bring
        begun = np.concatenate([products[:first][block], products[both][: START - int(block.sum())]])
        start, at = begun.mean(axis=0), START - int(block.sum())
    following = products[both]
    result = np.ones(len(following))
    if at < len(following):
        moments = pd.DataFrame(np.vstack([start, following[at:]])).ewm(alpha=1 - DECAY, adjust=False).mean().to_numpy()
        spread = np.sqrt(moments[:, 1] * moments[:, 2])
        with np.errstate(divide="ignore", invalid="ignore"):
            result[max(at - 1, 0) :] = np.where(spread > 0, moments[:, 0] / spread, 1.0)[0 if at else 1 :]
    return np.clip(result, -1.0, 1.0)
