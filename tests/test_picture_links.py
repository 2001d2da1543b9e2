"""Short links of their own: what is copied is kept with its numbers, and a picture prints where it can be opened again."""

import re
import threading
from collections import defaultdict, deque
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import anyio
import httpx
import pytest
from starlette.applications import Starlette

from data_sources import pins
from data_sources.errors import StoreUnavailable
from data_sources.store import Store
from notes import archive, desk, paper, printer, proof
from routes import render, short, svg, verify
from tests.frames import utc
from tests.pictures import undrawn
from tests.routed import HTML, JSON, PAGE, Tags, ask, own, revise

__all__ = ["own", "undrawn"]
LINK = re.compile(r"https://board\.example\.com/s/([A-Za-z0-9_-]{12})")
DRAWN = "/render/fear.png?window=3m&as_of=2025-11-20"


@pytest.fixture(autouse=True)
def lately(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has kept a link within the last minute."""
    monkeypatch.setattr(short, "_LATELY", defaultdict(deque))


def drawn(path: str = DRAWN) -> httpx.Response:
    """Ask for a picture as a server would be asked."""

    async def asked() -> httpx.Response:
        app = httpx.ASGITransport(Starlette(routes=list(render.ROUTES)))
        async with httpx.AsyncClient(transport=app, base_url="https://board.example.com", timeout=60) as client:
            return await client.get(path)

    return anyio.run(asked)


def printed(spec: dict[str, Any]) -> list[str]:
    """Ids of the short links in a picture's small print."""
    return LINK.findall(" ".join(one["text"].replace("<br>", " ") for one in spec["layout"]["annotations"]))


def test_a_picture_prints_the_short_link_that_opens_its_numbers(own: Store, undrawn: list[dict[str, Any]]) -> None:
    assert drawn().status_code == 200
    (id,) = printed(undrawn[0])
    refresh = Tags(ask("GET", f"/s/{id}", headers=HTML).text).meta("refresh") or ""
    assert "/fear?from=2025-11-18&to=2025-11-20&as_of=2025-11-20" in refresh
    kept = pins.find(own, id)
    assert kept is not None
    assert f"n={proof.short(kept.digest)}" in refresh


def test_the_same_picture_prints_the_same_link_and_has_the_same_tag(own: Store, undrawn: list[dict[str, Any]]) -> None:
    first, again = drawn(), drawn()
    assert printed(undrawn[0]) == printed(undrawn[1])
    assert first.headers["etag"] == again.headers["etag"]
    assert len(pins.listed(own, short.DRAWN)) == 1


def test_a_link_that_is_asked_for_is_printed_instead(own: Store, undrawn: list[dict[str, Any]]) -> None:
    id = ask("POST", "/s", params=PAGE, headers=JSON).json()["id"]
    assert drawn(f"{DRAWN}&link={id}").status_code == 200
    assert printed(undrawn[0]) == [id]
    assert pins.listed(own, short.DRAWN) == []
    assert drawn(f"{DRAWN}&link=AAAAAAAAAAAA").status_code == 404


def test_a_link_to_other_numbers_is_not_printed(own: Store, undrawn: list[dict[str, Any]]) -> None:
    other = ask("POST", "/s", params=PAGE | {"as_of": "2025-11-19"}, headers=JSON).json()["id"]
    assert drawn(f"{DRAWN}&link={other}").status_code == 200
    (id,) = printed(undrawn[0])
    assert id != other


def test_of_links_in_pictures_the_oldest_give_way_and_of_readers_links_none(own: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pins, "MOST", 2)
    kept = [pins.keep(own, short.DRAWN, {"content": at}, proof.digest(at)) for at in range(3)]
    assert [pins.find(own, id) is not None for id in kept] == [False, True, True]
    for at in range(2):
        pins.keep(own, short.LINK, {"content": at}, proof.digest(at))
    with pytest.raises(StoreUnavailable, match="takes no more"):
        pins.keep(own, short.LINK, {"content": 2}, proof.digest(2))


def test_the_notes_card_proves_its_numbers_and_prints_where_they_open(
    own: Store, undrawn: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STRESS_ADDRESS", "https://board.example.com")
    note, _ = desk.noted(utc("2025-11-20").date())
    link = archive.linked(note, desk.base())
    card = paper.printed("png", note, {}, desk.base(), link)
    told = ask("POST", "/verify", content=card, headers=JSON).json()
    assert (told["ok"], told["page"], told["digest"]) == (True, "note", proof.digest(note.content))
    for said in ("Board: live.", f"Digest {proof.short(told['digest'])}.", link):
        assert said in str(undrawn[0])
    (id,) = LINK.findall(link)
    target = (Tags(ask("GET", f"/s/{id}", headers=HTML).text).meta("refresh") or "").partition("url=")[2]
    assert target.startswith("https://board.example.com/note?from=")
    opened = ask("GET", "/verify", params={"link": target}, headers=JSON).json()
    assert (opened["ok"], opened["digest"]) == (True, told["digest"])


def test_on_the_sample_board_a_picture_has_no_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, undrawn: list[dict[str, Any]]
) -> None:
    monkeypatch.setenv("STRESS_DATABASE_URL", f"sqlite:///{tmp_path / 'none.db'}")
    assert drawn().status_code == 200
    assert printed(undrawn[0]) == []


def test_past_the_links_of_a_minute_pictures_go_on_without_and_readers_keep_theirs(
    own: Store, undrawn: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(short, "MOST", 1)
    assert [drawn(DRAWN.replace("11-20", day)).status_code for day in ("11-20", "11-19")] == [200, 200]
    assert [len(printed(spec)) for spec in undrawn] == [1, 0]
    assert ask("POST", "/s", params=PAGE, headers=JSON).status_code == 201
    assert ask("POST", "/s", params=PAGE, headers=JSON).status_code == 201
    refused = ask("POST", "/s", params=PAGE | {"as_of": "2025-11-19"}, headers=JSON)
    assert (refused.status_code, "within a minute" in refused.json()["sentence"]) == (429, True)


def test_a_picture_does_not_wait_for_somebody_who_holds_the_store(
    own: Store, undrawn: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    free, keep = threading.Event(), pins.keep

    def slow(*asked: Any) -> str:
        free.wait(30)
        return keep(*asked)

    monkeypatch.setattr(render, "PATIENCE", 0.05)
    monkeypatch.setattr(pins, "keep", slow)
    try:
        assert drawn().status_code == 200
        assert printed(undrawn[0]) == []
    finally:
        free.set()


def test_a_copied_link_is_kept_so_that_it_can_say_which_numbers_differ(own: Store) -> None:
    made = ask("POST", "/s", params=PAGE, headers=JSON).json()
    assert made["pinned"].startswith("/fear?from=")
    assert proof.digest(pins.find(own, made["id"]).body["content"]) == made["digest"]  # type: ignore[union-attr]
    assert made["content"] == ask("GET", "/pin", params=PAGE, headers=JSON).json()["content"]
    revise(own)
    told = ask("GET", "/verify", params={"link": made["pinned"]}, headers=JSON).json()
    assert "VIX 26.42 → 26.4" in told["sentence"]


def test_a_drawing_carries_its_numbers_and_verifies(own: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printer, "svg", lambda *_, **__: b'<svg xmlns="http://www.w3.org/2000/svg"><text>VIX</text></svg>')
    drawing = drawn(DRAWN.replace("png", "svg")).content
    assert ElementTree.fromstring(drawing).find("{*}metadata") is not None
    told = ask("POST", "/verify", content=drawing, headers=JSON)
    assert (told.status_code, told.json()["sentence"].split(":")[0]) == (200, "The same numbers")
    form = {"picture": ("a.svg", drawing, "image/svg+xml")}
    assert ask("POST", "/verify", files=form, headers=JSON).json()["ok"]
    forged = ask("POST", "/verify", content=drawing.replace(b"26.42", b"20.42"), headers=JSON)
    assert (forged.status_code, forged.json()["sentence"]) == (422, verify.CHANGED)


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        (b"<svg></svg>", svg.NONE),
        (b"<svg><metadata>{", svg.NONE),
        (b"<svg>" + b"<metadata>{" * 200_000, svg.NONE),
        (b"<svg><metadata>" + b"[" * 2_000_000 + b"</metadata></svg>", svg.NONE),
        (b"<svg><metadata>" + b"[" * 900_000 + b"</metadata></svg>", verify.UNREADABLE),
        (b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a '&a;&a;'>]><svg><metadata>&a;</metadata></svg>", verify.UNREADABLE),
        (b"\xff\xfe<svg>", verify.UNREADABLE),
    ],
)
def test_what_is_no_drawing_of_ours_is_a_sentence(own: Store, sent: bytes, told: str) -> None:
    answer = ask("POST", "/verify", content=sent, headers=JSON)
    assert (answer.status_code, answer.json()["sentence"]) == (422, told)


def test_the_first_page_by_its_name_is_the_boards_own_address() -> None:
    answer = ask("GET", "/overview?as_of=2025-11-20&x=%2F%2Fevil.example")
    assert (answer.status_code, answer.headers["location"]) == (307, "./?as_of=2025-11-20&x=%2F%2Fevil.example")
    assert ask("GET", "/overview").headers["location"] == "./"


def test_a_preview_shows_the_picture_that_prints_the_very_link(own: Store) -> None:
    id = ask("POST", "/s", params=PAGE, headers=JSON).json()["id"]
    image = Tags(ask("GET", f"/s/{id}").text).meta("og:image") or ""
    assert image.endswith(f"&link={id}")
