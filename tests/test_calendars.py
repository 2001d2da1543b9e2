"""A number is due when its day, hour, session or week is over and its publisher has had time."""

import pandas as pd
import pytest

from data_sources.calendars import CALENDARS, expected, next_due

MINUTE, HOUR, DAY = pd.Timedelta(minutes=1), pd.Timedelta(hours=1), pd.Timedelta(days=1)


def utc(moment: str) -> pd.Timestamp:
    return pd.Timestamp(moment, tz="UTC")


@pytest.mark.parametrize(
    ("calendar", "now", "ready", "due"),
    [
        ("daily", "2025-11-21 00:04", 5 * MINUTE, "2025-11-19"),
        ("daily", "2025-11-21 00:05", 5 * MINUTE, "2025-11-20"),
        ("hourly", "2025-11-21 13:04", 5 * MINUTE, "2025-11-21 11:00"),
        ("hourly", "2025-11-21 13:05", 5 * MINUTE, "2025-11-21 12:00"),
        ("fridays", "2025-11-21 23:59", 0 * MINUTE, "2025-11-14"),
        ("fridays", "2025-11-22 00:00", 0 * MINUTE, "2025-11-21"),
        ("fridays", "2025-11-28 23:00", 7 * DAY, "2025-11-14"),
        ("fridays", "2025-11-29 00:00", 7 * DAY, "2025-11-21"),
        # Thanksgiving is Thursday 27 November 2025, and the Friday after it is a half day
        ("New York", "2025-11-28 12:00", HOUR, "2025-11-26"),
        ("New York", "2025-11-29 12:00", HOUR, "2025-11-28"),
        ("New York", "2025-11-30 23:00", HOUR, "2025-11-28"),
        ("New York", "2025-12-02 00:59", HOUR, "2025-11-28"),
        ("New York", "2025-12-02 01:00", HOUR, "2025-12-01"),
        # Carter's funeral on 9 January 2025 closed New York, and not Frankfurt
        ("New York", "2025-01-10 12:00", HOUR, "2025-01-08"),
        ("Frankfurt", "2025-01-10 12:00", HOUR, "2025-01-09"),
        # Golden week: Shanghai from 1 to 8 October 2025, Hong Kong on the 1st and the 7th
        ("Shanghai", "2025-10-08 12:00", HOUR, "2025-09-30"),
        ("Shanghai", "2025-10-10 12:00", HOUR, "2025-10-09"),
        ("Hong Kong", "2025-10-02 12:00", HOUR, "2025-09-30"),
        ("Hong Kong", "2025-10-08 12:00", HOUR, "2025-10-06"),
    ],
)
def test_the_newest_that_should_be_there(calendar: str, now: str, ready: pd.Timedelta, due: str) -> None:
    assert expected(calendar, utc(now), ready) == utc(due)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2025-11-21 14:34", "2025-11-20 20:55"),  # New York opens at 14:30 UTC in winter
        ("2025-11-21 14:35", "2025-11-21 14:30"),
        ("2025-11-21 20:59", "2025-11-21 20:50"),
        ("2025-11-21 21:00", "2025-11-21 20:55"),
        ("2025-11-23 12:00", "2025-11-21 20:55"),  # a Sunday
        ("2025-11-28 18:30", "2025-11-28 17:55"),  # the half day closes at 13:00 in New York
        ("2025-07-03 17:30", "2025-07-03 16:55"),  # and this one, in summer time
        ("2025-06-02 13:35", "2025-06-02 13:30"),  # opens at 13:30 UTC in summer
        ("2025-03-07 21:30", "2025-03-07 20:55"),  # the last session before the clocks change
        ("2025-03-10 20:30", "2025-03-10 19:55"),  # and the first after
    ],
)
def test_the_newest_bar_of_a_session(now: str, due: str) -> None:
    assert expected("New York, five minutes", utc(now), 0 * MINUTE) == utc(due)


@pytest.mark.parametrize(
    ("calendar", "now", "ready", "moment"),
    [
        ("daily", "2025-11-21 12:00", 5 * MINUTE, "2025-11-22 00:05"),
        ("hourly", "2025-11-21 12:30", 5 * MINUTE, "2025-11-21 13:05"),
        ("fridays", "2025-11-23 12:00", DAY, "2025-11-30"),
        ("New York", "2025-11-26 12:00", HOUR, "2025-11-27 01:00"),
        ("New York", "2025-11-27 12:00", HOUR, "2025-11-29 01:00"),
        ("Shanghai", "2025-10-02 12:00", HOUR, "2025-10-10 01:00"),
        ("New York, five minutes", "2025-11-21 20:58", 0 * MINUTE, "2025-11-21 21:00"),
        ("New York, five minutes", "2025-11-21 21:00", 0 * MINUTE, "2025-11-24 14:35"),
        ("New York, five minutes", "2025-11-21 21:00", 20 * MINUTE, "2025-11-21 21:05"),
    ],
)
def test_when_the_next_one_is_due(calendar: str, now: str, ready: pd.Timedelta, moment: str) -> None:
    assert next_due(calendar, utc(now), ready) == utc(moment)


@pytest.mark.parametrize("calendar", [name for name in CALENDARS if name != "whenever"])
@pytest.mark.parametrize("now", ["2025-03-09 12:34", "2025-11-02 06:00", "2025-11-28 18:10", "2026-10-04 01:00"])
def test_what_is_due_next_becomes_due_at_its_moment_and_not_before(calendar: str, now: str) -> None:
    ready = 25 * MINUTE
    due, moment = expected(calendar, utc(now), ready), next_due(calendar, utc(now), ready)
    assert due is not None
    assert moment is not None
    assert moment > utc(now)
    assert expected(calendar, moment - pd.Timedelta(seconds=1), ready) == due
    later = expected(calendar, moment, ready)
    assert later is not None
    assert later > due


def test_of_a_state_nothing_is_ever_due() -> None:
    assert expected("whenever", utc("2025-11-21"), HOUR) is None
    assert next_due("whenever", utc("2025-11-21"), HOUR) is None


@pytest.mark.parametrize("calendar", ["Shanghai", "Hong Kong", "New York", "Frankfurt"])
@pytest.mark.parametrize("now", ["2026-12-15 12:00", "2027-01-05 12:00", "2028-06-06 12:00"])
def test_a_year_whose_holidays_nobody_has_recorded_yet_stops_nothing(calendar: str, now: str) -> None:
    due, moment = expected(calendar, utc(now), HOUR), next_due(calendar, utc(now), HOUR)
    assert due is not None
    assert moment is not None
    assert utc(now) - 8 * DAY < due < utc(now) < moment < utc(now) + 8 * DAY


def test_before_the_first_open_day_of_such_a_year_the_recorded_ones_still_hold() -> None:
    assert expected("Shanghai", utc("2026-10-07 12:00"), HOUR) == utc("2026-09-30")
