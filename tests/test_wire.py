"""The wire keeps deadlines and secrets, retries where that can help, and reads no more than it should."""

import gzip
import socket
from collections.abc import Iterator
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import httpx
import pandas as pd
import pytest

from data_sources import client, wire
from data_sources.call import Open
from data_sources.errors import PayloadChanged, RateLimited, Refused, SourceError, SourceUnavailable
from tests.loopback import Loopback, Reply

HOST = "prices.example.com"
ELSEWHERE = "elsewhere.example.com"
URL = f"https://{HOST}/v1/closes"
BODY = b'{"closes": [91554.96, 86637.23]}'
CLOSES = {"closes": [91_554.96, 86_637.23]}
SECRET = {"x-demo-key": "correct-horse"}


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("certificates")


@pytest.fixture
def loopback(certificates: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Loopback]:
    monkeypatch.setattr(wire, "PAUSE", 0.0)
    with Loopback(certificates) as opened:
        for name, value in opened.environment().items():
            monkeypatch.setenv(name, value)
        opened.answer(HOST, lambda path, query: BODY)
        yield opened
        client.close()


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[httpx.Request]:
    """Every request that leaves, the ones after a redirect too."""
    requests: list[httpx.Request] = []
    handle = httpx.HTTPTransport.handle_request

    def noted(transport: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return handle(transport, request)

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", noted)
    return requests


class Counting(Open):
    def __init__(self, wait: float = 0.0) -> None:
        self.wait = wait
        self.heard: list[str] = []

    def admit(self, host: str) -> float:
        self.heard.append("admit")
        return self.wait

    def answered(self, host: str) -> None:
        self.heard.append("answered")

    def failed(self, host: str, fault: SourceError) -> None:
        self.heard.append(type(fault).__name__)


def asked(seconds: float = 20.0, gate: Open | None = None, **more: Any) -> Any:
    with wire.asking(seconds, gate, **more):
        return wire.json(URL)


def packed(body: bytes) -> Reply:
    return 200, {"Content-Encoding": "gzip"}, gzip.compress(body)


def test_a_compressed_answer_is_read(loopback: Loopback) -> None:
    loopback.answer(HOST, lambda path, query: packed(BODY))
    assert asked() == CLOSES


def test_a_compressed_trickle_ends_by_the_deadline(loopback: Loopback) -> None:
    loopback.answer(HOST, lambda path, query: packed(BODY))
    loopback.fault(HOST, "drip", pause=0.05)
    with pytest.raises(SourceUnavailable, match="did not finish"):
        asked(seconds=0.4)
    assert len(loopback.calls) == 1


def test_a_trickle_ends_with_its_own_request_even_if_the_source_has_more_time(
    loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "REQUEST_SECONDS", 0.4)
    loopback.fault(HOST, "drip", pause=0.05)
    with pytest.raises(SourceUnavailable, match="did not finish"):
        asked(seconds=60)


def test_every_page_of_a_source_counts_against_its_one_deadline(loopback: Loopback) -> None:
    loopback.fault(HOST, "latency", seconds=0.15)
    with wire.asking(0.5) as call, pytest.raises(SourceUnavailable):
        any(wire.json(URL) is None for _ in range(100))
    assert 1 <= call.requests <= 4
    assert call.left < 0.15


def test_who_would_have_to_wait_beyond_the_deadline_does_not_ask(loopback: Loopback) -> None:
    with pytest.raises(SourceUnavailable, match="no turn left"):
        asked(seconds=5, gate=Counting(wait=6))
    assert loopback.calls == []


@pytest.mark.parametrize(
    ("mode", "options", "questions"),
    [
        ("reset", {}, 2),
        ("status", {"code": 500}, 2),
        ("status", {"code": 503}, 2),
        ("truncated", {}, 2),
        ("status", {"code": 451}, 1),
        ("status", {"code": 403}, 1),
        ("status", {"code": 418}, 1),
        ("status", {"code": 404}, 1),
        ("status", {"code": 400}, 1),
        ("status", {"code": 429}, 1),
        ("html", {}, 1),
        ("empty", {}, 1),
    ],
)
def test_asking_again_is_tried_once_and_only_where_it_can_help(
    loopback: Loopback, mode: str, options: dict[str, Any], questions: int
) -> None:
    loopback.fault(HOST, mode, **options)
    with wire.asking() as call, pytest.raises(SourceError):
        wire.json(URL)
    assert len(loopback.calls) == call.requests == questions


def test_the_second_try_may_succeed_and_takes_its_own_turn(loopback: Loopback) -> None:
    loopback.fault(HOST, "status", code=503, times=1)
    gate = Counting()
    assert asked(gate=gate) == CLOSES
    assert gate.heard == ["admit", "SourceUnavailable", "admit", "answered"]


@pytest.mark.parametrize(
    ("code", "heard"), [(404, "answered"), (400, "answered"), (403, "Refused"), (429, "RateLimited"), (200, "answered")]
)
def test_the_gate_hears_of_every_outcome(loopback: Loopback, code: int, heard: str) -> None:
    loopback.fault(HOST, "status", code=code, page=b"")
    gate = Counting()
    with pytest.raises(SourceError):
        asked(gate=gate)
    assert gate.heard == ["admit", heard]


def test_a_host_that_says_come_back_in_no_time_is_asked_again(loopback: Loopback) -> None:
    loopback.fault(HOST, "status", code=429, retry_after=0, times=1)
    assert asked() == CLOSES
    assert len(loopback.calls) == 2


def test_come_back_may_be_a_date(loopback: Loopback) -> None:
    moment = pd.Timestamp.now("UTC") + pd.Timedelta(hours=1)
    loopback.fault(HOST, "status", code=429, retry_after=format_datetime(moment.to_pydatetime(), usegmt=True))
    with pytest.raises(RateLimited) as limited:
        asked()
    assert limited.value.retry_after == pytest.approx(3600, abs=60)


@pytest.mark.parametrize(
    ("said", "seconds"), [("soon", None), ("", None), ("-5", None), ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0), ("120", 120.0)]
)
def test_what_cannot_be_read_as_a_wait_is_none(loopback: Loopback, said: str, seconds: float | None) -> None:
    loopback.fault(HOST, "status", code=418, retry_after=said)
    with pytest.raises(Refused) as refused:
        asked()
    assert refused.value.retry_after == seconds


