"""Links: ``/pin`` completes a pinned one, ``POST /s`` keeps it, ``/s/<id>`` opens it and shows chats a preview."""

import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from html import escape
from textwrap import shorten
from typing import Any
from urllib.parse import urlsplit

import pandas as pd
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from components import frame, links
from components.links import Place
from data_sources import cached
from notes import cards, proof
from routes import places, sheets
from routes.places import Opened
from routes.sheets import Said

LINK, DRAWN = "link", "picture"
"""Kinds of short links: those that a reader copied, and those that pictures print."""
UNKNOWN = "There is no link of this name here: it was mistyped, or kept on another board."
TAMPERED = "What is kept under this link is not what its digest says: it was changed, and is not shown."
LONGEST = 300
"""Characters of a preview's text."""
MOST, MINUTE = 30, 60.0
"""New links of a kind that may be kept within so many seconds."""
PATIENCE = 4.0
"""Seconds for which a reader waits for a link to be kept."""
_LATELY: defaultdict[str, deque[float]] = defaultdict(deque)
_TURN = threading.Lock()
_KEEPER = ThreadPoolExecutor(1, "links")


async def pin(request: Request) -> Response:
    """Complete a pinned link with the digest of its numbers, and the text that it is the digest of; nothing is kept."""
    try:
        found = await sheets.worked(lambda: _asked(request))
    except Said as failure:
        return sheets.as_said(request, failure)
    return sheets.as_json(_told(found) | {"path": links.address(found.place)})


async def keep(request: Request) -> Response:
    """Keep a pinned link and name it; only for pages of this board, and programs."""
    try:
        if _foreign(request):
            raise Said(403, "Links are kept for pages of this board only, and this request came from another one.")
        answer = await sheets.worked(lambda: _kept(request), keeps=True)
    except Said as failure:
        return sheets.as_said(request, failure)
    return sheets.as_json(answer, 201)


async def first(request: Request) -> Response:
    """Take who names the first page to it: it has the board's own address, and Streamlit knows no other."""
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"./{query}", 307)


async def follow(request: Request) -> Response:
    """Show a chat what a short link is about, and take a browser to the board."""
    try:
        root = await sheets.worked(cached.address) or str(request.base_url)
        found = await sheets.worked(lambda: _found(request.path_params["id"]))
    except Said as failure:
        return sheets.as_said(request, failure)
    return _sheet(root, request.path_params["id"], *found)


def name(found: Opened, kind: str = LINK) -> str:
    """Keep a place with what it says and give the id of its short link; the same place and numbers have the same link.

    Raises
    ------
    Said
        When too many new ones were kept within a minute.
    StoreUnavailable
        When nothing can be kept here.
    """
    body = {
        "content": found.content,
        "path": links.address(found.place),
        "sentence": places.verdict(found.place.page, found.view),
        "described": places.described(found),
    }
    return cached.pin(kind, body, found.digest, partial(_in_turn, kind))


def name_within(seconds: float, found: Opened, kind: str) -> str:
    """Do as `name` does, or give "" when that takes too long: somebody else is writing to the store."""
    naming = _KEEPER.submit(name, found, kind)
    try:
        return naming.result(seconds)
    except TimeoutError:
        naming.cancel()
        return ""


def _in_turn(kind: str, now: Callable[[], float] = time.monotonic) -> None:
    """Let so many links a minute be kept, for whoever asks: a desk needs fewer, and a stranger fills no store."""
    with _TURN:
        lately = _LATELY[kind]
        while lately and now() - lately[0] > MINUTE:
            lately.popleft()
        if len(lately) >= MOST:
            raise Said(429, f"More than {MOST} links were kept within a minute; please try again in one.")
        lately.append(now())


def _asked(request: Request) -> Opened:
    held = places.span()
    place = links.of_query(dict(request.query_params), held)
    if place.complaints:
        raise Said(422, " ".join(place.complaints))
    return places.opened(place, held)


