"""How the feeds stand right now: every need judged by what was asked, what was held and what is due."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
import pandas as pd

from data_sources import health, live
from data_sources.attempts import OUTCOMES, Attempt
from data_sources.ledger import Ledger
from data_sources.panels import Panels
from data_sources.registry import PUBLISHERS, Publisher
from data_sources.rows import Rows
from data_sources.settings import settings
from data_sources.store import Store

UNASKED = "Imported by the operator; no publisher is asked for it."
NONE = np.array([], dtype=np.int64)
NOTHING = Panels.of(Rows([], NONE, NONE, NONE.astype(np.float64)), NONE)


@dataclass(frozen=True)
class Asking:
    """How the board's asking stands.

    Attributes
    ----------
    standings : tuple of Standing
        One per need and asset.
    attempts : dict of (source, asset) to tuple of Attempt
        Of the last days, oldest first.
    closed : dict of host to Timestamp
        Hosts that are left alone, and until when.
    """

    STATES: ClassVar[Mapping[str, str]] = health.STATES
    OUTCOMES: ClassVar[Mapping[str, str]] = OUTCOMES
    PUBLISHERS: ClassVar[Mapping[str, Publisher]] = PUBLISHERS
    REMEMBERED: ClassVar[pd.Timedelta] = live.REMEMBERED

    standings: tuple[health.Standing, ...]
    attempts: dict[tuple[str, str], tuple[Attempt, ...]]
    _by_input: dict[tuple[str, str], health.Standing]
    closed: Mapping[str, pd.Timestamp] = field(default_factory=dict)

    @property
    def minutes(self) -> float:
        """How often the server looks by itself for numbers that are due; 0: never."""
        return settings().refresh_minutes

    @property
    def digest(self) -> int:
        """A number that changes when a state or its reason does."""
        return hash(tuple((one.need, one.asset, one.state, one.reason) for one in self.standings))

    @property
    def answering(self) -> bool:
        """Whether anybody could be used the last time."""
        return any(known[-1].answered for known in self.attempts.values())

    def feed(self, inputs: Iterable[tuple[str, str]]) -> tuple[str, str]:
        """State and reason of the worst of some (measure, asset); what nobody is asked for counts as late.

        Of the assets that a star at the end stands for, those of which nothing is held yet count only when all are so: a far
        contract may not trade.
        """
        fed = [self._fed(measure.lstrip("*"), asset) for measure, asset in inputs]
        if any(one is None for one in fed):
            return "late", UNASKED
        found = health.worst(one for one in fed if one is not None)
        return ("", "") if found is None else (found.state, found.reason)

    def _fed(self, measure: str, asset: str) -> health.Standing | None:
        """How one (measure, asset) stands; None when nobody is asked for it."""
        if not asset.endswith("*"):
            return self._by_input.get((measure, asset))
        named = [one for key, one in self._by_input.items() if key[0] == measure and key[1].startswith(asset[:-1])]
        return health.worst([one for one in named if one.state != "empty"] or named)


def judged(store: Store, panels: Panels | None, since: pd.Timestamp) -> Asking:
    """Judge every feed.

    Parameters
    ----------
    store : Store
        Where the attempts are.
    panels : Panels or None
        What is held; None while the sample board is shown, which says nothing about any feed.
    since : Timestamp
        Now, roughly: attempts of the days before it are given.
    """
    known = live.attempts(store, since)
    found = tuple(live.standings(known, NOTHING if panels is None else panels, pd.Timestamp.now("UTC").as_unit("us")))
    by_source: dict[tuple[str, str], tuple[Attempt, ...]] = {}
    for attempt in known:
        by_source[attempt.source, attempt.asset] = (*by_source.get((attempt.source, attempt.asset), ()), attempt)
    return Asking(found, by_source, health.by_input(found), Ledger(store).closed())
