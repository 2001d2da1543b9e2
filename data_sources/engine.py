"""Asking: who is due, whom to ask next, and what is kept of the answer. Hosts in parallel, one host one question at a time.

Everything that processes must agree on lies in the store (``ledger``), so that however many of them refresh at once, each
question is asked once.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from itertools import chain

import pandas as pd

from data_sources.attempts import Attempt, Outcome
from data_sources.calendars import DAY, expected
from data_sources.errors import StoreUnavailable
from data_sources.ledger import Ledger, Pace
from data_sources.question import Questioner
from data_sources.registry import INTERCHANGEABLE, PARTS
from data_sources.rows import times
from data_sources.source import Need, Source
from data_sources.store import Store

GRACE = 15.0
"""Seconds after its deadline at which a question that did not come back is given up."""
POLL = 0.2
"""Seconds between two looks at another process's lease."""
WITNESSED = pd.Timedelta(days=31)
"""How much a witness is asked for, and again when it is promoted."""
Progress = Callable[[int, int, "Outcome"], None]


@dataclass(eq=False)
class _Job:
    """One need for one asset on its way along its chain."""

    need: Need
    asset: str
    chain: tuple[Source, ...]
    witness: bool = False
    attempts: list[Attempt] = field(default_factory=list)

    @property
    def source(self) -> Source:
        return self.chain[len(self.attempts)]


