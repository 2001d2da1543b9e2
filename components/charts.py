"""Figures: panels under one time axis that one crosshair reads, plain bars, and a matrix. Plotly, as plain dicts.

A figure is a plain dict with 32-bit values on one daily grid: building it takes under a millisecond and it weighs a
third of what a Plotly object sends. Colors are roles; the roles' colors are in the theme, which the browser fills in.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from streamlit.elements.lib import streamlit_plotly_theme as theme

from components.marks import COLORS, axis_unit, colored, event_name, level, level_name, ms, packed, plain, text, upright
from components.panels import Line, Panel, Threshold, of

if TYPE_CHECKING:
    from indicators.events import Event

__all__ = ["COLORS", "CONFIG", "SERIES", "Line", "Panel", "Threshold", "bars", "linked", "matrix", "of", "path"]

SERIES = ("main", "second", "third", "fourth", "fifth", "sixth", "seventh")
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
"""A logarithmic axis over less than this ratio labels every digit, beyond it only 1, 2 and 5."""
HEADING = 40
"""Pixels above a panel for its title and the names of its lines."""
EVENTS = 78
"""Pixels above the first panel for the events' upright names."""


def linked(
    panels: Sequence[Panel], start: pd.Timestamp, end: pd.Timestamp, events: Iterable["Event"] = (), *, stacked: bool = False
) -> dict[str, Any]:
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
    dict
        A Plotly figure: ``data`` and ``layout``.

    Notes
    -----
    One x axis is shared by all traces; ``make_subplots`` would link zoom but leave the crosshair in one panel.
    """
    grid = pd.date_range(start.normalize(), end.normalize(), freq="D", unit="us")
    shown = [event for event in events if grid[0] <= event.date <= grid[-1]]
    top = EVENTS if shown else 8
    bottom = 28
    inner = sum(panel.height + HEADING for panel in panels)
    data: list[dict[str, Any]] = []
    layout: dict[str, Any] = _layout(inner + top + bottom, top, bottom)
    layout["barmode"] = "relative" if stacked else "overlay"
    layout["xaxis"] = _time_axis(grid, len(panels))
    at = float(inner)
    for number, panel in enumerate(panels, start=1):
        ceiling = (at - HEADING) / inner
        at -= HEADING + panel.height
        name = "y" if number == 1 else f"y{number}"
        floor = max(at / inner, 0.0)
        columns = [_on_grid(line, grid) for line in panel.lines]
        traces = [
            _trace(line, values, grid, name) for line, values in zip(panel.lines, columns, strict=True) if np.isfinite(values).any()
        ]
        data += traces
        layout["yaxis" + name[1:]] = _value_axis(panel, (floor, ceiling), columns)
        layout["annotations"] += [*_headings(panel, ceiling, name, empty=not traces), axis_unit(panel.unit, (floor + ceiling) / 2)]
        layout["shapes"] += [level(threshold, name) for threshold in panel.thresholds]
    layout["shapes"] += [upright(event) for event in shown]
    layout["annotations"] += [event_name(event) for event in shown]
    return {"data": data or [NOTHING], "layout": layout}


def bars(
    title: str,
    unit: str,
    labels: Sequence[str],
    lines: Sequence[tuple[str, Sequence[float], str]],
    *,
    height: int = 240,
    tickformat: str = "",
    form: str = ",.2f",
    marks: Sequence[str] = (),
) -> dict[str, Any]:
    """Draw bars over labels: one group per (name, values, role); ``marks`` gives single bars their own role."""
    layout = _layout(height, HEADING, 44)
    layout["barmode"] = "relative"
    layout["xaxis"] = {"type": "category", "fixedrange": True, "nticks": 14, "showgrid": False, "automargin": True}
    layout["yaxis"] = {"tickformat": tickformat, "fixedrange": True, "zeroline": True}
    layout["annotations"] = [text(title, "paper", 0, 1.0, yshift=18, bold=True)]
    names = "  ".join(colored(name, role) for name, _, role in lines)
    layout["annotations"] += [text(names, "paper", 0, 1.0, yshift=2), axis_unit(unit, 0.5)]
    data = [
        {
            "type": "bar",
            "name": name,
            "x": list(labels),
            "y": plain(values),
            "marker": {"color": [COLORS[mark] for mark in marks] if marks else COLORS[role]},
            "hovertemplate": f"%{{y:{form}}}<extra>{name}</extra>",
        }
        for name, values, role in lines
    ]
    return {"data": data, "layout": layout}


def path(
    title: str,
    unit: str,
    values: pd.Series,
    *,
    marked: tuple[pd.Timestamp, pd.Timestamp] | None = None,
    timezone: str = "America/New_York",
    height: int = 260,
    form: str = ",.2f",
) -> dict[str, Any]:
    """Draw one session's bars as a line in the exchange's own time, with a marked stretch."""
    clock = pd.DatetimeIndex(values.index).tz_convert(timezone).tz_localize(None)
    layout = _layout(height, HEADING, 28)
    layout["xaxis"] = {"type": "date", "hoverformat": "%H:%M", "tickformat": "%H:%M", "showgrid": False}
    layout["yaxis"] = {"fixedrange": True}
    layout["annotations"] = [text(title, "paper", 0, 1.0, yshift=4, bold=True), axis_unit(unit, 0.5)]
    if marked:
        first, last = (moment.tz_convert(timezone).tz_localize(None).isoformat() for moment in marked)
        layout["shapes"].append(
            {
                "type": "rect",
                "xref": "x",
                "yref": "paper",
                "x0": first,
                "x1": last,
                "y0": 0,
                "y1": 1,
                "fillcolor": COLORS["extreme"],
                "opacity": 0.15,
                "line": {"width": 0},
            }
        )
    trace = {
        "type": "scatter",
        "mode": "lines",
        "name": unit,
        "x": [moment.isoformat() for moment in clock],
        "y": packed(values.to_numpy()),
        "line": {"color": COLORS["main"], "width": 1.4},
        "hovertemplate": f"%{{y:{form}}}<extra></extra>",
    }
    return {"data": [trace], "layout": layout}


def matrix(title: str, table: pd.DataFrame, *, height: int = 320) -> dict[str, Any]:
    """Draw a square table of fractions as shaded cells: the row receives, the column sends."""
    shares = table.to_numpy(dtype=float)
    off_diagonal = shares[~np.eye(len(table), dtype=bool)]
    layout = _layout(height, 2 * HEADING, 16)
    layout["hovermode"] = "closest"
    layout["xaxis"] = {"type": "category", "side": "top", "fixedrange": True, "showgrid": False}
    layout["yaxis"] = {"type": "category", "autorange": "reversed", "fixedrange": True, "showgrid": False}
    layout["annotations"] = [
        text(title, "paper", 0, 1.0, yshift=42, bold=True),
        axis_unit("receives", 0.5),
        text("sends →", "paper", 0, 1.0, yshift=24),
    ]
    trace = {
        "type": "heatmap",
        "x": list(table.columns),
        "y": list(table.index),
        "z": [plain(row) for row in shares],
        "zmin": 0,
        "zmax": float(np.nanmax(off_diagonal)) if np.isfinite(off_diagonal).any() else 1.0,
        # Up to the middle of the scale only: the numbers must be readable on every cell, in both themes.
        "colorscale": [[0, theme.SEQUENTIAL_0], [1, theme.SEQUENTIAL_5]],
        "textfont": {"color": theme.GRAY_90},
        "texttemplate": "%{z:.1%}",
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
        "hovertemplate": "%{x} explains %{z:.1%} of %{y}<extra></extra>",
    }
    return {"data": [trace], "layout": layout}


def _layout(height: int, top: int, bottom: int) -> dict[str, Any]:
    return {
        "height": height,
        "margin": {"l": 78, "r": 14, "t": top, "b": bottom, "autoexpand": False},
        "hovermode": "x unified",
        "hoversubplots": "axis",
        "hoverdistance": 40,
        "spikedistance": -1,
        "hoverlabel": {"namelength": -1, "font": {"size": 11}},
        "showlegend": False,
        "shapes": [],
        "annotations": [],
        "bargap": 0.08,
        "dragmode": "zoom",
    }


def _time_axis(grid: pd.DatetimeIndex, panels: int) -> dict[str, Any]:
    half = DAY_MS / 2
    # Range in milliseconds: an ISO day would be read in the browser's own time zone by some exports.
    return {
        "type": "date",
        "anchor": "y" if panels == 1 else f"y{panels}",
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
        "nticks": max(3, panel.height // 28),
        "zeroline": True,
        "tickformat": panel.tickformat,
        "tickprefix": panel.prefix,
        "tickfont": {"size": 11},
    }
    if panel.log:
        known = np.concatenate([values[np.isfinite(values)] for values in columns])
        narrow = len(known) > 0 and known.max() < NARROW * known.min()
        axis |= {"type": "log", "dtick": "D1" if narrow else "D2", "zeroline": False}
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


def _trace(line: Line, values: np.ndarray, grid: pd.DatetimeIndex, axis: str) -> dict[str, Any]:
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


def _headings(panel: Panel, ceiling: float, axis: str, *, empty: bool) -> list[dict[str, Any]]:
    names = "  ".join(colored(line.name, line.role) for line in panel.lines if line.kind not in ("edge", "band"))
    texts = [
        text(panel.title, "paper", 0, ceiling, yshift=18, bold=True),
        text("nothing published in this window" if empty else names, "paper", 0, ceiling, yshift=3),
    ]
    return texts + [level_name(threshold, axis, panel.log) for threshold in panel.thresholds if not empty]