def _told(found: Opened) -> dict[str, Any]:
    count = sum(value is not None for value in found.content["readings"].values())
    made = " of the sample board" if found.view.board.kind == "sample" else ""
    numbers = f"{count} number{'s' * (count != 1)}"
    sentence = (
        f"It opens {numbers}{made} as known {places.when(found.place)}, and says which of them the store tells otherwise by then; "
        f"digest {found.place.proof}."
    )
    content = proof.canonical(found.content).decode()
    return {"ok": True, "digest": found.digest, "sentence": sentence, "content": content}


def _kept(request: Request) -> dict[str, Any]:
    found = _asked(request)
    id = name_within(PATIENCE, found, LINK)
    if not id:
        raise Said(503, "Nothing can be kept just now: somebody else has been writing to the store for too long; please try again.")
    return _told(found) | {"path": f"/s/{id}", "id": id, "pinned": links.address(found.place)}


def _found(id: str) -> tuple[Place, str, str, str, pd.Timestamp]:
    """Find a short link; the place it opens, its verdict, its description, its digest and when it was kept."""
    kept = cached.pinned(id)
    if kept is None or kept.kind not in (LINK, DRAWN) or not isinstance(kept.body, dict):
        raise Said(404, UNKNOWN)
    if not intact(kept):
        raise Said(422, TAMPERED)
    place = links.read(str(kept.body.get("path", "")), places.span())
    return place, str(kept.body.get("sentence", "")), str(kept.body.get("described", "")), kept.digest, kept.created


def intact(kept: cached.Pin) -> bool:
    """Whether the numbers kept are those that the digest beside them was made of."""
    try:
        return isinstance(kept.body, dict) and proof.digest(kept.body.get("content")) == kept.digest
    except (TypeError, ValueError, RecursionError):
        return False


def _sheet(root: str, id: str, place: Place, verdict: str, described: str, digest: str, when: pd.Timestamp) -> Response:
    """Write the page behind a short link: tags for previews, and the way to the board."""
    target = root + links.address(place).removeprefix("/")
    row = frame.BY_NAME[place.page]
    title = shorten(f"{row.title}: {verdict}", LONGEST, placeholder=" …")
    described = f"{described} Kept {when:%d %b %Y, %H:%M} UTC. Digest {proof.short(digest)}."[-LONGEST:]
    tags = {"og:type": "website", "og:site_name": frame.BOARD, "og:title": title, "og:description": described}
    tags |= {"og:url": f"{root}s/{id}"}
    named = {"description": described, "twitter:card": "summary"}
    if place.page in cards.PANELS:
        tags |= {"og:image": f"{root}render/{place.page}.png?{urlsplit(target).query}&link={id}"}
        named |= {"twitter:card": "summary_large_image"}
    head = "".join(f'<meta property="{name}" content="{escape(text)}">' for name, text in tags.items())
    head += "".join(f'<meta name="{name}" content="{escape(text)}">' for name, text in named.items())
    head += f'<meta http-equiv="refresh" content="0; url={escape(target)}">'
    body = (
        f'<h1>{escape(row.title)}</h1><p class="said">{escape(verdict)}</p><p class="gray">{escape(described)}</p>'
        f'<p><a href="{escape(target)}">Open the board</a> · <a href="{escape(root)}verify?digest={escape(digest)}">Verify</a></p>'
    )
    return sheets.as_html(row.title, body, head=head)


def _foreign(request: Request) -> bool:
    """Whether a page of another site asks; a program sends neither header."""
    origin = request.headers.get("origin")
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return True
    return origin is not None and urlsplit(origin).netloc != request.headers.get("host")


ROUTES: tuple[BaseRoute, ...] = (
    Route(f"/{frame.PAGES[0].name}", first, methods=["GET"]),
    Route("/pin", pin, methods=["GET"]),
    Route("/s", keep, methods=["POST"]),
    Route("/s/{id}", follow, methods=["GET"]),
)
