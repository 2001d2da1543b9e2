"""The note with pictures: a page of HTML, a PDF, and a card as PNG. Words go out even where no picture can be drawn."""

import re
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from notes import cards, chromium, printer, signed
from notes.note import Note, clean
from notes.render_html import Pictures, card, document

if TYPE_CHECKING:
    from data_sources.views import View


class NotPrinted(Exception):
    """The browser would not print it; the message says what it said."""


FAILURES = (printer.NoPrinter, printer.Busy, printer.TooSlow, NotPrinted)
"""Why something cannot be printed, each with its sentence."""
WIDTH = 500
"""Pixels across a topic's picture; it is as high as its panels need."""
CARD = 1200
"""Pixels across a card."""
SIZES = (9.4, 8.8, 8.2, 7.6, 7.0)
"""Pixels of the letters on paper: the first with which the note is one page is taken."""
PAGES = re.compile(rb"/Type\s*/Page\b")


def printed(form: str, note: Note, shown: Pictures, base: str = "", link: str = "") -> bytes:
    """Print the note.

    Parameters
    ----------
    form : {"html", "pdf", "png"}
    note : Note
    shown : mapping of bytes or str
        Its pictures, see `pictures`; drawn once, they serve every form.
    base : str
        Address at which the board is reached; "" for links that begin with a slash.
    link : str
        Short link to be printed; see ``archive.linked``.

    Raises
    ------
    NoPrinter, Busy, TooSlow, NotPrinted
        When paper or a card cannot be printed; HTML then says so in the place of each picture.
    """
    if form == "html":
        return document(note, base, shown, link=link).encode()
    if form == "pdf":
        return _one_page(note, shown, base, link)
    drawn = _insisting(partial(printer.png, card(note, shown, link), width=CARD, scale=2.0, theme="light"))
    return signed.with_texts(drawn, signed.proven(note.content))


def _one_page(note: Note, shown: Pictures, base: str, link: str) -> bytes:
    """Print the note on one page, in letters as large as it allows; a day on which the smallest do not has more pages."""
    paper = b""
    for size in SIZES:
        paper = _insisting(partial(printer.pdf, document(note, base, shown, size, link)))
        if len(PAGES.findall(paper)) <= 1:
            break
    return paper


def _insisting(draw: Callable[[], bytes]) -> bytes:
    """Print, and where that took too long or others were first, once more: a busy machine is one for moments."""
    try:
        try:
            return draw()
        except (printer.Busy, printer.TooSlow):
            return draw()
    except RuntimeError as failure:
        raise NotPrinted(f"The browser did not print it: {clean(str(failure)).rstrip('.')}.") from failure


def missing() -> str:
    """Say why nothing can be printed here; empty where a browser is there."""
    try:
        chromium.there()
    except printer.NoPrinter as failure:
        return str(failure)
    return ""


def pictures(note: Note, view: "View") -> Pictures:
    """Draw each topic's picture: PNG, or the sentence that says why there is none."""
    drawn: dict[str, bytes | str] = {}
    reason = ""
    for topic in note.topics:
        if reason:
            drawn[topic.page] = reason
            continue
        figure = cards.figure(topic.page, view.series, note.start, note.as_of, ())
        try:
            drawn[topic.page] = _insisting(partial(printer.png, figure, width=WIDTH, scale=2.0, theme="light"))
        except NotPrinted as failure:
            drawn[topic.page] = str(failure)
        except FAILURES as failure:
            drawn[topic.page] = reason = str(failure)  # the next one would wait as long for the same answer
    return drawn
