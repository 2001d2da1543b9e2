"""What pages may ask: each state of the store is read once, each as-of day once, and kept for every visitor.

A page never waits for the network: publishers are asked by a thread of the server, and pages follow what it keeps.
Readings are causal (a test says so): as of a day they are the full history cut at that day, unless a later revision
changed what was known; then they are computed again from what was known on the day.
"""

import gc
import threading
from collections.abc import AsyncIterator, Callable, Hashable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn, TypeVar

import anyio.to_thread
import pandas as pd
import streamlit as st

from data_sources import chains, deribit, feeds, live, load
from data_sources.contract import Panels
from data_sources.errors import StoreUnavailable
from data_sources.feeds import Asking
from data_sources.live import drill, drilled, drills
from data_sources.live import run as progress
from data_sources.live import start as refresh
from data_sources.live import table as needs
from data_sources.registry import Publisher, publisher
from indicators import readings

DAYS_KEPT = 16
"""As-of days kept in memory, each with the results below."""
RESULTS_KEPT = 96
"""Figures, tables and series kept per as-of day; windows are the readers' choice, so there is no end to them."""
__all__ = ["Asking", "View", "asking", "chain", "drill", "drilled", "drills", "limits", "needs", "progress", "refresh"]
__all__ += ["today", "view"]

FOLLOWED = 10.0
"""Seconds between two looks of an open page at whether something newer is held."""
JUDGED = pd.Timedelta(minutes=5)
"""How long a judgment of the feeds stands when nothing else happens: what is due depends on the clock."""
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
    asking : Asking or None
        How the feeds stand; None for a day that was asked for: how they stand now says nothing about it.
    """

    board: load.Board
    series: dict[str, pd.Series]
    values: dict[str, readings.Value]
    before: dict[str, readings.Value]
    behind: pd.Timedelta
    asking: Asking | None
    _kept: dict[Hashable, Any] = field(default_factory=dict, repr=False)
    _lock: threading.RLock = field(default_factory=threading.RLock, repr=False)

    @property
    def panels(self) -> Panels:
        """The measures behind the readings, as known on the day."""
        return self.board.panels

    def ages(self, inputs: Iterable[tuple[str, str]]) -> list["Source"]:
        """Say for each (measure, asset) who published it and how old its newest observation was on the day."""
        return [_source(self, measure.lstrip("*"), asset) for measure, asset in inputs]

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
    feed: str
    feed_why: str


def limits() -> tuple[pd.Timestamp, pd.Timestamp, pd.Timestamp]:
    """Say which days can be asked for: the first and the newest one held, and today; days at 00:00 UTC.

    Stops the page with a sentence when the store cannot be read.
    """
    _RUN.look = _looked()
    newest = _opened(None, _RUN.look).board
    return newest.first, newest.newest, today()


def today() -> pd.Timestamp:
    """Today, 00:00 UTC."""
    return pd.Timestamp.now("UTC").normalize().as_unit("us")


def view(as_of: pd.Timestamp | None) -> View:
    """Open the board as of a day (None: the newest day held); stops the page with a sentence when it cannot be read.

    A page of the newest day follows what is kept: it is drawn again when something newer is held, or a feed changed.
    """
    look: Look = _RUN.__dict__.pop("look", None) or _looked()
    opened = _opened(as_of, look)
    if as_of is None:
        _follow(look.shown)
    return opened


def chain(asset: str, view: View) -> tuple[pd.DataFrame, pd.Timestamp | None]:
    """Give the options listed on a coin by the last snapshot known on the view's day, as ``deribit.chain`` lays them out.

    With the time of the snapshot, UTC; an empty frame and None where none is held. Stops the page when the store cannot be read.
    """
    try:
        if view.board.kind == "sample":
            return deribit.NO_OPTIONS, None
        as_of = None if view.asking is not None else view.board.as_of  # who asks for no day sees all that is known
        return view.keep(("chain", asset), lambda: chains.chain(load.opened(), asset, as_of))
    except StoreUnavailable as refusal:
        _refused(refusal)


def asking() -> Asking:
    """Say how the board's asking stands; the same for every visitor."""
    return _look().asking


@asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[dict[str, Any]]:
    """Read the newest board before the first visitor comes, then keep asking until the server ends."""
    await anyio.to_thread.run_sync(_warm)
    stop = threading.Event()
    keeper = threading.Thread(target=live.keep_fresh, args=(stop, _warm), name="keep fresh", daemon=True)
    keeper.start()
    yield {}
    stop.set()


@st.fragment(run_every=FOLLOWED)
def _follow(shown: Hashable) -> None:
    """Draw the page again when something newer is held."""
    try:
        same = _look().shown == shown
    except StoreUnavailable:
        return  # the page says so itself when it is next drawn
    if not same:
        st.rerun()


@dataclass(frozen=True)
class Look:
    """One look at the store: what a page of the newest day depends on, taken once per run of a page."""

    state: tuple[str, int]
    asking: Asking

    @property
    def shown(self) -> Hashable:
        """Changes when something newer is held, a feed changed or a day is over."""
        return self.state, self.asking.digest, today()


