"""How long keeping a history takes against only reading its files: ``STRESS_HISTORY=… python -m benchmarks.store``.

Both run in one process whose libraries are loaded; the ratio is what checking, sorting, comparing and writing cost on top of
``pandas.read_csv``, which parses neither times nor bounds.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pandas as pd

from benchmarks.report import Measured, show
from data_sources import importing
from data_sources.store import Store

ROUNDS = 5
IMPORT, AGAIN = 8.0, 8.0
"""Limits as multiples of reading the files: a first import, and the same files once more, of which nothing is new."""
READ, READ_AS_OF = 1500.0, 1500.0
"""Limits in ms for reading everything back: as of today, and as it stood on a day."""


def seconds(work: Callable[[], object]) -> float:
    """How long something takes, once."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def read_all(files: list[str]) -> None:
    """Read the files with pandas and do nothing with them: what an import cannot be faster than."""
    for name in files:
        pd.read_csv(name)


def import_all(files: list[str], url: str) -> None:
    """Read, judge and keep the files, as the command does."""
    store = Store(url)
    for name in files:
        store.keep(importing.read(Path(name)).rows, name)
    store.close()


def milliseconds_to_read(url: str, day: pd.Timestamp | None) -> float:
    """How long a fresh connection takes to give everything it holds."""
    store = Store(url)
    started = time.perf_counter()
    store.read(day)
    elapsed = time.perf_counter() - started
    store.close()
    return elapsed * 1e3


def measured(files: list[str]) -> list[Measured]:
    """Measure one set of files, each number the median of several rounds, every round with a store of its own."""
    plain, first, second, whole, past = [], [], [], [], []
    day = pd.Timestamp("2025-11-20", tz="UTC")
    with tempfile.TemporaryDirectory() as folder:
        # Once before the clock runs: libraries load at first use.
        read_all(files)
        import_all(files, f"sqlite:///{Path(folder) / 'first.db'}")
        for turn in range(ROUNDS):
            url = f"sqlite:///{Path(folder) / f'{turn}.db'}"
            plain.append(seconds(partial(read_all, files)))
            first.append(seconds(partial(import_all, files, url)))
            second.append(seconds(partial(import_all, files, url)))
            whole.append(milliseconds_to_read(url, None))
            past.append(milliseconds_to_read(url, day))
    base = statistics.median(plain)
    print(f"Reading {len(files)} files with pandas takes {base:.2f} s.")
    return [
        Measured("import into a fresh store / reading", statistics.median(first) / base, IMPORT, "×"),
        Measured("import of the same once more / reading", statistics.median(second) / base, AGAIN, "×"),
        Measured("read everything back", statistics.median(whole), READ, "ms"),
        Measured("read everything back as of a day", statistics.median(past), READ_AS_OF, "ms"),
    ]


def main() -> int:
    """Measure the history in STRESS_HISTORY; 0 when all limits are kept, or when there is nothing to measure."""
    folder = os.environ.get("STRESS_HISTORY")
    files = sorted(str(path.resolve()) for path in Path(folder).glob("*.csv.gz")) if folder else []
    if not files:
        print("benchmarks.store was not run: STRESS_HISTORY does not name a folder with *.csv.gz files.")
        return 0
    return show(f"Store, medians of {ROUNDS}", measured(files))


if __name__ == "__main__":
    sys.exit(main())
