"""The note with pictures: a page of HTML, a PDF, and a card as PNG. Words go out even where no picture can be drawn."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from notes import cards, chromium, printer
from notes.note import Note
from notes.render_html import card, document

if TYPE_CHECKING:
    from data_sources.views import View

FAILURES = (printer.NoPrinter, printer.Busy, printer.TooSlow)
"""Why something cannot be printed, each with its sentence."""
WIDTH = 500
"""Pixels across a topic's picture; it is as high as its panels need."""
CARD = 1200
"""Pixels across a card."""


def printed(form: str, note: Note, view: "View", base: str = "") -> bytes:
    """Print the note.

    Parameters
    ----------
    form : {"html", "pdf", "png"}
    note : Note
    view : View
        Of the note's day; its series are what pictures show.
    base : str
        Address at which the board is reached; "" for links that begin with a slash.

    Raises
    ------
    NoPrinter, Busy, TooSlow
        When paper or a card cannot be printed; HTML then says so in the place of each picture.
    """
    shown = pictures(note, view)
    if form == "html":
        return document(note, base, shown).encode()
    if form == "pdf":
        return _insisting(partial(printer.pdf, document(note, base, shown)))
    return _insisting(partial(printer.png, card(note, shown), width=CARD, scale=2.0, theme="light"))


def _insisting(draw: Callable[[], bytes]) -> bytes:
    """Print, and where that took too long or others were first, once more: a busy machine is one for moments."""
    try:
        return draw()
    except (printer.Busy, printer.TooSlow):
        return draw()


def missing() -> str:
    """Say why nothing can be printed here; empty where a browser is there."""
    try:
        chromium.there()
    except printer.NoPrinter as failure:
        return str(failure)
    return ""


def pictures(note: Note, view: "View") -> dict[str, bytes | str]:
    """Draw each topic's picture: PNG, or the sentence that says why there is none."""
    drawn: dict[str, bytes | str] = {}
    reason = ""
    for topic in note.topics:
        if not reason:
            figure = cards.figure(topic.page, view.series, note.start, note.as_of, ())
            try:
                drawn[topic.page] = _insisting(partial(printer.png, figure, width=WIDTH, scale=2.0, theme="light"))
                continue
            except FAILURES as failure:  # the next one would wait as long for the same answer
                reason = str(failure)
        drawn[topic.page] = reason
    return drawn
