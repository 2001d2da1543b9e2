"""What the one client says when it gets nowhere."""

import socket
from typing import Any

import pytest

from data_sources import client, wire
from data_sources.errors import SourceUnavailable


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> Any:
    for name in (*client.PROXY_VARIABLES, *client.CA_VARIABLES):
        monkeypatch.delenv(name, raising=False)
    yield
    client.close()


def test_a_name_that_cannot_be_looked_up_is_said_in_words_and_not_asked_for_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with wire.asking(10.0) as call, pytest.raises(SourceUnavailable, match="cannot be found: is there a network"):
        wire.json("https://nobody.invalid/")
    assert call.requests == 1


def test_a_connection_refused_is_said_without_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "PAUSE", 0.0)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but nobody listens
        with wire.asking(10.0), pytest.raises(SourceUnavailable, match=r"broke off: Connection refused"):
            wire.json(f"https://127.0.0.1:{taken.getsockname()[1]}/")
