"""Marks on a figure: colored names, units, levels, upright events, and numbers packed for the browser."""

import base64
from collections.abc import Iterable, Sequence
from functools import cache
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import plotly.io as pio
from plotly.basedatatypes import BaseFigure
from streamlit.elements.lib import streamlit_plotly_theme as theme

if TYPE_CHECKING:
    from components.panels import Mark, Threshold
    from components.window import Window
    from indicators.events import Event

COLORS = {
    "main": theme.CATEGORY_0,
    "second": theme.CATEGORY_1,
    "third": theme.CATEGORY_2,
    "fourth": theme.CATEGORY_3,
    "fifth": theme.CATEGORY_4,
    "sixth": theme.CATEGORY_5,
    "seventh": theme.CATEGORY_6,
    "stress": theme.CATEGORY_7,
    "extreme": theme.CATEGORY_8,
    "calm": theme.CATEGORY_9,
    "faint": theme.CATEGORY_5,
}
"""Role of a line: seven series, three states, and what should stay in the background."""

CLOSE_WIDE, CLOSE_PHONE = 0.011, 0.05
"""Shares of the window's width that an upright name takes on a wide screen and on a phone."""

EDGE = 0.08
"""Share of the window's width beside its edges in which a centered name would run off a phone."""


def text(text: str, yref: str, x: float, y: float, *, yshift: int = 0, bold: bool = False) -> dict[str, Any]:
    """Write a text above an axis, over the background so that no line crosses it."""
    return {
        "text": f"<b>{text}</b>" if bold else text,
        "xref": "paper",
        "yref": yref,
        "x": x,
        "y": y,
        "xanchor": "left",
        "yanchor": "bottom",
        "showarrow": False,
        "yshift": yshift,
        "align": "left",
        "font": {"size": 12, "color": COLORS["second"]} if bold else {"size": 11},
        "bgcolor": theme.BG_COLOR,
        "borderpad": 0,
    }


def axis_unit(unit: str, middle: float) -> dict[str, Any]:
    """Write an axis' unit beside it, at a place of its own: Plotly's axis titles run into long tick labels."""
    return {
        "text": unit,
        "xref": "paper",
        "yref": "paper",
        "x": 0,
        "y": middle,
        "xshift": -68,
        "textangle": -90,
        "xanchor": "center",
        "yanchor": "middle",
        "showarrow": False,
        "font": {"size": 10.5, "color": COLORS["faint"]},
    }


def colored(name: str, role: str) -> str:
    """Write a name in the color of its line."""
    return f'<span style="color:{COLORS[role]}">{name}</span>'


def level(threshold: "Threshold", axis: str) -> dict[str, Any]:
    """Draw a threshold through its panel."""
    return {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "yref": axis,
        "y0": threshold.value,
        "y1": threshold.value,
        "line": {"color": COLORS[threshold.role], "width": 1, "dash": "dash"},
        "opacity": 0.8,
    }


def mark(named: "Mark", axis: str, first: pd.Timestamp, last: pd.Timestamp) -> dict[str, Any]:
    """Name a day above its point of a panel; near an edge of the window the name stands inside."""
    across = (named.time - first) / max(last - first, pd.Timedelta(days=1))
    return {
        "text": named.label,
        "xref": "x",
        "yref": axis,
        "x": ms(named.time),
        "y": named.value,
        "xanchor": "left" if across < EDGE else "right" if across > 1 - EDGE else "center",
        "yanchor": "bottom",
        "showarrow": False,
        "yshift": 1,
        "font": {"size": 10.5, "color": COLORS["second"]},
    }


def upright(event: "Event") -> dict[str, Any]:
    """Draw an event through all panels."""
    moment = ms(event.date)
    return {
        "type": "line",
        "xref": "x",
        "yref": "paper",
        "x0": moment,
        "x1": moment,
        "y0": 0,
        "y1": 1,
        "layer": "below",
        "line": {"color": COLORS["faint"], "width": 1, "dash": "dot"},
        "opacity": 0.7,
    }