@dataclass
class Engine:
    """One board's asking.

    Parameters
    ----------
    store : Store
    needs : sequence of Need
    paces : mapping of host to Pace
    contact : str
        How the operator can be reached; told to every host.
    drill : collection of str
        Sources, publishers or hosts that are taken for down.
    seconds : float, optional
        A shorter deadline for every source.
    now : callable
        The moment, UTC.
    keys : mapping of host to headers
        Secrets, each told to its host alone.
    """

    store: Store
    needs: Sequence[Need]
    paces: dict[str, Pace] = field(default_factory=dict)
    contact: str = ""
    drill: frozenset[str] = frozenset()
    seconds: float | None = None
    now: Callable[[], pd.Timestamp] = lambda: pd.Timestamp.now("UTC").as_unit("us")
    keys: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self.ledger = Ledger(self.store, lambda: self.now().timestamp())
        self._questioner = Questioner(self.store, self.ledger, self.paces, self.contact, self.drill, self.now, self.keys)

    def refresh(self, names: Iterable[str] = (), progress: Progress | None = None) -> list[Outcome]:
        """Ask for all that is due, and follow each chain until somebody serves.

        Parameters
        ----------
        names : iterable of str
            Sources, publishers or needs to keep to; without any, all.
        progress : callable, optional
            Told after each need and asset: how many are done, of how many, and the last outcome. Called from this thread.

        Returns
        -------
        list of Outcome
            One per need and asset, in order of the table.

        Raises
        ------
        StoreUnavailable
            When the store cannot be read or written: then there is no sense in asking.
        """
        began = self.now()
        jobs = self._jobs(frozenset(names))
        drilled = self._drilled()
        last = {key: known for key, known in self.ledger.last().items() if key[0] not in drilled}
        due = [
            job
            for job in jobs
            if (self._witness_due(job, last) if job.witness else self.due(job.need, job.asset, last, job.chain))
        ]
        outcomes = {id(job): self._outcome(job, last) for job in jobs}
        self._newest = self.store.newest() if due else {}
        self._served = self.ledger.served() if due else set()
        # a witness is asked when all chains have ended: one that has to serve is asked for everything, not for a month
        served, compared = ([job for job in due if job.witness is witness] for witness in (False, True))
        for count, job in enumerate(chain(self._asked(served, began), self._asked(compared, began)), 1):
            outcomes[id(job)] = self._outcome(job, self.ledger.last() if not job.attempts else last)
            if progress is not None and not job.witness:
                progress(count, len(served), outcomes[id(job)])
        if due:
            self.ledger.forget(began - 30 * DAY)
        return [outcomes[id(job)] for job in jobs if not job.witness]

    def _drilled(self) -> frozenset[str]:
        """Names of sources whose earlier answers do not count while a drill is on."""
        every = (source for need in self.needs for source in need.sources if self.drill)
        return frozenset(one.name for one in every if self.drill & {one.name, one.publisher, one.host})

    def due(
        self, need: Need, asset: str, last: dict[tuple[str, str], Attempt], part: tuple[Source, ...] | None = None
    ) -> bool:
        """Whether a need, or a part of its chain, is to be asked now: a number is missing, or it is time to look for revisions."""
        chain = part or need.chain(asset)
        tried = [last[source.name, asset] for source in chain if (source.name, asset) in last]
        if not tried:
            return True
        first = last.get((chain[0].name, asset))
        since = self.now() - (first.ended if first is not None else max(attempt.ended for attempt in tried))
        wanted = expected(chain[0].calendar, self.now(), chain[0].ready)
        if wanted is None or not any(attempt.newest is not None and attempt.newest >= wanted for attempt in tried):
            return since >= (chain[0].every if first is None or first.answered else chain[0].soon)
        # that a witness, whose numbers come sooner, has the new one does not mean that the first was asked for it
        asked = first is not None and (
            (first.newest is not None and first.newest >= wanted)
            or expected(chain[0].calendar, first.ended, chain[0].ready) == wanted
        )
        return since >= (chain[0].again if asked else chain[0].every)

    def _witness_due(self, job: _Job, last: dict[tuple[str, str], Attempt]) -> bool:
        """Whether the second source of a chain is to be asked for comparison: once for each new number."""
        source = job.source
        before = last.get((source.name, job.asset))
        if before is None:
            return True
        wanted = expected(source.calendar, self.now(), source.ready)
        if before.answered and wanted is not None and before.newest is not None and before.newest >= wanted:
            return False
        return self.now() - before.ended >= max(source.every, pd.Timedelta(hours=1))

    def _jobs(self, names: frozenset[str]) -> list[_Job]:
        """List every need and asset, with the part of its chain that was asked for."""
        jobs = []
        for need in self.needs:
            for asset in need.assets:
                wanted = tuple(
                    source for source in need.chain(asset) if not names or names & {source.name, source.publisher, need.name}
                )
                if wanted:
                    jobs.append(_Job(need, asset, wanted))
                other = tuple(source for source in wanted[1:] if source.publisher != wanted[0].publisher)
                if need.witness and other:
                    jobs.append(_Job(need, asset, other[:1], witness=True))
        return jobs

    def _outcome(self, job: _Job, last: dict[tuple[str, str], Attempt]) -> Outcome:
        known = job.attempts or [last[source.name, job.asset] for source in job.chain if (source.name, job.asset) in last]
        answered = [(attempt.newest, -place) for place, attempt in enumerate(known) if attempt.newest is not None]
        served = known[-max(answered)[1]] if answered else None  # of equals the first of the chain
        name = None if served is None else served.source
        return Outcome(job.need.name, job.asset, name, tuple(job.attempts), served is not None and self._fresh(job, served))

    def _fresh(self, job: _Job, served: Attempt) -> bool:
        """Whether an answer holds the newest number that is due, now and not only when it came."""
        source = next(source for source in job.chain if source.name == served.source)
        wanted = expected(source.calendar, self.now(), source.ready)
        return served.outcome == "fresh" and (wanted is None or (served.newest is not None and served.newest >= wanted))

    def _asked(self, due: Sequence[_Job], began: pd.Timestamp) -> Iterable[_Job]:
        """Run jobs, one thread per host, and give each back when its chain has ended."""
        hosts: dict[str, ThreadPoolExecutor] = {}
        running: dict[Future[Attempt], _Job] = {}
        started: dict[_Job, float] = {}

        def send(job: _Job) -> None:
            source = job.source
            started.pop(job, None)  # who waits in a host's queue has not started there
            worker = hosts.setdefault(source.host, ThreadPoolExecutor(1, thread_name_prefix=source.host))
            running[worker.submit(self._ask, job, source, began, started)] = job

        for job in due:
            send(job)
        try:
            while running:
                done, _ = wait(running, timeout=1.0, return_when=FIRST_COMPLETED)
                lost = self._lost(running, started)
                for host in {running[future].source.host for future in lost}:
                    hosts.pop(host).shutdown(wait=False, cancel_futures=True)  # the next question gets a thread that is free
                for future in dict.fromkeys([*done, *lost]):
                    job = running.pop(future)
                    job.attempts.append(self._result(future, job))
                    if job.attempts[-1].outcome in ("fresh", "late") or len(job.attempts) == len(job.chain):
                        yield job
                    else:
                        send(job)
        finally:
            for worker in hosts.values():
                worker.shutdown(wait=False, cancel_futures=True)

    def _lost(self, running: dict[Future[Attempt], _Job], started: dict[_Job, float]) -> list[Future[Attempt]]:
        """Find questions that did not come back although every deadline is over; their host's queue goes with them."""
        late = {
            job.source.host
            for future, job in running.items()
            if not future.done() and job in started and time.monotonic() - started[job] > self._seconds(job.source) + GRACE
        }
        return [future for future, job in running.items() if job.source.host in late and not future.done()]

    def _result(self, future: Future[Attempt], job: _Job) -> Attempt:
        """Take what a thread brought; of one that failed in a way nobody foresaw, say so instead of hiding it."""
        if future.cancelled() or not future.done():
            future.cancel()
            return self._noted(job, "down", f"{job.source.host} did not come back within the deadline.")
        fault = future.exception()
        if fault is None:
            return future.result()
        if isinstance(fault, StoreUnavailable) or not isinstance(fault, Exception):
            raise fault
        return self._noted(job, "changed", f"{job.source.name} failed: {type(fault).__name__}: {fault}")

    def _noted(self, job: _Job, outcome: str, reason: str) -> Attempt:
        moment = self.now()
        attempt = Attempt(job.source.name, job.asset, moment, moment, outcome, reason)
        self.ledger.record(attempt)
        return attempt

    def _ask(self, job: _Job, source: Source, began: pd.Timestamp, started: dict[_Job, float]) -> Attempt:
        """Ask one source about one asset, unless another process has just done so."""
        name = f"host:{source.host}"
        while not self.ledger.take(name, self._seconds(source) + GRACE):
            time.sleep(POLL)
        started[job] = time.monotonic()
        try:
            known = self.ledger.last().get((source.name, job.asset))
            if known is not None and known.ended >= began:
                return replace(known, added=0, requests=0)  # what it cost and brought, the other one tells
            attempt = self._questioner.ask(source, job.asset, self._start(source, job, self.now()), self._seconds(source))
            self.ledger.record(attempt)
            return attempt
        finally:
            self.ledger.release(name)

    def _seconds(self, source: Source) -> float:
        return source.seconds if self.seconds is None else min(self.seconds, source.seconds)

    def _start(self, source: Source, job: _Job, now: pd.Timestamp) -> pd.Timestamp:
        """From when on to ask: from what is held, less an overlap; a first fill from the beginning."""
        oldest = source.oldest(now)
        if job.witness:
            return max(oldest, now - WITNESSED)
        first_fill = source is job.need.chain(job.asset)[0] and (source.name, job.asset) not in self._served
        newest: dict[tuple[str, str], int] = {}  # of publishers whose numbers stand for each other, the newest counts
        for (measure, asset, entity), moment in self._newest.items():
            whose = entity in (source.publisher, *INTERCHANGEABLE.get(measure, ())) or measure in PARTS
            if whose and measure in source.measures and asset in (source.covers or (job.asset,)):
                newest[measure, asset] = max(moment, newest.get((measure, asset), moment))
        if not newest or first_fill:
            return oldest
        return max(oldest, times(pd.array([min(newest.values())], dtype="int64").to_numpy())[0] - source.overlap)

