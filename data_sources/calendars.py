"""When a publisher's next number is due: every day, every hour, each session of an exchange, each Friday, or whenever."""

from collections.abc import Callable
from functools import lru_cache, partial

import pandas as pd

from data_sources.quiet import quiet

HOUR = pd.Timedelta(hours=1)
DAY = pd.Timedelta(days=1)


FIVE = pd.Timedelta(minutes=5)
Due = tuple[pd.Timestamp | None, pd.Timestamp | None]
"""Time of the newest observation that should be there, and the moment at which the next one should be."""


def _grid(step: pd.Timedelta, now: pd.Timestamp, ready: pd.Timedelta) -> Due:
    """Begin of the last interval that had been over for ``ready``."""
    due = (now - ready).floor(step) - step
    return due, due + 2 * step + ready


def _session(exchange: str, now: pd.Timestamp, ready: pd.Timedelta) -> Due:
    """Date of the last session whose day, in UTC, had been over for ``ready``."""
    sessions = _sessions(exchange, f"{now:%Y-%m-%d}")[0]
    place = int((sessions + DAY + ready <= now).sum())
    return sessions[place - 1], sessions[place] + DAY + ready


def _bar(exchange: str, now: pd.Timestamp, ready: pd.Timedelta) -> Due:
    """Begin of the last five-minute bar that had been over for ``ready``, in the session under way or the one before."""
    _, opens, closes = _sessions(exchange, f"{now:%Y-%m-%d}")
    moment = now - ready
    began = int((opens + FIVE <= moment).sum()) - 1
    due = min(moment.floor(FIVE), closes[began]) - FIVE
    over = due + FIVE == closes[began]
    return due, (opens[began + 1] + FIVE if over else due + 2 * FIVE) + ready


def _weekly(weekday: int, now: pd.Timestamp, ready: pd.Timedelta) -> Due:
    """Last day of the week, counted from Monday as 0, that had been over for ``ready``."""
    day = (now - ready).normalize() - DAY
    due = day - DAY * ((day.weekday() - weekday) % 7)
    return due, due + 8 * DAY + ready


def _whenever(_: pd.Timestamp, __: pd.Timedelta) -> Due:
    """Nothing is ever due: a state holds until the next one."""
    return None, None


CALENDARS: dict[str, Callable[[pd.Timestamp, pd.Timedelta], Due]] = {
    "daily": partial(_grid, DAY),
    "hourly": partial(_grid, HOUR),
    "fridays": partial(_weekly, 4),
    "New York": partial(_session, "XNYS"),
    "New York, five minutes": partial(_bar, "XNYS"),
    "Hong Kong": partial(_session, "XHKG"),
    "Shanghai": partial(_session, "XSHG"),
    "Frankfurt": partial(_session, "XFRA"),
    "whenever": _whenever,
}
"""By name, what is due: of the moment, and how long publishing takes after an interval is over."""


def expected(calendar: str, now: pd.Timestamp, ready: pd.Timedelta) -> pd.Timestamp | None:
    """Time of the newest observation that a publisher should have out by now; None where nothing is ever due."""
    return CALENDARS[calendar](now, ready)[0]


def next_due(calendar: str, now: pd.Timestamp, ready: pd.Timedelta) -> pd.Timestamp | None:
    """When the number after the one that is due now becomes due; None where nothing ever is."""
    return CALENDARS[calendar](now, ready)[1]


@lru_cache(maxsize=16)
def _sessions(exchange: str, day: str) -> tuple[pd.DatetimeIndex, pd.DatetimeIndex, pd.DatetimeIndex]:
    """Dates (00:00 UTC), opening and closing times of an exchange's sessions in the month around a day."""
    first, last = pd.Timestamp(day) - 40 * DAY, pd.Timestamp(day) + 20 * DAY
    none = pd.DatetimeIndex([], tz="UTC").as_unit("us")
    dates, opens, closes, known = none, none, none, first - DAY
    for end in (last, pd.Timestamp(last.year - 1, 12, 31)):
        held = _recorded(exchange, first, end) if end > first else None
        if held is not None:
            dates, opens, closes, known = *held, end
            break
    # of a year whose holidays are not recorded yet, as Shanghai's are announced late, every weekday counts
    weekdays = pd.date_range(known + DAY, last, freq="B", tz="UTC", unit="us")
    return pd.DatetimeIndex(dates.append(weekdays)), opens, closes


def _recorded(
    exchange: str, first: pd.Timestamp, last: pd.Timestamp
) -> tuple[pd.DatetimeIndex, pd.DatetimeIndex, pd.DatetimeIndex] | None:
    """Dates, opening and closing times of sessions; None where the holidays are not recorded that far."""
    import exchange_calendars

    # exchange_calendars 4.13 still calls what pandas 3.1 has deprecated; the sessions it gives are right
    with quiet(pd.errors.Pandas4Warning):
        try:
            held = exchange_calendars.get_calendar(exchange, start=f"{first:%Y-%m-%d}", end=f"{last:%Y-%m-%d}")
        except ValueError:
            return None
        dates = pd.DatetimeIndex(held.sessions).tz_localize("UTC").as_unit("us")
        return dates, pd.DatetimeIndex(held.opens).as_unit("us"), pd.DatetimeIndex(held.closes).as_unit("us")
