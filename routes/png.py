"""What is written into a PNG beside its pixels: https://www.w3.org/TR/png-3/#11textinfo."""

import zlib

from notes.signed import CONTENT, DIGEST, SIGNATURE

__all__ = ["CONTENT", "DIGEST", "SIGNATURE", "texts"]
KEYWORDS = {name.encode("latin-1"): name for name in (DIGEST, CONTENT)}
LARGEST = 2_000_000
"""Bytes of all texts of a picture together, unpacked."""
NO_PNG = "This is not a PNG picture."
BROKEN = "The picture is damaged: a part of it is cut off or does not fit its checksum."
TOO_MUCH = f"The texts in the picture are larger than {LARGEST // 1_000_000} MB, which is the most that is unpacked."


def texts(picture: bytes) -> dict[str, str]:
    """Read our own texts in a PNG, by keyword; of one that occurs twice, the first.

    Texts of other keywords, and those that come again, are not unpacked: a few thousand bytes can unpack to any size.

    Raises
    ------
    ValueError
        With a sentence, where it is no PNG, one whose parts before the end do not fit their checksums, or one whose texts are
        larger together than is unpacked.
    """
    if not picture.startswith(SIGNATURE):
        raise ValueError(NO_PNG)
    found: dict[str, str] = {}
    at, left = len(SIGNATURE), LARGEST
    while True:
        size, kind = int.from_bytes(picture[at : at + 4], "big"), picture[at + 4 : at + 8]
        body, check = picture[at + 8 : at + 8 + size], picture[at + 8 + size : at + 12 + size]
        if len(check) != 4 or zlib.crc32(body, zlib.crc32(kind)) != int.from_bytes(check, "big"):
            raise ValueError(BROKEN)
        if kind == b"IEND":
            return found
        keyword = KEYWORDS.get(body[: max(body.find(b"\0", 0, 80), 0)]) if kind in READERS else None
        if keyword is not None and keyword not in found:
            packed, text, encoding = READERS[kind](body[len(keyword) + 1 :])
            text = _unpacked(text, left) if packed else text
            left -= len(text)
            if left < 0:
                raise ValueError(TOO_MUCH)
            found[keyword] = text.decode(encoding, "replace")
        at += 12 + size


def _plain(rest: bytes) -> tuple[bool, bytes, str]:
    return False, rest, "latin-1"


def _packed(rest: bytes) -> tuple[bool, bytes, str]:
    return True, rest[1:], "latin-1"


def _international(rest: bytes) -> tuple[bool, bytes, str]:
    return rest[:1] == b"\1", rest[2:].partition(b"\0")[2].partition(b"\0")[2], "utf-8"


def _unpacked(packed: bytes, most: int) -> bytes:
    """Unpack a text; of one that is larger than ``most``, one byte more than that."""
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(packed, most + 1)
    except zlib.error:
        raise ValueError(BROKEN) from None
    if not unpacker.eof and len(text) <= most:
        raise ValueError(BROKEN)
    return text


READERS = {b"tEXt": _plain, b"zTXt": _packed, b"iTXt": _international}
"""By kind of part: whether what follows the keyword is packed, the text's bytes, and their encoding."""
