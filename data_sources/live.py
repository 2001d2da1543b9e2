"""The board's own asking: one engine made from the settings, one run at a time, in the background or from a command."""

import sys
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

import pandas as pd

from data_sources import health
from data_sources.attempts import Attempt, Outcome
from data_sources.engine import Engine, Progress
from data_sources.errors import SourceError
from data_sources.ledger import Ledger
from data_sources.panels import Panels
from data_sources.settings import settings
from data_sources.source import Need
from data_sources.sources import PACES, needs
from data_sources.store import Store

REMEMBERED = pd.Timedelta(days=7)
"""How far back attempts are shown."""
IDLE = 300.0
"""Seconds between two looks at whether the settings want anybody asked."""


@dataclass(frozen=True)
class Run:
    """A refresh as it stands: how much is done, of how much, and what came of it so far.

    Attributes
    ----------
    running : bool
    done, total : int
        Needs and assets.
    outcomes : tuple of Outcome
        In the order in which they ended.
    began : float
        Seconds since 1970; 0 when nothing was ever refreshed by this process.
    fault : str
        Why the run ended early; empty when it did not.
    """

    running: bool = False
    done: int = 0
    total: int = 0
    outcomes: tuple[Outcome, ...] = ()
    began: float = 0.0
    fault: str = ""


@dataclass
class _Server:
    """What this process remembers between two runs."""

    run: Run = Run()
    drill: frozenset[str] = frozenset()
    changing: threading.Lock = field(default_factory=threading.Lock)


_HERE = _Server()


def table(now: pd.Timestamp | None = None) -> tuple[Need, ...]:
    """Give everything this board asks for, by its settings."""
    chosen = settings()
    return needs(pd.Timestamp.now("UTC") if now is None else now, chosen.sources, chosen.sources_off)


def engine(store: Store) -> Engine:
    """Make an engine of the settings."""
    chosen = settings()
    secret = chosen.coingecko_key.get_secret_value()
    keys = {"api.coingecko.com": {"x-cg-demo-api-key": secret}} if secret else {}
    return Engine(store, table(), PACES, chosen.contact, drilled(), keys=keys)


def refresh(store: Store, names: Iterable[str] = (), progress: Progress | None = None) -> list[Outcome]:
    """Ask for all that is due; see Engine.refresh."""
    return engine(store).refresh(names, progress)


def start() -> bool:
    """Begin a refresh in the background; False while one is running."""
    with _HERE.changing:
        if _HERE.run.running:
            return False
        _HERE.run = Run(running=True, began=time.time())
    threading.Thread(target=_run, name="refresh", daemon=True).start()
    return True


def keep_fresh(stop: threading.Event, after: Callable[[], None]) -> None:
    """Ask for all that is due again and again, as often as the settings say, until told to stop.

    Parameters
    ----------
    stop : Event
    after : callable
        Called after each refresh, so that what came is ready before a visitor wants it.
    """
    while not stop.is_set():
        minutes = settings().refresh_minutes
        if minutes:
            start()
            while run().running and not stop.wait(0.5):
                pass
            after()
        stop.wait(60 * minutes if minutes else IDLE)


def pulse(store: Store) -> int:
    """Number of the last attempt; changes when somebody asked."""
    return Ledger(store).pulse()


def run() -> Run:
    """Say how the running refresh stands, or how the last one ended."""
    return _HERE.run


def _run() -> None:
    """Refresh and note every step where sessions can see it."""

    def note(done: int, total: int, outcome: Outcome) -> None:
        _HERE.run = replace(_HERE.run, done=done, total=total, outcomes=(*_HERE.run.outcomes, outcome))

    fault = "It ended before it was done."
    store = Store()
    try:
        refresh(store, progress=note)
        fault = ""
    except SourceError as told:
        fault = str(told)
        print(f"The refresh ended early: {told.in_full}", file=sys.stderr)
    finally:
        store.close()
        _HERE.run = replace(_HERE.run, running=False, fault=fault)


def drills() -> bool:
    """Whether the operator allows drills."""
    return settings().drill


def drilled() -> frozenset[str]:
    """Name the sources that this server takes for down; none where drills are not allowed."""
    return _HERE.drill if settings().drill else frozenset()


def drill(names: Iterable[str]) -> None:
    """Take sources, publishers or hosts for down from now on, on this server; nothing kept is touched."""
    _HERE.drill = frozenset(names)


def attempts(store: Store, now: pd.Timestamp) -> list[Attempt]:
    """Every attempt of the last days, oldest first; a drill shows at once."""
    known = Ledger(store).attempts(now - REMEMBERED)
    off = drilled()
    if not off:
        return known
    moment = now.as_unit("us")
    return known + [
        Attempt(source.name, asset, moment, moment, "drill", f"{source.name} is taken for down: a drill is on.")
        for need in table(now)
        for source in need.sources
        if off & {source.name, source.publisher, source.host}
        for asset in source.assets
    ]


def standings(known: list[Attempt], panels: Panels, now: pd.Timestamp) -> list[health.Standing]:
    """Say how every need stands for every asset."""
    return health.standings(table(now), known, panels, now)
