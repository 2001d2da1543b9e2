"""``/verify``: whether the numbers of a picture, a digest or a link are ours, what was known then, and what was revised since.

A digest binds numbers, not pixels: the numbers are shown so that they can be held against what the picture says.
"""

import json
import threading
from collections.abc import Callable
from typing import Any

import anyio
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Message

from components import links
from data_sources import cached
from notes import proof
from routes import places, png, sheets, short, svg
from routes.answers import Answer, compared, written
from routes.sheets import Said

DIGEST, CONTENT = png.DIGEST, png.CONTENT
LARGEST = 16_000_000
"""Bytes of a picture that are looked at."""
FRAMED = 10_000
"""Bytes that a form may put around it."""
LONGEST = 1_000_000
"""Bytes of JSON that are looked at."""
AT_ONCE, PATIENCE = 6, 30.0
"""Uploads at a time, and the seconds that one may take."""
_UPLOADS = threading.BoundedSemaphore(AT_ONCE)
MOST = 1_000
"""Readings in it that are looked at."""
UNKNOWN = "This digest is not one of ours, or what it stands for was kept elsewhere."
NO_DIGEST = "No digest of ours is in this picture: it was not made by this board, or its texts were removed on the way."
TOO_LARGE = f"The picture is larger than {LARGEST // 1_000_000} MB, which is the most that is looked at."
TOO_LONG = f"What is sent is no picture, and of JSON no more than {LONGEST // 1_000_000} MB is looked at."
TOO_MANY = f"The content names more than {MOST:,} readings, which is the most that is looked at."
UNREADABLE = "This cannot be read: what is sent is a PNG or SVG picture, or JSON with content and digest."
CHANGED = "Refused: these numbers do not have this digest. Something was changed after the digest was made."
NO_PROOF = "This link says no digest, so there is nothing to verify: it opens whatever the board says."
FORM = (
    '<form method="post" action="verify" enctype="multipart/form-data"><p><label>A picture of ours (PNG or SVG)<br>'
    '<input type="file" name="picture" accept="image/png,image/svg+xml" required></label> '
    '<button>Verify the picture</button></p></form>'
    '<form method="get" action="verify"><p><label>A digest<br><input type="text" name="digest" required></label> '
    '<button>Verify the digest</button></p></form>'
    '<form method="get" action="verify"><p><label>A pinned or a short link<br><input type="text" name="link" required></label> '
    '<button>Verify the link</button></p></form>'
)


async def asked(request: Request) -> Response:
    """Answer for a digest or a link; without either, give a form."""
    digest, link = request.query_params.get("digest", "").strip().lower(), request.query_params.get("link", "").strip()
    if not digest and not link and not sheets.wants_json(request):
        return sheets.as_html("Verify", "<h1>Are these our numbers?</h1>" + FORM)
    if not digest and not link:
        return sheets.as_said(request, Said(422, "Name a digest or a link, or send a picture."))
    return await _answered(request, (lambda: _of_digest(digest)) if digest else (lambda: _of_link(link)))


async def sent(request: Request) -> Response:
    """Answer for a picture, or for content with its digest."""
    try:
        body = await _received(request)
    except Said as failure:
        return sheets.as_said(request, failure)
    read = _of_picture if body.startswith(png.SIGNATURE) else _of_drawing if svg.likely(body) else _of_json
    return await _answered(request, lambda: read(body))


async def _answered(request: Request, find: Callable[[], Answer]) -> Response:
    try:
        answer = await sheets.worked(find)
    except Said as failure:
        return sheets.as_said(request, failure)
    status = 200 if answer.ok else 422
    if sheets.wants_json(request):
        return sheets.as_json({"ok": answer.ok, "sentence": answer.sentence, **answer.facts}, status)
    return sheets.as_html("Verify", written(answer) + FORM, status)


async def _received(request: Request) -> bytes:
    """Read what was sent, a few at a time and not for ever: what arrives is held in memory."""
    if not _UPLOADS.acquire(blocking=False):
        raise Said(429, "Too many pictures are being looked at; please send yours again in a few seconds.")
    try:
        with anyio.fail_after(PATIENCE):
            return await _body(request)
    except TimeoutError:
        raise Said(408, f"What was sent had not arrived after {PATIENCE:.0f} seconds.") from None
    finally:
        _UPLOADS.release()


