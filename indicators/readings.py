"""The readings: every named number the board shows, its history, and its value as of a day.

A tile, an alert, a sentence of the note and the JSON all read the same row, so no number is computed twice.
As of a day means: only observations whose interval was over by the end of that day, UTC.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import cast

import numpy as np
import pandas as pd

from indicators import fear
from indicators.histories import (
    READINGS,
    Computed,
    Panels,
    all_series,
    assets_of,
    computed,
    entities_of,
    inputs_of,
    prepare,
    series,
)
from indicators.row import Part, Reading, State, Thresholds, Value

__all__ = [
    "READINGS",
    "Computed",
    "Panels",
    "Part",
    "Reading",
    "State",
    "Thresholds",
    "Value",
    "all_series",
    "computed",
    "evaluate",
    "evaluate_all",
    "inputs_of",
    "prepare",
    "publishers",
    "series",
    "state_of",
]

DAY = pd.Timedelta(days=1)
TICK = pd.Timedelta(1, "us")
DIGITS = 10
"""Significant digits of a value. Those after the fifteenth are the processor's, which multiplies matrices in an order of its own;
the same numbers have to have the same digest on every machine."""
NAMED = 5
"""Inputs that a reason names one by one."""
NEVER, NO_AGE = cast(pd.Timestamp, pd.NaT), cast(pd.Timedelta, pd.NaT)
"""What a value without an observation carries."""


def state_of(reading: Reading, value: float, percentile: float) -> State:
    """Judge a value by the thresholds of its row.

    Parameters
    ----------
    reading : Reading
    value : float
        In the reading's unit.
    percentile : float
        Its one-year percentile, a fraction; NaN when the year is not full.

    Returns
    -------
    str
        calm when the row has no thresholds; unknown when the number they look at is missing.
    """
    limits = reading.thresholds
    if np.isnan(value):
        return "unknown"
    if limits is None:
        return "calm"
    number = percentile if limits.on == "percentile" else value
    high = limits.levels or (np.inf, np.inf)
    if np.isnan(number) and value < high[0]:
        return "unknown"

    def beyond(lower: float, upper: float) -> bool:
        low = number < lower or (limits.inclusive and number == lower)
        return (reading.stress in ("low", "both") and low) or (reading.stress in ("high", "both") and number >= upper)

    stress, extreme = limits.upper or (limits.stress, limits.extreme)
    if beyond(limits.extreme, extreme) or value >= high[1]:
        return "extreme"
    return "stress" if beyond(limits.stress, stress) or value >= high[0] else "calm"


def _midnight(as_of: date | pd.Timestamp) -> pd.Timestamp:
    moment = pd.Timestamp(as_of)
    moment = moment.tz_localize("UTC") if moment.tzinfo is None else moment.tz_convert("UTC")
    return moment.normalize()


def said(value: float) -> float:
    """Round to the DIGITS that a reading says; NaN stays."""
    return float(f"{value:.{DIGITS}g}")


def evaluate(
    id: str,
    series: pd.Series,
    as_of: date | pd.Timestamp,
    publishers: tuple[str, ...] = (),
    missing: str = "",
    percentiles: pd.Series | None = None,
) -> Value:
    """Value of one reading as of a day.

    Parameters
    ----------
    id : str
        A key of READINGS.
    series : Series
        Its history, as `series` gives it; later observations are cut off first.
    as_of : date or Timestamp
        The day, UTC.
    publishers : tuple of str
        Whose numbers went into it.
    missing : str
        Why there is no value, should there be none.
    percentiles : Series, optional
        Its one-year percentiles by day, where its row names another reading that says them.

    Returns
    -------
    Value
    """
    reading, end = READINGS[id], _midnight(as_of) + DAY
    # An observation of a day covers that day to its last instant; a state that holds from 00:00 on belongs to that day.
    length = pd.Timedelta(reading.interval)
    count = int(series.index.searchsorted(end - max(length - TICK, pd.Timedelta(0)), side="left"))
    if not count:
        return Value(
            id,
            np.nan,
            NEVER,
            np.nan,
            np.nan,
            np.nan,
            "unknown",
            publishers,
            missing or "nothing was published by then",
            NO_AGE,
        )
    known = series.to_numpy()[max(count - 1 - reading.year, 0) : count]
    value, previous = said(known[-1]), said(known[-2]) if count > 1 else np.nan
    time = series.index[count - 1]
    percentile = fear.percentile_of_last(known, reading.year) if percentiles is None else float(percentiles.get(time, np.nan))
    age = max(end - DAY - time.normalize(), pd.Timedelta(0))
    state, why = state_of(reading, value, percentile), ""
    if age > reading.oldest:
        state, why = "unknown", f"last published {time:%Y-%m-%d}, {(end - DAY - time.normalize()).days} days before"
    elif state == "unknown":
        why = f"too short a history to rank it: {count - 1} of {reading.year} earlier observations"
    return Value(id, value, time, previous, value - previous, percentile, state, publishers, why, age)


def publishers(reading: Reading, panels: Panels) -> tuple[str, ...]:
    """Whose numbers go into a reading, each named once, in the order of its inputs."""
    names: list[str] = []
    for measure, asset in reading.inputs:
        if measure.startswith("*"):
            names += [str(name) for name in entities_of(reading, panels, measure[1:], asset).columns]
        else:
            found = (panels.publisher(measure, one) for one in assets_of(panels, measure, asset))
            names += [name for name in found if name is not None]
    return tuple(dict.fromkeys(names))


def _named(inputs: Iterable[tuple[str, str]]) -> str:
    names = [f"{measure.lstrip('*').replace('_', ' ')} of {asset.rstrip('*')}" for measure, asset in inputs]
    return ", ".join(names[:NAMED]) + (f" and {len(names) - NAMED} more" if len(names) > NAMED else "")


def _missing(reading: Reading, panels: Panels) -> str:
    """Why a reading has no value on panels that end with the day."""
    held = [panels.series(*key) for key in reading.inputs] if reading.members else inputs_of(reading, panels)
    lengths = {key: len(values) for key, values in zip(reading.inputs, held, strict=True)}
    absent = [key for key, length in lengths.items() if not length]
    if reading.members and len(absent) < len(lengths):
        return reading.short
    if absent:
        return f"not held: {_named(absent)}"
    shortest = min(lengths, key=lambda key: lengths[key])
    if lengths[shortest] < reading.observations:
        return (
            f"too short a history of {_named([shortest])}: {lengths[shortest]} of {reading.observations} observations"
        )
    return reading.short or "its inputs have no day in common that is recent enough"


def evaluate_all(
    panels: Panels, as_of: date | pd.Timestamp, computed: Mapping[str, pd.Series] | None = None
) -> dict[str, Value]:
    """Value of every reading as of a day, by id, in page order.

    Parameters
    ----------
    panels : Panels
        They may extend beyond the day.
    as_of : date or Timestamp
        The day, UTC.
    computed : mapping of Series, optional
        What `all_series` gave for these panels, or for the same history further on; computed when not given.

    Returns
    -------
    dict of Value
    """
    held = panels.cut(_midnight(as_of))
    histories = all_series(held) if computed is None else computed
    values = {}
    for id, reading in READINGS.items():
        names, percentiles = publishers(reading, held), histories.get(reading.ranked_by)
        value = evaluate(id, histories[id], as_of, names, percentiles=percentiles)
        if np.isnan(value.value):
            value = evaluate(id, histories[id], as_of, names, _missing(reading, held))
        values[id] = value
    return values
