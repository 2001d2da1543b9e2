"""One question to one source: ask, read, judge, keep; and whatever goes wrong becomes an outcome with its reason."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from data_sources import credible, reading, snapshots, wire
from data_sources.attempts import Attempt
from data_sources.calendars import expected
from data_sources.contract import tidy
from data_sources.errors import (
    ContractBroken,
    NothingPublished,
    PayloadChanged,
    RateLimited,
    Refused,
    SourceError,
    SourceUnavailable,
    StoreUnavailable,
)
from data_sources.ledger import Gate, Ledger, Pace
from data_sources.recent import recent
from data_sources.rows import Rows, from_frame, last_instants, stamp, times
from data_sources.source import Source
from data_sources.store import Store

KINDS: tuple[tuple[type[SourceError], str], ...] = (
    (RateLimited, "limited"),
    (Refused, "refused"),
    (SourceUnavailable, "down"),
    (NothingPublished, "empty"),
    (ContractBroken, "broken"),
    (PayloadChanged, "changed"),
)
"""What an error makes of an attempt; the first that fits."""
PROPER = Pace(per_minute=30, burst=5)
"""How fast a host is asked of which no row says more."""


@dataclass
class Questioner:
    """Asks questions one by one; several threads may use one.

    Attributes
    ----------
    store : Store
    ledger : Ledger
    paces : mapping of host to Pace
    contact : str
        How the operator can be reached; told to every host.
    drill : collection of str
        Sources, publishers or hosts that are taken for down.
    now : callable
        The moment, UTC.
    keys : mapping of host to headers
        Secrets, each told to its host alone.
    """

    store: Store
    ledger: Ledger
    paces: Mapping[str, Pace]
    contact: str
    drill: frozenset[str]
    now: Callable[[], pd.Timestamp]
    keys: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)
    _keeping: threading.Lock = field(default_factory=threading.Lock)
    _suspects: dict[tuple[str, str, int], tuple[str, float]] = field(default_factory=dict)

    def ask(self, source: Source, asset: str, start: pd.Timestamp, seconds: float) -> Attempt:
        """Ask a source for an asset's numbers from a moment on, and keep what is new in the answer.

        Raises
        ------
        StoreUnavailable
            Everything else that can go wrong is told by the attempt.
        """
        moment = self.now()
        attempt = Attempt(source.name, asset, moment, moment, "fresh")
        if self.drill & {source.name, source.publisher, source.host}:
            return replace(attempt, outcome="drill", reason=f"{source.name} is taken for down: a drill is on.")
        gate = Gate(self.ledger, lambda host: self.paces.get(host, PROPER))
        with wire.asking(seconds, gate, self.contact, self.keys) as call:
            try:
                payload = reading.shaped(asset, lambda: source.fetch(asset, start, moment))
                frame = tidy(reading.read(source.parse, payload, asset))
                attempt = self._kept(source, asset, _closed(from_frame(frame), source, moment), attempt, payload)
            except StoreUnavailable:
                raise
            except SourceError as fault:
                outcome = next(word for kind, word in KINDS if isinstance(fault, kind))
                attempt = replace(attempt, outcome=outcome, reason=str(fault))
        return replace(attempt, ended=self.now(), requests=call.requests)

    def _kept(self, source: Source, asset: str, rows: Rows, attempt: Attempt, payload: Any) -> Attempt:
        """Keep what can be believed, and say how new it is."""
        if not len(rows):
            raise NothingPublished(f"{source.publisher} has nothing complete for {asset} yet.")
        kept = recent(self.store, rows.keys, credible.MEMORY)
        found = [doubt for doubt in credible.doubts(rows, kept) if not credible.borne_out(doubt, self._suspects)]
        since = self.ledger.doubted_since(source.name, asset) if found else None
        if found and (since is None or self.now() - since < credible.INSISTED):
            self._suspects |= {(*doubt.key[:2], doubt.time): (doubt.key[2], doubt.value) for doubt in found}
            return replace(attempt, outcome="implausible", reason=_told(source, found[0]))
        newest = times(rows.time[rows.time.argmax()][None])[0]
        outcome, reason = _timely(source, newest, self.now())
        with self._keeping:
            if source.keeps and outcome != "frozen":  # before the numbers: who sees a new version finds the answer behind it
                snapshots.keep(self.store, source.name, asset, newest, payload)
            added = self.store.keep(rows, source.name)
        return replace(attempt, outcome=outcome, reason=reason, newest=newest, added=added)


def _closed(rows: Rows, source: Source, asked: pd.Timestamp) -> Rows:
    """Drop intervals that were still open when the question was asked, unless the source says how things stand."""
    rows = rows.take(rows.order())
    return rows if source.snapshot else rows.take(last_instants(rows) < stamp(asked))


def _timely(source: Source, newest: pd.Timestamp, now: pd.Timestamp) -> tuple[str, str]:
    """Say whether an answer's newest number is the one that is due, and if not, for how long it has been missing."""
    due = expected(source.calendar, now, source.ready)
    overdue = now - newest if due is None else due - newest
    if overdue > source.patience:
        return "frozen", f"{source.publisher} answers, but its newest number is of {newest:%d %b %Y}: nothing has moved since."
    if due is not None and overdue > pd.Timedelta(0):
        return "late", f"{source.publisher} answers, but the number of {due:%d %b %Y %H:%M} UTC is not there yet."
    return "fresh", ""


def _told(source: Source, doubt: credible.Doubt) -> str:
    measure, asset, _ = doubt.key
    moment = times(pd.array([doubt.time], dtype="int64").to_numpy())[0]
    return (
        f"{source.publisher} says {doubt.value:,.6g} for {asset} {measure} of {moment:%d %b %Y}, after {doubt.before:,.6g}: "
        "not kept until another source says so too, or it has said so for three days."
    )
