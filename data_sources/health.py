"""How every number stands: asked when, by whom answered, how new, when the next is due, and in one word whether to trust it.

A badge fails closed: without evidence that a number is the newest one due, it is not called ok.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data_sources.attempts import Attempt
from data_sources.calendars import DAY, expected, next_due
from data_sources.panels import Panels
from data_sources.registry import INTERCHANGEABLE, PARTS, PUBLISHERS, publisher
from data_sources.source import Need, Source
from measures import MEASURES

STATES: dict[str, str] = {
    "down": "nobody who could be asked answers",
    "frozen": "answers come, but the newest number does not move",
    "disputed": "independent publishers contradict each other, or a number cannot be believed",
    "late": "a number is due that has not come",
    "empty": "nothing is held yet",
    "provisional": "not everybody has reported yet",
    "ok": "the newest number that is due is held",
}
"""Worst first."""
BANDS: dict[str, float] = {
    "close": 0.01,
    "hour_close": 0.01,
    "bar_close": 0.005,
    "level": 0.005,
    "difficulty": 0.001,
    "dvol": 0.05,
}
"""Per measure, how far apart independent publishers of one number may be, as a fraction of the smaller one.

Exchanges differ by some basis points, most in a rout; closing levels of an index by rounding only.
"""
RECENT = 10
"""Observations in which an entity must have reported to be waited for."""


@dataclass(frozen=True)
class Standing:
    """How one need stands for one asset, or one source of it.

    Attributes
    ----------
    need, asset : str
    state : str
        A key of ``STATES``.
    reason : str
        One sentence; says nothing that changes with the clock.
    fetched : Timestamp or None
        When somebody last answered with numbers.
    newest : Timestamp or None
        What the newest observation held is about.
    due : Timestamp or None
        When the next one is expected; None where nothing is ever due.
    served_by : str
        Publisher of the newest observation; empty where there is none.
    measures : tuple of str
        What it is about.
    covers : tuple of str
        Assets that it is about.
    """

    need: str
    asset: str
    state: str
    reason: str
    fetched: pd.Timestamp | None
    newest: pd.Timestamp | None
    due: pd.Timestamp | None
    served_by: str
    measures: tuple[str, ...]
    covers: tuple[str, ...]


def standings(needs: Sequence[Need], attempts: Iterable[Attempt], panels: Panels, now: pd.Timestamp) -> list[Standing]:
    """Say how every need stands for every asset.

    Parameters
    ----------
    needs : sequence of Need
    attempts : iterable of Attempt
        Oldest first; the last of each source and asset among them.
    panels : Panels
        What is held.
    now : Timestamp
    """
    last: dict[tuple[str, str], Attempt] = {}
    good: dict[tuple[str, str], Attempt] = {}
    for attempt in attempts:
        last[attempt.source, attempt.asset] = attempt
        if attempt.answered:
            good[attempt.source, attempt.asset] = attempt
    return [_standing(need, asset, last, good, panels, now) for need in needs for asset in need.assets]


def by_input(found: Iterable[Standing]) -> dict[tuple[str, str], Standing]:
    """Look up standings by (measure, asset); of several the best, since any of them brings the number."""
    order = list(STATES)
    table: dict[tuple[str, str], Standing] = {}
    for one in found:
        for key in ((measure, asset) for measure in one.measures for asset in one.covers):
            if key not in table or order.index(one.state) > order.index(table[key].state):
                table[key] = one
    return table


def worst(found: Iterable[Standing]) -> Standing | None:
    """Pick the worst standing; None of none."""
    order = list(STATES)
    return min(found, key=lambda one: order.index(one.state), default=None)


def _standing(
    need: Need,
    asset: str,
    last: Mapping[tuple[str, str], Attempt],
    good: Mapping[tuple[str, str], Attempt],
    panels: Panels,
    now: pd.Timestamp,
) -> Standing:
    chain = need.chain(asset)
    tried = [last[source.name, asset] for source in chain if (source.name, asset) in last]
    answers = [good[source.name, asset] for source in chain if (source.name, asset) in good]
    served = max(answers, key=_moment, default=None)  # of equals the first of the chain
    serving = next((source for source in chain if served is not None and source.name == served.source), chain[0])
    covers = tuple(dict.fromkeys(name for source in chain for name in source.covers or (asset,)))
    measures = need.measures
    newest, publisher = _newest(measures, covers, panels, chain, served)
    due = next_due(serving.calendar, now, serving.ready)
    state, reason = _judged(need, asset, chain, serving, tried, newest, panels, covers, now)
    return Standing(
        need.name, asset, state, reason, max((one.ended for one in answers), default=None), newest, due, publisher, measures, covers
    )


def _judged(
    need: Need,
    asset: str,
    chain: Sequence[Source],
    serving: Source,
    tried: Sequence[Attempt],
    newest: pd.Timestamp | None,
    panels: Panels,
    covers: Sequence[str],
    now: pd.Timestamp,
) -> tuple[str, str]:
    """Find the state and its reason: the first that holds, worst evidence first."""
    failed = [attempt for attempt in tried if not attempt.answered]
    if tried and len(failed) == len(tried):
        state = "empty" if newest is None and all(attempt.outcome == "empty" for attempt in failed) else "down"
        state = "disputed" if any(attempt.outcome == "implausible" for attempt in failed) else state
        kept = "" if newest is None else f" What is shown was kept before; it ends on {newest:%d %b %Y}."
        return state, f"{_sentences(failed)}{kept}"
    if newest is None:
        return "empty", "Nothing has been asked for yet." if not tried else "Nothing complete has been published yet."
    doubted = next((attempt for attempt in tried if attempt.outcome == "implausible"), None)
    if doubted is not None:
        return "disputed", doubted.reason
    quarrel = _quarrel(need, chain, covers, panels)
    if quarrel:
        return "disputed", quarrel
    overdue = _overdue(serving, newest, now)
    if overdue > pd.Timedelta(0):
        return _overdue_state(serving, tried, newest, overdue)
    waiting = _waiting(chain[0], asset, panels)
    if waiting:
        return "provisional", waiting
    if not tried and expected(serving.calendar, now, serving.ready) is None:
        return "late", "Imported; no publisher has been asked whether it still holds."
    instead = f" {_sentences(failed)}" if failed else ""
    return "ok", f"{_name(serving.publisher)} {'serves' if tried else 'was imported and is as new as can be'}.{instead}"


def _overdue(source: Source, newest: pd.Timestamp, now: pd.Timestamp) -> pd.Timedelta:
    """For how long a number has been due; where nothing is ever due, by how much the newest is too old."""
    due = expected(source.calendar, now, source.ready)
    return max(now - newest - source.patience, pd.Timedelta(0)) if due is None else max(due - newest, pd.Timedelta(0))


def _overdue_state(source: Source, tried: Sequence[Attempt], newest: pd.Timestamp, overdue: pd.Timedelta) -> tuple[str, str]:
    frozen = any(attempt.outcome == "frozen" for attempt in tried)
    if frozen:
        return "frozen", f"{_name(source.publisher)} answers, but its newest number is still of {_told(newest, source)}."
    if not tried:
        return "late", f"It ends on {newest:%d %b %Y}, and no publisher has been asked since it was imported."
    return "late", f"A newer number than that of {_told(newest, source)} is due from {_name(source.publisher)} and has not come."


def _told(moment: pd.Timestamp, source: Source) -> str:
    """Write a time as exactly as its calendar has it."""
    return f"{moment:%d %b %Y %H:%M} UTC" if source.calendar in ("hourly", "New York, five minutes") else f"{moment:%d %b %Y}"


def _newest(
    measures: Sequence[str], covers: Sequence[str], panels: Panels, chain: Sequence[Source], served: Attempt | None
) -> tuple[pd.Timestamp | None, str]:
    """Time and publisher of the newest observation held of a chain's publishers; a snapshot of the open day counts."""
    held = [_last(measure, asset, panels, chain) for measure in measures for asset in covers]
    moment, publisher = max((one for one in held if one is not None), default=(None, ""), key=lambda one: one[0])
    if served is not None and served.newest is not None and (moment is None or served.newest > moment):
        return served.newest, next(source.publisher for source in chain if source.name == served.source)
    return moment, publisher


