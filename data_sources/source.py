"""What a row of the table of sources says, and the chains they form."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from data_sources.calendars import DAY, HOUR

MINUTE = pd.Timedelta(minutes=1)
Fetch = Callable[[str, pd.Timestamp, pd.Timestamp], Any]
Parse = Callable[[Any, str], pd.DataFrame]


@dataclass(frozen=True)
class Source:
    """One thing that one publisher can be asked.

    Attributes
    ----------
    name : str
        Publisher and subject, such as ``kraken_daily``; what commands and the record call it.
    publisher : str
        A row of ``registry.PUBLISHERS``.
    host : str
        Who is asked; one host answers one question at a time.
    measures : tuple of str
        What comes of it.
    assets : tuple of str
        Questions it takes, one asset each: the unit of success and failure.
    fetch, parse : callable
        Ask; read.
    calendar : str
        A key of ``calendars.CALENDARS``: when a number is due.
    ready : Timedelta
        How long publishing takes after an interval is over.
    every : Timedelta
        How often it is asked while a number is due and missing, or where nothing is ever due.
    again : Timedelta
        How often it is asked although nothing is due, for revisions.
    first : str
        Oldest day asked for when nothing is held.
    depth : Timedelta, optional
        How far back the publisher answers, where that is not for ever.
    overlap : Timedelta
        How much of what is held is asked for again, for revisions.
    patience : Timedelta
        For how long a number may be due before its publisher counts as frozen; where nothing is ever due, how old the
        newest may be.
    snapshot : bool
        It says how things stand now: the last answer of a day is the day's number, so an open day is kept.
    keeps : bool
        Its answers are kept whole, one a day: what they hold besides numbers cannot be asked for later.
    seconds : float
        Deadline of one question, all its pages included.
    covers : tuple of str
        Assets that come of it, where they are others than those it is asked for.
    """

    name: str
    publisher: str
    host: str
    measures: tuple[str, ...]
    assets: tuple[str, ...]
    fetch: Fetch = field(repr=False)
    parse: Parse = field(repr=False)
    calendar: str = "daily"
    ready: pd.Timedelta = 5 * MINUTE
    every: pd.Timedelta = 15 * MINUTE
    again: pd.Timedelta = DAY
    first: str = "2010-01-01"
    depth: pd.Timedelta | None = None
    overlap: pd.Timedelta = 3 * DAY
    patience: pd.Timedelta = 2 * DAY
    snapshot: bool = False
    keeps: bool = False
    seconds: float = 60.0
    covers: tuple[str, ...] = ()

    @property
    def soon(self) -> pd.Timedelta:
        """How soon it is asked again after it failed: a quarter of ``every``, but no sooner than an hour or ``every``."""
        return min(self.every, max(self.every / 4, HOUR))

    def oldest(self, now: pd.Timestamp) -> pd.Timestamp:
        """First moment to ask for when nothing is held."""
        first = pd.Timestamp(self.first, tz="UTC")
        return first if self.depth is None else max(first, now.floor(HOUR) - self.depth)


@dataclass(frozen=True)
class Need:
    """What the board wants, and whom it asks for it, in order.

    Attributes
    ----------
    name : str
        As the sources page calls it.
    sources : tuple of Source
        The next is asked when the one before is refused, down, empty, frozen or not to be believed.
    witness : bool
        Whether the next publisher of the chain is asked too, for the last month, so that the two can be compared.
    only : tuple of str
        Measures it is about, where its sources bring others besides.
    """

    name: str
    sources: tuple[Source, ...]
    witness: bool = False
    only: tuple[str, ...] = ()

    @property
    def measures(self) -> tuple[str, ...]:
        """What it brings."""
        return self.only or tuple(dict.fromkeys(measure for source in self.sources for measure in source.measures))

    @property
    def assets(self) -> tuple[str, ...]:
        """Everything that can be asked for, in the order of the first source."""
        return tuple(dict.fromkeys(asset for source in self.sources for asset in source.assets))

    def chain(self, asset: str) -> tuple[Source, ...]:
        """The sources that take a question about an asset, in order."""
        return tuple(source for source in self.sources if asset in source.assets)