_RUN = threading.local()
"""Of the page that runs in this thread: the look that ``limits`` took, for ``view`` to use."""


def _look() -> Look:
    state = load.state()
    board = _newest(*state)[0] if state[1] else None
    moment = pd.Timestamp.now("UTC").floor(JUDGED)
    return Look(state, _asking(state, live.pulse(load.opened()), moment, live.drilled(), board))


def _looked() -> Look:
    try:
        return _look()
    except StoreUnavailable as refusal:
        _refused(refusal)


def _opened(as_of: pd.Timestamp | None, look: Look) -> View:
    try:
        digest = None if as_of is not None else look.asking.digest
        return _view(*look.state, as_of, today() if as_of is None else as_of, digest)
    except StoreUnavailable as refusal:
        _refused(refusal)


def _refused(refusal: StoreUnavailable) -> NoReturn:
    """Stop the page with a sentence."""
    st.error(str(refusal), icon=":material/database_off:")
    st.stop()


def _warm() -> None:
    try:
        look = _look()
        _view(*look.state, None, today(), look.asking.digest)
    except StoreUnavailable:
        return  # each page says so in a sentence; the server still stands


@st.cache_resource(max_entries=4, show_spinner=False)
def _asking(
    state: tuple[str, int], pulse: int, moment: pd.Timestamp, drilled: frozenset[str], _board: load.Board | None
) -> Asking:
    """Judge every feed; the key says all that it depends on."""
    return feeds.judged(load.opened(), None if _board is None else _board.panels, moment)


@st.cache_resource(max_entries=DAYS_KEPT, show_spinner=False)
def _view(url: str, version: int, as_of: pd.Timestamp | None, seen: pd.Timestamp, digest: int | None) -> View:
    """Compute one view; the key names the store, its version and the feeds, so that what is new opens a new view.

    Ages are told as of the day ``seen``: today when no day is asked for. The sample board has no today.
    """
    newest = _newest(url, version)
    if as_of is None:
        board, series = newest
        return _evaluated(board, series, seen if board.kind == "live" else board.as_of, asking())
    board = load.board(as_of)
    series = readings.all_series(board.panels) if board.revised else newest[1]
    end = board.as_of + DAY
    return _evaluated(board, {name: values[: values.index.searchsorted(end)] for name, values in series.items()}, seen, None)


@st.cache_resource(max_entries=1, show_spinner=False)
def _newest(url: str, version: int) -> tuple[load.Board, dict[str, pd.Series]]:
    _view.clear()  # views of an earlier version hold its whole history, and nobody asks for them again
    board = load.board(None)
    computed = readings.all_series(board.panels)
    # Streamlit collects garbage after every script run; what is kept for good need not be looked at each time.
    gc.collect()
    gc.freeze()
    return board, computed


def _evaluated(board: load.Board, series: dict[str, pd.Series], seen: pd.Timestamp, judged: Asking | None) -> View:
    behind = max(seen - board.as_of, pd.Timedelta(0))
    values, before = (readings.evaluate_all(board.panels, day, series) for day in (board.as_of, board.as_of - DAY))
    told = judged if board.kind == "live" else None
    now, then = ({name: _told(board, value, behind, told) for name, value in day.items()} for day in (values, before))
    return View(board, series, now, then, behind, judged)


def _told(board: load.Board, value: readings.Value, behind: pd.Timedelta, judged: Asking | None) -> readings.Value:
    """Name publishers as a reader knows them, say where a number was made, how its feeds stand, and count its age to today."""
    row = readings.READINGS[value.id]
    measure = row.inputs[0][0].lstrip("*")
    names = tuple(dict.fromkeys(publisher(entity, measure).name for entity in value.publishers))
    # A number over many days is made as soon as one of them is; of one day it is as good as that day.
    made = any(
        board.made(measure.lstrip("*"), asset, value.time)
        or (row.observations > 1 and board.simulated_share(measure.lstrip("*"), asset) > 0)
        for measure, asset in row.inputs
    )
    names = ("simulated",) if made and pd.notna(value.time) else names
    feed, why = ("", "") if judged is None else judged.feed(row.inputs)
    return replace(value, publishers=names, age=value.age + behind, feed=feed, feed_why=why)


def _source(view: View, measure: str, asset: str) -> Source:
    board = view.board
    entity = board.panels.publisher(measure, asset)
    known = board.panels.series(measure, asset)
    told_by = publisher(entity, measure) if entity else Publisher("", "", "")
    newest = None if known.empty else known.index[-1]
    age = None if newest is None else max(board.as_of - newest.normalize(), pd.Timedelta(0)) + view.behind
    share = board.simulated_share(measure, asset)
    told = view.asking is not None and board.kind == "live"
    feed, why = view.asking.feed([(measure, asset)]) if told and view.asking is not None else ("", "")
    return Source(measure, asset, told_by.name, told_by.link, told_by.credit, newest, age, share, feed, why)
