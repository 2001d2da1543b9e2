"""Asking the routes as a browser or a program does, and what they are asked about: three levels of the VIX."""

import struct
import zlib
from collections.abc import Iterator
from contextlib import closing
from html.parser import HTMLParser
from typing import Any

import anyio
import httpx
import pytest
from starlette.applications import Starlette

from data_sources import load
from data_sources.store import Store
from routes import png, short, verify
from tests.frames import observations, utc

JSON, HTML = {"accept": "application/json"}, {"accept": "text/html"}
LEVELS = (("2025-11-18", 24.69), ("2025-11-19", 23.66), ("2025-11-20", 26.42))
PAGE = {"page": "fear", "window": "3m", "as_of": "2025-11-20"}
REVISED = "2025-11-24 08:00"


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Address of a store that holds three levels; what its tests keep beside them disturbs nobody."""
    url = f"sqlite:///{tmp_path_factory.mktemp('held') / 'stress.db'}"
    with closing(Store(url)) as store:
        told(store, *LEVELS)
    return url


@pytest.fixture
def board(held: str, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A live board of that store."""
    monkeypatch.setenv("STRESS_DATABASE_URL", held)
    return load.opened()


@pytest.fixture
def own(store: Store, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A live board of the same levels that a test may change."""
    monkeypatch.setenv("STRESS_DATABASE_URL", database_url)
    told(store, *LEVELS)
    yield store
    load.opened().close()


def ask(method: str, path: str, **more: Any) -> httpx.Response:
    """Ask the routes as a server would."""

    async def asked() -> httpx.Response:
        app = httpx.ASGITransport(Starlette(routes=[*short.ROUTES, *verify.ROUTES]))
        async with httpx.AsyncClient(transport=app, base_url="https://board.example.com") as client:
            return await client.request(method, path, **more)

    return anyio.run(asked)


class Tags(HTMLParser):
    """The tags of a page, each with its attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Note text."""
        self.text += data

    def meta(self, name: str) -> str | None:
        """Content of a meta tag."""
        return next((one["content"] for tag, one in self.found if tag == "meta" and name in one.values()), None)


def told(store: Store, *levels: tuple[str, float]) -> None:
    """Tell levels of the VIX, each on its day."""
    for day, level in levels:
        store.append(observations((day, level), measure="level", asset="VIX", entity="cboe"), "test", utc(f"{day} 22:00"))


def revise(store: Store, level: float = 26.40) -> None:
    store.append(observations(("2025-11-20", level), measure="level", asset="VIX", entity="cboe"), "test", utc(REVISED))


def kept() -> dict[str, Any]:
    answer = ask("POST", "/s", params=PAGE, headers=JSON)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def picture(**texts: str) -> bytes:
    """A picture of one pixel with texts, international as our pictures' are."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    told = b"".join(chunk(b"iTXt", name.replace("_", "-").encode() + b"\0\0\0\0\0" + text.encode()) for name, text in texts.items())
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    return png.SIGNATURE + head + told + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")