def _last(measure: str, asset: str, panels: Panels, chain: Sequence[Source]) -> tuple[pd.Timestamp, str] | None:
    """Time and entity of the newest observation of a measure: the chain's own where it has one, else whoever's is shown."""
    names = {publisher(source.publisher, measure).name for source in chain}
    table = panels.entities(measure, asset)
    own = [str(entity) for entity in table.columns if publisher(str(entity), measure).name in names]
    if own and measure not in INTERCHANGEABLE:
        newest = table[own].dropna(how="all").iloc[-1:]
        return newest.index[0], str(newest.columns[newest.notna().to_numpy()[0]][0])
    series = panels.series(measure, asset)
    return (series.index[-1], panels.publisher(measure, asset) or "") if len(series) else None


def _quarrel(need: Need, chain: Sequence[Source], covers: Sequence[str], panels: Panels) -> str:
    """Compare independent publishers of one number at the last moment of which at least two speak; empty when they agree."""
    publishers = tuple(dict.fromkeys(source.publisher for source in chain))
    for measure, asset in ((measure, asset) for measure in need.measures if measure in BANDS for asset in covers):
        table = panels.entities(measure, asset)
        table = table[[name for name in publishers if name in table.columns]].iloc[-RECENT:]
        several = table[table.notna().sum(axis=1) > 1]
        if several.empty:
            continue
        said = several.iloc[-1].dropna().sort_values()
        apart = float(said.iloc[-1] / said.iloc[0] - 1) if said.iloc[0] > 0 else np.inf
        if apart > BANDS[measure]:
            words = MEASURES[measure].format
            low, high = (f"{_name(str(said.index[at]))} {words.format(said.iloc[at])}" for at in (0, -1))
            return (
                f"{low} and {high} for the {MEASURES[measure].label.lower()} of {asset} on {several.index[-1]:%d %b %Y}: "
                f"{apart:.1%} apart, more than {BANDS[measure]:.1%}."
            )
    return ""


def _waiting(source: Source, asset: str, panels: Panels) -> str:
    """Name who has not reported the newest day although they did of late; empty when all have."""
    for measure in (measure for measure in source.measures if measure in PARTS):
        table = panels.entities(measure, asset).iloc[-RECENT:].dropna(axis=1, how="all")
        if len(table) > 1:
            missing = [str(name) for name in table.columns[table.iloc[-1].isna()]]
            if missing:
                names = ", ".join(missing[:6]) + (" and more" if len(missing) > 6 else "")
                count = f"{len(table.columns) - len(missing)} of {len(table.columns)}"
                return f"{count} have reported {table.index[-1]:%d %b %Y}; not yet: {names}."
    return ""


def _sentences(attempts: Sequence[Attempt]) -> str:
    """Say what went wrong, each thing once."""
    return " ".join(dict.fromkeys(attempt.reason for attempt in attempts if attempt.reason))[:600]


def _name(publisher: str) -> str:
    return PUBLISHERS[publisher].name if publisher in PUBLISHERS else publisher


def _moment(attempt: Attempt) -> pd.Timestamp:
    """Order attempts by how new their number is."""
    return attempt.newest or attempt.ended - 36_500 * DAY
