"""Readings as plain data, for machines: one dictionary that JSON can hold."""

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from indicators.readings import READINGS, Value


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _time(time: pd.Timestamp) -> str | None:
    return None if pd.isna(time) else time.isoformat().replace("+00:00", "Z")


def as_data(board: str, as_of: pd.Timestamp, values: Mapping[str, Value]) -> dict[str, Any]:
    """Put every reading as of a day into one dictionary.

    Parameters
    ----------
    board : str
        live or sample.
    as_of : Timestamp
        The day.
    values : mapping of Value
        As `evaluate_all` gives them.

    Returns
    -------
    dict
        as_of (ISO date), board, and readings: id, label, value, unit, time (ISO, UTC), state, change_1d,
        percentile_1y, publishers, why. What is not known is None; fractions are fractions, money is USD.
    """
    return {
        "as_of": f"{as_of:%Y-%m-%d}",
        "board": board,
        "readings": [
            {
                "id": value.id,
                "label": READINGS[value.id].label,
                "value": _number(value.value),
                "unit": READINGS[value.id].unit,
                "time": _time(value.time),
                "state": value.state,
                "change_1d": _number(value.change_1d),
                "percentile_1y": _number(value.percentile_1y),
                "publishers": list(value.publishers),
                "why": value.why,
            }
            for value in values.values()
        ],
    }
