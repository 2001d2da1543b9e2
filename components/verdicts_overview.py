"""The overview's verdict: whether there is stress, since when, from where, how it ranks and whether it is spreading. Pure text."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from components.sentences import count, day, listed, percent
from components.verdicts import ranked
from indicators.readings import READINGS, Value

if TYPE_CHECKING:
    from indicators.stress_day import StressDay

Values = Mapping[str, Value]
CLEAR = 0.02
"""Two points: a month's change of connectedness beyond its usual size. Since 2019 its standard deviation was 1.4 points."""
HALF = 0.5
"""Share of the readings without which nothing is called calm."""
ENOUGH = 3
"""Known readings a page needs before it is named as the place where the market breaks."""
TITLES = {
    "production_cost": "production cost",
    "etf_flows": "ETF flows",
    "drawdowns": "drawdowns",
    "fear": "fear",
    "contagion": "contagion",
    "treasuries": "Strategy's treasury",
    "leverage": "leverage",
    "options": "options",
    "rates": "rates",
}
"""Pages as a sentence calls them."""
PILLARS = {
    "price": "prices",
    "volatility": "volatility",
    "flows": "fund flows",
    "leverage": "leverage",
    "miners": "miners",
    "treasury": "Strategy's treasury",
    "macro": "macro",
}
"""Pillars of the stress index as a sentence calls them."""
WORDS = {"extreme": "Extreme stress", "stress": "Stress", "calm": "No stress"}
NAMED = 3
"""Pillars and pages that a verdict names."""


def overview(
    values: Values, before: Values, month_ago: float, apart: "StressDay | None" = None, since: pd.Timestamp | None = None
) -> str:
    """Say whether there is stress, since when, from which pillars, how many readings agree, and whether the break is spreading.

    Parameters
    ----------
    values, before : mapping of Value
        As of the day and as of the day before.
    month_ago : float
        Connectedness a month of sessions earlier, a fraction; NaN when not known.
    apart : StressDay or None
        The stress index of the day; None, or without a number, where it is not known.
    since : Timestamp or None
        First day of the run of days with the index' state.
    """
    known = [value for value in values.values() if value.state != "unknown"]
    if not known:
        return "Nothing is known as of this day."
    index = values.get("stress_index")
    if index is None or apart is None or index.state == "unknown" or not np.isfinite(apart.index):
        states = {value.state for value in known}
        word = "Breaking: " if "extreme" in states else "Under strain: " if "stress" in states else ""
        return word + _counted(values, before, known, "Calm: none") + _spreading(values, month_ago) + "."
    text = f"{WORDS[index.state]}: the stress index is {index.value:.2f}{ranked(values, 'stress_index')}"
    if since is not None:
        run = "without stress" if index.state == "calm" else "under stress"
        text += f", {run} since {day(since)} ({count((index.time - since).days + 1, 'day')})"
    leading = apart.pillars["contribution"].where(apart.pillars["weight"] > 0).dropna().nlargest(NAMED)
    text += f"; most of it comes from {listed([PILLARS[str(name)] for name in leading.index])}. "
    return text + _counted(values, before, known, "None") + _spreading(values, month_ago) + "."


def _counted(values: Values, before: Values, known: Sequence[Value], none: str) -> str:
    """Say how many readings are extreme or under stress, against the day before, and on which pages most of all."""
    extreme, stress = (_count(values, state) for state in ("extreme", "stress"))
    if not extreme and not stress:
        few = len(known) < HALF * len(values)
        return f"Little is known: none of the {len(known)} known of {len(values)} readings is under stress" if few else (
            f"{none} of {len(known)} readings is under stress"
        )
    told = [page for page in TITLES if len([value for value in known if READINGS[value.id].page == page]) >= ENOUGH]
    worst = sorted((page for page in told if _share(known, page) > 0), key=lambda page: -_share(known, page))[:NAMED]
    text = f"{extreme} of {len(known)} readings are extreme and {stress} under stress"
    text += f" ({_count(before, 'extreme')} and {_count(before, 'stress')} the day before)" if before else ""
    return text + (f", most of all in {listed([TITLES[page] for page in worst])}" if worst else "")


def worst_pages(values: Values, pages: Sequence[str]) -> list[str]:
    """Order pages by the share of their readings that are extreme or under stress, the worst first."""
    known = [value for value in values.values() if value.state != "unknown"]
    held = [page for page in pages if any(READINGS[value.id].page == page for value in known)]
    return sorted(held, key=lambda page: -_share(known, page)) + [page for page in pages if page not in held]


def _count(values: Values, state: str) -> int:
    return sum(value.state == state for value in values.values())


def _spreading(values: Values, month_ago: float) -> str:
    total = values.get("connectedness_total")
    if total is None or not np.isfinite(total.value) or total.state == "unknown":
        return ""
    level = f"connectedness is {percent(total.value)}{ranked(values, 'connectedness_total')}"
    if not np.isfinite(month_ago):
        return f"; {level}"
    moved = total.value - month_ago
    change = f"{level}, {'down' if moved < 0 else 'up'} {percent(abs(moved))[:-1]} points in a month"
    return f"; stress is spreading: {change}" if moved >= CLEAR else f"; {change}"


def _share(known: Sequence[Value], page: str) -> float:
    on_page = [value for value in known if READINGS[value.id].page == page]
    weight = {"extreme": 2, "stress": 1}
    return sum(weight.get(value.state, 0) for value in on_page) / len(on_page)
