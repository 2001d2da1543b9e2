"""When a publisher's next number is due: every day, every hour, each session of an exchange, each Friday, or whenever."""

import warnings
from collections.abc import Callable
from functools import lru_cache, partial

import pandas as pd

HOUR = pd.Timedelta(hours=1)
DAY = pd.Timedelta(days=1)
YEAR = pd.Timedelta(days=366)


def _grid(step: pd.Timedelta, now: pd.Timestamp, ready: pd.Timedelta) -> pd.Timestamp:
    """Begin of the last interval that had been over for ``ready``."""
    return (now - ready).floor(step) - step


def _session(exchange: str, now: pd.Timestamp, ready: pd.Timedelta) -> pd.Timestamp:
    """Date of the last session whose day, in UTC, had been over for ``ready``."""
    sessions = _sessions(exchange, f"{now:%Y-%m-%d}")[0]
    return sessions[sessions + DAY + ready <= now][-1]


def _bar(exchange: str, now: pd.Timestamp, ready: pd.Timedelta) -> pd.Timestamp:
    """Begin of the last five-minute bar that had been over for ``ready``, in the session under way or the one before."""
    _, opens, closes = _sessions(exchange, f"{now:%Y-%m-%d}")
    step = pd.Timedelta(minutes=5)
    moment = now - ready
    began = int((opens + step <= moment).sum()) - 1
    return min(moment.floor(step), closes[began]) - step


def _weekly(weekday: int, now: pd.Timestamp, ready: pd.Timedelta) -> pd.Timestamp:
    """Last day of the week, counted from Monday as 0, that had been over for ``ready``."""
    day = (now - ready).normalize() - DAY
    return day - DAY * ((day.weekday() - weekday) % 7)


def _whenever(_: pd.Timestamp, __: pd.Timedelta) -> None:
    """Nothing is ever due: a state holds until the next one."""
    return


Calendar = Callable[[pd.Timestamp, pd.Timedelta], pd.Timestamp | None]
CALENDARS: dict[str, Calendar] = {
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
"""By name, the time of the newest observation that should be there: of the moment, and how long publishing takes."""


def expected(calendar: str, now: pd.Timestamp, ready: pd.Timedelta) -> pd.Timestamp | None:
    """Time of the newest observation that a publisher should have out by now; None where nothing is ever due."""
    return CALENDARS[calendar](now, ready)


def next_due(calendar: str, now: pd.Timestamp, ready: pd.Timedelta) -> pd.Timestamp | None:
    """When the number after the one that is due now becomes due, to the quarter of an hour; None where nothing ever is."""
    due = expected(calendar, now, ready)
    if due is None:
        return None
    step = pd.Timedelta(minutes=15)
    later = (now.floor(step) + step * count for count in range(1, 24 * 4 * 12))
    return next((moment for moment in later if expected(calendar, moment, ready) != due), None)


def missed(calendar: str, newest: pd.Timestamp, now: pd.Timestamp, ready: pd.Timedelta) -> pd.Timedelta:
    """For how long a number has been due that has not come; 0 when none has."""
    due = expected(calendar, now, ready)
    return pd.Timedelta(0) if due is None else max(due - newest, pd.Timedelta(0))


@lru_cache(maxsize=16)
def _sessions(exchange: str, day: str) -> tuple[pd.DatetimeIndex, pd.DatetimeIndex, pd.DatetimeIndex]:
    """Dates (00:00 UTC), opening and closing times of an exchange's sessions in the month around a day."""
    import exchange_calendars

    today = pd.Timestamp(day)
    with warnings.catch_warnings():
        # exchange_calendars 4.13 still calls what pandas 3.1 has deprecated; the sessions it gives are right
        warnings.simplefilter("ignore", pd.errors.Pandas4Warning)
        held = exchange_calendars.get_calendar(exchange, start=f"{today - 40 * DAY:%Y-%m-%d}", end=f"{today + 20 * DAY:%Y-%m-%d}")
        dates = pd.DatetimeIndex(held.sessions).tz_localize("UTC").as_unit("us")
        return dates, pd.DatetimeIndex(held.opens).as_unit("us"), pd.DatetimeIndex(held.closes).as_unit("us")
