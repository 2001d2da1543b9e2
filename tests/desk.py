"""Publishers without a wire, and a clock that stands still: what the engine is tested with."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from data_sources.contract import tidy
from data_sources.errors import NothingPublished
from data_sources.source import Source
from tests.held import daily, frame, utc

NOON = pd.Timestamp("2025-11-21 12:00", tz="UTC")
"""A Friday."""
BEGIN = "2025-01-01"
LAST = utc("2025-11-20")
"""The day that is due at noon."""
MINUTE, HOUR, DAY = pd.Timedelta(minutes=1), pd.Timedelta(hours=1), pd.Timedelta(days=1)


def walk(last: str = "2025-12-31", level: float = 90_000.0) -> pd.Series:
    """Closes of every day since BEGIN, the same for everybody."""
    days = (utc(last) - utc(BEGIN)).days + 1
    return daily(level * np.exp(np.cumsum(np.random.default_rng(5).normal(0, 0.02, days))), BEGIN)


@dataclass
class Clock:
    """The moment that a test wants it to be."""

    moment: pd.Timestamp = NOON

    def __call__(self) -> pd.Timestamp:
        """Say it."""
        return self.moment.as_unit("us")


@dataclass(eq=False)
class Desk:
    """A publisher of closes: what it has, what it was asked for, and how it fails.

    Parameters
    ----------
    entity : str
        Its name, its publisher's, and whose numbers it gives.
    clock : Clock
        Decides which closes it has: it gives the open day too.
    closes : Series, USD
    fault : Exception, optional
        What it raises instead of answering.
    """

    entity: str
    clock: Clock
    closes: pd.Series = field(default_factory=walk)
    fault: Exception | None = None
    asked: list[tuple[str, pd.Timestamp]] = field(default_factory=list)

    def fetch(self, asset: str, start: pd.Timestamp, end: pd.Timestamp) -> pd.Series:
        """Note the question and answer it."""
        self.asked.append((asset, start))
        if self.fault is not None:
            raise self.fault
        return self.closes[(self.closes.index >= start) & (self.closes.index <= self.clock())]

    def parse(self, payload: pd.Series, asset: str) -> pd.DataFrame:
        """Read its answer."""
        if payload.empty:
            raise NothingPublished(f"{self.entity} has nothing for {asset}.")
        return tidy(frame("close", asset, self.entity, payload))

    def source(self, name: str = "", **more: Any) -> Source:
        """Make its row."""
        name = name or f"{self.entity}_daily"
        row: dict[str, Any] = {"first": BEGIN, "assets": ("BTC",), "host": f"{name}.example.com"} | more
        return Source(name, self.entity, measures=("close",), fetch=self.fetch, parse=self.parse, **row)
