"""Whether new numbers can be believed: a hundredfold price is a publisher's error until somebody else says it too.

What a publisher goes on saying for three days is believed (a split rescales the whole history of a share); an error of that
length is left to the comparison of publishers.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data_sources.rows import Floats, Integers, Key, Rows

STEPS: dict[str, float] = {
    **dict.fromkeys(("open", "high", "low", "close"), 4.0),
    **dict.fromkeys(("hour_open", "hour_high", "hour_low", "hour_close"), 3.0),
    **dict.fromkeys(("bar_open", "bar_high", "bar_low", "bar_close"), 1.5),
    **dict.fromkeys(("level", "level_open", "level_high", "level_low"), 4.0),
    "futures_price": 1.5,
    **dict.fromkeys(("dvol", "iv_7d", "iv_30d", "iv_60d", "iv_90d", "iv_180d"), 4.0),
    "difficulty": 4.0,
    "hash_rate": 4.0,
    "miners_revenue": 5.0,
    "supply": 1.5,
    "open_interest": 5.0,
    "market_cap": 4.0,
    "put_call_oi": 5.0,
    "option_open_interest": 5.0,
    "shares_outstanding": 2.0,
    "holdings": 3.0,
    "cost_basis": 3.0,
    "debt": 10.0,
    "preferred": 10.0,
}
"""Largest factor, up or down, from one observation to the next. The VIX rose 2.2-fold on 5 February 2018, its record:
https://www.cboe.com/tradable_products/vix/ . A coin of the twelve has never tripled in a day."""
REACH = 10.0
"""Of what may change its sign or stand near nought: largest multiple of the largest size in the year before."""
SAME_UNIT = 3.0
"""Largest factor by which a typical number may differ from what was kept for the same time."""
MEMORY = 400
"""Observations that are looked back on."""
FEWEST = 5
INSISTED = pd.Timedelta(days=3)
"""How long a publisher must have said what was not believed, with nothing else in between, to be believed after all."""
AGREED = 0.05
"""How close two publishers must be for one to bear out the other's unbelievable number."""

Kept = Mapping[Key, tuple[Integers, Floats]]
"""Of each series, the last times (microseconds UTC) and values kept, oldest first."""


@dataclass(frozen=True)
class Doubt:
    """A number that cannot be believed yet.

    Attributes
    ----------
    key : (measure, asset, entity)
    time : int, microseconds UTC
    value, before : float
        What was said, and the number before it.
    """

    key: Key
    time: int
    value: float
    before: float


def doubts(rows: Rows, kept: Kept) -> list[Doubt]:
    """Look at the newest number of each series, and at whether the older ones are in the unit of what was kept.

    Parameters
    ----------
    rows : Rows
        An answer, in order of series and time.
    kept : mapping
        What is held of the same series, from this publisher or from one whose numbers stand for its.
    """
    found = []
    edges = np.searchsorted(rows.series, np.arange(len(rows.keys) + 1)).tolist()
    for key, start, stop in zip(rows.keys, edges[:-1], edges[1:], strict=True):
        if stop > start:
            doubt = _doubt(key, rows.time[start:stop], rows.value[start:stop], kept.get(key))
            found += [] if doubt is None else [doubt]
    return found


def borne_out(doubt: Doubt, others: Mapping[tuple[str, str, int], tuple[str, float]]) -> bool:
    """Whether another publisher said nearly the same of the same time; a publisher's own mirror is no other.

    Parameters
    ----------
    doubt : Doubt
    others : mapping of (measure, asset, time) to (entity, value)
        What was not believed before.
    """
    measure, asset, entity = doubt.key
    other, value = others.get((measure, asset, doubt.time), (entity, 0.0))
    return other != entity and abs(doubt.value - value) <= AGREED * abs(value)


def _doubt(key: Key, time: Integers, value: Floats, kept: tuple[Integers, Floats] | None) -> Doubt | None:
    times, values = kept if kept is not None else (time[:0], value[:0])
    step = STEPS.get(key[0])
    if not _same_unit(time, value, times, values, fewest=1 if step is not None else FEWEST):
        _, mine, theirs = np.intersect1d(time, times, return_indices=True)
        return Doubt(key, int(time[mine[-1]]), float(value[mine[-1]]), float(values[theirs[-1]]))
    return _reach(key, time, value, times, values) if step is None else _step(key, time, value, times, values, step)


def _step(key: Key, time: Integers, value: Floats, times: Integers, values: Floats, step: float) -> Doubt | None:
    """Look for a step that is too large among the numbers that are new; of a first answer at its last one."""
    new = time > times[-1] if len(times) else time == time[-1]
    # a revision of the newest number kept is a step from the one before it
    new |= time == time[-1]
    for place in np.flatnonzero(new).tolist():
        last = _before(int(time[place]), time[: place + 1], value[: place + 1], times, values)
        factor = 1.0 if last is None else value[place] / last if last else np.inf
        if last is not None and not 1 / step <= factor <= step:
            return Doubt(key, int(time[place]), float(value[place]), last)
    return None


def _reach(key: Key, time: Integers, value: Floats, times: Integers, values: Floats) -> Doubt | None:
    """Hold the newest number against the largest size of the year before."""
    newest = int(time[-1])
    # what was kept is trusted more than what the same answer says of the days before
    before = np.concatenate([value[:-1][~np.isin(time[:-1], times)], values[times < newest]])[-MEMORY:]
    last = _before(newest, time, value, times, values)
    if last is None or len(before) < FEWEST:
        return None
    reach = REACH * float(np.abs(before).max())
    return None if abs(value[-1]) <= reach or reach == 0 else Doubt(key, newest, float(value[-1]), last)


def _before(moment: int, time: Integers, value: Floats, times: Integers, values: Floats) -> float | None:
    """The number before the last of an answer: the kept one where it is as new as the answer's own."""
    older = times[times < moment]
    if len(older) and (len(time) < 2 or older[-1] >= time[-2]):
        return float(values[len(older) - 1])
    return float(value[-2]) if len(value) > 1 else None


def _same_unit(time: Integers, value: Floats, times: Integers, values: Floats, fewest: int) -> bool:
    """Compare what both have, the newest aside."""
    _, mine, theirs = np.intersect1d(time[:-1], times, return_indices=True)
    if len(mine) < fewest:
        return True
    sizes, kept = np.abs(value[mine]), np.abs(values[theirs])
    both = (sizes > 0) & (kept > 0)
    return not both.any() or bool(1 / SAME_UNIT <= np.median(sizes[both] / kept[both]) <= SAME_UNIT)