async def _body(request: Request) -> bytes:
    """Read what was sent, no more of it than is looked at."""
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length[:20]) > LARGEST + FRAMED:
        raise Said(413, TOO_LARGE)
    counted = _counted(request)
    try:
        if request.headers.get("content-type", "").startswith("multipart/form-data"):
            async with counted.form(max_files=1, max_fields=4) as form:
                picture = form.get("picture")
                body = await picture.read(LARGEST + 1) if isinstance(picture, UploadFile) else b""
            _fits(body)
        else:
            read = bytearray()
            async for part in counted.stream():
                read += part
                _fits(read)
            body = bytes(read)
    except (MultiPartException, HTTPException, ClientDisconnect, AssertionError):
        raise Said(422, UNREADABLE) from None
    return body


def _counted(request: Request) -> Request:
    """The same request, given up as soon as more arrives than is looked at: a form is written to disk while it is read."""
    received = 0

    async def receive() -> Message:
        nonlocal received
        message = await request.receive()
        received += len(message.get("body", b""))
        if received > LARGEST + FRAMED:
            raise Said(413, TOO_LARGE)
        return message

    return Request(request.scope, receive)


def _fits(body: bytes | bytearray) -> None:
    if len(body) > LARGEST:
        raise Said(413, TOO_LARGE)
    if len(body) > LONGEST and not body.startswith(png.SIGNATURE) and not svg.likely(bytes(body[:200])):
        raise Said(413, TOO_LONG)


def _of_digest(digest: str) -> Answer:
    kept = cached.pinned(digest=digest)
    if kept is None:
        raise Said(404, UNKNOWN)
    if not short.intact(kept):
        raise Said(422, short.TAMPERED)
    return compared(kept.body["content"], kept.digest, kept)


def _of_link(link: str) -> Answer:
    if id := links.short_id(link):
        kept = cached.pinned(id)
        if kept is None:
            raise Said(404, short.UNKNOWN)
        if not short.intact(kept):
            raise Said(422, short.TAMPERED)
        return compared(kept.body["content"], kept.digest, kept)
    held = places.span()
    place = links.read(link, held)
    if place.complaints:
        raise Said(422, " ".join(place.complaints))
    if not place.proof:
        raise Said(422, NO_PROOF)
    if place.window.as_of is None:
        raise Said(422, "Refused: the link names a digest and no day that its numbers were known as of.")
    found = places.opened(place, held)
    if found.place.proof == place.proof:
        return compared(found.content, found.digest, None)
    kept = cached.pinned(digest=place.proof)
    if kept is not None and short.intact(kept) and _same_place(kept.body["content"], found.content):
        return compared(kept.body["content"], kept.digest, kept)
    raise Said(
        422,
        f"Not the numbers that this link was made of: its digest begins with {place.proof}, and what this store knew "
        f"{places.when(found.place)} has {found.place.proof}. The link was changed, comes from another store, or was made before "
        "the last of these numbers arrived.",
    )


def _of_picture(picture: bytes) -> Answer:
    try:
        told = png.texts(picture)
    except ValueError as fault:
        raise Said(422, str(fault)) from None
    digest = told.get(DIGEST, "").strip().lower()
    if not proof.DIGEST.fullmatch(digest):
        raise Said(422, NO_DIGEST)
    if CONTENT not in told:
        return _of_digest(digest)
    try:
        content = json.loads(told[CONTENT])
    except (ValueError, RecursionError):
        raise Said(422, UNREADABLE) from None
    return _of_content(content, digest)


def _of_drawing(drawing: bytes) -> Answer:
    try:
        told = svg.told(drawing)
    except ValueError as fault:
        raise Said(422, str(fault)) from None
    return _of_json(told)


def _of_json(body: bytes) -> Answer:
    try:
        told = json.loads(body)
        digest = str(told["digest"]).strip().lower()
        content = told["content"]
    except (ValueError, TypeError, KeyError, IndexError, RecursionError):
        raise Said(422, UNREADABLE) from None
    return _of_content(content, digest)


def _of_content(content: Any, digest: str) -> Answer:
    """Answer for numbers that came along with their digest; they need not have been kept here."""
    readings = content.get("readings") if isinstance(content, dict) else None
    if isinstance(readings, dict) and len(readings) > MOST:
        raise Said(422, TOO_MANY)
    try:
        fits = proof.digest(content) == digest
    except (ValueError, TypeError, RecursionError):
        raise Said(422, UNREADABLE) from None
    if not fits:
        raise Said(422, CHANGED)
    return compared(content, digest, cached.pinned(digest=digest))


def _same_place(one: Any, other: dict[str, Any]) -> bool:
    about = ("page", "as_of", "known", "from", "to", "chosen")
    return isinstance(one, dict) and all(one.get(name) == other.get(name) for name in about)


ROUTES: tuple[BaseRoute, ...] = (Route("/verify", asked, methods=["GET"]), Route("/verify", sent, methods=["POST"]))
