"""The tidy frame as plain arrays: what checking, keeping and cutting are fast on.

A series is one (measure, asset, entity). Its name is kept once and each row carries its number, as the store does.
All times here are whole microseconds since 1970 UTC.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from measures import MEASURES

Key = tuple[str, str, str]
"""Measure, asset, entity."""
Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

UTC_MICROSECONDS = pd.DatetimeTZDtype("us", "UTC")
DAY_US = 86_400_000_000


@dataclass(frozen=True, eq=False)
class Rows:
    """Observations as four arrays of one length.

    Parameters
    ----------
    keys : list of (measure, asset, entity)
        The series, in alphabetical order.
    series : array of shape (n,)
        Each row's place in ``keys``.
    time : array of shape (n,), microseconds UTC
        Start of the interval.
    value : array of shape (n,), the unit of its measure
    """

    keys: list[Key]
    series: Integers
    time: Integers
    value: Floats

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.time)

    def take(self, which: Integers | Flags | slice) -> "Rows":
        """Keep some rows, in the order asked for; the list of series stays as it is."""
        return Rows(self.keys, self.series[which], self.time[which], self.value[which])

    def order(self) -> Integers:
        """Places of the rows by series, then time; rows of one key keep the order they came in."""
        return np.lexsort((self.time, self.series))


def named(*columns: tuple[Integers, list[str]]) -> tuple[list[Key], Integers]:
    """Number the series of three text columns.

    Parameters
    ----------
    columns : measure, asset and entity, each an array of shape (n,) and a list of names
        The array holds places in the list; -1, a missing text, counts as an empty one.

    Returns
    -------
    keys : list of (measure, asset, entity)
        Alphabetical, only those that occur.
    series : array of shape (n,)
        Each row's place in ``keys``.
    """
    (measures, _), (assets, asset_names), (entities, entity_names) = columns
    deep, wide = len(entity_names) + 1, len(asset_names) + 1
    numbers, packed = pd.factorize(((measures + 1) * wide + assets + 1) * deep + entities + 1)
    names = [["", *known] for _, known in columns]
    found = [
        (names[0][pack // deep // wide], names[1][pack // deep % wide], names[2][pack % deep])
        for pack in packed.tolist()
    ]
    keys = sorted(set(found))
    place = {key: number for number, key in enumerate(keys)}
    return keys, np.array([place[key] for key in found], dtype=np.int64)[numbers]


def from_frame(frame: pd.DataFrame) -> Rows:
    """Turn a tidy frame into arrays; the columns must have the contract's dtypes."""
    coded = [pd.factorize(frame[column]) for column in ("measure", "asset", "entity")]
    keys, series = named(*((codes.astype(np.int64), list(names)) for codes, names in coded))
    return Rows(keys, series, microseconds(frame["time"]), frame["value"].to_numpy(np.float64))


def to_frame(rows: Rows) -> pd.DataFrame:
    """Turn arrays into the tidy frame, sorted by time, measure, asset and entity."""
    order = np.lexsort((rows.series, rows.time))
    series = rows.series[order]
    columns: dict[str, object] = {"time": times(rows.time[order])}
    for place, column in enumerate(("measure", "asset", "entity")):
        names = pd.array([key[place] for key in rows.keys], dtype="str")
        columns[column] = names.take(series)
    return pd.DataFrame(columns | {"value": rows.value[order]}, copy=False)


def concat(first: Rows, second: Rows) -> Rows:
    """Put two sets of rows under one another; series are numbered anew."""
    keys = sorted({*first.keys, *second.keys})
    place = {key: number for number, key in enumerate(keys)}
    series = [np.array([place[key] for key in rows.keys], dtype=np.int64)[rows.series] for rows in (first, second)]
    return Rows(
        keys,
        np.concatenate(series),
        np.concatenate([first.time, second.time]),
        np.concatenate([first.value, second.value]),
    )


def microseconds(column: pd.Series) -> Integers:
    """Whole microseconds since 1970 of a tz-aware column, whatever its own resolution and zone."""
    return pd.DatetimeIndex(column).tz_convert("UTC").as_unit("us").asi8.astype(np.int64, copy=False)


def times(stamps: Integers) -> pd.DatetimeIndex:
    """UTC index of whole microseconds."""
    return pd.DatetimeIndex(stamps.view("M8[us]"), copy=False).tz_localize("UTC")


def stamp(moment: pd.Timestamp) -> int:
    """Whole microseconds since 1970 of one zoned timestamp (``Timestamp.value`` would be nanoseconds)."""
    return int(moment.as_unit("us").asm8.astype(np.int64))


def day_end(day: object) -> int:
    """First microsecond after a day; a zoned timestamp means its UTC day."""
    moment = pd.Timestamp(day)  # type: ignore[arg-type]
    moment = moment.tz_localize("UTC") if moment.tzinfo is None else moment.tz_convert("UTC")
    return stamp(moment.normalize()) + DAY_US


def end_of(as_of: object) -> int:
    """First microsecond after an as-of day, or after a moment: a zoned timestamp within a day means that moment."""
    if isinstance(as_of, pd.Timestamp) and as_of.tzinfo is not None and stamp(as_of) % DAY_US:
        return stamp(as_of) + 1
    return day_end(as_of)


def now() -> int:
    """Microseconds since 1970, now."""
    return stamp(pd.Timestamp.now("UTC"))


def last_instants(rows: Rows) -> Integers:
    """Last microsecond that each observation is about.

    An observation of a day that begins at 00:00 covers that day up to its last microsecond; a state that holds from a
    moment on (interval ``0D``) covers that moment. So "complete by the end of D" is one comparison for both.

    Returns
    -------
    array of shape (n,), microseconds UTC
    """
    intervals = [MEASURES[measure].interval for measure, _, _ in rows.keys]
    widths = np.array([0 if "M" in interval else _width(interval) for interval in intervals], dtype=np.int64)
    last = rows.time + widths[rows.series]
    for number, interval in enumerate(intervals):
        if interval == "1MS":  # months differ in length: the calendar says where one ends
            mine = rows.series == number
            months = rows.time[mine].view("M8[us]").astype("M8[M]")
            last[mine] = (months + 1).astype("M8[us]").astype(np.int64) - 1
    return last


def _width(interval: str) -> int:
    """Microseconds from an interval's start to its last microsecond."""
    return max(pd.Timedelta(interval) // pd.Timedelta(1, "us") - 1, 0)
