"""Rates: what fed funds futures say the Fed will decide, by the rule of CME's FedWatch.

A contract settles at 100 less the month's average effective rate (EFFR). In a month with a decision that average mixes
the rate before it and the rate after it; the rate after it, less the rate before it, over a quarter point is the number
of moves that is expected, and its two neighboring whole numbers share the probability. Decisions are taken as
independent, so the target range after several is the convolution of theirs.
https://www.cmegroup.com/articles/2023/understanding-the-cme-group-fedwatch-tool-methodology.html
"""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

STEP = 0.0025
"""A quarter point, the size of one move."""
CME = -1
"""Days at the old rate less the day of the decision: CME counts those before it. The change takes effect the day after it: 0."""
MONTH_END = 7
"""Days at the new rate below which a month's average says too little of it: one tick of the price would be 2 bp or more."""
FIXING_AGE = timedelta(days=45)
"""Age from which a fixing no longer says what rate is in force."""
CODES = "FGHJKMNQUVXZ"
NAN = float("nan")


def month_of(day: date) -> int:
    """Count months from the year 0, so that the next month is one more."""
    return day.year * 12 + day.month - 1


def month_name(month: int) -> str:
    """Name a month as a sentence does: December 2026."""
    return f"{date(month // 12, month % 12 + 1, 1):%B %Y}"


def contract(month: int) -> str:
    """Name a month's contract: ZQZ26 is December 2026."""
    return f"ZQ{CODES[month % 12]}{month // 12 % 100:02d}"


def contract_month(asset: str) -> int | None:
    """Read the month off a contract's name; None of anything else."""
    code, year = asset[2:3], asset[3:]
    known = asset.startswith("ZQ") and code in CODES and len(year) == 2 and year.isdigit() and bool(code)
    return (2000 + int(year)) * 12 + CODES.index(code) if known else None


def rate_after(average: float, before: float, days: int, old: int) -> float:
    """Rate after a decision, from the average of its month.

    Parameters
    ----------
    average, before : float
        The month's average rate and the average of its days at the old rate, in one unit.
    days, old : int
        Days of the month (N), and those of them at the old rate (M).

    Returns
    -------
    float
        N / (N − M) · (average − M / N · before), in that unit; NaN when no day is left at the new rate.
    """
    return (days * average - old * before) / (days - old) if days > old else NAN


def distribution(change: float) -> dict[int, float]:
    """Split an expected change between the whole moves on both sides of it.

    Parameters
    ----------
    change : float
        Moves of a quarter point; negative is a cut.

    Returns
    -------
    dict of int to float
        Probability by moves, adding up to 1; empty when the change is not known.
    """
    if not np.isfinite(change):
        return {}
    low = int(np.floor(round(change, 9)))
    share = round(change, 9) - low
    return {low: 1 - share, low + 1: share} if share else {low: 1.0}


def tree(changes: Sequence[float]) -> list[dict[int, float]]:
    """Distribution of all moves together after each decision: the convolution of independent ones.

    Parameters
    ----------
    changes : sequence of float
        Expected moves at each decision, in order.

    Returns
    -------
    list of dict of int to float
        After each decision; it ends before the first whose change is not known.
    """
    after: list[dict[int, float]] = []
    now = {0: 1.0}
    for step in map(distribution, changes):
        if not step:
            break
        then: dict[int, float] = {}
        for moved, chance in now.items():
            for more, share in step.items():
                then[moved + more] = then.get(moved + more, 0.0) + chance * share
        now = dict(sorted(then.items()))
        after.append(now)
    return after


def cut_odds(changes: pd.Series) -> pd.Series:
    """Probability of a cut of a quarter point or more, from expected moves; a gap stays one."""
    return 0.0 - changes.clip(-1, 0)


@dataclass(frozen=True)
class Decision:
    """A decision ahead: rates before and after it as futures have them, fractions per year."""

    day: pd.Timestamp
    before: float
    after: float
    why: str = ""
    """Why a rate is not known."""

    @property
    def change(self) -> float:
        """Expected moves of a quarter point; negative is a cut."""
        return (self.after - self.before) / STEP


