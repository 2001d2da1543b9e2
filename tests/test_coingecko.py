"""CoinGecko: snapshots of an open day, coins that are silently left out, refusals within a 200."""

import json
from typing import Any

import pandas as pd
import pytest

from data_sources import wire
from data_sources.coingecko import SYMBOLS, fetch_caps, fetch_global, parse_caps, parse_global
from data_sources.errors import ContractBroken, NothingPublished, PayloadChanged, RateLimited, SourceError, SourceUnavailable
from data_sources.reading import read
from tests.frames import observations, utc
from tests.recorded import payload

END = utc("2025-11-22T00:05")


@pytest.fixture
def market() -> Any:
    return payload("coingecko_global.json")


@pytest.fixture
def coins() -> Any:
    return payload("coingecko_markets.json")


def test_the_whole_market_is_worth_so_much_on_the_day_it_was_updated(market: Any) -> None:
    expected = observations(("2025-08-05", 3848980265123.5), measure="market_cap", asset="CRYPTO", entity="coingecko")
    pd.testing.assert_frame_equal(read(parse_global, market, "CRYPTO"), expected, check_dtype=False)


def test_each_coin_has_its_own_day_and_value(coins: Any) -> None:
    caps = read(parse_caps, coins, "COINS").set_index(["asset", "time"])["value"]
    assert caps["BTC", utc("2025-11-22")] == 1701954120043
    assert caps["LTC", utc("2025-11-21")] == 6400000000
    assert caps["BNB", utc("2025-11-22")] == 114000000000


def test_every_coin_that_is_asked_for_comes_under_our_name(coins: Any) -> None:
    frame = read(parse_caps, coins, "COINS")
    assert sorted(frame["asset"]) == ["ADA", "BCH", "BNB", "BTC", "DOGE", "ETH", "LINK", "LTC", "SOL", "TRX", "XLM", "XRP"]
    assert set(zip(frame["measure"], frame["entity"], strict=True)) == {("market_cap", "coingecko")}


def test_a_coin_left_out_fails_the_list_and_is_named(coins: Any) -> None:
    with pytest.raises(NothingPublished, match="SOL"):
        read(parse_caps, [row for row in coins if row["id"] != "solana"], "COINS")


@pytest.mark.parametrize("value", [None, 0])
def test_a_coin_without_a_value_fails_the_list_and_is_named(coins: Any, value: Any) -> None:
    coins[0]["market_cap"] = value
    with pytest.raises(NothingPublished, match="BTC"):
        read(parse_caps, coins, "COINS")


def test_coins_twice_and_in_another_order_change_nothing(coins: Any) -> None:
    twice = [*reversed(coins), coins[3]]
    pd.testing.assert_frame_equal(read(parse_caps, twice, "COINS"), read(parse_caps, coins, "COINS"))


def test_no_coins_publish_nothing() -> None:
    with pytest.raises(NothingPublished):
        read(parse_caps, [], "COINS")


def test_a_market_without_a_value_publishes_nothing(market: Any) -> None:
    market["data"]["total_market_cap"]["usd"] = None
    with pytest.raises(NothingPublished):
        read(parse_global, market, "CRYPTO")


@pytest.mark.parametrize("key", ["id", "market_cap", "last_updated"])
def test_a_renamed_key_of_the_coins_is_refused(coins: Any, key: str) -> None:
    for row in coins:
        row[key + "2"] = row.pop(key)
    with pytest.raises(PayloadChanged):
        read(parse_caps, coins, "COINS")


@pytest.mark.parametrize("key", ["total_market_cap", "updated_at"])
def test_a_renamed_key_of_the_market_is_refused(market: Any, key: str) -> None:
    del market["data"][key]
    with pytest.raises(PayloadChanged):
        read(parse_global, market, "CRYPTO")


def test_a_coin_that_does_not_say_when_is_refused(coins: Any) -> None:
    coins[4]["last_updated"] = None
    with pytest.raises(PayloadChanged):
        read(parse_caps, coins, "COINS")


def test_a_snapshot_of_the_future_is_refused(coins: Any, market: Any) -> None:
    coins[0]["last_updated"] = "2095-01-01T00:00:00.000Z"
    market["data"]["updated_at"] = 4_000_000_000
    for parse, answer in ((parse_caps, coins), (parse_global, market)):
        with pytest.raises(ContractBroken):
            read(parse, answer, "COINS")


def test_one_question_asks_for_all_coins_and_one_for_the_market(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, Any]] = []

    def answer(url: str, params: Any, *, judge: Any) -> None:
        asked.append((url, dict(params)))

    monkeypatch.setattr("data_sources.wire.json", answer)
    fetch_global("CRYPTO", END - pd.Timedelta("7D"), END)
    fetch_caps("COINS", END - pd.Timedelta("7D"), END)
    ids = "cardano,bitcoin-cash,binancecoin,bitcoin,dogecoin,ethereum,chainlink,litecoin,solana,tron,stellar,ripple"
    assert asked == [
        ("https://api.coingecko.com/api/v3/global", {}),
        ("https://api.coingecko.com/api/v3/coins/markets", {"vs_currency": "usd", "ids": ids, "per_page": 12}),
    ]
    assert len(SYMBOLS) == 12


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"status": {"error_code": 429, "error_message": "Too many questions."}}, RateLimited),
        ({"status": {"error_code": "429"}}, RateLimited),
        ({"status": {"error_code": 503}}, SourceUnavailable),
        ({"status": {"error_code": 10012}}, PayloadChanged),
    ],
)
def test_a_refusal_within_a_200_is_told_by_its_code(monkeypatch: pytest.MonkeyPatch, body: Any, kind: type[SourceError]) -> None:
    def answer(_url: str, _params: Any, *, judge: Any) -> Any:
        judge(body, json.dumps(body))
        return body

    monkeypatch.setattr(wire, "json", answer)
    with pytest.raises(kind) as raised:
        fetch_global("CRYPTO", END, END)
    assert type(raised.value) is kind


def test_a_good_answer_passes_the_judge(monkeypatch: pytest.MonkeyPatch, market: Any, coins: Any) -> None:
    def answer(url: str, _params: Any, *, judge: Any) -> Any:
        body = market if url.endswith("global") else coins
        judge(body, json.dumps(body))
        return body

    monkeypatch.setattr(wire, "json", answer)
    assert fetch_global("CRYPTO", END, END) is market
    assert fetch_caps("COINS", END, END) is coins
