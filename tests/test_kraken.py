"""Kraken: what its answers say, and the one question that gets them."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest

from data_sources import kraken
from data_sources.errors import ContractBroken, NothingPublished, PayloadChanged, RateLimited
from data_sources.reading import read
from tests.frames import utc
from tests.recorded import payload

DAY = 86_400


def value(frame: pd.DataFrame, measure: str, moment: str) -> float:
    (found,) = frame.loc[(frame["measure"] == measure) & (frame["time"] == utc(moment)), "value"]
    return float(found)


def bitcoin() -> tuple[dict[str, Any], list[list[Any]]]:
    """Hand out the answer for bitcoin, and the list of candles inside it."""
    answer = payload("kraken_ohlc_1440.json")
    return answer, answer["result"]["XXBTZUSD"]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, str]]]:
    """Put Kraken, as it was on 2026-02-07 at noon, behind the wire; its questions."""
    questions: list[tuple[str, dict[str, str]]] = []
    now = int(utc("2026-02-07 12:00").timestamp())

    def answer(url: str, params: Any = None, **_: Any) -> Any:
        query = {name: given[0] for name, given in parse_qs(urlsplit(url).query).items()}
        questions.append((url.partition("?")[0], query))
        step = int(query["interval"]) * 60
        times = range(now // step * step - 720 * step, now + 1, step)
        rows = [[time, "2", "4", "1", "3", "2.5", "10", 7] for time in times if time > int(query["since"])]
        return {"error": [], "result": {query["pair"]: rows, "last": times[-2]}}

    monkeypatch.setattr("data_sources.wire.json", answer)
    return questions


def test_days_read_as_they_were_traded() -> None:
    frame = kraken.parse_daily(payload("kraken_ohlc_1440.json"), "BTC")
    assert value(frame, "close", "2025-11-04") == 101490.0
    assert value(frame, "open", "2025-11-02") == 110059.9
    assert value(frame, "high", "2025-11-05") == 104530.9
    assert value(frame, "low", "2025-11-03") == 105300.0
    assert set(frame["entity"]) == {"kraken"}


def test_the_volume_is_not_the_average_price_beside_it() -> None:
    frame = kraken.parse_daily(payload("kraken_ohlc_1440.json"), "BTC")
    assert value(frame, "volume", "2025-11-03") == 3120.77205118


def test_hours_have_measures_of_their_own() -> None:
    frame = kraken.parse_hourly(payload("kraken_ohlc_60.json"), "TRX")
    assert value(frame, "hour_close", "2025-11-04 23:00") == 0.281218
    assert value(frame, "hour_volume", "2025-11-05 01:00") == 96014.125
    assert set(frame["measure"]) == {"hour_open", "hour_high", "hour_low", "hour_close", "hour_volume"}


def test_an_hour_without_a_trade_has_no_price() -> None:
    frame = kraken.parse_hourly(payload("kraken_ohlc_60.json"), "TRX")
    assert sorted({time.hour for time in frame["time"]}) == [1, 23]


def test_a_candle_with_nulls_is_a_missing_row() -> None:
    answer, rows = bitcoin()
    rows[2][1:] = [None] * 7
    frame = read(kraken.parse_daily, answer, "BTC")
    assert sorted({time.day for time in frame["time"]}) == [2, 3, 5]


def test_repeated_and_disordered_candles_change_nothing() -> None:
    answer, rows = bitcoin()
    expected = read(kraken.parse_daily, payload("kraken_ohlc_1440.json"), "BTC")
    rows[:] = [*rows[2:], *rows[:2], *rows[-3:]]
    pd.testing.assert_frame_equal(read(kraken.parse_daily, answer, "BTC"), expected)


def test_no_candle_is_nothing_published() -> None:
    answer, rows = bitcoin()
    rows.clear()
    with pytest.raises(NothingPublished):
        read(kraken.parse_daily, answer, "BTC")


def test_an_extra_cell_after_the_time_does_not_shift_the_prices() -> None:
    answer, rows = bitcoin()
    for row in rows:
        row.insert(1, "0")
    with pytest.raises(PayloadChanged, match="8 documented cells"):
        read(kraken.parse_daily, answer, "BTC")


def test_candles_of_another_pair_are_not_taken_for_these() -> None:
    with pytest.raises(PayloadChanged, match="XETHZUSD"):
        read(kraken.parse_daily, payload("kraken_ohlc_1440.json"), "ETH")


def test_hours_are_not_read_as_days() -> None:
    with pytest.raises(PayloadChanged, match="1D"):
        read(kraken.parse_daily, payload("kraken_ohlc_60.json"), "TRX")


def test_a_candle_of_tomorrow_is_refused() -> None:
    answer, rows = bitcoin()
    rows[-1][0] = int((pd.Timestamp.now("UTC") + pd.Timedelta("1D")).ceil("1D").timestamp())
    with pytest.raises(ContractBroken, match="future"):
        read(kraken.parse_daily, answer, "BTC")


def test_a_week_of_days_is_one_question_and_begins_on_its_first_day(asked: list[tuple[str, dict[str, str]]]) -> None:
    answer = kraken.fetch_daily("BTC", utc("2026-02-01 10:00"), utc("2026-02-07 12:00"))
    ((url, query),) = asked
    assert url == "https://api.kraken.com/0/public/OHLC"
    assert (query["pair"], query["interval"]) == ("XXBTZUSD", "1440")
    times = [row[0] for row in answer["result"]["XXBTZUSD"]]
    assert times == list(range(int(utc("2026-02-01").timestamp()), int(utc("2026-02-07").timestamp()) + 1, DAY))


def test_all_that_kraken_keeps_is_one_question(asked: list[tuple[str, dict[str, str]]]) -> None:
    answer = kraken.fetch_hourly("DOGE", utc("2017-01-01"), utc("2026-02-07 12:00"))
    ((_, query),) = asked
    assert (query["pair"], query["interval"]) == ("XDGUSD", "60")
    frame = kraken.parse_hourly(answer, "DOGE")
    assert frame["time"].min() == utc("2026-01-08 12:00")
    assert frame["time"].max() == utc("2026-02-07 12:00")
    assert frame.groupby("measure").size().eq(721).all()


def test_too_many_questions_are_heard_in_an_answer_that_looks_fine(monkeypatch: pytest.MonkeyPatch) -> None:
    said = '{"error": ["EGeneral:Too many requests"]}'

    def answer(url: str, params: Any = None, *, judge: Any, **_: Any) -> Any:
        judge({"error": ["EGeneral:Too many requests"]}, said)

    monkeypatch.setattr("data_sources.wire.json", answer)
    with pytest.raises(RateLimited):
        kraken.fetch_daily("BTC", utc("2026-02-01"), utc("2026-02-07"))
