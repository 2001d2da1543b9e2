"""A fan: what followed several days, drawn from each of them as day zero, beside what followed an ordinary day."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from components.marks import COLORS, Figure, axis_unit, colored, figure_of, layout_of, packed, text

HEADING, BOTTOM, LABELS = 42, 28, 56
"""Pixels above the panel for its title and names, below it for the days, and right of it for the lines' names."""
LABEL = 13
"""Pixels that a line's name takes: names that would stand on one another are moved apart."""
BANDED, MEDIAN = 4, 3
"""Lines from which on quartiles, and a median, are drawn: of fewer they would only repeat the lines."""


def fan(title: str, paths: pd.DataFrame, usual: pd.Series, marked: Sequence[int], *, height: int = 300) -> Figure:
    """Draw one line per past day, the median thick and the middle half of them shaded, with all days' own behind.

    Parameters
    ----------
    title : str
        The question, with the number of lines.
    paths : DataFrame of shape (n_days, n_lines), fraction since day zero
        Indexed by the days since; each column is named as its line is.
    usual : Series
        Median of all days by days since; empty where there is none.
    marked : sequence of int
        Days since that are marked.
    """
    inner = height - HEADING - BOTTOM
    layout = layout_of(height, HEADING, BOTTOM)
    layout["margin"] |= {"l": 62, "r": LABELS}
    days = paths.index.to_numpy(dtype="float64")
    known = np.concatenate([paths.to_numpy(dtype="float64").ravel(), usual.to_numpy(dtype="float64").ravel(), [0.0]])
    low, high = (float(bound) for bound in (np.nanmin(known), np.nanmax(known)))
    pad = 0.05 * (high - low or 0.02)
    low, high = low - pad, high + pad
    layout["xaxis"] = {
        "range": [0, days[-1]], "tickvals": [0, *marked],
        "ticktext": [str(day) for day in (0, *marked)], "ticksuffix": " days after", "showticksuffix": "last",
        "fixedrange": True, "showgrid": False,
        "zeroline": False, "showspikes": True, "spikemode": "across", "spikesnap": "cursor", "spikethickness": 1,
        "spikedash": "dot",
    }  # fmt: skip
    layout["yaxis"] = {"range": [low, high], "tickformat": ".0%", "fixedrange": True, "zeroline": True, "tickfont": {"size": 11}}
    layout["shapes"] = [*_middle(paths), *(_mark(day) for day in marked if day < days[-1])]
    layout["annotations"] = [
        text(title, "paper", 0, 1.0, yshift=18, bold=True),
        text("  ".join(_names(paths, usual)), "paper", 0, 1.0, yshift=3),
        {**axis_unit("change since the day", 0.5), "xshift": -54},
        _below("days after"),
        *_ends(paths, low, high, inner),
    ]
    return figure_of([*_usual(usual), *_lines(paths), *_median(paths)], layout)


def _names(paths: pd.DataFrame, usual: pd.Series) -> list[str]:
    names = [colored("episodes", "faint")]
    if paths.shape[1] >= MEDIAN:
        names.append(colored("median and middle half" if paths.shape[1] >= BANDED else "median", "main"))
    return names + ([colored("┄ all days", "third")] if len(usual) else [])


def _mark(day: int) -> dict[str, Any]:
    return {
        "type": "line", "xref": "x", "yref": "paper", "x0": day, "x1": day, "y0": 0, "y1": 1, "layer": "below",
        "line": {"color": COLORS["faint"], "width": 1, "dash": "dot"}, "opacity": 0.6,
    }  # fmt: skip


def _below(unit: str) -> dict[str, Any]:
    """The unit of the days, under their axis."""
    return {
        "text": unit, "xref": "paper", "yref": "paper", "x": 0.5, "y": 0, "yshift": -8, "xanchor": "center", "yanchor": "top",
        "showarrow": False, "font": {"size": 10.5, "color": COLORS["faint"]},
    }  # fmt: skip


def _trace(name: str, values: pd.Series, role: str, width: float, **more: Any) -> dict[str, Any]:
    dash = more.pop("dash", "solid")
    return {
        "type": "scatter", "mode": "lines", "name": name, "x": [int(day) for day in values.index],
        "y": packed(values.to_numpy()), "line": {"color": COLORS[role], "width": width, "dash": dash},
        "hovertemplate": f"%{{y:+.1%}}<extra>{name}</extra>",
    } | more  # fmt: skip


def _usual(usual: pd.Series) -> list[dict[str, Any]]:
    return [_trace("median of all days", usual, "third", 1.6, dash="dot")] if len(usual) else []


def _middle(paths: pd.DataFrame) -> list[dict[str, Any]]:
    """The space between the quartiles, as a shape: a filled trace would hide the lines in it."""
    if paths.shape[1] < BANDED:
        return []
    bounds = pd.DataFrame({"low": paths.quantile(0.25, axis=1), "high": paths.quantile(0.75, axis=1)}).dropna()
    edge = [*bounds["low"].items(), *bounds["high"][::-1].items()]
    drawn = " L ".join(f"{day},{change:.4f}" for day, change in edge)
    return [
        {"type": "path", "xref": "x", "yref": "y", "path": f"M {drawn} Z", "fillcolor": COLORS["main"], "opacity": 0.2,
         "line": {"width": 0}, "layer": "below"}
    ]  # fmt: skip


def _lines(paths: pd.DataFrame) -> list[dict[str, Any]]:
    return [_trace(str(name), paths[name], "faint", 1.1) for name in paths]


def _median(paths: pd.DataFrame) -> list[dict[str, Any]]:
    if paths.shape[1] < MEDIAN:
        return []
    return [_trace("median", paths.median(axis=1), "main", 2.8)]


def _ends(paths: pd.DataFrame, low: float, high: float, inner: int) -> list[dict[str, Any]]:
    """Names at the lines' ends, from the lowest up, none nearer to the one below it than a row and none above the panel."""
    last = {str(name): float(paths[name].dropna().iloc[-1]) for name in paths if paths[name].notna().any()}
    ordered = sorted(last, key=lambda name: last[name])
    row = LABEL / inner
    places = [(last[name] - low) / (high - low) for name in ordered]
    for at in range(1, len(places)):
        places[at] = max(places[at], places[at - 1] + row)
    for at in range(len(places) - 1, -1, -1):
        places[at] = min(places[at], 1 - row * (len(places) - 1 - at))
    return [
        {
            "text": name, "xref": "paper", "x": 1, "xanchor": "left", "xshift": 3, "yref": "paper", "y": place, "yanchor": "middle",
            "showarrow": False, "font": {"size": 10, "color": COLORS["faint"]},
        }
        for name, place in zip(ordered, places, strict=True)
    ]  # fmt: skip
