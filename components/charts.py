"""Figures: panels under one time axis that one crosshair reads; with bars and a path beside them. Plotly, as plain dicts.

A figure is a plain dict with 32-bit values on one daily grid: building it takes under a millisecond and it weighs a
third of what a Plotly object sends. Colors are roles; the roles' colors are in the theme, which the browser fills in.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import streamlit as st

from components import record
from components.marks import (
    COLORS,
    Figure,
    axis_unit,
    colored,
    event_names,
    figure_of,
    footed,
    layout_of,
    level,
    mark,
    ms,
    packed,
    text,
    upright,
)
from components.panels import SERIES, Line, Mark, Panel, Threshold, levels, of, stack
from components.single import bars, path

if TYPE_CHECKING:
    from indicators.events import Event

__all__ = [
    "COLORS", "CONFIG", "SERIES", "Figure", "Line", "Mark", "Panel", "Threshold",
    "bars", "draw", "footed", "levels", "linked", "of", "path", "stack",
]

CONFIG = {
    "displaylogo": False,
    "scrollZoom": False,
    "modeBarButtonsToRemove": ["zoomIn2d", "zoomOut2d", "select2d", "lasso2d", "autoScale2d"],
    "doubleClick": "reset",
}
DAY_MS = 86_400_000
NOTHING = {"type": "scatter", "x": [None], "y": [None], "hoverinfo": "skip"}
"""Plotly refuses a figure without traces; the panels themselves say that nothing was published."""
NARROW = 6
"""Highest over lowest value from which a panel that may be logarithmic is: over less, a plain axis reads better."""
NOTHING_HIGH = 6
"""Pixels of a panel that has nothing to show: its title and the sentence that says so are enough."""
TITLE, NAMES = 25, 15
"""Pixels of a panel's title and of one row of its lines' names."""
ROW = 46
"""Characters of names in one row: what a phone's width takes."""
EVENTS = 98
"""Pixels above the first panel for the events' upright names, and for the tools above them."""


def draw(figure: Figure, key: str) -> None:
    """Put a figure on the page, under a key that no other figure of the page has, and into the page's record."""
    record.figure(figure, key)
    st.plotly_chart(figure, key=key, config=CONFIG)


def linked(
    panels: Sequence[Panel], start: pd.Timestamp, end: pd.Timestamp, events: Iterable["Event"] = (), *, stacked: bool = False
) -> Figure:
    """Stack panels under one time axis; the crosshair reads all of them, zoom and pan move all of them.

    Parameters
    ----------
    panels : sequence of Panel
        From top to bottom. A panel whose lines have nothing in the window still stands and says so.
    start, end : Timestamp, UTC
        First and last day of the window.
    events : iterable of Event
        Those inside the window are drawn through all panels, their names upright above.
    stacked : bool
        True when bars of one panel are parts of a whole and stand on one another.

    Returns
    -------
    Figure
        Plain inside: ``to_dict()`` has ``data`` and ``layout``.

    Notes
    -----
    One x axis is shared by all traces; ``make_subplots`` would link zoom but leave the crosshair in one panel.
    """
    # Where the first panel begins the figure begins: the years before, which only others know, would squeeze it.
    begins = [line.values.dropna().index[:1] for line in panels[0].lines]
    first = min((pd.Timestamp(day[0]) for day in begins if len(day)), default=start)
    grid = pd.date_range(min(max(start, first), end).normalize(), end.normalize(), freq="D", unit="us")
    shown = [event for event in events if grid[0] <= event.date <= grid[-1]]
    top, bottom = (EVENTS if shown else 8), 28
    columns = [[_on_grid(line, grid) for line in panel.lines] for panel in panels]
    empty = [not any(np.isfinite(values).any() for values in known) for known in columns]
    heights = [NOTHING_HIGH if nothing else panel.height for panel, nothing in zip(panels, empty, strict=True)]
    inner = sum(heights) + sum(map(_heading, panels))
    layout = layout_of(inner + top + bottom, top, bottom)
    layout["barmode"] = "relative" if stacked else "overlay"
    layout["xaxis"] = _time_axis(grid)
    data: list[dict[str, Any]] = []
    at = float(inner)
    for number, (panel, known, nothing, height) in enumerate(zip(panels, columns, empty, heights, strict=True), start=1):
        ceiling = (at - _heading(panel)) / inner
        at -= _heading(panel) + height
        floor = max(at / inner, 0.0)
        name = "y" if number == 1 else f"y{number}"
        layout["annotations"] += _headings(panel, ceiling, empty=nothing)
        if nothing:
            continue
        drawn = [(line, values) for line, values in zip(panel.lines, known, strict=True) if np.isfinite(values).any()]
        data += [_trace(line, grid, values, name) for line, values in drawn]
        layout["yaxis" + name[1:]] = _value_axis(panel, (floor, ceiling), known)
        layout["annotations"].append(axis_unit(panel.unit, (floor + ceiling) / 2))
        layout["shapes"] += [level(threshold, name) for threshold in panel.thresholds]
        layout["annotations"] += [mark(one, name, grid[0], grid[-1]) for one in panel.marks if grid[0] <= one.time <= grid[-1]]
    if not data:
        layout["xaxis"]["visible"], layout["yaxis"] = False, {"visible": False, "fixedrange": True}
    layout["shapes"] += [upright(event) for event in shown]
    layout["annotations"] += event_names(shown, (grid[-1] - grid[0]).days)
    return figure_of(data or [NOTHING], layout)


