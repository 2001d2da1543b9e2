"""Cut odds, session by session: what fed funds futures expected of each decision, and how that moved."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from indicators.fomc import SCHEDULE, Meetings
from indicators.rates import NAN, STEP, Decision, Fixings, contract_month, cut_odds, month_of, path

SESSIONS = 3
"""Sessions for which a contract's last price stands in for one that did not trade."""
HALF_YEAR = 6
"""Months to the contract that says where rates are expected to be half a year on."""
DIGITS = 9
"""Of a move: what is less is the noise of the arithmetic."""
EFFECTIVE = pd.Timedelta(days=2)
"""The range changes on the day after its decision; a business day, should that be none."""
WEEK, MONTH = 5, 21
"""Sessions over which the page tells how odds moved."""


@dataclass(frozen=True)
class Expectations:
    """What futures expected at the end of each session.

    Attributes
    ----------
    changes : DataFrame of shape (n_sessions, n_decisions)
        Expected moves of a quarter point at each decision; NaN where it was over, not announced or not priced.
    following : Series of shape (n_sessions,)
        Day of the next decision; NaT where no calendar was known.
    half_year : Series of shape (n_sessions,), fraction per year
        Average rate of the month six months on, less the newest fixing.
    paths : tuple of tuple of Decision
        By session, the decisions ahead as they were priced.
    """

    changes: pd.DataFrame
    following: pd.Series
    half_year: pd.Series
    paths: tuple[tuple[Decision, ...], ...] = ()

    @property
    def newest(self) -> tuple[Decision, ...]:
        """The path as of the last session; empty where there is none."""
        return self.paths[-1] if self.paths else ()

    def until(self, end: pd.Timestamp) -> "Expectations":
        """Return the same without the sessions from ``end`` on."""
        count = int(self.changes.index.searchsorted(end))
        told = {decision.day for path in self.paths[:count] for decision in path}
        known = self.changes.iloc[:count]
        known = known[[day for day in known.columns if day in told]]
        return Expectations(known, self.following.iloc[:count], self.half_year.iloc[:count], self.paths[:count])


def expectations(prices: pd.DataFrame, effr: pd.Series, past: pd.Series, ahead: pd.DataFrame) -> Expectations:
    """Expected moves at each decision ahead, session by session.

    Parameters
    ----------
    prices : DataFrame of shape (n_sessions, n_contracts), price points
        Named ZQX26 …; a price that is not above zero is none.
    effr : Series, fraction per year
    past, ahead : Series, DataFrame
        ``fomc_meeting`` and ``fomc_days_ahead``; see ``Meetings``.
    """
    months = {name: month for name in map(str, prices.columns) if (month := contract_month(name)) is not None}
    held = prices[list(months)]
    held = held.where(held > 0).dropna(how="all").ffill(limit=SESSIONS)
    implied, columns = 1 - held.to_numpy(dtype="float64") / 100, list(months.values())
    meetings, fixings = Meetings(past, ahead), Fixings(effr)
    rows: list[tuple[Decision, ...]] = []
    further = []
    for moment, row in zip(pd.DatetimeIndex(held.index), implied, strict=True):
        day = moment.date()
        averages = {month: float(rate) for month, rate in zip(columns, row, strict=True) if np.isfinite(rate)}
        rows.append(path(day, averages, fixings, meetings.as_of(day)))
        further.append(averages.get(month_of(day) + HALF_YEAR, NAN) - fixings.latest(date.min, day))
    moves = [{one.day: round(one.change, DIGITS) for one in found} for found in rows]
    table = pd.DataFrame(moves, index=held.index, dtype="float64")
    following = pd.Series([found[0].day if found else pd.NaT for found in rows], index=held.index, dtype="datetime64[us, UTC]")
    half_year = pd.Series(further, index=held.index, dtype="float64")
    return Expectations(table.sort_index(axis=1), following, half_year, tuple(rows))


def of_next(found: Expectations) -> pd.Series:
    """Probability that the next decision is a cut of a quarter point or more, a fraction by session."""
    return cut_odds(_next(found, found.changes))


