"""``/render/<page>.png`` and ``.svg``: a page's picture with what it has to say by itself, for a mail, a chat or a script.

A place is asked for as in a pinned link (``as_of``, ``window``, ``from``, ``to``), with ``theme`` (light, dark), ``width`` and
``scale`` beside, and ``link``, the id of the short link to be printed instead of one of its own. A picture carries its numbers and
their digest.
"""

import hashlib
import json
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import anyio
import anyio.to_thread
import numpy as np
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from components import charts, frame, links, sentences
from components.exports import Facts, file_name
from components.plate import Words, plate
from data_sources import cached
from data_sources.errors import SourceError, StoreUnavailable
from notes import cards, printer, proof, signed
from routes import places, short, svg
from routes.places import Opened
from routes.sheets import Said

VERSION = 2
"""Of what is drawn around a figure: part of a picture's tag, so that a kept one is asked for anew when it changes."""
TYPES = {"png": "image/png", "svg": "image/svg+xml"}
WIDTHS, SCALES = (360, printer.WIDEST), (1.0, float(printer.SHARPEST))
WIDTH, SCALE, THEME = 1200, 2.0, "light"
"""What is drawn where nothing is asked: as wide as a mail shows, sharp on any screen, and fit for paper."""
DIGITS, DECIMAL = re.compile(r"[0-9]{1,5}"), re.compile(r"[0-9](\.[0-9]{1,2})?")
AGAIN = "3"
"""Seconds after which asking again makes sense."""
PATIENCE = 1.0
"""Seconds for which a picture waits for its short link."""
A_DAY, OWN_DAY = "public, max-age=86400", "private, max-age=86400"
"""How long a picture may be kept, by anybody; and by the asking browser, where it prints the address that this browser named."""
SAMPLE = "Board: SAMPLE, numbers partly made, not a market"
_PLACES = threading.BoundedSemaphore(printer.WAITING + 1)
"""Pictures in the making: the printer's and those that wait for it. Who finds none free is sent away before any work is done."""


@dataclass(frozen=True)
class Asked:
    """How a picture is wanted."""

    page: str
    form: str
    theme: str
    width: int
    scale: float


async def render(request: Request) -> Response:
    """Answer with a picture, or with a sentence and the status that fits it."""
    if not _PLACES.acquire(blocking=False):
        return _refused(429, "Too many pictures are being drawn; please ask again in a few seconds.")
    try:
        return await anyio.to_thread.run_sync(_answer, request, limiter=_limiter())
    finally:
        _PLACES.release()


def _answer(request: Request) -> Response:
    try:
        return _picture(request)
    except Said as failure:
        return _refused(failure.status, failure.sentence)
    except (SourceError, printer.NoPrinter) as failure:
        return _refused(503, str(failure))
    except printer.Busy as failure:
        return _refused(429, str(failure))
    except printer.TooSlow as failure:
        return _refused(504, str(failure))
    except RuntimeError as failure:  # what the browser said against it
        return _refused(503, f"The picture could not be drawn: {failure}.")
    except ValueError as failure:  # larger than the printer draws
        return _refused(400, str(failure))


def _picture(request: Request) -> Response:
    query = dict(request.query_params)
    asked = _asked(request.path_params["page"], request.path_params["form"], query)
    held = places.span()
    place = links.of_query(query | {"page": asked.page}, held)
    theme = place.theme if place.theme and "theme" not in query else asked.theme
    found = places.opened(place, held)
    reached = cached.address() or str(request.base_url)
    link = _link(found, query, reached)
    spec = plate(_figure(found), _words(found, link), theme, asked.width)
    tag = _tag(spec, asked)
    fixed = place.window.as_of is not None and place.window.as_of < held.today and found.view.board.kind == "live"
    kept = (A_DAY if cached.address() else OWN_DAY) if fixed and link else "no-cache"
    headers = {"etag": tag, "cache-control": kept, "x-content-type-options": "nosniff"}
    if place.complaints:
        headers["x-faultline-note"] = _plain(" ".join(place.complaints))
    if tag in re.findall(r'"[^"]*"', request.headers.get("if-none-match", "")):
        return Response(status_code=304, headers=headers)
    told = signed.proven(found.content)
    if asked.form == "png":
        drawn = printer.png(spec, width=asked.width, scale=asked.scale, theme=theme)
        body = signed.with_texts(drawn, told | {"Software": frame.BOARD})
    else:
        proven = json.dumps({"content": json.loads(told[signed.CONTENT]), "digest": found.digest}, ensure_ascii=False)
        body = svg.with_told(printer.svg(spec, width=asked.width), proven)
        headers["content-security-policy"] = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    facts = Facts(asked.page, frame.BY_NAME[asked.page].title, found.view.board.known, found.view.board.kind)
    headers["content-disposition"] = f'inline; filename="{file_name(facts, asked.form)}"'
    return Response(body, media_type=TYPES[asked.form], headers=headers)


