"""Figures of one panel: bars over labels, and the path of a session."""

from collections.abc import Sequence

import pandas as pd

from components.marks import COLORS, Figure, axis_unit, colored, figure_of, layout_of, packed, plain, text

HEADING, ROW = 40, 15
"""Pixels above the panel for its title and a row of names, and for each further row."""


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
    notes: Sequence[str] = (),
) -> Figure:
    """Draw bars over labels: one group per (name, values, role).

    ``marks`` gives single bars their own role; ``notes`` are rows under the title.
    """
    said = [*notes, "  ".join(colored(name, role) for name, _, role in lines)]
    layout = layout_of(height, HEADING + ROW * len(notes), 44)
    layout["barmode"] = "relative"
    layout["xaxis"] = {"type": "category", "fixedrange": True, "nticks": 14, "showgrid": False, "automargin": True}
    layout["yaxis"] = {"tickformat": tickformat, "fixedrange": True, "zeroline": True}
    layout["annotations"] = [
        text(title, "paper", 0, 1.0, yshift=3 + ROW * len(said), bold=True),
        text("<br>".join(said), "paper", 0, 1.0, yshift=2),
        axis_unit(unit, 0.5),
    ]
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
    return figure_of(data, layout)


def path(
    title: str,
    unit: str,
    values: pd.Series,
    *,
    marked: tuple[pd.Timestamp, pd.Timestamp] | None = None,
    timezone: str = "America/New_York",
    height: int = 260,
    form: str = ",.2f",
) -> Figure:
    """Draw one session's bars as a line in the exchange's own time, with a marked stretch."""
    clock = pd.DatetimeIndex(values.index).tz_convert(timezone).tz_localize(None)
    layout = layout_of(height, HEADING, 28)
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
    return figure_of([trace], layout)
