"""What pages may ask: each state of the store is read once, each as-of day once, and kept for every visitor.

A page never waits for the network: publishers are asked by a thread of the server, and pages follow what it keeps.
"""

import gc
import sys
import threading
from collections.abc import AsyncIterator, Callable, Hashable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NoReturn

import anyio.to_thread
import pandas as pd
import streamlit as st

from data_sources import chains, deribit, feeds, live, load, pins, views
from data_sources.errors import StoreUnavailable
from data_sources.feeds import Asking
from data_sources.live import drill, drilled, drills
from data_sources.live import run as progress
from data_sources.live import start as refresh
from data_sources.live import table as needs
from data_sources.pins import Pin
from data_sources.rows import end_of
from data_sources.settings import settings
from data_sources.views import Source, View

if TYPE_CHECKING:
    from indicators.readings import Computed, Value

DAYS_KEPT = 16
"""As-of days kept in memory, each with the results below."""
__all__ = ["Asking", "Pin", "Source", "View", "address", "asking", "chain", "drill", "drilled", "drills", "frame_ancestors"]
__all__ += ["held", "limits", "needs", "pin", "pinned", "progress", "refresh", "revised_at", "seen", "since", "today", "view"]

FOLLOWED = 10.0
"""Seconds between two looks of an open page at whether something newer is held."""
JUDGED = pd.Timedelta(minutes=5)
"""How long a judgment of the feeds stands when nothing else happens: what is due depends on the clock."""


Held = tuple[pd.Timestamp, pd.Timestamp, pd.Timestamp, pd.Timestamp | None, bool]
"""First and newest day held and today, 00:00 UTC; by when all of it had arrived; whether the newest day is settled (see Board)."""


def held() -> Held:
    """Say what is held, for who runs no page. Raises StoreUnavailable."""
    return _held(seen(None))


def limits() -> tuple[Held, tuple[pd.Timestamp, ...]]:
    """Say what is held, and the worst day of each stretch of stress; stops the page with a sentence when that cannot be read."""
    _RUN.look = _looked()
    newest = _opened(None, None, _RUN.look)
    return _held(newest), newest.work("stress_index").worst


def frame_ancestors() -> str:
    """Say who may show the board in a frame; nobody else than the board itself where a setting cannot be understood."""
    try:
        return settings().frame_ancestors
    except StoreUnavailable:
        return "self"


def today() -> pd.Timestamp:
    """Today, 00:00 UTC."""
    return pd.Timestamp.now("UTC").normalize().as_unit("us")


def view(as_of: pd.Timestamp | None, known: pd.Timestamp | None = None) -> View:
    """Open the board as of a day (None: the newest day held); stops the page with a sentence when it cannot be read.

    With ``known``, what was learned only after the day stands on its board as far as it had been learned by that moment. A page of
    the newest day follows what is kept: it is drawn again when something newer is held, or a feed changed.
    """
    look: Look = _RUN.__dict__.pop("look", None) or _looked()
    opened = _opened(as_of, known, look)
    if as_of is None:
        _follow(look.shown)
    return opened


def seen(as_of: pd.Timestamp | None, known: pd.Timestamp | None = None) -> View:
    """Open the board as `view` does, for who runs no page.

    Raises
    ------
    StoreUnavailable
        When the store cannot be read.
    """
    return _at(as_of, known, _look())


def since(view: View) -> "dict[str, Value]":
    """Say what is known by now about what a view stands as of; the same as the view where nothing was told otherwise since."""
    if not view.board.revised:
        return view.values

    def known() -> "dict[str, Value]":
        board, computed = _newest(*load.state())
        then = replace(view.board, panels=board.panels.before(end_of(view.board.known)), revised=False)
        series = views.cut(computed, then) if then.moment is None else views.computed(then)
        return views.evaluated(then, series, today(), None).values

    return view.keep("since", known)


def address() -> str:
    """Say where readers reach the board, with a slash at its end; empty where nobody has said. Raises StoreUnavailable."""
    told = settings().address.rstrip("/")
    return f"{told}/" if told else ""


def pin(kind: str, body: Any, digest: str, allowed: Callable[[], None] | None = None) -> str:
    """Keep something to be found again and give its id; see ``pins.keep``, also for what it raises."""
    return pins.keep(load.opened(), kind, body, digest, allowed)


