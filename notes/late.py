"""Numbers that are not as new as the day, or not there at all: named, with the reason."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from components.sentences import FEEDS, day, old
from indicators.readings import READINGS, Value
from notes.note import Told, clean
from notes.words import label, publishers

if TYPE_CHECKING:
    from data_sources.views import View

DAY = pd.Timedelta(days=1)
SESSIONS = ("level", "SPX")
"""Whose days are the sessions that numbers of exchanges are held against."""
HELD = "not held: "
"""How the reason begins where an input has never come."""


def late(view: "View") -> tuple[tuple[Told, ...], tuple[Told, ...]]:
    """Name what is late, by its last day, then what is not known, by its reason.

    Notes
    -----
    A coin's number is late when it is a day or more old, an exchange's when a later session of the S&P 500 is held; what companies
    file and what else comes seldom is late when it is too old to judge the day by. On the newest board a feed that its
    publishers keep waiting is late too.
    """
    held = view.panels.series(*SESSIONS)
    session = None if held.empty else pd.Timestamp(pd.DatetimeIndex(held.index)[-1]).normalize()
    values = view.values.values()
    behind: dict[str, list[Value]] = {}
    for value in sorted((one for one in values if _behind(one, session)), key=lambda one: one.age, reverse=True):
        behind.setdefault(f"Last published for {day(value.time)}, {old(value.age)}", []).append(value)
    waiting = {value.id for group in behind.values() for value in group}
    for value in values:
        if value.feed in FEEDS and value.id not in waiting and np.isfinite(value.value):
            behind.setdefault(clean(f"{value.feed.capitalize()}: {value.feed_why}"), []).append(value)
    missing: dict[tuple[str, str], list[Value]] = {}
    for value in values:
        if not np.isfinite(value.value):
            reason = HELD if value.why.startswith(HELD) else clean(value.why)
        elif value.state == "unknown" and value.id not in waiting:
            reason = clean(f"known, but not judged: {value.why.partition(':')[0]}")
        else:
            continue
        missing.setdefault((READINGS[value.id].page, reason), []).append(value)
    return tuple(_late(behind)), tuple(_missing(missing))


def _behind(value: Value, session: pd.Timestamp | None) -> bool:
    if not np.isfinite(value.value):
        return False
    row = READINGS[value.id]
    if value.age > row.oldest:
        return True
    if row.max_age is not None or pd.Timedelta(row.interval) == pd.Timedelta(0):
        return False
    if row.calendar == "crypto":
        return value.age >= DAY
    return session is not None and session > value.time.normalize()


def _late(groups: Mapping[str, list[Value]]) -> list[Told]:
    """One line for each day on which numbers ended, or each reason."""
    return [
        Told(f"{reason} ({publishers(held)}): {_labels(held)}.", READINGS[held[0].id].page, _names(held), "", "unknown")
        for reason, held in groups.items()
    ]


def _missing(groups: Mapping[tuple[str, str], list[Value]]) -> list[Told]:
    """One line for each page and reason."""
    told = []
    for (page, reason), held in groups.items():
        text = f"Not held: {_labels(held)}." if reason == HELD else f"{_labels(held)}: {reason}."
        told.append(Told(text, page, _names(held), "", "unknown"))
    return told


def _labels(held: list[Value]) -> str:
    return "; ".join(label(value.id) for value in held)


def _names(held: list[Value]) -> tuple[str, ...]:
    return tuple(value.id for value in held)
