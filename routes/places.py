"""A link opened without a visitor: the board as of its day, the numbers of its page and the sentence above them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from components import (
    feeds,
    frame,
    links,
    network,
    sentences,
    treasuries_tables,
    verdicts,
    verdicts_analogues,
    verdicts_leverage,
    verdicts_options,
    verdicts_rates,
    verdicts_resonance,
    verdicts_treasuries,
)
from components.days import Span
from components.links import Place
from data_sources import cached
from indicators import aftermath, analogues, quotes
from indicators.rates_day import rates_day
from indicators.readings import READINGS, Value
from notes import compose, proof

NAMED = 4
"""Readings in a description."""
DAY = pd.Timedelta(days=1)


@dataclass(frozen=True)
class Opened:
    """A pinned place, the view that it opens, what its page says there, and the digest of that."""

    place: Place
    view: cached.View
    content: dict[str, Any]
    digest: str


def span() -> Span:
    """Say which days can be asked for. Raises StoreUnavailable."""
    return Span(*cached.held())


def opened(place: Place, held: Span) -> Opened:
    """Open a place, pinned; its proof is that of the numbers found. Raises StoreUnavailable."""
    fixed = links.pinned(place, held, place.theme, links.moment())
    view = cached.seen(fixed.window.as_of, fixed.window.known)
    fixed = links.arrived(fixed, view.board.arrived)
    content = says(fixed, view, proof.of_page(fixed.page, view.values))
    digest = proof.digest(content)
    return Opened(replace(fixed, proof=proof.short(digest)), view, content, digest)


def says(place: Place, view: cached.View, values: Mapping[str, Value]) -> dict[str, Any]:
    """Gather what readings say at a pinned place."""
    days = place.window
    assert days.as_of is not None
    return proof.numbers(place.page, view.board.kind, days.as_of, days.start, days.end, values, None, place.chosen, days.known)


def when(place: Place) -> str:
    """Say what a pinned place stands as of."""
    as_of, known = place.window.as_of, place.window.known
    assert as_of is not None
    told = f"on {sentences.day(as_of)} at {as_of:%H:%M:%S} UTC"
    if as_of == as_of.normalize():
        told, as_of = f"at the end of {sentences.day(as_of)}", as_of + DAY
    late = known is not None and known > as_of
    return f"{told}, with what had arrived by {sentences.day(known)}, {known:%H:%M} UTC" if late and known is not None else told


def verdict(page: str, view: cached.View) -> str:
    """Say what the page's verdict says as of the view's day; of a page whose verdict needs more than readings, its question."""
    told = VERDICTS.get(page)
    return frame.BY_NAME[page].question if told is None else told(view)


def described(found: Opened) -> str:
    """Say the worst readings of a place, and what they stand as of."""
    readings = proof.of_page(found.place.page, found.view.values)
    known = [value for value in sentences.worst_first(readings.values()) if np.isfinite(value.value)][:NAMED]
    told = [f"{READINGS[value.id].label} {written(value.value, value.id)}" for value in known]
    made = "Sample board, numbers partly made. " if found.view.board.kind == "sample" else ""
    return f"{made}{'; '.join(told) or 'Nothing is known'}. As known {when(found.place)}."


def written(value: float | None, name: str) -> str:
    """Write a reading's value as the board does; a reading that is no longer one, as a bare number."""
    if value is None:
        return "not known"
    return sentences.reading(value, name) if name in READINGS else f"{value:g}"


def _overview(view: cached.View) -> str:
    return compose.headline(view).text


def _contagion(view: cached.View) -> str:
    return verdicts.contagion(view.values, *network.ends(view.work("connectedness_total"), view.board.as_of))


def _leverage(view: cached.View) -> str:
    held = {asset: view.panels.series("open_interest", asset) for asset in ("BTC", "ETH")}
    return verdicts_leverage.leverage(view.values, {asset: float(one.iloc[-1]) for asset, one in held.items() if len(one)})


def _treasuries(view: cached.View) -> str:
    index = treasuries_tables.standing(quotes.track(view.board.as_of), quotes.DECIDED, quotes.DUE)
    return verdicts_treasuries.treasuries(view.values, index)


def _rates(view: cached.View) -> str:
    day = rates_day(view.work("cut_odds_next"), view.panels, view.board.as_of)
    return verdicts_rates.rates(view.values, day.decision, day.unchanged_since, day.beside)


def _analogues(view: cached.View) -> str:
    pillars, as_of = view.work("stress_index").pillars, view.board.as_of
    found = view.keep("analogues", lambda: analogues.analogues(pillars, as_of))
    close = aftermath.daily(view.panels.series("close", "BTC"), found.compared)
    return verdicts_analogues.analogues(found, aftermath.after(close, found.starts), aftermath.base_rate(close))


def _sources(view: cached.View) -> str:
    """Say how feeds stand now: of how they stood on another day nothing is kept."""
    return feeds.verdict(cached.asking(), cached.needs(), cached.progress(), live=view.board.kind == "live")[0]


VERDICTS: dict[str, Callable[[cached.View], str]] = {
    "overview": _overview,
    "production_cost": lambda view: verdicts.production_cost(view.values),
    "etf_flows": lambda view: verdicts.etf_flows(view.values),
    "drawdowns": lambda view: verdicts.drawdowns(view.values),
    "fear": lambda view: verdicts.fear(view.values),
    "contagion": _contagion,
    "leverage": _leverage,
    "options": lambda view: verdicts_options.options(view.values),
    "treasuries": _treasuries,
    "rates": _rates,
    "resonance": lambda view: verdicts_resonance.verdict(view.work("resonance"), view.board.as_of),
    "analogues": _analogues,
    "sources": _sources,
    "note": _overview,
}
"""By page, its verdict from a view alone."""