def pinned(id: str = "", digest: str = "") -> Pin | None:
    """Find what was kept under an id, or first of a digest; None where nothing was. Raises StoreUnavailable."""
    return pins.find(load.opened(), id) if id else pins.by_digest(load.opened(), digest)


def revised_at(inputs: Iterable[tuple[str, str]], view: View) -> pd.Timestamp | None:
    """Say when something of these (measure, asset) was last told otherwise than a view has it. Raises StoreUnavailable."""
    return pins.revised_at(load.opened(), set(inputs), view.board.known, view.board.arrived)


def chain(asset: str, view: View) -> tuple[pd.DataFrame, pd.Timestamp | None]:
    """Give the options listed on a coin by the last snapshot known on the view's day, as ``deribit.chain`` lays them out.

    With the time of the snapshot, UTC; an empty frame and None where none is held. Stops the page when the store cannot be read.
    """
    try:
        if view.board.kind == "sample":
            return deribit.NO_OPTIONS, None
        as_of = None if view.asking is not None else view.board.known  # who asks for no day sees all that is known
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
    keeper = threading.Thread(target=_keep, args=(stop,), name="keep fresh", daemon=True)
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


def _opened(as_of: pd.Timestamp | None, known: pd.Timestamp | None, look: Look) -> View:
    try:
        return _at(as_of, known, look)
    except StoreUnavailable as refusal:
        _refused(refusal)


def _at(as_of: pd.Timestamp | None, known: pd.Timestamp | None, look: Look) -> View:
    if as_of is None:
        return _view(*look.state, None, None, today(), look.asking.digest)
    whole = _view(*look.state, as_of, None, as_of.normalize(), None)
    arrived = whole.board.arrived
    if known is None or arrived is None or arrived <= known:
        return whole
    # by its last arrival: whatever moments are asked for, there are no more views than arrivals
    return _view(*look.state, as_of, load.board(as_of, known=known).arrived, as_of.normalize(), None)


def _held(newest: View) -> Held:
    board = newest.board
    return board.first, board.newest, today(), board.arrived, board.settled


def _refused(refusal: StoreUnavailable) -> NoReturn:
    """Stop the page with a sentence; the log has it in full."""
    print(refusal.in_full, file=sys.stderr)
    st.error(str(refusal), icon=":material/database_off:")
    st.stop()


def _keep(stop: threading.Event) -> None:
    """Prepare what pages will ask for, then ask the publishers again and again until told to stop."""

    def ready() -> None:
        _warm()
        _prepare()

    _prepare()
    live.keep_fresh(stop, ready)


def _warm() -> None:
    try:
        look = _look()
        _at(None, None, look)
    except StoreUnavailable:
        return  # each page says so in a sentence; the server still stands


def _prepare() -> None:
    try:
        views.prepare(_newest(*load.state())[0])
    except StoreUnavailable:
        return


@st.cache_resource(max_entries=4, show_spinner=False)
def _asking(state: tuple[str, int], pulse: int, moment: pd.Timestamp, drilled: frozenset[str], _board: load.Board | None) -> Asking:
    """Judge every feed; the key says all that it depends on."""
    return feeds.judged(load.opened(), None if _board is None else _board.panels, moment)


@st.cache_resource(max_entries=DAYS_KEPT, show_spinner=False)
def _view(
    url: str, version: int, as_of: pd.Timestamp | None, arrived: pd.Timestamp | None, seen: pd.Timestamp, digest: int | None
) -> View:
    """Compute one view; the key names the store, its version and the feeds, so that what is new opens a new view.

    Ages are told as of the day ``seen``: today when no day is asked for. The sample board has no today.
    """
    newest = _newest(url, version)
    if as_of is None:
        board, known = newest
        return views.evaluated(board, known, seen if board.kind == "live" else board.as_of, asking())
    board = load.board(as_of, known=arrived)
    same = not board.revised and board.moment in (None, newest[0].arrived)  # a moment cuts a day: only the last one cuts nothing
    known = newest[1] if same else views.computed(board)
    return views.evaluated(board, views.cut(known, board), seen, None)


@st.cache_resource(max_entries=1, show_spinner=False)
def _newest(url: str, version: int) -> "tuple[load.Board, Computed]":
    _view.clear()  # views of an earlier version hold its whole history, and nobody asks for them again
    board = load.board(None)
    computed = views.computed(board)
    # Streamlit collects garbage after every script run; what is kept for good need not be looked at each time.
    gc.collect()
    gc.freeze()
    return board, computed
