"""What is written into a drawing beside its lines: one element of metadata with JSON, as the browser's drawings have it."""

from html import escape, unescape

BEGINS, ENDS = b"<metadata>", b"</metadata>"
LARGEST = 1_000_000
"""Bytes of metadata that are read."""
NONE = "No digest of ours is in this drawing: it was not made by this board, or its metadata were removed on the way."


def told(drawing: bytes) -> bytes:
    """Read what is written into a drawing; nothing else of it is read, and none of it is run.

    Raises
    ------
    ValueError
        With a sentence, where nothing is, or more than is read.
    """
    at = drawing.find(BEGINS)
    end = drawing.find(ENDS, at) if at >= 0 else -1
    if end < 0 or end - at > LARGEST:
        raise ValueError(NONE)
    return unescape(drawing[at + len(BEGINS) : end].decode("utf-8", "replace")).encode()


def with_told(drawing: bytes, text: str) -> bytes:
    """Write a text into a drawing, before its end."""
    at = drawing.rindex(b"</svg>")
    return drawing[:at] + BEGINS + escape(text, quote=False).encode() + ENDS + drawing[at:]


def likely(sent: bytes) -> bool:
    """Whether what is sent begins as a drawing does."""
    return sent[:200].lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<svg", b"<?xml", b"<!--"))