def moved(found: Expectations, sessions: int) -> pd.Series:
    """How far the odds of a cut at the next decision moved over some sessions: those of the same decision, then and now.

    Parameters
    ----------
    found : Expectations
    sessions : int

    Returns
    -------
    Series of shape (n_sessions,), fraction
        Negative when a cut became less likely. A new decision becoming the next one moves nothing; NaN where the decision
        was not priced then.
    """
    return of_next(found) - cut_odds(_next(found, found.changes.shift(sessions)))


def _next(found: Expectations, table: pd.DataFrame) -> pd.Series:
    """Take of each session the column of the decision that was next."""
    columns = pd.DatetimeIndex(table.columns).get_indexer(pd.DatetimeIndex(found.following))
    values = table.to_numpy(dtype="float64")
    taken = [values[row, column] if column >= 0 else NAN for row, column in enumerate(columns)]
    return pd.Series(taken, index=table.index, dtype="float64")


def change_between(values: pd.Series, first: pd.Timestamp, last: pd.Timestamp) -> float:
    """Change of a price between the closes of two days, a fraction; of a day without one the last close before it counts."""
    then, now = values[:first], values[:last]
    return float(now.iloc[-1] / then.iloc[-1] - 1) if len(then) and len(now) and then.iloc[-1] > 0 else NAN


def rebased(values: pd.Series, first: pd.Timestamp, last: pd.Timestamp) -> pd.Series:
    """A price of the days from one to another over its first one there, times 100; empty when there is none."""
    inside = values[first:last].dropna()
    return inside / inside.iloc[0] * 100 if len(inside) else inside


def decided(past: pd.Series, changes: pd.DataFrame, last: pd.Timestamp) -> pd.Series:
    """Moves of the target range by the day on which they were decided, fractions per year.

    Parameters
    ----------
    past : Series
        Indexed by days of decisions; may be empty, then the bundled schedule stands in.
    changes : DataFrame
        See ``target_changes``.
    last : Timestamp
        Day whose knowledge counts.

    Returns
    -------
    Series of shape (n_decisions,)
        0 where the range stood still. A change that no known decision explains stands on its first day in force.
    """
    listed = pd.DatetimeIndex(past.index) if len(past) else pd.DatetimeIndex([pd.Timestamp(one, tz="UTC") for one in SCHEDULE])
    days = [one for one in listed if one <= last]
    moves = dict.fromkeys(days, 0.0)
    known = changes["change"][:last]
    for first, change in zip(pd.DatetimeIndex(known.index), known, strict=True):
        near = [one for one in days if first - EFFECTIVE <= one <= first]
        moves[near[-1] if near else first] = float(change)
    return pd.Series(moves, index=pd.DatetimeIndex(sorted(moves)), dtype="float64")


def target_changes(lower: pd.Series, upper: pd.Series) -> pd.DataFrame:
    """Days on which the target range changed, fractions per year.

    Returns
    -------
    DataFrame of shape (n_changes, 3)
        ``lower``, ``upper`` and ``change`` of the middle, by the first day in force; the first range held is no change.
    """
    bounds = pd.concat({"lower": lower, "upper": upper}, axis=1, sort=True).dropna()
    change = bounds.mean(axis=1).diff()
    return bounds.assign(change=change)[change.abs() > 0]


def floor_in_force(lower: pd.Series, before: float, decided: pd.Series, day: pd.Timestamp) -> float:
    """Lower bound of the target range in force behind a day, from which the moves ahead are counted; fraction per year.

    Parameters
    ----------
    lower : Series
        Lower bound by day; its publisher changes it on the day after a decision.
    before : float
        Rate that futures imply before the next decision: until the bound is published it says which range it is.
    decided : Series
        Indexed by days of decisions up to the day.
    day : Timestamp
    """
    known = lower[:day].dropna()
    if known.empty:
        return NAN
    held = float(known.iloc[-1])
    if not len(decided) or known.index[-1] > decided.index[-1] or not np.isfinite(before):
        return held
    return held + STEP * float(np.floor((before - held) / STEP))
