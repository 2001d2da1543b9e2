"""What changed since the note of the day before: thresholds crossed, ranks, streaks, and numbers that were revised."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from components import sentences
from components.sentences import NOTABLE, STATES, day, percentile, reading, stressed_rank
from indicators.readings import READINGS, Value
from notes.note import Changes, Told
from notes.words import MOVED, RANKS, foot, label

if TYPE_CHECKING:
    from data_sources.views import View

TOLD = 6
"""Lines of each kind; a page has room for no more."""
CROSSED = 7
INDEX, RANKED = "stress_index", "stress_index_percentile_1y"
"""The stress index, and its place in its year, of which the index' own line tells."""
STREAKS: Mapping[str, str] = {
    "btc_days_below_cost": "Closes of bitcoin below its production cost",
    "btc_etf_outflow_streak": "Outflows from bitcoin funds",
}
"""Readings that count days in a row, and what they count."""
PASSING = (MOVED, "_change_24h", "_net_flow", "_80m", *RANKS)
"""Endings of readings whose place in the year jumps from day to day by their nature, or is told by another one."""


def since(view: "View", eve: "View | None") -> Changes:
    """Say what changed since the day before.

    Parameters
    ----------
    view : View
    eve : View or None
        The board of the day before as it was known then; None: as it is known now, which has no revisions.
    """
    now, then = view.values, view.before if eve is None else eve.values
    both = [(now[name], then[name]) for name in READINGS if "unknown" not in (now[name].state, then[name].state)]
    return Changes(
        tuple(_crossed(both)),
        tuple(_ranks(both)),
        tuple(_streaks(now, then)),
        () if eve is None else tuple(_revised(eve.values, view.series)),
    )


def _crossed(both: Iterable[tuple[Value, Value]]) -> list[Told]:
    """Readings that changed their state: the stress index, then those for the worse."""
    moved = [pair for pair in both if pair[0].state != pair[1].state and pair[0].id != RANKED]
    worse = [pair for pair in moved if STATES.index(pair[0].state) < STATES.index(pair[1].state)]
    better = [pair for pair in moved if pair not in worse]
    worse.sort(key=lambda pair: STATES.index(pair[0].state))
    both = sorted((*worse, *better), key=lambda pair: pair[0].id != INDEX)
    told = [_told(now, f"{then.state} → {now.state} ({_numbers(then, now)})") for now, then in both]
    return _few(told, CROSSED)


def _ranks(both: Iterable[tuple[Value, Value]]) -> list[Told]:
    """Readings of the same state as before whose place in their year moved by a tenth or more, most moved first."""
    known = [(now, then, stressed_rank(now) - stressed_rank(then)) for now, then in both if now.state == then.state]
    moved = [
        one
        for one in known
        if np.isfinite(one[0].percentile_1y - one[1].percentile_1y)
        and abs(one[2]) >= NOTABLE
        and not one[0].id.endswith(PASSING)
        and one[0].id not in STREAKS
    ]
    return [
        _told(
            now,
            f"percentile of its year {percentile(then.percentile_1y)} → {percentile(now.percentile_1y)}, "
            f"{'towards' if move > 0 else 'away from'} stress ({_numbers(then, now)})",
        )
        for now, then, move in sorted(moved, key=lambda one: -abs(one[2]))[:TOLD]
    ]


def _streaks(now: Mapping[str, Value], then: Mapping[str, Value]) -> list[Told]:
    """Runs of days that a new day made longer, began or ended."""
    told = []
    for name, counted in STREAKS.items():
        one, before = now[name], then[name]
        if not np.isfinite(one.value) or not np.isfinite(before.value) or not one.time > before.time:
            continue
        days = sentences.count(one.value, "day")
        if one.value > before.value > 0:
            told.append(_streak(one, f"{counted}: {days} in a row, after {int(before.value)}."))
        elif one.value > 0:
            ended = f" after a run of {sentences.count(before.value, 'day')} had ended" if before.value > 0 else ""
            told.append(_streak(one, f"{counted} began{ended}: {days}."))
        elif before.value > 0:
            told.append(_streak(one, f"{counted} ended after {sentences.count(before.value, 'day')}."))
    return told


def _streak(value: Value, text: str) -> Told:
    return Told(text, READINGS[value.id].page, (value.id,), foot([value]), value.state)


def _revised(then: Mapping[str, Value], series: Mapping[str, pd.Series]) -> list[Told]:
    """Numbers that the day before said otherwise of the same time; what prints alike is left out."""
    told = []
    for name, before in then.items():
        if pd.isna(before.time) or before.time not in series[name].index:
            continue
        amount = float(series[name][before.time])
        old, new = (reading(one, name) for one in (before.value, amount))
        if old != new:
            text = f"{label(name)} of {day(before.time)}: {old} → {new}."
            told.append(Told(text, READINGS[name].page, (name,), foot([before])))
    return _few(told, TOLD)


def _numbers(then: Value, now: Value) -> str:
    return f"{reading(then.value, now.id)} → {reading(now.value, now.id)}"


def _told(now: Value, text: str) -> Told:
    row = READINGS[now.id]
    return Told(f"{label(now.id)}: {text}.", row.page, (now.id,), foot([now]), now.state)


def _few(told: list[Told], most: int) -> list[Told]:
    """Keep what a page has room for, and name the rest."""
    if len(told) <= most:
        return told
    rest = [label(one.readings[0]) for one in told[most:]]
    names = tuple(one.readings[0] for one in told[most:])
    return [*told[:most], Told(f"And {len(rest)} more: {'; '.join(rest)}.", "overview", names)]
