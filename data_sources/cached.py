"""What pages may ask: each state of the store is read once, each as-of day once, and kept for every visitor.

Nothing here asks a publisher, so a page never waits for the network. Readings are causal (a test says so): as of a
day they are the full history cut at that day, unless a later revision changed what was known; then they are computed
again from what was known on the day.
"""

import gc
import threading
from collections.abc import AsyncIterator, Callable, Hashable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import anyio.to_thread
import pandas as pd
import streamlit as st

from data_sources import load
from data_sources.contract import Panels
from data_sources.errors import StoreUnavailable
from data_sources.registry import PUBLISHERS, Publisher
from indicators import readings

DAYS_KEPT = 16
"""As-of days kept in memory, each with the results below."""
RESULTS_KEPT = 96
"""Figures, tables and series kept per as-of day; windows are the readers' choice, so there is no end to them."""
DAY = pd.Timedelta(days=1)
T = TypeVar("T")


@dataclass(frozen=True)
class View:
    """A board as of one day with everything computed from it.

    Attributes
    ----------
    board : Board
        Its panels hold what was known as of the day.
    series : dict of Series
        Each reading's history up to the day.
    values, before : dict of Value
        Readings as of the day and as of the day before.
    behind : Timedelta
        From the board's day to the day it is read: 0 when a day was asked for.
    """

    board: load.Board
    series: dict[str, pd.Series]
    values: dict[str, readings.Value]
    before: dict[str, readings.Value]
    behind: pd.Timedelta
    _kept: dict[Hashable, Any] = field(default_factory=dict, repr=False)
    _lock: threading.RLock = field(default_factory=threading.RLock, repr=False)

    @property
    def panels(self) -> Panels:
        """The measures behind the readings, as known on the day."""
        return self.board.panels

    def ages(self, inputs: Iterable[tuple[str, str]]) -> list["Source"]:
        """Say for each (measure, asset) who published it and how old its newest observation was on the day."""
        return [_source(self.board, self.behind, measure, asset) for measure, asset in inputs]

    def keep(self, name: Hashable, compute: Callable[[], T]) -> T:
        """Return what ``compute`` gives, computed once for this view however many visitors ask.

        The name has to say all that the result depends on besides the view. The results asked for longest ago go first.
        """
        with self._lock:
            kept: T = self._kept.pop(name) if name in self._kept else compute()
            self._kept[name] = kept
            if len(self._kept) > RESULTS_KEPT:
                self._kept.pop(next(iter(self._kept)))
            return kept


@dataclass(frozen=True)
class Source:
    """One series on a page: who published it, under which terms, and its newest observation as of the day."""

    measure: str
    asset: str
    publisher: str
    link: str
    credit: str
    newest: pd.Timestamp | None
    age: pd.Timedelta | None
    simulated: float


def limits() -> tuple[pd.Timestamp, pd.Timestamp, pd.Timestamp]:
    """Say which days can be asked for: the first and the newest one held, and today; days at 00:00 UTC.

    Stops the page with a sentence when the store cannot be read.
    """
    newest = _opened(None).board
    return newest.first, newest.newest, today()


def today() -> pd.Timestamp:
    """Today, 00:00 UTC."""
    return pd.Timestamp.now("UTC").normalize().as_unit("us")


def view(as_of: pd.Timestamp | None) -> View:
    """Open the board as of a day (None: the newest day held); stops the page with a sentence when it cannot be read."""
    return _opened(as_of)


@asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[dict[str, Any]]:
    """Read the newest board before the first visitor comes."""
    await anyio.to_thread.run_sync(_warm)
    yield {}


def _opened(as_of: pd.Timestamp | None) -> View:
    try:
        return _view(*load.state(), as_of, today() if as_of is None else as_of)
    except StoreUnavailable as refusal:
        st.error(str(refusal), icon=":material/database_off:")
        st.stop()


def _warm() -> None:
    try:
        _view(*load.state(), None, today())
    except StoreUnavailable:
        return  # each page says so in a sentence; the server still stands


@st.cache_resource(max_entries=DAYS_KEPT, show_spinner=False)
def _view(url: str, version: int, as_of: pd.Timestamp | None, seen: pd.Timestamp) -> View:
    """Compute one view; the key names the store and its version, so that new data opens a new view.

    Ages are told as of the day ``seen``: today when no day is asked for. The sample board has no today.
    """
    newest = _newest(url, version)
    if as_of is None:
        board, series = newest
        return _evaluated(board, series, seen if board.kind == "live" else board.as_of)
    board = load.board(as_of)
    series = readings.all_series(board.panels) if board.revised else newest[1]
    end = board.as_of + DAY
    return _evaluated(board, {name: values[: values.index.searchsorted(end)] for name, values in series.items()}, seen)


@st.cache_resource(max_entries=2, show_spinner=False)
def _newest(url: str, version: int) -> tuple[load.Board, dict[str, pd.Series]]:
    board = load.board(None)
    computed = readings.all_series(board.panels)
    # Streamlit collects garbage after every script run; what is kept for good need not be looked at each time.
    gc.collect()
    gc.freeze()
    return board, computed


def _evaluated(board: load.Board, series: dict[str, pd.Series], seen: pd.Timestamp) -> View:
    behind = max(seen - board.as_of, pd.Timedelta(0))
    values, before = (readings.evaluate_all(board.panels, day, series) for day in (board.as_of, board.as_of - DAY))
    now, then = ({name: _told(board, value, behind) for name, value in day.items()} for day in (values, before))
    return View(board, series, now, then, behind)


def _told(board: load.Board, value: readings.Value, behind: pd.Timedelta) -> readings.Value:
    """Name publishers as a reader knows them, say where a number was made, and count its age to the day it is read."""
    names = tuple(dict.fromkeys(PUBLISHERS[entity].name if entity in PUBLISHERS else entity for entity in value.publishers))
    row = readings.READINGS[value.id]
    # A number over many days is made as soon as one of them is; of one day it is as good as that day.
    made = any(
        board.made(measure.lstrip("*"), asset, value.time)
        or (row.observations > 1 and board.simulated_share(measure.lstrip("*"), asset) > 0)
        for measure, asset in row.inputs
    )
    names = ("simulated",) if made and pd.notna(value.time) else names
    return replace(value, publishers=names, age=value.age + behind)


def _source(board: load.Board, behind: pd.Timedelta, measure: str, asset: str) -> Source:
    entity = board.panels.publisher(measure, asset)
    known = board.panels.series(measure, asset)
    publisher = PUBLISHERS.get(entity or "", Publisher(entity or "", "", ""))
    newest = None if known.empty else known.index[-1]
    age = None if newest is None else max(board.as_of - newest.normalize(), pd.Timedelta(0)) + behind
    share = board.simulated_share(measure, asset)
    return Source(measure, asset, publisher.name, publisher.link, publisher.credit, newest, age, share)