def _asked(page: str, form: str, query: Mapping[str, str]) -> Asked:
    """Read how a picture is wanted; what cannot be meant is refused, not guessed."""
    if page not in cards.PANELS or page not in frame.BY_NAME:
        drawn = ", ".join(name for name in cards.PANELS if name in frame.BY_NAME)
        raise Said(404, f"There is no picture of this name. There are: {drawn}.")
    if form not in TYPES:
        raise Said(404, "Pictures are png or svg.")
    theme, width, scale = query.get("theme", THEME), query.get("width", str(WIDTH)), query.get("scale", f"{SCALE:g}")
    if theme not in links.THEMES:
        raise Said(400, "A theme is light or dark.")
    if not DIGITS.fullmatch(width) or not WIDTHS[0] <= int(width) <= WIDTHS[1]:
        raise Said(400, f"A width is a whole number of pixels from {WIDTHS[0]} to {WIDTHS[1]}.")
    if not DECIMAL.fullmatch(scale) or not SCALES[0] <= float(scale) <= SCALES[1]:
        raise Said(400, f"A scale is a number from {SCALES[0]:g} to {SCALES[1]:g}.")
    return Asked(page, form, theme, int(width), float(scale))


def _link(found: Opened, query: Mapping[str, str], root: str) -> str:
    """Write the short link of what is drawn: the one asked for, if it opens these numbers, else its own; "" without one."""
    if id := query.get("link", ""):
        kept = cached.pinned(id)
        if kept is None or kept.kind not in (short.LINK, short.DRAWN):
            raise Said(404, short.UNKNOWN)
        if kept.digest == found.digest:  # another one's would open other numbers than the picture shows
            return f"{root}s/{id}"
    try:
        id = short.name_within(PATIENCE, found, short.DRAWN)
    except (Said, StoreUnavailable):  # a picture without a link is still a picture
        return ""
    return f"{root}s/{id}" if id else ""


def _figure(found: Opened) -> charts.Figure:
    """Draw the page's card."""
    days, page, view = found.place.window, found.place.page, found.view
    return view.keep(("card", page, days.start, days.end), lambda: cards.figure(page, view.series, days.start, days.end))


def _words(found: Opened, link: str) -> Words:
    view, page, days = found.view, frame.BY_NAME[found.place.page], found.place.window
    shown = [view.values[name] for name in cards.readings(page.name)]
    publishers = dict.fromkeys(name for value in shown if np.isfinite(value.value) for name in value.publishers)
    verdict = places.verdict(page.name, view)
    sample = view.board.kind == "sample"
    facts = (
        f"As known {places.when(found.place)}",
        f"{sentences.day(days.start)} – {sentences.day(days.end)}",
        f"Published by {'; '.join(publishers) or 'nobody: nothing is known'}",
        sentences.oldest(view.ages(cards.inputs(page.name))),
        SAMPLE if sample else "Board: live",
        f"Digest {proof.short(found.digest)}",
        *([link] if link else []),
    )
    return Words(page.title, page.question, verdict if verdict != page.question else "", sentences.worst(shown), facts, sample)


def _tag(spec: dict[str, Any], asked: Asked) -> str:
    """Name a picture by all that it is drawn from: numbers, words, theme, size and the version of the drawing."""
    drawn = json.dumps([VERSION, asked.form, asked.width, asked.scale, spec], sort_keys=True)
    return f'"{hashlib.sha256(drawn.encode()).hexdigest()[:32]}"'


def _plain(sentence: str) -> str:
    """Make a sentence fit for a header."""
    return sentence.translate(str.maketrans("“”’–−…", '""\'--.')).encode("ascii", "replace").decode().replace("\n", " ")


def _refused(status: int, sentence: str) -> Response:
    headers = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
    if status in (429, 504):
        headers["retry-after"] = AGAIN
    return PlainTextResponse(f"{sentence}\n", status, headers=headers)


@cache
def _limiter() -> anyio.CapacityLimiter:
    return anyio.CapacityLimiter(printer.WAITING + 1)


ROUTES: tuple[BaseRoute, ...] = (Route("/render/{page}.{form}", render, methods=["GET"]),)
