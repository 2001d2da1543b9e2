"""The loopback stand-in for publishers does what it says, seen from where the board asks."""

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from data_sources import client, wire
from data_sources.errors import NothingPublished, PayloadChanged, RateLimited, Refused, SourceUnavailable
from tests.loopback import Loopback

HOST = "prices.example.com"
URL = f"https://{HOST}/v1/closes"
CLOSES = {"closes": [91_554.96, 86_637.23]}
BODY = b'{"closes": [91554.96, 86637.23]}'


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("certificates")


@pytest.fixture
def loopback(certificates: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Loopback]:
    """A loopback that answers for one host, in the way of the wire, whose connections end with the test."""
    monkeypatch.setattr(wire, "PAUSE", 0.0)
    with Loopback(certificates) as opened:
        for name, value in opened.environment().items():
            monkeypatch.setenv(name, value)
        opened.answer(HOST, lambda path, query: BODY)
        yield opened
        client.close()


def asked(seconds: float = 5.0, **params: Any) -> Any:
    with wire.asking(seconds):
        return wire.json(URL, params)


def test_an_honest_answer_arrives_and_is_recorded(loopback: Loopback) -> None:
    began = time.monotonic()
    assert asked(day="2025-11-20", fund="a b&c") == CLOSES
    call = loopback.calls[0]
    assert call[1:] == (HOST, "/v1/closes", {"day": "2025-11-20", "fund": "a b&c"})
    assert began <= call.time <= time.monotonic()


def test_an_answer_may_depend_on_path_and_query_and_choose_its_status_and_headers(loopback: Loopback) -> None:
    def echo(path: str, query: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        return 200, {"Content-Type": "text/csv"}, f"{path},{query['day']}".encode()

    loopback.answer(HOST, echo)
    assert wire.text(f"https://{HOST}/chart/%5EGSPC", {"day": "1"}) == "/chart/^GSPC,1"


def test_a_host_without_an_answer_is_in_trouble(loopback: Loopback) -> None:
    with pytest.raises(SourceUnavailable, match="502"):
        wire.json("https://nobody.example.com/")
    assert {call.host for call in loopback.calls} == {"nobody.example.com"}


def test_one_connection_serves_many_questions(loopback: Loopback) -> None:
    asked()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "create_connection", lambda *_, **__: pytest.fail("another connection was made"))
        for _ in range(20):
            asked()
    assert len(loopback.calls) == 21


