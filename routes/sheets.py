"""What a route answers: JSON for a program, a small page in the board's colors for a person; a failure is a sentence in both."""

from collections.abc import Callable
from functools import cache
from html import escape
from typing import Any, TypeVar

import anyio
import anyio.to_thread
import streamlit as st
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from components import frame
from data_sources.errors import SourceError

AT_ONCE = 2
"""Questions worked on at a time; the others wait, and pages do not."""
HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cache-control": "no-store",
}
RULES = """
body { background: var(--fl-ground); color: var(--fl-text); font: 16px/1.5 system-ui, sans-serif; margin: 0 auto;
  padding: 24px 16px; max-width: 880px; font-variant-numeric: tabular-nums; }
h1 { font-size: 1.25rem; margin: 0 0 4px; } p { margin: 6px 0; } a { color: inherit; } code { overflow-wrap: anywhere; }
.said { border-left: 4px solid var(--fl-series); padding: 4px 12px; font-size: 1.1rem; }
.said.refused { border-color: var(--fl-gray); font-weight: 600; }
.gray { color: var(--fl-gray); } .scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: 0.92rem; }
th, td { text-align: left; padding: 4px 10px 4px 0; border-bottom: 1px solid var(--fl-line); }
h2 { font-size: 1rem; margin: 18px 0 4px; }
form { border: 1px solid var(--fl-line); padding: 10px 14px; margin: 18px 0; } input { font: inherit; max-width: 100%; }
input[type=text] { width: min(560px, 100%); box-sizing: border-box; }
"""
T = TypeVar("T")


class Said(Exception):
    """An answer that is a failure: a status and one sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        self.status = status
        self.sentence = sentence
        super().__init__(sentence)


def wants_json(request: Request) -> bool:
    """Whether a program asks: it accepts JSON and no HTML."""
    accepted = request.headers.get("accept", "")
    return "json" in accepted and "html" not in accepted


def as_json(content: dict[str, Any], status: int = 200) -> Response:
    """Answer a program."""
    return JSONResponse(content, status, headers=HEADERS)


def as_html(title: str, body: str, status: int = 200, head: str = "") -> Response:
    """Answer a person; ``body`` and ``head`` are HTML whose parts are escaped already."""
    text = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)} · {frame.BOARD}</title>{head}<style>{_colors()}{RULES}</style></head><body>{body}</body></html>"
    )
    return HTMLResponse(text, status, headers=HEADERS)


def as_said(request: Request, failure: Said) -> Response:
    """Answer with a failure's sentence, as whoever asks can read it."""
    if wants_json(request):
        return as_json({"ok": False, "sentence": failure.sentence}, failure.status)
    return as_html("Not found" if failure.status == 404 else "Refused", said(failure.sentence, refused=True), failure.status)


def said(sentence: str, *, refused: bool = False) -> str:
    """Write a sentence as the answer of a page."""
    return f'<p class="said{" refused" * refused}">{escape(sentence)}</p>'


async def worked(compute: Callable[[], T], *, keeps: bool = False) -> T:
    """Work in a thread, a few at a time; what keeps something waits for its own kind only, however long the store is locked.

    Raises
    ------
    Said
        When the store cannot be used: 503 and its sentence.
    """
    try:
        return await anyio.to_thread.run_sync(compute, limiter=_limiter(keeps))
    except SourceError as refusal:
        raise Said(503, str(refusal)) from refusal


@cache
def _limiter(keeps: bool) -> anyio.CapacityLimiter:
    return anyio.CapacityLimiter(1 if keeps else AT_ONCE)


@cache
def _colors() -> str:
    pairs = "".join(
        f"--fl-{name}: light-dark({st.get_option(f'theme.light.{option}')}, {st.get_option(f'theme.dark.{option}')});"
        for name, option in (frame.VARIABLES | {"ground": "backgroundColor"}).items()
    )
    return f":root {{ color-scheme: light dark; {pairs} }}"
