"""A reader's zoom is the window: the days that are dragged open on a page's linked figure become the days of everything else.

Where a page has no such figure but several that all show the window, as the note has, each of them is listened to.
"""

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from components import record, window
from components.marks import Figure

SCRIPT = Path(__file__).with_name("zoom.js")
HALF, HAIR = pd.Timedelta(hours=12), pd.Timedelta(minutes=1)
"""A day stands at its 00:00 and reaches half a day to both sides; a browser rounds."""


def draw(figure: Figure, page: str, config: dict[str, Any]) -> None:
    """Draw a page's linked figure and listen to its zoom; without the script the figure zooms by itself, and the presets work.

    Parameters
    ----------
    figure : Figure
        Footed, so that the script knows it; the same object as long as nothing in it changed.
    page : str
        The page's name; also the figure's key.
    config : dict
        Plotly's.
    """
    listen(page)
    record.figure(figure, page)
    st.plotly_chart(figure, key=page, config=config)


def listen(page: str, *, every: bool = False) -> None:
    """Listen to the zoom of a page's first footed figure, or of every footed one where all of them show the window."""
    listener = f"zoom_{page}"
    _listener()(key=listener, data={"every": every}, height=0, on_zoom_change=partial(_told, listener))


def heard(told: Any, zoom: Callable[[pd.Timestamp, pd.Timestamp], None], unzoom: Callable[[], None]) -> None:
    """Do what a reader did on the figure.

    Parameters
    ----------
    told : dict or None
        ``range``, two moments, or ``back``, as the browser told them; anything may be in it, and what is neither is left alone.
    zoom, unzoom : callable
    """
    if not isinstance(told, dict):
        return
    if told.get("back") is True:
        unzoom()
    elif (days := touched(told.get("range"))) is not None:
        zoom(*days)


def touched(moments: Any) -> tuple[pd.Timestamp, pd.Timestamp] | None:
    """Name the first and the last day that a range shows, UTC; None where it is no range."""
    if not isinstance(moments, list | tuple) or len(moments) != 2:
        return None
    read = pd.to_datetime(pd.Series([str(one)[:26] for one in moments]), errors="coerce", format="ISO8601", utc=True)
    low, high = read.min(), read.max()
    if read.isna().any() or not 1980 < low.year <= high.year < 2200:
        return None
    return (low + HALF + HAIR).floor("D").as_unit("us"), (high - HALF - HAIR).ceil("D").as_unit("us")


def _told(listener: str) -> None:
    heard(st.session_state[listener].get("zoom"), window.zoom, window.unzoom)


@cache
def _listener() -> Any:
    return st.components.v2.component("faultline_zoom", js=SCRIPT.read_text(encoding="utf-8"))