def event_names(events: Sequence["Event"], days: int) -> list[dict[str, Any]]:
    """Write events' names upright above the first panel, leaving out a name that would stand on the one before it.

    A name that fits a wide screen but not a phone is a size smaller; by that the style sheet hides it there.
    """
    names, last_wide, last_phone = [], -np.inf, -np.inf
    for event in sorted(events, key=lambda one: one.date):
        place = event.date.timestamp() / 86_400 / max(days, 1)
        if place - last_wide < CLOSE_WIDE:
            continue
        fits_phone = place - last_phone >= CLOSE_PHONE
        last_wide, last_phone = place, place if fits_phone else last_phone
        names.append(
            {
                "text": event.label, "xref": "x", "x": ms(event.date), "yref": "paper", "y": 1, "yanchor": "bottom",
                "xanchor": "center", "textangle": -90, "showarrow": False,
                "font": {"size": 10 if fits_phone else 9.5, "color": COLORS["faint"]},
            }
        )  # fmt: skip
    return names


class Figure(BaseFigure):
    """A plain figure that Streamlit takes as it is.

    Streamlit hands a dict to Plotly, which builds an object for every mark in it to check it and then turns it back: half
    of a page's time, for figures that a test has checked.
    """

    def __init__(self, spec: dict[str, Any]) -> None:
        self._spec = spec

    def to_dict(self) -> dict[str, Any]:
        """Return the figure as it will be sent."""
        return self._spec


def figure_of(data: list[dict[str, Any]], layout: dict[str, Any]) -> Figure:
    """Make a figure in Streamlit's template, whose colors the browser fills in from the theme."""
    return Figure({"data": data, "layout": {"template": _template(), **layout}})


FOOT, FOOT_WIDTH = 16, 58
"""Pixels of one row under the axis for what a figure says of its inputs, and the characters of it that fit a phone."""


def footed(figure: Figure, foot: str, window: "Window") -> Figure:
    """Write the age of a figure's worst input under it, and name the window it shows, to which a reader's zoom belongs.

    Parameters
    ----------
    figure : Figure
    foot : str
        One sentence; none leaves the figure's height as it is.
    window : Window
        The reader's choice of days; a preset stays the same when newer days come.
    """
    spec = figure.to_dict()
    layout = spec["layout"] | {"meta": {"window": str(window.address)}}
    if foot:
        margin, rows = layout["margin"], _rows(foot)
        high = FOOT * len(rows) + 2
        below = text("<br>".join(rows), "paper", 0, 0, yshift=-margin["b"] - high)
        below |= {"yanchor": "bottom", "name": "foot", "xshift": 10 - margin["l"]}
        layout |= {"margin": margin | {"b": margin["b"] + high}, "height": layout["height"] + high}
        layout["annotations"] = [*layout["annotations"], below]
    return Figure(spec | {"layout": layout})


def _rows(foot: str) -> list[str]:
    """Break a foot into rows that fit a phone, between its parts where that is possible."""
    rows = [""]
    for part in foot.split(" · "):
        if rows[-1] and len(rows[-1]) + len(part) + 3 > FOOT_WIDTH:
            rows.append("")
        rows[-1] += f"{' · ' if rows[-1] else ''}{part}"
    return [line for row in rows for line in wrap(row, FOOT_WIDTH)]


@cache
def _template() -> dict[str, Any]:
    template: dict[str, Any] = pio.templates["streamlit"].to_plotly_json()
    return template


def layout_of(height: int, top: int, bottom: int) -> dict[str, Any]:
    """Lay out a figure of a height and margins, pixels: one crosshair, no legend, zoom by dragging."""
    return {
        "height": height,
        "margin": {"l": 78, "r": 14, "t": top, "b": bottom, "autoexpand": False},
        "hovermode": "x unified",
        "hoversubplots": "axis",
        "hoverdistance": 40,
        "spikedistance": -1,
        "hoverlabel": {"namelength": -1, "font": {"size": 11}},
        "showlegend": False,
        "legend": {"traceorder": "normal"},
        "shapes": [],
        "annotations": [],
        "bargap": 0.08,
        "dragmode": "zoom",
    }


def ms(moment: pd.Timestamp) -> int:
    """Milliseconds since 1970, UTC."""
    return int(moment.timestamp() * 1000)


def packed(values: np.ndarray) -> dict[str, str]:
    """Pack values as 32-bit numbers: a third of the bytes of their digits, and no screen shows the difference."""
    packed = np.ascontiguousarray(values, dtype=np.float32)
    return {"dtype": "f4", "bdata": base64.b64encode(packed.tobytes()).decode("ascii")}


def plain(values: Iterable[float]) -> list[float | None]:
    """List values with gaps as None."""
    return [float(value) if np.isfinite(value) else None for value in values]
