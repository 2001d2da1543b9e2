"""A board as of one day with everything computed from it: what a page is made of.

Readings are causal (a test says so): as of a day they are the full history cut at that day, unless a later revision changed what
was known; then they are computed again from what was known on the day.
"""

import threading
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from data_sources import load
from data_sources.contract import Panels
from data_sources.feeds import Asking
from data_sources.registry import Publisher, publisher
from indicators import readings

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
    asking : Asking or None
        How the feeds stand; None for a day that was asked for: how they stand now says nothing about it.
    """

    board: load.Board
    series: dict[str, pd.Series]
    values: dict[str, readings.Value]
    before: dict[str, readings.Value]
    behind: pd.Timedelta
    asking: Asking | None
    _works: dict[str, Any] = field(default_factory=dict, repr=False)
    _kept: dict[Hashable, Any] = field(default_factory=dict, repr=False)
    _lock: threading.RLock = field(default_factory=threading.RLock, repr=False)

    @property
    def panels(self) -> Panels:
        """The measures behind the readings, as known on the day."""
        return self.board.panels

    def ages(self, inputs: Iterable[tuple[str, str]]) -> list["Source"]:
        """Say for each (measure, asset) who published it and how old its newest observation was on the day."""
        return [_source(self, measure.lstrip("*"), asset) for measure, asset in inputs]

    def work(self, reading: str) -> Any:
        """Give the whole computation that a reading is a part of, without the days after the view's."""
        return self.keep(("work", reading), lambda: self._works[reading].until(self.board.as_of + DAY))

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


def computed(board: load.Board) -> readings.Computed:
    """Compute every reading of a board, with the larger computations behind them."""
    return readings.computed(board.panels)


def prepare(board: load.Board) -> None:
    """Compute ahead what pages will ask of a board besides its readings."""
    readings.prepare(board.panels)


def cut(known: readings.Computed, board: load.Board) -> readings.Computed:
    """Leave out the days after a board's; what was computed of them all serves every day that no revision touched."""
    end = board.as_of + DAY
    return replace(known, series={name: values[: values.index.searchsorted(end)] for name, values in known.series.items()})


def evaluated(board: load.Board, known: readings.Computed, seen: pd.Timestamp, judged: Asking | None) -> View:
    """Evaluate every reading as of a board's day and the day before; ages are told as of the day ``seen``."""
    behind = max(seen - board.as_of, pd.Timedelta(0))
    values, before = (readings.evaluate_all(board.panels, day, known.series) for day in (board.as_of, board.as_of - DAY))
    told = judged if board.kind == "live" else None
    now, then = ({name: _told(board, value, behind, told, day) for name, value in day.items()} for day in (values, before))
    return View(board, known.series, now, then, behind, judged, known.works)


def _told(
    board: load.Board, value: readings.Value, behind: pd.Timedelta, judged: Asking | None, day: Mapping[str, readings.Value]
) -> readings.Value:
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
    feed, why = ("", "") if judged is None else judged.feed(_behind(board.panels, value, day))
    return replace(value, publishers=names, age=value.age + behind, feed=feed, feed_why=why)


def _behind(panels: Panels, value: readings.Value, day: Mapping[str, readings.Value]) -> Sequence[tuple[str, str]]:
    """Inputs whose feeds say how a number stands: not those that it does without, of which nothing is held or nothing recent."""
    row = readings.READINGS[value.id]
    if np.isnan(value.value):
        return row.inputs
    parts = [readings.READINGS[name] for name in row.members if day[name].age <= readings.READINGS[name].oldest] or [row]
    inputs = dict.fromkeys(pair for part in parts for pair in part.inputs)
    return [pair for pair in inputs if pair[1].endswith("*") or panels.publisher(pair[0].lstrip("*"), pair[1]) is not None]


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
