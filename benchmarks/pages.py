"""How long the server works for a page: again, with another window, as of a day nobody has asked for, and first of all.

``python -m benchmarks.pages`` measures the history in STRESS_HISTORY, else the board of STRESS_DATABASE_URL, else the sample.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
from streamlit.testing.v1 import AppTest

from benchmarks.report import Measured, show
from benchmarks.serving import ROOT
from benchmarks.store import import_all
from components.frame import PAGES, file_of
from data_sources import load

ROUNDS = 9
WARM, WINDOW, AS_OF = 120.0, 150.0, 1500.0
"""Limits in ms: an answer that feels immediate; the same with new figures; one day computed for the first time."""
WINDOWS = ("3m", "3y")


def milliseconds(work: Callable[[], object]) -> float:
    """How long something takes, once."""
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1e3


def open_page(name: str) -> AppTest:
    """Open a page in a session of its own; a page that fails is not worth measuring."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    app.switch_page(file_of(name)).run()
    if app.exception:
        raise RuntimeError(f"/{name}: {app.exception[0].message}")
    return app


def with_address(app: AppTest, **pairs: str) -> AppTest:
    """Change the address and run the page again."""
    for key, value in pairs.items():
        app.query_params[key] = value
    return app.run()


def measured(name: str, days: list[pd.Timestamp]) -> list[Measured]:
    """Measure one page; every day in ``days`` must be one that nobody has asked for."""
    app = open_page(name)
    warm = [milliseconds(app.run) for _ in range(ROUNDS)]
    window = [milliseconds(lambda w=WINDOWS[turn % 2]: with_address(app, window=w)) for turn in range(ROUNDS)]  # type: ignore[misc]
    fresh = [milliseconds(lambda d=day: with_address(app, as_of=f"{d:%Y-%m-%d}")) for day in days]  # type: ignore[misc]
    if app.exception:
        raise RuntimeError(f"/{name}: {app.exception[0].message}")
    return [
        Measured(f"/{name}, again", statistics.median(warm), WARM, "ms"),
        Measured(f"/{name}, another window", statistics.median(window), WINDOW, "ms"),
        Measured(f"/{name}, a day not asked for before", statistics.median(fresh), AS_OF, "ms"),
    ]


def main() -> int:
    """Measure every page; 0 when all keep their limits."""
    folder = os.environ.get("STRESS_HISTORY")
    files = sorted(str(path.resolve()) for path in Path(folder).glob("*.csv.gz")) if folder else []
    with tempfile.TemporaryDirectory() as scratch:
        if files:
            os.environ["STRESS_DATABASE_URL"] = f"sqlite:///{Path(scratch) / 'pages.db'}"
            import_all(files, os.environ["STRESS_DATABASE_URL"])
        board = load.board()
        days = iter(board.newest - pd.Timedelta(days=3 * n + 1) for n in range(ROUNDS * len(PAGES)))
        rows = [row for page in PAGES for row in measured(page.name, [next(days) for _ in range(ROUNDS)])]
    return show(f"Script time on the {board.kind} board, medians of {ROUNDS}", rows)


if __name__ == "__main__":
    sys.exit(main())