def test_many_hosts_are_asked_at_the_same_time(loopback: Loopback) -> None:
    hosts = [f"h{number}.example.com" for number in range(8)]
    together = threading.Barrier(len(hosts), timeout=10)

    def answer(path: str, query: dict[str, str]) -> bytes:
        together.wait()  # breaks when one is not answered before another one was
        return BODY

    for host in hosts:
        loopback.answer(host, answer)
    client.client()
    threads = [threading.Thread(target=wire.json, args=(f"https://{host}/",)) for host in hosts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(call.host for call in loopback.calls) == hosts


def test_a_hang_ends_by_the_deadline(loopback: Loopback) -> None:
    loopback.fault(HOST, "hang")
    began = time.monotonic()
    with pytest.raises(SourceUnavailable, match="did not answer"):
        asked(seconds=0.3)
    assert 0.3 <= time.monotonic() - began < wire.REQUEST_SECONDS


def test_bytes_that_drip_end_by_the_deadline(loopback: Loopback) -> None:
    loopback.fault(HOST, "drip", pause=0.05)
    began = time.monotonic()
    with pytest.raises(SourceUnavailable, match="did not finish"):
        asked(seconds=0.4)
    assert 0.4 <= time.monotonic() - began < wire.REQUEST_SECONDS


def test_bytes_that_drip_do_arrive(loopback: Loopback) -> None:
    loopback.fault(HOST, "drip", pause=0.001)
    assert asked() == CLOSES


def test_latency_is_waited_for(loopback: Loopback) -> None:
    loopback.fault(HOST, "latency", seconds=0.2)
    began = time.monotonic()
    assert asked() == CLOSES
    assert time.monotonic() - began >= 0.2


def test_a_reset_breaks_off_every_question(loopback: Loopback) -> None:
    loopback.fault(HOST, "reset")
    with pytest.raises(SourceUnavailable, match="broke off"):
        asked()
    assert len(loopback.calls) == wire.TRIES


def test_a_fault_meets_only_as_many_questions_as_it_is_told(loopback: Loopback) -> None:
    loopback.fault(HOST, "reset", times=1)
    assert asked() == CLOSES
    assert len(loopback.calls) == 2


def test_a_429_says_when_to_come_back(loopback: Loopback) -> None:
    loopback.fault(HOST, "status", code=429, retry_after=7)
    with pytest.raises(RateLimited) as limited:
        asked()
    assert limited.value.retry_after == 7
    assert len(loopback.calls) == 1


@pytest.mark.parametrize(
    ("mode", "options", "error"),
    [
        ("status", {"code": 451}, Refused),
        ("status", {"code": 404, "page": b"{}"}, NothingPublished),
        ("status", {"code": 400, "page": b"{}"}, PayloadChanged),
        ("status", {}, SourceUnavailable),
        ("truncated", {}, SourceUnavailable),
        ("empty", {}, NothingPublished),
        ("html", {}, SourceUnavailable),
    ],
)
def test_a_fault_looks_like_what_it_is(loopback: Loopback, mode: str, options: dict[str, Any], error: type) -> None:
    loopback.fault(HOST, mode, **options)
    with pytest.raises(error):
        asked()


def test_a_body_can_be_damaged(loopback: Loopback) -> None:
    loopback.fault(HOST, "body", damage=lambda body: body.replace(b"closes", b"ends"))
    assert asked() == {"ends": CLOSES["closes"]}


def test_a_fault_can_be_limited_to_a_path_and_healed(loopback: Loopback) -> None:
    loopback.fault("*.example.com", "status", path="/v1/", code=503)
    assert wire.json(f"https://{HOST}/v2/closes") == CLOSES
    with pytest.raises(SourceUnavailable):
        asked()
    loopback.heal()
    assert asked() == CLOSES


def test_other_modes_do_not_exist(loopback: Loopback) -> None:
    with pytest.raises(ValueError, match="no fault"):
        loopback.fault(HOST, "gremlins")


def test_plain_http_is_answered_too(loopback: Loopback) -> None:
    assert wire.json(f"http://{HOST}/v1/closes") == CLOSES


def test_who_does_not_trust_the_authority_gets_nothing(loopback: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = loopback.environment()["HTTPS_PROXY"]
    with httpx.Client(proxy=proxy, verify=True, trust_env=False) as client, pytest.raises(httpx.ConnectError):
        client.get(URL)


def test_closing_ends_what_hangs_and_leaves_no_thread(certificates: Path) -> None:
    before = set(threading.enumerate())
    opened = Loopback(certificates)
    address = opened.environment()["HTTPS_PROXY"].rpartition(":")[2]
    with socket.create_connection(("127.0.0.1", int(address))) as idle, socket.create_connection(
        ("127.0.0.1", int(address))
    ) as asking:
        opened.fault(HOST, "hang")
        asking.sendall(f"GET http://{HOST}/ HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
        while not opened.calls:
            time.sleep(0.005)
        opened.close()
        assert idle.recv(1) == b""
        assert asking.recv(1) == b""
    assert set(threading.enumerate()) == before


def test_an_answer_that_fails_is_the_tests_own_fault(certificates: Path) -> None:
    def broken(path: str, query: dict[str, str]) -> bytes:
        return query["day"].encode()

    opened = Loopback(certificates)
    opened.answer(HOST, broken)
    with httpx.Client(proxy=opened.environment()["HTTP_PROXY"], trust_env=False) as client:
        assert client.get(f"http://{HOST}/").status_code == 500
    with pytest.raises(KeyError, match="day"):
        opened.__exit__(None, None, None)
