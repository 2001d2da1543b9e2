"""What is sent to be verified by somebody who means no good: forged, or larger than is looked at."""

import struct
import threading
import tracemalloc
import zlib
from collections.abc import AsyncIterator
from typing import Any

import anyio
import pytest

from data_sources.store import Store
from notes import proof
from routes import png, verify
from tests.routed import JSON, ask
from tests.test_verify import board, held, pinned

__all__ = ["board", "held"]
FORM = b'--x\r\nContent-Disposition: form-data; name="picture"; filename="a"\r\n\r\n'


def judged(content: Any) -> tuple[int, str]:
    """Status and sentence about content that fits its digest."""
    answer = ask("POST", "/verify", json={"content": content, "digest": proof.digest(content)}, headers=JSON)
    return answer.status_code, answer.json()["sentence"]


@pytest.mark.parametrize(
    ("forged", "words"),
    [
        ([26.42, "percent", "2025-11-20T00:00:00Z"], "VIX “percent 2025-11-20T00:00:00Z” the store says “"),
        ([26.42, "points", "2025-11-19T00:00:00Z"], "VIX “points 2025-11-19T00:00:00Z” the store says “"),
        ([26.42], "VIX “” the store says “"),
        ([10**400, "points", ""], "VIX not known the store says 26.4"),
        ([-1e300, "points", ""], "VIX −1e+300 the store says 26.4"),
        ([True, "points", ""], "VIX not known the store says 26.4"),
    ],
)
def test_a_forged_unit_time_or_size_is_not_the_same_number(board: Store, forged: list[Any], words: str) -> None:
    _, content = pinned()
    content["readings"] = {"vix": forged}
    status, sentence = judged(content)
    assert status == 422
    assert "1 of 1 number differs (" in sentence
    assert words in sentence


@pytest.mark.parametrize(("name", "forged"), [("from", "2020-01-01"), ("to", "2025-11-25"), ("as_of", "2025-11-20")])
def test_forged_days_are_refused_and_numbers_a_reader_set_do_not_hide_them(board: Store, name: str, forged: str) -> None:
    _, content = pinned()
    status, sentence = judged(content | {name: forged, "chosen": {name: content[name][:10]}})
    assert (status, sentence.split(":")[0]) == (422, verify.CHANGED.split(":")[0])
    assert judged(content | {"chosen": {"from": "2020-01-01", "page": "overview"}})[0] == 200


def test_lines_are_said_not_to_have_been_compared(board: Store) -> None:
    _, content = pinned()
    status, sentence = judged(content | {"series": {"VIX": {"values": [1.0]}}})
    assert (status, sentence.endswith(" Its lines were not compared.")) == (200, True)


def test_one_number_is_said_in_the_singular_and_none_as_none(board: Store) -> None:
    _, content = pinned()
    one = content | {"readings": {"vix": content["readings"]["vix"]}}
    assert judged(one)[1].startswith("The same numbers: 1 number as known")
    assert judged(content | {"readings": {}})[1].startswith("Intact: ")


def test_more_readings_than_are_looked_at_are_refused(board: Store) -> None:
    assert judged({"readings": dict.fromkeys(map(str, range(verify.MOST + 1)))}) == (422, verify.TOO_MANY)


@pytest.mark.parametrize(
    ("kind", "start", "told"),
    [
        ("image/png", png.SIGNATURE, verify.TOO_LARGE),
        ("application/json", b'{"', verify.TOO_LONG),
        ("multipart/form-data; boundary=x", FORM, verify.TOO_LARGE),
    ],
)
def test_a_body_of_unknown_length_is_given_up_at_the_limit(board: Store, kind: str, start: bytes, told: str) -> None:
    given = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal given
        yield start
        while given < 100:
            given += 1
            yield b"0" * 1_000_000

    answer = ask("POST", "/verify", content=endless(), headers=JSON | {"content-type": kind})
    assert (answer.status_code, answer.json()["sentence"]) == (413, told)
    assert given <= (2 if told == verify.TOO_LONG else 17)


def test_who_sends_without_an_end_is_given_up_and_lets_others_send(board: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "PATIENCE", 0.2)

    async def slow() -> AsyncIterator[bytes]:
        yield png.SIGNATURE
        await anyio.sleep(60)
        yield b""

    for _ in range(verify.AT_ONCE + 1):
        answer = ask("POST", "/verify", content=slow(), headers=JSON)
        assert (answer.status_code, answer.json()["sentence"].split(" after ")[0]) == (408, "What was sent had not arrived")


def test_past_so_many_uploads_at_once_the_next_is_asked_to_come_again(board: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "_UPLOADS", threading.BoundedSemaphore(1))
    with verify._UPLOADS:
        answer = ask("POST", "/verify", content=b"{}", headers=JSON)
    assert (answer.status_code, "again in a few seconds" in answer.json()["sentence"]) == (429, True)
    assert ask("POST", "/verify", content=b"{}", headers=JSON).status_code == 422


def test_a_form_that_cannot_be_read_is_a_sentence(board: Store) -> None:
    for kind in ("multipart/form-data", "multipart/form-data; boundary=x"):
        answer = ask("POST", "/verify", content=b"--y\r\n", headers=JSON | {"content-type": kind})
        assert (answer.status_code, answer.json()["sentence"]) == (422, verify.UNREADABLE)


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def test_texts_of_a_png_are_read_in_all_three_of_its_ways() -> None:
    end = chunk(b"IEND", b"")
    made = png.SIGNATURE + chunk(b"tEXt", b"faultline-digest\0caf\xe9") + chunk(b"tEXt", b"faultline-digest\0second")
    packed = chunk(b"zTXt", b"faultline-content\0\0" + zlib.compress(b"x" * 50))
    assert png.texts(made + packed + end) == {png.DIGEST: "café", png.CONTENT: "x" * 50}
    packed = chunk(b"iTXt", b"faultline-content\0\1\0en\0\0" + zlib.compress("−ü".encode()))
    assert png.texts(made + packed + end) == {png.DIGEST: "café", png.CONTENT: "−ü"}


def test_a_small_picture_does_not_unpack_to_a_large_one() -> None:
    bomb, end = zlib.compress(b"x" * 50_000_000), chunk(b"IEND", b"")
    others = b"".join(chunk(b"zTXt", b"other%d\0\0" % number + bomb) for number in range(20))
    again = chunk(b"tEXt", b"faultline-digest\0ab") + chunk(b"zTXt", b"faultline-digest\0\0" + bomb) * 20
    both = chunk(b"zTXt", b"faultline-content\0\0" + zlib.compress(b"x" * png.LARGEST))
    tracemalloc.start()
    assert png.texts(png.SIGNATURE + others + again + end) == {png.DIGEST: "ab"}
    for one in (chunk(b"zTXt", b"faultline-content\0\0" + bomb), both + again, again + both):
        with pytest.raises(ValueError, match="larger than 2 MB"):
            png.texts(png.SIGNATURE + one + end)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 20_000_000