class Fixings:
    """Daily fixings of the effective rate, fractions per year, by day."""

    def __init__(self, effr: pd.Series) -> None:
        known = effr.dropna()
        self._days = np.array([moment.toordinal() for moment in pd.DatetimeIndex(known.index)], dtype=np.int64)
        self._rates = known.to_numpy(dtype="float64")

    def latest(self, after: date, until: date) -> float:
        """Newest fixing of a day behind ``after``, up to ``until``; NaN when there is none that is recent."""
        place = int(self._days.searchsorted(until.toordinal(), side="right")) - 1
        oldest = max(after, until - FIXING_AGE).toordinal()
        return float(self._rates[place]) if place >= 0 and self._days[place] > oldest else NAN

    def mean(self, first: date, count: int, until: date, rest: float) -> float:
        """Average of ``count`` days: their fixings as far as known, carried over weekends, then ``rest``."""
        days = np.arange(first.toordinal(), first.toordinal() + count)
        places = self._days.searchsorted(days, side="right") - 1
        last = int(self._days.searchsorted(until.toordinal(), side="right")) - 1
        if last < 0 or not count:
            return rest
        known = (days <= self._days[last]) & (places >= 0)
        return float(np.where(known, self._rates[np.maximum(places, 0)], rest).mean())


def path(
    day: date, averages: Mapping[int, float], fixings: Fixings, calendar: Sequence[date], offset: int = CME
) -> tuple[Decision, ...]:
    """Rates before and after each decision ahead, as of the end of a day.

    Parameters
    ----------
    day : date
        A decision of the day itself is over.
    averages : mapping of month to fraction per year
        What each month's contract implies on the day; see ``month_of``.
    fixings : Fixings
    calendar : sequence of date
        Decisions of the last months and those ahead, sorted.
    offset : int
        Days at the old rate less the day of the decision.

    Returns
    -------
    tuple of Decision

    Notes
    -----
    A month without a decision says the rate before the next one and after the one before. Where the month behind a decision
    has one too, the decision's own month is solved for the rate after it, with the fixings known so far in place of their
    estimate. A decision in the last days of a month needs the month behind it. A contract that is not held is NaN.
    """
    ahead, past = [one for one in calendar if one > day], [one for one in calendar if one <= day]
    busy, this = {month_of(one) for one in calendar}, month_of(day)
    found: list[Decision] = []
    for one in ahead:
        month, earlier = month_of(one), month_of(one) - 1
        why = ""
        if earlier not in busy and earlier >= this and earlier in averages:
            before = averages[earlier]
        elif found:
            before, why = found[-1].after, found[-1].why
        else:
            before = _in_force(day, averages, fixings, past[-1] if past else date.min, offset)
            why = "" if np.isfinite(before) else "no fixing of the effective rate since the last decision is held"
        length, old = monthrange(one.year, one.month)[1], one.day + offset
        ends = length - old < MONTH_END
        after, behind = NAN, month + 1
        if behind not in busy and (ends or behind <= month_of(ahead[-1])) and behind in averages:
            after = averages[behind]
        elif ends:
            named = month_name(behind)
            reason = f"{named} has a decision of its own" if behind in busy else f"the contract of {named} is not held"
            why = why or reason
        elif month in averages:
            mixed = fixings.mean(one.replace(day=1), old, day, before) if month == this else before
            after = rate_after(averages[month], mixed, length, old)
        else:
            why = why or f"the contract of {month_name(month)} is not held"
        found.append(Decision(pd.Timestamp(one, tz="UTC"), before, after, why))
    return tuple(found)


def _in_force(day: date, averages: Mapping[int, float], fixings: Fixings, last: date, offset: int) -> float:
    """Rate in force on a day: its newest fixing since the last decision, or what the decision's own month implies."""
    fixed, month = fixings.latest(last, day), month_of(day)
    if np.isfinite(fixed) or last == date.min or month_of(last) != month or month not in averages:
        return fixed
    length, old = monthrange(day.year, day.month)[1], last.day + offset
    if length - old < MONTH_END:
        return NAN
    return rate_after(averages[month], fixings.mean(day.replace(day=1), old, last, fixings.latest(date.min, last)), length, old)
