"""What is written into a PNG beside its pixels: https://www.w3.org/TR/png-3/#11textinfo."""

import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"
LARGEST = 4_000_000
"""Bytes of one text, unpacked."""
NO_PNG = "This is not a PNG picture."
BROKEN = "The picture is damaged: a part of it is cut off or does not fit its checksum."


def texts(picture: bytes) -> dict[str, str]:
    """Read the texts of a PNG, by keyword; of a keyword that occurs twice, the first.

    Raises
    ------
    ValueError
        With a sentence, where it is no PNG, or one whose parts before the end do not fit their checksums.
    """
    if not picture.startswith(SIGNATURE):
        raise ValueError(NO_PNG)
    found: dict[str, str] = {}
    at = len(SIGNATURE)
    while True:
        size, kind = int.from_bytes(picture[at : at + 4], "big"), picture[at + 4 : at + 8]
        body, check = picture[at + 8 : at + 8 + size], picture[at + 8 + size : at + 12 + size]
        if len(check) != 4 or zlib.crc32(kind + body) != int.from_bytes(check, "big"):
            raise ValueError(BROKEN)
        if kind == b"IEND":
            return found
        if kind in READERS:
            keyword, told = READERS[kind](body)
            found.setdefault(keyword, told)
        at += 12 + size


def _plain(body: bytes) -> tuple[str, str]:
    keyword, _, text = body.partition(b"\0")
    return keyword.decode("latin-1"), text.decode("latin-1")


def _packed(body: bytes) -> tuple[str, str]:
    keyword, _, text = body.partition(b"\0")
    return keyword.decode("latin-1"), _unpacked(text[1:]).decode("latin-1")


def _international(body: bytes) -> tuple[str, str]:
    keyword, _, rest = body.partition(b"\0")
    text = rest[2:].partition(b"\0")[2].partition(b"\0")[2]
    return keyword.decode("latin-1"), (_unpacked(text) if rest[:1] == b"\1" else text).decode("utf-8", "replace")


def _unpacked(packed: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(packed, LARGEST)
    except zlib.error:
        raise ValueError(BROKEN) from None


READERS = {b"tEXt": _plain, b"zTXt": _packed, b"iTXt": _international}
