"""What processes that share a store tell each other about asking: attempts, leases, turns at a host, closed hosts."""

import os
import platform
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from sqlalchemy import Connection, Table, case, func, literal, select
from sqlalchemy.exc import IntegrityError

from data_sources.attempts import ANSWERED, Attempt, from_row
from data_sources.errors import PayloadChanged, RateLimited, Refused, SourceError, SourceUnavailable
from data_sources.rows import stamp
from data_sources.schema import ATTEMPT, HOST, LEASE
from data_sources.store import Store

DAY_SECONDS = 86_400.0
PATIENCE = 4
"""Failures in a row after which a host is left alone."""
REST = 60.0
"""Seconds a host is left alone then; twice as long after each further failure."""
LONGEST_REST = 3_600.0
LONGEST_REFUSAL = 30 * DAY_SECONDS
NAMESPACE = Path("/proc/self/ns/pid")
KINDS: dict[str, type[SourceUnavailable]] = {kind.__name__: kind for kind in (SourceUnavailable, RateLimited, Refused)}


@dataclass(frozen=True)
class Pace:
    """How fast a host may be asked: so many requests a minute, of which ``burst`` at once."""

    per_minute: float
    burst: int = 1


class Ledger:
    """The shared memory of asking, kept in the store's database.

    Parameters
    ----------
    store : Store
    clock : callable, optional
        Seconds since 1970, now.
    """

    def __init__(self, store: Store, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._clock = clock
        self._known: set[tuple[str, str]] = set()
        self.holder = f"{platform.node()}/{os.readlink(NAMESPACE) if NAMESPACE.exists() else ''}/{os.getpid()}"

    def take(self, name: str, seconds: float) -> bool:
        """Take a lease for so long; False while somebody else holds it.

        A holder that was killed does not keep it: of a process on this machine that is gone the lease is void at once,
        of another machine's it runs out.
        """
        self._ensure(LEASE, name, holder="", until=0.0)
        now = self._clock()
        mine = {"holder": self._holder(), "until": now + seconds}
        with self._store.reading() as connection:  # who waits looks often, and looking is cheap
            row = connection.execute(select(LEASE).where(LEASE.c.name == name)).first() if connection is not None else None
        if row is not None and row.holder and row.until >= now and not self._gone(row.holder):
            return False
        with self._store.writing() as connection:
            free = (LEASE.c.until < now) | (LEASE.c.holder == "")
            if connection.execute(LEASE.update().where(LEASE.c.name == name, free).values(**mine)).rowcount:
                return True
            holder = connection.scalar(select(LEASE.c.holder).where(LEASE.c.name == name))
            if holder is None or not self._gone(holder):
                return False
            stale = LEASE.update().where(LEASE.c.name == name, LEASE.c.holder == holder)
            return bool(connection.execute(stale.values(**mine)).rowcount)

    def release(self, name: str) -> None:
        """Give a lease back, if it is still this thread's."""
        with self._store.writing() as connection:
            ours = LEASE.update().where(LEASE.c.name == name, LEASE.c.holder == self._holder())
            connection.execute(ours.values(holder="", until=0.0))

    def turn(self, host: str, pace: Pace) -> float:
        """Take the next turn at a host, by a token bucket that every process shares.

        Returns
        -------
        float
            Seconds to wait for it.

        Raises
        ------
        SourceUnavailable
            While the host is closed; of the type that closed it.
        """
        self._ensure(HOST, host, next_turn=0.0, failures=0, closed_until=0.0, closed_by="", reason="")
        now, interval = self._clock(), 60.0 / pace.per_minute
        with self._store.writing() as connection:
            row = connection.execute(select(HOST).where(HOST.c.name == host).with_for_update()).one()
            if row.closed_until > now:
                kind = KINDS.get(row.closed_by, SourceUnavailable)
                until = pd.Timestamp(row.closed_until, unit="s", tz="UTC")
                raise kind(f"{row.reason} Not asked again before {until:%d %b %H:%M} UTC.", passing=False)
            later = case((HOST.c.next_turn > now, HOST.c.next_turn), else_=literal(now)) + interval
            connection.execute(HOST.update().where(HOST.c.name == host).values(next_turn=later))
            arrival = float(connection.scalar(select(HOST.c.next_turn).where(HOST.c.name == host)) or now)
        return max(arrival - pace.burst * interval - now, 0.0)

    def answered(self, host: str) -> None:
        """Note that a host answered: earlier failures no longer count."""
        was_down = (HOST.c.name == host) & (HOST.c.failures > 0)
        with self._store.reading() as connection:  # looking is cheap, and writing waits for its turn
            if connection is None or connection.scalar(select(HOST.c.name).where(was_down)) is None:
                return
        with self._store.writing() as connection:
            connection.execute(HOST.update().where(was_down).values(failures=0, closed_until=0.0, closed_by="", reason=""))

    def failed(self, host: str, fault: SourceError) -> None:
        """Note that a host failed: refused for a day, told to slow down for as long as it says, otherwise after several."""
        now = self._clock()
        self._ensure(HOST, host, next_turn=0.0, failures=0, closed_until=0.0, closed_by="", reason="")
        with self._store.writing() as connection:
            failures = 1 + int(connection.scalar(select(HOST.c.failures).where(HOST.c.name == host).with_for_update()) or 0)
            closed = now + _rest(fault, failures)
            news = {"failures": failures, "closed_until": closed, "closed_by": type(fault).__name__, "reason": str(fault)[:300]}
            connection.execute(HOST.update().where(HOST.c.name == host).values(**news))

    def closed(self) -> dict[str, pd.Timestamp]:
        """Hosts that are left alone, and until when."""
        with self._store.reading() as connection:
            if connection is None or not self._there(connection):
                return {}
            rows = connection.execute(select(HOST.c.name, HOST.c.closed_until).where(HOST.c.closed_until > self._clock()))
            return {name: pd.Timestamp(until, unit="s", tz="UTC") for name, until in rows}

    def record(self, attempt: Attempt) -> None:
        """Remember an attempt."""
        with self._store.writing() as connection:
            values = vars(attempt) | {
                "started": stamp(attempt.started),
                "ended": stamp(attempt.ended),
                "newest": None if attempt.newest is None else stamp(attempt.newest),
                "reason": "".join(sign if sign.isprintable() else " " for sign in attempt.reason)[:400],
            }
            connection.execute(ATTEMPT.insert().values(**values))

    def last(self) -> dict[tuple[str, str], Attempt]:
        """Give the last attempt of each source and asset."""
        return {(attempt.source, attempt.asset): attempt for attempt in self.attempts(pd.Timestamp.max.tz_localize("UTC"))}

    def served(self) -> set[tuple[str, str]]:
        """Name every source and asset that ever answered with numbers."""
        wanted = select(ATTEMPT.c.source, ATTEMPT.c.asset).where(ATTEMPT.c.outcome.in_(ANSWERED)).distinct()
        with self._store.reading() as connection:
            rows = connection.execute(wanted).all() if connection is not None and self._there(connection) else []
        return {(source, asset) for source, asset in rows}

    def doubted_since(self, source: str, asset: str) -> pd.Timestamp | None:
        """When a source began to say what is not believed, with no other answer since; None where it does not."""
        mine = (ATTEMPT.c.source == source) & (ATTEMPT.c.asset == asset)
        believed = select(func.max(ATTEMPT.c.id)).where(mine, ATTEMPT.c.outcome.in_(ANSWERED)).scalar_subquery()
        first = select(func.min(ATTEMPT.c.started)).where(
            mine, ATTEMPT.c.outcome == "implausible", ATTEMPT.c.id > func.coalesce(believed, 0)
        )
        with self._store.reading() as connection:
            moment = connection.scalar(first) if connection is not None and self._there(connection) else None
        return None if moment is None else pd.Timestamp(moment, unit="us", tz="UTC")

    def forget(self, before: pd.Timestamp) -> None:
        """Drop attempts of long ago, except the last of each source and asset, and the last that was answered."""
        newest = select(func.max(ATTEMPT.c.id)).group_by(ATTEMPT.c.source, ATTEMPT.c.asset)
        answered = newest.where(ATTEMPT.c.outcome.in_(ANSWERED))
        old = (ATTEMPT.c.started < stamp(before)) & ATTEMPT.c.id.not_in(newest) & ATTEMPT.c.id.not_in(answered)
        with self._store.writing() as connection:
            connection.execute(ATTEMPT.delete().where(old))

    def pulse(self) -> int:
        """Number of the last attempt: what a cache of states goes by; 0 before the first."""
        with self._store.reading() as connection:
            if connection is None or not self._there(connection):
                return 0
            return int(connection.scalar(select(func.max(ATTEMPT.c.id))) or 0)

    def attempts(self, since: pd.Timestamp) -> list[Attempt]:
        """Give every attempt since a moment, and the last one of each source and asset; oldest first."""
        newest = select(func.max(ATTEMPT.c.id)).group_by(ATTEMPT.c.source, ATTEMPT.c.asset)
        wanted = select(ATTEMPT).where((ATTEMPT.c.started >= stamp(since)) | ATTEMPT.c.id.in_(newest)).order_by(ATTEMPT.c.id)
        with self._store.reading() as connection:
            rows = connection.execute(wanted).all() if connection is not None and self._there(connection) else []
        return [from_row(row) for row in rows]

    def _there(self, connection: Connection) -> bool:
        """Whether the store is new enough to have these tables."""
        return connection.dialect.has_table(connection, ATTEMPT.name)

    def _ensure(self, table: Table, name: str, **values: object) -> None:
        """Make a row that is to be updated, once."""
        if (table.name, name) in self._known:
            return
        with self._store.writing() as connection:
            if connection.scalar(select(table.c.name).where(table.c.name == name)) is None:
                # another process may be making it at this moment; the savepoint keeps that from ending the transaction
                with suppress(IntegrityError), connection.begin_nested():
                    connection.execute(table.insert().values(name=name, **values))
        self._known.add((table.name, name))

    def _holder(self) -> str:
        """Name this thread: one that was given up and comes back late gives back no lease but its own."""
        return f"{self.holder}#{threading.get_ident()}"

    def _gone(self, holder: str) -> bool:
        """Whether a lease's holder was a process beside this one that no longer runs."""
        beside, _, number = holder.partition("#")[0].rpartition("/")
        if beside != self.holder.rpartition("/")[0] or not number.isdigit() or not NAMESPACE.exists():
            return False
        return not Path(f"/proc/{number}").exists()


@dataclass(frozen=True)
class Gate:
    """The wire's gate, kept in a ledger.

    Attributes
    ----------
    ledger : Ledger
    pace : callable
        Host to its pace.
    """

    ledger: Ledger
    pace: Callable[[str], Pace]

    def admit(self, host: str) -> float:
        """Take the next turn; see Ledger.turn."""
        return self.ledger.turn(host, self.pace(host))

    def answered(self, host: str) -> None:
        """Note that the host answered."""
        self.ledger.answered(host)

    def failed(self, host: str, fault: SourceError) -> None:
        """Note that it did not."""
        self.ledger.failed(host, fault)


def _rest(fault: SourceError, failures: int) -> float:
    """Seconds for which a host is left alone."""
    asked = getattr(fault, "retry_after", None)
    if isinstance(fault, Refused):
        return min(max(asked or 0.0, DAY_SECONDS), LONGEST_REFUSAL)
    if isinstance(fault, RateLimited):
        return min(asked if asked is not None else REST * 2.0 ** (failures - 1), DAY_SECONDS)
    if isinstance(fault, PayloadChanged) or failures < PATIENCE:
        return 0.0
    return min(REST * 2.0 ** (failures - PATIENCE), LONGEST_REST)
