"""The strip of days: one step back or on, to a dated event or the worst day of a stretch of stress, or day after day by itself.

The days are stepped through in the browser, which tells where it has arrived: however fast a reader steps, the page is drawn for
the last day asked for, and playing needs nothing of the server between two days.
"""

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from components.days import told_day
from indicators.events import between

if TYPE_CHECKING:
    from components.days import Span, Window

SCRIPT = Path(__file__).with_name("strip.js")
KEY = "strip"
NEWEST = "newest"
WORST = "Worst of a stress stretch"


def draw(window: "Window", span: "Span", worst: Sequence[pd.Timestamp], as_of: Callable[[pd.Timestamp | None], None]) -> None:
    """Draw the strip.

    Parameters
    ----------
    window : Window
    span : Span
    worst : sequence of Timestamp
        The worst day of each stretch of stress.
    as_of : callable
        Told the day that a reader has stepped to; None is the newest.
    """
    told = content(window, span, worst)
    _steps()(key=KEY, data=told, on_day_change=lambda: stepped(st.session_state[KEY].get("day"), span, as_of))


def content(window: "Window", span: "Span", worst: Sequence[pd.Timestamp]) -> dict[str, Any]:
    """Say what the browser draws: the day shown, the first and the newest one, and the days to jump to, oldest first."""
    shown = window.as_of if window.as_of is not None else span.newest
    return {
        "day": _written(shown.normalize()),
        "at": f"{shown:%H:%M} UTC" if shown != shown.normalize() else "",
        "pinned": window.as_of is not None,
        "first": _written(span.first),
        "newest": _written(span.newest),
        "events": [[_written(one.date), one.label, one.meaning] for one in between(span.first, span.newest)],
        "worst": [[_written(day), WORST, ""] for day in worst if span.first <= day <= span.newest],
    }


def stepped(told: Any, span: "Span", as_of: Callable[[pd.Timestamp | None], None]) -> None:
    """Go to the day that a browser told; anything may have been told, and what is no day of the board is left alone."""
    day = told_day(told)
    if told == NEWEST or day == span.newest:
        as_of(None)
    elif day is not None and span.first <= day < span.newest:
        as_of(day)


def _written(day: pd.Timestamp) -> str:
    return f"{day:%Y-%m-%d}"


@cache
def _steps() -> Any:
    return st.components.v2.component(
        "faultline_strip", html='<div class="fl-strip"></div>', js=SCRIPT.read_text(encoding="utf-8"), isolate_styles=False
    )
