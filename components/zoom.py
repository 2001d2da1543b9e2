"""A reader's zoom, kept while newer data come: Streamlit draws a changed figure anew, which would show the whole window again."""

from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from components.marks import Figure

SCRIPT = Path(__file__).with_name("zoom.js")
DRAWN = "zoomed_figures"
"""Session key: by page, the figure on which its reader zoomed."""


def draw(figure: Figure, page: str, config: dict[str, Any]) -> None:
    """Draw a page's linked figure on the days its reader has zoomed to.

    Parameters
    ----------
    figure : Figure
        Footed, so that it names its window; the same object as long as nothing in it changed.
    page : str
        The page's name; also the figure's key.
    config : dict
        Plotly's.
    """
    reported = _listener()(key=f"zoom_{page}", height=0, on_zoom_change=_nothing).zoom
    st.plotly_chart(chosen(figure, reported, st.session_state.setdefault(DRAWN, {}), page), key=page, config=config)


def chosen(figure: Figure, reported: Any, drawn: dict[str, Figure], page: str) -> Figure:
    """Choose what to draw: the figure as it is, or, when it has changed under a zoom, the same days of the new one.

    Parameters
    ----------
    figure : Figure
    reported : dict or None
        ``window`` and ``range`` as the browser told them; anything may be in it.
    drawn : dict
        By page, the figure on which its reader zoomed; changed in place.
    page : str
    """
    days = _range(reported, figure)
    if days is None:
        drawn.pop(page, None)
        return figure
    if drawn.setdefault(page, figure) is figure:  # the browser still shows it, zoomed as it is
        return figure
    spec = figure.to_dict()
    axis = spec["layout"]["xaxis"] | {"range": days}
    return Figure(spec | {"layout": spec["layout"] | {"xaxis": axis}})


def _range(reported: Any, figure: Figure) -> list[str] | None:
    """Read the days that the browser told, if they are days and belong to this figure's window."""
    window = figure.to_dict()["layout"].get("meta", {}).get("window")
    if not isinstance(reported, dict) or reported.get("window") != window:
        return None
    days = reported.get("range")
    if not isinstance(days, list | tuple) or len(days) != 2:
        return None
    moments = pd.to_datetime(pd.Series([str(day)[:26] for day in days]), errors="coerce", format="ISO8601")
    return None if moments.isna().any() else [moment.isoformat() for moment in moments]


def _nothing() -> None:
    """Do nothing: the next run reads what changed."""


@cache
def _listener() -> Any:
    return st.components.v2.component("faultline_zoom", js=SCRIPT.read_text(encoding="utf-8"))