def _time_axis(grid: pd.DatetimeIndex) -> dict[str, Any]:
    half = DAY_MS / 2
    # Range in milliseconds: an ISO day would be read in the browser's own time zone by some exports.
    return {
        "type": "date",
        "anchor": "free",
        "position": 0,
        "hoverformat": "%a %d %b %Y",
        "range": [ms(grid[0]) - half, ms(grid[-1]) + half],
        "showgrid": False,
        "showspikes": True,
        "spikemode": "across",
        "spikesnap": "cursor",
        "spikethickness": 1,
        "spikedash": "dot",
    }


def _value_axis(panel: Panel, domain: tuple[float, float], columns: Sequence[np.ndarray]) -> dict[str, Any]:
    axis: dict[str, Any] = {
        "domain": list(domain),
        "anchor": "x",
        "fixedrange": True,
        "nticks": max(5, panel.height // 20),
        "zeroline": True,
        "tickformat": panel.tickformat,
        "tickprefix": panel.prefix,
        "showtickprefix": "all",
        "tickfont": {"size": 11},
    }
    known = np.concatenate([values[np.isfinite(values)] for values in columns])
    if panel.log and len(known) and 0 < NARROW * known.min() < known.max():
        axis |= {"type": "log", "dtick": "D2", "zeroline": False, "tickformat": panel.tickformat or "~g"}
    if panel.limits:
        axis["range"] = list(panel.limits)
    return axis | panel.extra


def _on_grid(line: Line, grid: pd.DatetimeIndex) -> np.ndarray:
    """Put a line's values on the days of the window; a day without one is NaN."""
    daily = line.values.copy()
    daily.index = pd.DatetimeIndex(daily.index).normalize()
    daily = daily[~daily.index.duplicated(keep="last")]
    if line.kind == "step":
        daily = daily.reindex(daily.index.union(grid)).ffill()
    return daily.reindex(grid).to_numpy(dtype=np.float32)


def _trace(line: Line, grid: pd.DatetimeIndex, values: np.ndarray, axis: str) -> dict[str, Any]:
    color = COLORS[line.role]
    trace: dict[str, Any] = {
        "name": line.name,
        "x0": ms(grid[0]),
        "dx": DAY_MS,
        "y": packed(values),
        "xaxis": "x",
        "yaxis": axis,
        "hovertemplate": f"{line.prefix}%{{y:{line.form}}}{line.suffix}<extra>{line.name}</extra>",
    }
    if line.kind == "bar":
        return trace | {"type": "bar", "marker": {"color": color, "line": {"width": 0}}}
    trace |= {"type": "scatter", "mode": "lines", "connectgaps": True, "line": {"color": color, "width": 1.4}}
    if line.kind == "area":
        trace |= {"stackgroup": axis, "stackgaps": "interpolate", "connectgaps": None}
        trace["line"]["width"] = 0
    if line.kind == "dash":
        trace["line"]["dash"] = "dot"
    if line.kind == "step":
        trace["line"]["shape"] = "hv"
    if line.kind in ("edge", "band"):
        # Faint and without a line of its own: the space between two edges, under everything else.
        trace |= {"opacity": 0.0 if line.kind == "edge" else 0.22, "hoverinfo": "skip", "hovertemplate": None}
        trace["line"]["width"] = 0
        trace |= {"fill": "tonexty"} if line.kind == "band" else {}
    return trace


def _names(panel: Panel) -> list[str]:
    """Names of a panel's lines and levels in their colors, broken into rows that fit a phone.

    A level is named here and not at its end, where the line it is read against would run through its name.
    """
    named = [(line.name, line.role) for line in panel.lines if line.kind not in ("edge", "band")]
    named += [(f"┄ {threshold.label}", threshold.role) for threshold in panel.thresholds]
    rows: list[list[tuple[str, str]]] = [[]]
    for name, role in named:
        if rows[-1] and sum(len(told) + 2 for told, _ in rows[-1]) + len(name) > ROW:
            rows.append([])
        rows[-1].append((name, role))
    return ["  ".join(colored(name, role) for name, role in row) for row in rows]


def _heading(panel: Panel) -> int:
    """Pixels above a panel: its title and the names of its lines."""
    return TITLE + NAMES * len(_names(panel))


def _headings(panel: Panel, ceiling: float, *, empty: bool) -> list[dict[str, Any]]:
    names = _names(panel)
    return [
        text(panel.title, "paper", 0, ceiling, yshift=4 + NAMES * len(names), bold=True),
        text("nothing published in this window" if empty else "<br>".join(names), "paper", 0, ceiling, yshift=3),
    ]
