"""The Fed's calendar of decisions: which meetings were announced, and which were over, on a day."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np
import pandas as pd

LINK = "https://www.federalreserve.gov/monetarypolicy/fomccalendars.htm"
"""Publisher of the bundled table: the Board of Governors of the Federal Reserve System."""
LIMIT = 1000
"""Days ahead beyond which a number is no day of a calendar: the Fed announces at most two and a half years."""
RECENT = timedelta(days=120)
"""Eight meetings a year lie at most 8 weeks apart; a list of past ones that ends before this has ended."""

_DECIDED = {
    2025: "01-29 03-19 05-07 06-18 07-30 09-17 10-29 12-10",
    2026: "01-28 03-18 04-29 06-17 07-29 09-16 10-28 12-09",
    2027: "01-27 03-17 04-28 06-09 07-28 09-15 10-27 12-08",
    2028: "01-26",
}
_ANNOUNCED = {2025: date(2024, 8, 9), 2026: date(2024, 8, 9), 2027: date(2025, 9, 5), 2028: date(2025, 9, 5)}
_EARLY = {date(2027, 1, 27): date(2024, 8, 9)}
"""Each schedule names the first meeting of the year after it."""

SCHEDULE: dict[date, date] = {
    day: _EARLY.get(day, _ANNOUNCED[year])
    for year, days in _DECIDED.items()
    for day in (date.fromisoformat(f"{year}-{one}") for one in days.split())
}
"""Scheduled decision days, each with the day on which the Fed announced it: the calendar where none is held."""
BEGINS = date(2024, 12, 19)
"""Day after the last decision that the table leaves out; before it the table says nothing."""


@dataclass(frozen=True)
class Meetings:
    """Days of decisions, from what is held and, where nothing is, from the bundled schedule.

    Parameters
    ----------
    past : Series
        Indexed by days of decisions (``fomc_meeting``); may be empty.
    ahead : DataFrame of shape (n_days, n_places), days
        ``fomc_days_ahead`` by the calendar's day; may be empty.
    """

    past: pd.Series
    ahead: pd.DataFrame

    @cached_property
    def _over(self) -> list[date]:
        return [moment.date() for moment in pd.DatetimeIndex(self.past.index)]

    @cached_property
    def _announced(self) -> tuple[list[date], list[list[date]]]:
        asked = [moment.date() for moment in pd.DatetimeIndex(self.ahead.index)]
        return asked, [_days(day, row) for day, row in zip(asked, self.ahead.to_numpy(dtype="float64"), strict=True)]

    def as_of(self, day: date) -> list[date]:
        """Decisions of the last months and those ahead, as known at the end of a day.

        Returns
        -------
        list of date
            Sorted; empty when no calendar is known. What lies ahead is what the calendar of the newest day up to the day
            asked says, and without one what the Fed had announced by then.
        """
        over = [one for one in self._over[: bisect_right(self._over, day)] if day - one < RECENT]
        asked, announced = self._announced
        place = bisect_right(asked, day)
        held = announced[place - 1] if place else []
        bundled = [one for one, known in SCHEDULE.items() if known <= day and one > day - RECENT] if day >= BEGINS else []
        if not over:
            over = [one for one in bundled if one <= day]
        if not held or held[-1] <= day:
            held = [one for one in bundled if one > day]
        return sorted({*over, *held})


def _days(day: date, ahead: Sequence[float] | np.ndarray) -> list[date]:
    """Days of decisions from their distances; what is no distance is left out."""
    return sorted({day + timedelta(days=round(one)) for one in ahead if np.isfinite(one) and 0 <= one < LIMIT})