def test_a_web_page_in_place_of_data_is_no_data(loopback: Loopback) -> None:
    loopback.fault(HOST, "html")
    for ask in (wire.json, wire.text):
        with pytest.raises(SourceUnavailable, match="a web page instead of data"):
            ask(URL)
    assert wire.text(URL, html=True).startswith("<!DOCTYPE html>")


def test_an_answer_has_a_largest_size(loopback: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "LARGEST", len(BODY))
    assert asked() == CLOSES
    loopback.answer(HOST, lambda path, query: BODY + b" ")
    with pytest.raises(PayloadChanged, match="sent more than"):
        asked()


def test_a_bomb_does_not_go_off(loopback: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "LARGEST", 2**20)
    bomb = packed(b" " * 2**26)
    loopback.answer(HOST, lambda path, query: bomb)
    with pytest.raises(PayloadChanged, match="sent more than 1 MB"):
        asked()


@pytest.mark.parametrize("body", [gzip.compress(BODY, mtime=0)[:-12], b"no gzip at all"])
def test_what_cannot_be_unpacked_is_a_broken_answer(loopback: Loopback, body: bytes) -> None:
    loopback.answer(HOST, lambda path, query: (200, {"Content-Encoding": "gzip"}, body))
    with pytest.raises(SourceUnavailable):
        asked()
    assert len(loopback.calls) == 2


def test_what_is_no_number_reads_as_a_gap(loopback: Loopback) -> None:
    loopback.answer(HOST, lambda path, query: b'{"closes": [NaN, 1.5, Infinity]}')
    assert asked() == {"closes": [None, 1.5, None]}


def test_a_byte_order_mark_is_not_part_of_an_answer(loopback: Loopback) -> None:
    loopback.answer(HOST, lambda path, query: b"\xef\xbb\xbf" + BODY)
    assert asked() == CLOSES
    assert wire.text(URL) == BODY.decode()


def test_every_host_is_told_who_asks_and_how_to_reach_them(loopback: Loopback, sent: list[httpx.Request]) -> None:
    asked()
    asked(contact="desk@example.com")
    assert [request.headers["user-agent"] for request in sent] == ["Faultline/1.0", "Faultline/1.0 (desk@example.com)"]


def test_a_secret_is_told_to_its_host_and_to_nobody_else(loopback: Loopback, sent: list[httpx.Request]) -> None:
    loopback.answer(ELSEWHERE, lambda path, query: BODY)
    with wire.asking(keys={HOST: SECRET}):
        wire.json(URL)
        wire.json(f"https://{ELSEWHERE}/")
    assert [request.headers.get("x-demo-key") for request in sent] == ["correct-horse", None]


def test_a_host_that_knows_a_secret_cannot_send_it_elsewhere(loopback: Loopback, sent: list[httpx.Request]) -> None:
    loopback.answer(HOST, lambda path, query: (302, {"Location": f"https://{ELSEWHERE}/"}, b""))
    loopback.answer(ELSEWHERE, lambda path, query: BODY)
    with pytest.raises(PayloadChanged, match="302"):
        asked(keys={HOST: SECRET})
    assert [request.url.host for request in sent] == [HOST]
    assert asked() == CLOSES  # without one it may


def test_circles_end(loopback: Loopback) -> None:
    loopback.answer(HOST, lambda path, query: (302, {"Location": URL}, b""))
    with pytest.raises(SourceUnavailable, match="in circles"):
        asked()
    assert len(loopback.calls) == client.REDIRECTS + 1


@pytest.mark.parametrize("fault", [{"mode": "status", "code": 403}, {"mode": "reset"}, {"mode": "html"}, {"mode": "truncated"}])
def test_no_message_repeats_a_secret(loopback: Loopback, fault: dict[str, Any]) -> None:
    loopback.fault(HOST, **fault)
    with pytest.raises(SourceError) as told, wire.asking(keys={HOST: SECRET}) as call:
        wire.json(URL)
    assert "horse" not in f"{told.value!s}{told.value!r}{call!r}"


@pytest.mark.parametrize(
    "proxy",
    [
        "http://desk:correct-horse@127.0.0.1:{port}",
        "http://desk:correct-horse/battery@127.0.0.1:{port}",
        "ftp://desk:correct-horse@127.0.0.1:{port}",
        "socks9://desk:correct-horse@127.0.0.1:{port}",
        "http://desk:correct-horse@[127.0.0.1:{port}",
    ],
)
def test_no_message_repeats_a_proxys_password(loopback: Loopback, monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        for name in client.PROXY_VARIABLES[:-2]:
            monkeypatch.setenv(name, proxy.format(port=closed.getsockname()[1]))
        with pytest.raises(SourceUnavailable) as told:
            asked()
    assert "horse" not in str(told.value)
    assert told.value.__cause__ is None
    assert told.value.__suppress_context__


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_certificates_that_cannot_be_read_are_named(
    loopback: Loopback, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str | None
) -> None:
    path = tmp_path / "authority.pem"
    if content is not None:
        path.write_text(content)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    with pytest.raises(SourceUnavailable, match="certificates that SSL_CERT_FILE names cannot be read"):
        asked()
