"""Yahoo's chart through yfinance: one question, one request, our own errors."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from data_sources import yahoo, yahoo_client
from data_sources.errors import NothingPublished, PayloadChanged, RateLimited, Refused, SourceError, SourceUnavailable
from tests.frames import utc
from tests.recorded import payload


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """Questions that reach the wire, which answers each with the S&P's chart."""
    questions: list[tuple[str, dict[str, Any]]] = []

    def answer(url: str, params: dict[str, Any], *, judge: Callable[[Any, str], None]) -> Any:
        questions.append((url, params))
        given = payload("yahoo_spx.json")
        judge(given, "")
        return given

    monkeypatch.setattr("data_sources.wire.json", answer)
    return questions


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"code": "Not Found", "description": "No data found, symbol may be delisted"}, NothingPublished),
        ({"code": "Bad Request", "description": "No data found, symbol may be delisted"}, NothingPublished),
        ({"code": "Unprocessable Entity", "description": "5m data not available"}, PayloadChanged),
        ({"code": "Too Many Requests", "description": "Slow down"}, RateLimited),
        ({"code": "Unauthorized", "description": "Invalid Crumb"}, Refused),
        ({"code": "Internal Server Error", "description": None}, SourceUnavailable),
        ("something", PayloadChanged),
    ],
)
@pytest.mark.parametrize("envelope", ["chart", "finance"])
def test_an_error_in_a_200_is_ours_by_its_code(
    monkeypatch: pytest.MonkeyPatch, envelope: str, error: Any, kind: type[SourceError]
) -> None:
    answer = {envelope: {"result": None, "error": error}}
    monkeypatch.setattr("data_sources.wire.json", lambda url, params, *, judge: judge(answer, ""))
    with pytest.raises(kind) as raised:
        yahoo.fetch_daily("SPX", utc("2025-11-14"), utc("2025-11-21"))
    assert type(raised.value) is kind


@pytest.mark.parametrize("fault", [SourceUnavailable("broke off"), RateLimited("slow down"), NothingPublished("404")])
def test_an_error_of_the_wire_passes_through_yfinance_as_it_is_and_nothing_is_asked_again(
    monkeypatch: pytest.MonkeyPatch, fault: SourceError
) -> None:
    times_asked: list[str] = []

    def fail(url: str, params: dict[str, Any], **_: Any) -> Any:
        times_asked.append(url)
        raise fault

    monkeypatch.setattr("data_sources.wire.json", fail)
    with pytest.raises(type(fault)) as raised:
        yahoo.fetch_daily("SPX", utc("2025-11-14"), utc("2025-11-21"))
    assert raised.value is fault
    assert len(times_asked) == 1


def test_yfinance_neither_logs_nor_keeps_anything_on_disk(
    asked: list[Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    yahoo_client.chart("SPY", {"interval": "1d"})
    caches = sys.modules["yfinance.cache"]
    monkeypatch.setattr(caches._CookieDBManager, "_cache_dir", str(tmp_path / "kept"))
    monkeypatch.setattr(caches._TzDBManager, "_cache_dir", str(tmp_path / "kept"))
    yahoo_client.chart("SPY", {"interval": "1d"})
    assert list(tmp_path.iterdir()) == []
    assert caplog.records == []


def test_nothing_leaves_by_yfinances_own_session(asked: list[Any]) -> None:
    session = yahoo_client._client()._session
    for ask in (
        lambda: session.get(url="https://fc.yahoo.com", timeout=30, allow_redirects=True),
        lambda: session.get(url="https://query1.finance.yahoo.com/v1/test/getcrumb", timeout=30),
        lambda: session.post("https://consent.yahoo.com/v2/collectConsent", data={}),
        lambda: session.request("GET", "https://query2.finance.yahoo.com/v8/finance/chart/SPY"),
    ):
        with pytest.raises(ConnectionRefusedError, match="no crumb"):
            ask()
    assert asked == []


def test_without_its_own_override_yfinance_still_asks_once(asked: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    client = yahoo_client._client()
    monkeypatch.delattr(type(client), "_get_cookie_and_crumb")
    monkeypatch.setattr(sys.modules["yfinance.cache"].get_cookie_cache(), "dummy", True)
    assert yahoo_client.chart("SPY", {"interval": "1d"}) == payload("yahoo_spx.json")
    assert len(asked) == 1
