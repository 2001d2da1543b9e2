"""Signals: a rule that holds on a day, does not hold, or cannot be judged, and since when.

A condition is 1 where it holds, 0 where it does not and NaN where nobody can tell. Each day is judged by what was observed up to
it and is recent enough; days are those on which anything was observed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
import pandas as pd

BRIDGED = 7
"""Unknown days within a spell that do not end it."""
NEVER = cast(pd.Timestamp, pd.NaT)


@dataclass(frozen=True)
class Signal:
    """One rule, day by day.

    Attributes
    ----------
    name, rule : str
        Its name, and the rule in one sentence.
    lit : Series of shape (n_days,)
        1 lit, 0 not, NaN unknown.
    checks : DataFrame of shape (n_days, n_conditions)
        The conditions of its rule, 1, 0 or NaN.
    parts : DataFrame of shape (n_days, n_parts)
        The numbers they look at, as last observed; NaN where that is too long ago.
    seen : DataFrame of shape (n_days, n_inputs)
        Day of the newest observation of each input; NaT before the first.
    oldest : Series of shape (n_inputs,)
        Age up to which each input still describes a day.
    """

    name: str
    rule: str
    lit: pd.Series
    checks: pd.DataFrame
    parts: pd.DataFrame
    seen: pd.DataFrame
    oldest: pd.Series

    @property
    def starts(self) -> pd.DatetimeIndex:
        """Days on which it was first lit after a day on which it was known not to be."""
        return starts(self.lit)

    def until(self, end: pd.Timestamp) -> "Signal":
        """Return the same signal without the days from ``end`` on."""
        known = int(self.lit.index.searchsorted(end))
        frames = {name: getattr(self, name).iloc[:known] for name in ("lit", "checks", "parts", "seen")}
        return replace(self, **frames)

    def on(self, day: pd.Timestamp) -> float:
        """Say the state as of the last day held, as far as what it rests on still describes ``day``: 1, 0 or NaN."""
        if self.lit.empty:
            return float("nan")
        then, now = self._fresh(pd.Timestamp(self.lit.index[-1])), self._fresh(day)
        return float(self.lit.iloc[-1]) if (now | ~then).all() else float("nan")

    def since(self) -> tuple[pd.Timestamp, bool] | None:
        """First day of the present spell, lit or not, and whether the day before is known; None where the state is not."""
        state = bridged(self.lit)
        if state.empty or np.isnan(self.lit.iloc[-1]):
            return None
        same = (state == state.iloc[-1]).to_numpy()
        first = len(same) - int(np.argmin(same[::-1])) if not same.all() else 0
        return pd.Timestamp(state.index[first]), bool(first and np.isfinite(state.iloc[first - 1]))

    def lacking(self, day: pd.Timestamp) -> dict[str, pd.Timestamp]:
        """Inputs that do not describe a day, each with the day of its newest observation, NaT where it has none."""
        if self.seen.empty:
            return dict.fromkeys(map(str, self.oldest.index), NEVER)
        fresh = self._fresh(day)
        return {str(name): self.seen[name].iloc[-1] for name in fresh.index[~fresh]}

    def _fresh(self, day: pd.Timestamp) -> pd.Series:
        return (day - self.seen.iloc[-1]) <= self.oldest


def bridged(lit: pd.Series) -> pd.Series:
    """Fill a few unknown days with the state before them: they end no spell."""
    return lit.ffill(limit=BRIDGED)


def starts(lit: pd.Series) -> pd.DatetimeIndex:
    """Days on which something is lit after a day on which it was known not to be; the first day held is none."""
    state = bridged(lit)
    return pd.DatetimeIndex(state.index[(state == 1) & (state.shift() == 0)])


def days_of(inputs: Sequence[pd.Series | pd.DataFrame]) -> pd.DatetimeIndex:
    """Days on which any of the inputs was observed, 00:00 UTC, rising."""
    held = [pd.DatetimeIndex(one.index).normalize().as_unit("us") for one in inputs if len(one)]
    empty = pd.DatetimeIndex([], dtype="datetime64[us, UTC]")
    return pd.DatetimeIndex(empty.append(held).unique().sort_values())


class Desk:
    """What was last observed of each input on each day, and when: a signal is written down on it."""

    def __init__(self, days: pd.DatetimeIndex, inputs: Mapping[str, tuple[pd.Series | pd.DataFrame, pd.Timedelta]]) -> None:
        self.days = days
        self.oldest = pd.Series({name: oldest for name, (_, oldest) in inputs.items()})
        columns = {}
        for name, (values, _) in inputs.items():
            held = pd.DatetimeIndex(values.dropna(how="all").index).normalize().as_unit("us").unique()
            columns[name] = pd.Series(held, index=held, dtype="datetime64[us, UTC]").reindex(days, method="ffill")
        self.seen = pd.DataFrame(columns, index=days)

    def lay(self, values: pd.Series, oldest: pd.Timedelta) -> pd.Series:
        """Put values on the days: the last one observed, NaN where it is too old."""
        if values.empty:
            return pd.Series(np.nan, index=self.days)
        daily = values.set_axis(pd.DatetimeIndex(values.index).normalize().as_unit("us"))
        return daily[~daily.index.duplicated(keep="last")].reindex(self.days, method="ffill", tolerance=oldest)

    def signal(self, name: str, rule: str, lit: pd.Series, checks: dict[str, pd.Series], parts: dict[str, pd.Series]) -> Signal:
        """Write a signal down."""
        return Signal(name, rule, lit, pd.DataFrame(checks), pd.DataFrame(parts), self.seen, self.oldest)


def holds(condition: pd.Series, *known: pd.Series) -> pd.Series:
    """A condition as 1 and 0, NaN where one of the numbers it looks at is not known."""
    return condition.astype("float64").where(np.logical_and.reduce([one.notna() for one in known]))


def every(conditions: Sequence[pd.Series]) -> pd.Series:
    """Whether all of them hold: 0 as soon as one does not, else NaN while one is unknown."""
    table = pd.concat(conditions, axis=1)
    return table.min(axis=1).where(table.notna().all(axis=1) | (table == 0).any(axis=1))


def one_of(conditions: Sequence[pd.Series]) -> pd.Series:
    """Whether at least one holds: 1 as soon as one does, else NaN while one is unknown."""
    table = pd.concat(conditions, axis=1)
    return table.max(axis=1).where(table.notna().all(axis=1) | (table == 1).any(axis=1))


def within(condition: pd.Series, window: str) -> pd.Series:
    """Whether a condition held on a day of the window that ends with each day; NaN where it did not and today is unknown."""
    held = condition.rolling(window).max()
    return held.where((held == 1) | condition.notna())
