"""Reading the sessions of an index: like bars of a price, but a publisher may know the close alone."""

import pandas as pd

from data_sources.errors import PayloadChanged
from data_sources.reading import numbers, observed

MEASURE_OF = {"open": "level_open", "high": "level_high", "low": "level_low", "close": "level"}
SLACK = 1e-6
"""Part of the level by which rounding may lift a close over the high."""


def levels(rows: pd.DataFrame, times: pd.Series, asset: str, entity: str) -> pd.DataFrame:
    """Make the tidy frame of an index's sessions.

    Parameters
    ----------
    rows : DataFrame of shape (n_sessions, 4)
        Columns open, high, low, close; numbers or texts.
    times : Series of shape (n_sessions,), UTC
    asset, entity : str

    Returns
    -------
    DataFrame, tidy
        Levels in points. Where the open, high or low is missing or 0, which no level is, that one is a gap and the
        close stands. In a session that contradicts itself all three are gaps: the close is computed by the index's
        owner, the others are taken from ticks, and both can be right.

    Raises
    ------
    PayloadChanged
        When most sessions contradict themselves: the columns are not what they are called.
    NothingPublished
        When all are gaps.
    """
    session = pd.DataFrame({name: numbers(rows[name]) for name in MEASURE_OF})
    bar = session[["open", "high", "low"]]
    bar = bar.where(bar > 0)
    ceiling, floor = bar["high"] * (1 + SLACK), bar["low"] * (1 - SLACK)
    wrong = bar["high"] < bar["low"]
    for level in (bar["open"], session["close"]):
        wrong |= (level > ceiling) | (level < floor)
    if wrong.sum() > len(wrong) / 2:
        raise PayloadChanged(f"Most sessions of {asset} lie outside their own high and low: the columns have moved.")
    session[["open", "high", "low"]] = bar.mask(wrong)
    return observed(times, asset, entity, {measure: session[name] for name, measure in MEASURE_OF.items()})
