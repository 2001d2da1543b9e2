"""Exchanges are asked through ccxt's shapes and our wire, and each one's own words become our errors."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from data_sources import venues, wire
from data_sources.errors import NothingPublished, PayloadChanged, RateLimited, Refused, SourceError, SourceUnavailable


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], list[str]]:
    """Let the wire carry one answer in place of the publisher's; gives the addresses that were asked."""

    def carry(payload: Any) -> list[str]:
        asked: list[str] = []

        def answered(url: str, *_: Any, judge: Callable[[Any, str], None], **__: Any) -> Any:
            asked.append(url)
            judge(payload, json.dumps(payload))
            return payload

        monkeypatch.setattr(wire, "json", answered)
        return asked

    return carry


def test_a_venue_is_asked_by_its_documented_address(answers: Callable[[Any], list[str]]) -> None:
    asked = answers({"error": [], "result": {}})
    assert venues.exchange("kraken").public_get_ohlc({"pair": "XBTUSD", "interval": 1440}) == {"error": [], "result": {}}
    assert asked == ["https://api.kraken.com/0/public/OHLC?pair=XBTUSD&interval=1440"]


def test_a_mirror_is_asked_in_place_of_the_venue(answers: Callable[[Any], list[str]]) -> None:
    asked = answers([])
    urls = (("public", "https://data-api.binance.vision/api/v3"),)
    venues.exchange("binance", urls=urls).public_get_klines({"symbol": "BTCUSDT"})
    venues.exchange("binance").public_get_klines({"symbol": "BTCUSDT"})
    assert [wire.host_of(url) for url in asked] == ["data-api.binance.vision", "api.binance.com"]


@pytest.mark.parametrize(
    ("venue", "method", "payload", "error"),
    [
        ("kraken", "public_get_ohlc", {"error": ["EGeneral:Too many requests"]}, RateLimited),
        ("kraken", "public_get_ohlc", {"error": ["EQuery:Unknown asset pair"]}, NothingPublished),
        ("kraken", "public_get_ohlc", {"error": ["EService:Unavailable"]}, SourceUnavailable),
        ("okx", "public_get_market_history_candles", {"code": "50011", "msg": "Too Many Requests", "data": []}, RateLimited),
        ("okx", "public_get_market_history_candles", {"code": "51001", "msg": "No such instrument", "data": []}, NothingPublished),
        ("okx", "public_get_market_history_candles", {"code": "51000", "msg": "Parameter bar error", "data": []}, PayloadChanged),
        ("bybit", "public_get_v5_market_kline", {"retCode": 10006, "retMsg": "Too many visits!", "result": {}}, RateLimited),
        ("bybit", "public_get_v5_market_kline", {"retCode": 10001, "retMsg": "params error", "result": {}}, PayloadChanged),
        ("binance", "public_get_klines", {"code": -1121, "msg": "Invalid symbol."}, NothingPublished),
        ("binance", "public_get_klines", {"code": -1003, "msg": "Too many requests."}, RateLimited),
        ("deribit", "public_get_get_volatility_index_data", {"error": {"code": 10028, "message": "too_many"}}, RateLimited),
    ],
)
def test_what_a_venue_hides_in_a_200_is_ours_by_its_kind(
    answers: Callable[[Any], list[str]], venue: str, method: str, payload: Any, error: type[SourceError]
) -> None:
    asked = answers(payload)
    with pytest.raises(error) as told:
        getattr(venues.exchange(venue), method)({})
    assert type(told.value) is error
    assert str(told.value).startswith(wire.host_of(asked[0]))
    assert len(asked) == 1


def test_the_one_refusal_that_ccxt_knows_closes_the_host(answers: Callable[[Any], list[str]]) -> None:
    answers({"retCode": 10024, "retMsg": "Compliance rules triggered", "result": {}})
    with pytest.raises(Refused, match="refuses to answer us"):
        venues.exchange("bybit").public_get_v5_market_kline({})


def test_nobody_is_told_anything() -> None:
    with pytest.raises(PayloadChanged, match="we only ask"):
        venues.exchange("kraken").fetch("https://api.kraken.com/0/private/Balance", "POST")


def test_one_client_serves_every_question() -> None:
    assert venues.exchange("kraken") is venues.exchange("kraken")
