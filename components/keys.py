"""Keys: pages, windows, days, the link and a help, without a mouse.

Ignored while something is typed. Without the script there are no keys, and nothing else changes.
"""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from components import window

SCRIPT = Path(__file__).with_name("keys.js")
KEY, GO = "keys", "keys_go"
"""Session keys: the listener, and the page that a key asked for."""
DIGITS = "1234567890"
ZOOM_OUT = "zoom_out"
LETTERS = {
    "overview": "o", "production_cost": "p", "etf_flows": "e", "drawdowns": "d", "fear": "f", "contagion": "c", "leverage": "l",
    "options": "i", "treasuries": "t", "rates": "r", "resonance": "g", "analogues": "a", "note": "n", "sources": "s",
}  # fmt: skip
"""After g, each page's letter: its title's first; where a page before has that one, another of it."""
DAYS = (
    (", or [", "One day back"),
    (". or ]", "One day on"),
    ("Shift ,", "The event, or the worst day of stress, before"),
    ("Shift .", "The one after"),
    ("p", "Play day after day; again to pause"),
    ("n", "The newest day"),
)
OTHERS = (
    ("z", "Undo the zoom, as a double click on the figure does"),
    ("c", "Copy a link to exactly this"),
    ("?", "This help; Esc closes it"),
)


def listen(pages: Iterable[tuple[str, str]]) -> str | None:
    """Listen to keys on this page; give the page that a key has asked for, once.

    Parameters
    ----------
    pages : iterable of (name, title)
        In the order of the menu.
    """
    names = tuple(pages)
    _listener()(key=KEY, data=content(names), on_press_change=lambda: pressed(st.session_state[KEY].get("press"), names))
    asked: str | None = st.session_state.pop(GO, None)
    return asked


def content(pages: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Say what the browser listens to: keys of pages and windows, and every key with what it does."""
    known = tuple(pages)
    digits = {name: digit for digit, (name, _) in zip(DIGITS, known, strict=False)}
    presets = dict(zip(DIGITS, window.PRESETS, strict=False))
    return {
        "digits": {digit: name for name, digit in digits.items()},
        "letters": {LETTERS[name]: name for name, _ in known},
        "presets": presets,
        "help": [
            ["Pages", [[" or ".join(filter(None, (digits.get(name), f"g {LETTERS[name]}"))), title] for name, title in known]],
            ["Days", [list(one) for one in DAYS]],
            ["Window", [[f"w {digit}", name.upper()] for digit, name in presets.items()]],
            ["Else", [list(one) for one in OTHERS]],
        ],
    }


def pressed(told: Any, pages: Iterable[tuple[str, str]]) -> None:
    """Do what a key asks for: a page or a window; anything may have been told, and what is neither is left alone."""
    if not isinstance(told, dict):
        return
    page, preset = told.get("page"), told.get("preset")
    if page in [name for name, _ in pages]:
        st.session_state[GO] = page
    elif window.SPAN not in st.session_state:
        return  # a page without a window has been the only one so far
    elif told.get("act") == ZOOM_OUT:
        window.unzoom()
    elif isinstance(preset, str) and preset in window.PRESETS:
        window.preset(preset)


@cache
def _listener() -> Any:
    return st.components.v2.component(
        "faultline_keys", html='<div class="fl-keys"></div>', js=SCRIPT.read_text(encoding="utf-8"), isolate_styles=False
    )
