"""Deleveraging: when positions were closed together, found by rule in open interest counted in coins."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from indicators.leverage import WEEK, Move, open_coins, told_apart
from indicators.spells import spells

FLUSH = 0.10
"""Share of the coins in open futures that has to go within a week for a deleveraging: half as much again as one week in
twenty brought in bitcoin in the year to 2025-11-14."""


@dataclass(frozen=True)
class Deleveraging:
    """Positions closed together: from the day of most coins to the day of fewest."""

    start: pd.Timestamp
    trough: pd.Timestamp
    coins: float
    """Change in coins, a fraction at or below minus FLUSH."""
    move: Move
    price: float
    """Change of the price, a fraction."""
    liquidations: float
    """Reported forced closings of the asset on the days after the start up to the trough, USD; NaN when none are held."""
    long_share: float
    regained: float
    """Share of the closed coins that was open again a week after the trough; NaN when that day is not held."""


def deleveragings(
    open_interest: pd.Series, close: pd.Series, longs: pd.Series, shorts: pd.Series, flush: float = FLUSH
) -> list[Deleveraging]:
    """Every time that a share of the coins in open futures went within a week, oldest first.

    Parameters
    ----------
    open_interest : Series of shape (n_days,), USD notional
    close : Series, USD
    longs, shorts : Series, USD per day
        Reported forced closings; empty when nobody's are held.
    flush : float
        Share of the coins below the most of the last seven days from which on it is one.

    Returns
    -------
    list of Deleveraging
        Days below the line that follow on one another, or whose start lies in the one before, are one.
    """
    coins = open_coins(open_interest, close)
    highest = coins.rolling(f"{WEEK + 1}D").max()
    found: list[list[pd.Timestamp]] = []
    for first, stop in spells((coins <= (1 - flush) * highest).to_numpy()):
        day, last = pd.Timestamp(coins.index[first]), pd.Timestamp(coins.index[stop - 1])
        start = _day(coins[day - pd.Timedelta(days=WEEK) : day], np.argmax)
        if found and start <= found[-1][1]:
            found[-1][1] = last
        else:
            found.append([start, last])
    return [_told(coins, open_interest, close, longs, shorts, *span) for span in found]


def _told(
    coins: pd.Series, open_interest: pd.Series, close: pd.Series, longs: pd.Series, shorts: pd.Series,
    start: pd.Timestamp, last: pd.Timestamp,
) -> Deleveraging:  # fmt: skip
    """Measure one deleveraging between its start and the last day below the line."""
    trough = _day(coins[start:last], np.argmin)
    ends = [(float(open_interest[day]), float(close[day])) for day in (start, trough)]
    forced = pd.concat([longs, shorts], axis=1, join="inner", keys=["long", "short"])
    forced = forced[start + pd.Timedelta(days=1) : trough]
    total, closed = float(forced.sum(axis=1).sum()), float(coins[start] - coins[trough])
    week_on = coins.get(trough + pd.Timedelta(days=WEEK), np.nan)
    return Deleveraging(
        start, trough, -closed / float(coins[start]), told_apart(ends[0], ends[1]), ends[1][1] / ends[0][1] - 1,
        total if len(forced) else float("nan"),
        float(forced["long"].sum()) / total if total > 0 else float("nan"),
        float(week_on - coins[trough]) / closed,
    )  # fmt: skip


def _day(coins: pd.Series, of: Callable[..., Any]) -> pd.Timestamp:
    """The day of the most or of the fewest coins, the first of equals."""
    return pd.Timestamp(pd.DatetimeIndex(coins.index)[int(of(coins.to_numpy()))])
