"""How long the readings take: over the whole history, for one more day and for a day nobody has asked for; and what they weigh.

``python -m benchmarks.readings`` measures the history in STRESS_HISTORY, else the board of STRESS_DATABASE_URL, else the sample.
"""

import os
import statistics
import sys
import tempfile
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.pages import milliseconds
from benchmarks.report import Measured, show
from benchmarks.store import import_all
from data_sources import cached, load
from data_sources.contract import Panels
from indicators import connectedness_bands, readings
from indicators.connectedness import WINDOW
from indicators.rows.contagion import RANGES, log_ranges

ROUNDS = 7
FULL, NEW_DAY, FIRST_SIGHT, AGAIN = 60.0, 1.0, 2_000.0, 50.0
"""Limits: seconds for all days once, and for one more; ms for an as-of day at first sight, and after it."""
NETWORK_DAY = 30.0
"""Limit in ms of one day's network after the first computation of its window."""
MEGABYTE = 2**20


def once(work: Callable[[], object]) -> float:
    """Seconds that something takes, once."""
    return milliseconds(work) / 1e3


def everything(panels: Panels) -> readings.Computed:
    """All readings over the whole history, and what pages ask besides them."""
    done = readings.computed(panels)
    readings.prepare(panels)
    return done


def weight(value: Any) -> float:
    """Megabytes of the arrays in what was computed."""
    if isinstance(value, np.ndarray):
        return value.nbytes / MEGABYTE
    if isinstance(value, pd.Series | pd.DataFrame | pd.Index):
        return float(np.sum(value.memory_usage(deep=True))) / MEGABYTE
    if isinstance(value, dict | list | tuple):
        return sum(map(weight, value.values() if isinstance(value, dict) else value))
    return sum(map(weight, vars(value).values())) if hasattr(value, "__dict__") else 0.0


def unseen(newest: pd.Timestamp) -> Iterator[pd.Timestamp]:
    """Days that nobody has asked for."""
    return (newest - pd.Timedelta(days=11 * place) for place in range(1, ROUNDS + 1))


def main() -> int:
    """Measure; 0 when all limits are kept."""
    folder = os.environ.get("STRESS_HISTORY")
    files = sorted(str(path.resolve()) for path in Path(folder).glob("*.csv.gz")) if folder else []
    with tempfile.TemporaryDirectory() as scratch:
        if files:
            os.environ["STRESS_DATABASE_URL"] = f"sqlite:///{Path(scratch) / 'readings.db'}"
            import_all(files, os.environ["STRESS_DATABASE_URL"])
        board = load.board()
        before_day = board.newest - pd.Timedelta(days=1)
        before = board.panels.cut(before_day)
        full = once(lambda: everything(before))
        more = once(lambda: everything(board.panels))
        known = readings.computed(board.panels)
        revised = once(lambda: readings.evaluate_all(before, before_day))
        first = [milliseconds(lambda d=day: cached.view(d)) for day in unseen(board.newest)]  # type: ignore[misc]
        again = [milliseconds(lambda d=day: cached.view(d)) for day in unseen(board.newest)]  # type: ignore[misc]
        estimates = cached.view(board.newest).work("connectedness_total")
        network = [milliseconds(lambda d=day: estimates.on(d).net) for day in unseen(board.newest)]  # type: ignore[misc]
        tracemalloc.start()
        ranges = log_ranges(*(board.panels.series(*one) for one in RANGES)).dropna()
        connectedness_bands.bands(ranges * 1.0001, pd.DatetimeIndex(ranges.index[WINDOW - 1 :][-52:]))
        year = tracemalloc.get_traced_memory()[0] / MEGABYTE
        tracemalloc.stop()
        rows = [
            Measured(f"all {len(known.series)} readings and the bands, whole history, once", full, FULL, "s"),
            Measured("the same for one new day", more, NEW_DAY, "s"),
            Measured("readings of a day of which something was revised since", revised * 1e3, FIRST_SIGHT, "ms"),
            Measured("readings of an as-of day, first sight", statistics.median(first), FIRST_SIGHT, "ms"),
            Measured("readings of an as-of day, after", statistics.median(again), AGAIN, "ms"),
            Measured("network of one day, after its window", statistics.median(network), NETWORK_DAY, "ms"),
            Measured("memory of all readings' histories", weight(known.series), 64, "MB"),
            *(
                Measured(f"memory behind {name}", weight(known.works[name]), 64, "MB")
                for name in ("stress_index", "connectedness_total", "resonance")
            ),
            Measured("memory of 52 bootstrap bands", year, 8, "MB"),
        ]
    return show(f"Readings on the {board.kind} board, medians of {ROUNDS}", rows)


if __name__ == "__main__":
    sys.exit(main())
