"""Panels of the stress index: the index under its bound, the pillars that make it, and the indices of public institutions."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from components import sentences
from components.panels import SERIES, Line, Mark, Panel, Threshold
from components.stress_tables import PILLARS
from indicators.readings import READINGS, Value, state_of

if TYPE_CHECKING:
    from indicators.stress import Composite
    from indicators.stretches import Stretch

READING = "stress_index"
WIDE = pd.Timedelta(days=1200)
"""Windows from which on contributions are drawn as means of weeks: a day would be thinner than a pixel."""
HEADROOM = 1.22
"""Height of the first panel over its highest line: room for the names of the worst days."""


def under_stress(index: pd.Series, percentiles: pd.Series) -> pd.Series:
    """Say of each day whether its row calls the index stress: for its place in its year, or for its level."""
    row = READINGS[READING]
    states = (state_of(row, *both) for both in zip(index, percentiles.reindex(index.index), strict=True))
    return pd.Series([state in ("stress", "extreme") for state in states], index=index.index, dtype=bool)


def state(values: Mapping[str, Value]) -> str:
    """Name the state of the whole board: that of the index, or where it is not known the worst of all readings."""
    index = values[READING]
    return sentences.worst(values.values()) if index.state == "unknown" else index.state


def panels(
    whole: "Composite",
    stretches: Sequence["Stretch"],
    official: Mapping[tuple[str, str], pd.Series],
    start: pd.Timestamp,
    end: pd.Timestamp,
) -> tuple[Panel, ...]:
    """Draw the index and its bound with the worst days named, what pillars add, and what public institutions say.

    Parameters
    ----------
    whole : Composite
    stretches : sequence of Stretch
    official : mapping of (measure, asset) to Series
        ``ciss`` of the euro area, ``ofr_fsi``, ``stlfsi``; empty ones are left out.
    start, end : Timestamp
        The window.
    """
    index, bound = whole.index, whole.bound
    inside = bound[start:end].dropna()
    ciss = official["ciss", "EURO_AREA"]
    lines = [
        Line("stress index", index, "main", ".3f"),
        Line("if all pillars moved as one", bound, "faint", ".3f", "dash"),
        *([Line("ECB CISS, euro area", ciss, "fourth", ".3f")] if len(ciss[start:end]) else []),
    ]
    top = float(inside.max()) * HEADROOM if len(inside) else 1.0
    marks = tuple(Mark(one.worst, one.bound, f"{one.worst:%b %Y}") for one in stretches)
    question = "Is there stress? Worst days of high stress named"
    first = Panel(question, "index, 0–1", lines, height=170, limits=(0, top), marks=marks)
    added = Panel("Where does it come from?", "adds to index", _contributions(whole, end - start > WIDE), height=150)
    others = [
        Line(name, official[key], role, ".2f")
        for key, name, role in (
            (("ofr_fsi", "GLOBAL"), "OFR financial stress", "second"),
            (("stlfsi", "US"), "St. Louis Fed financial stress", "third"),
        )
        if len(official[key][start:end])
    ]
    if not others:
        return first, added
    level = (Threshold(0, "average", "faint"),)
    return first, added, Panel("What do public stress indices say?", "0 is average", others, level, 90)


def _contributions(whole: "Composite", weekly: bool) -> tuple[Line, ...]:
    """Stack every pillar's contribution; the correlation term below 0 is what is taken from them to make the index."""
    parts = whole.contributions.where(whole.weights > 0).rename(columns=PILLARS).dropna(how="all").fillna(0.0)
    term = whole.correlation_term.dropna()
    if weekly:
        parts, term = parts.resample("7D").mean(), term.resample("7D").mean()
    roles = zip(parts.columns, SERIES, strict=True)
    areas = (Line(str(name), parts[name], role, "+.3f", "area") for name, role in roles if parts[name].any())
    return (*areas, Line("less: not moving as one", term, "second", "+.3f", "dash"))


def stretch_rows(stretches: Sequence["Stretch"]) -> list[tuple[str, ...]]:
    """Put the stretches of high stress into words, the newest first."""
    return [
        (
            f"{one.worst:%d %b %Y}", sentences.day(one.start), sentences.day(one.end), f"{one.days}", f"{one.index:.3f}",
            f"{one.bound:.3f}",
        )
        for one in reversed(stretches)
    ]  # fmt: skip
