"""What a PNG carries beside its pixels: its numbers and their digest: https://www.w3.org/TR/png-3/#11iTXt."""

import struct
import zlib
from collections.abc import Mapping
from typing import Any

from notes import proof

DIGEST, CONTENT = "faultline-digest", "faultline-content"
"""Keywords of the texts in our pictures: the digest, and the numbers themselves, canonical."""
SIGNATURE = b"\x89PNG\r\n\x1a\n"
LONG = 200
"""Bytes from which on a text is packed."""


def proven(content: Mapping[str, Any]) -> dict[str, str]:
    """Give the texts that prove what a picture says, by keyword."""
    return {DIGEST: proof.digest(content), CONTENT: proof.canonical(content).decode()}


def with_texts(picture: bytes, texts: Mapping[str, str]) -> bytes:
    """Write texts into a PNG, after its head."""
    at = len(SIGNATURE)
    at += 12 + int.from_bytes(picture[at : at + 4], "big")
    return picture[:at] + b"".join(_text(keyword, text) for keyword, text in texts.items()) + picture[at:]


def _text(keyword: str, text: str) -> bytes:
    raw = text.encode("utf-8")
    long = len(raw) > LONG
    kind_and_body = b"iTXt" + keyword.encode("latin-1") + bytes((0, long, 0, 0, 0)) + (zlib.compress(raw, 9) if long else raw)
    return struct.pack(">I", len(kind_and_body) - 4) + kind_and_body + struct.pack(">I", zlib.crc32(kind_and_body))
