"""Gate: what its statistics mean, and how they are asked for."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest

from data_sources import gate
from data_sources.errors import ContractBroken, NothingPublished, PayloadChanged
from data_sources.reading import read
from tests.frames import utc
from tests.recorded import payload

DAY = 86_400


def seconds(moment: str) -> int:
    return int(utc(moment).timestamp())


def values(frame: pd.DataFrame, measure: str) -> dict[str, float]:
    rows = frame[frame["measure"] == measure]
    return dict(zip(rows["time"].dt.strftime("%Y-%m-%d"), rows["value"], strict=True))


def stats() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = payload("gate_stats.json")
    return rows


def asked(monkeypatch: pytest.MonkeyPatch, newest: str, oldest: str = "2020-01-01") -> list[dict[str, str]]:
    """Put a venue of our own in the wire's place, which has the days from oldest to newest; what it was asked."""
    questions: list[dict[str, str]] = []

    def json(url: str, *_: Any, **__: Any) -> Any:
        parts = urlsplit(url)
        assert (parts.hostname, parts.path) == ("api.gateio.ws", "/api/v4/futures/usdt/contract_stats")
        question = {name: words[0] for name, words in parse_qs(parts.query).items()}
        questions.append(question)
        first = max(-(-int(question["from"]) // DAY) * DAY, seconds(oldest))
        last = min(first + (min(int(question["limit"]), 100) - 1) * DAY, seconds(newest))
        return [stats()[0] | {"time": time} for time in range(first, last + 1, DAY)]

    monkeypatch.setattr("data_sources.wire.json", json)
    return questions


def test_liquidations_are_dollars_of_the_day_by_side() -> None:
    frame = read(gate.parse_liquidations, [stats()], "BTC")
    assert values(frame, "liquidations_long")["2026-09-18"] == 1_204_331.25
    assert values(frame, "liquidations_short")["2026-09-21"] == 412_007.125
    assert set(frame["entity"]) == {"gate"}


def test_a_partial_row_is_a_gap() -> None:
    frame = read(gate.parse_liquidations, [stats()], "BTC")
    for measure in ("liquidations_long", "liquidations_short"):
        assert list(values(frame, measure)) == ["2026-09-18", "2026-09-19", "2026-09-21"]


def test_a_zero_in_a_whole_row_is_a_day_without_liquidations() -> None:
    assert values(read(gate.parse_liquidations, [stats()], "BTC"), "liquidations_short")["2026-09-19"] == 0.0


def test_numbers_may_come_as_texts() -> None:
    texts = [{name: str(value) for name, value in row.items()} for row in stats()]
    pd.testing.assert_frame_equal(
        read(gate.parse_liquidations, [texts], "BTC"), read(gate.parse_liquidations, [stats()], "BTC")
    )


def test_a_null_on_one_side_leaves_the_other() -> None:
    rows = stats()
    rows[0]["short_liq_usd"] = None
    frame = read(gate.parse_liquidations, [rows], "BTC")
    assert "2026-09-18" in values(frame, "liquidations_long")
    assert "2026-09-18" not in values(frame, "liquidations_short")


def test_a_long_range_comes_whole_in_pages_of_a_hundred(monkeypatch: pytest.MonkeyPatch) -> None:
    questions = asked(monkeypatch, "2026-02-06")
    pages = gate.fetch_liquidations("ETH", utc("2025-01-01 07:00"), utc("2026-02-06 15:30"))
    times = [row["time"] for page in pages for row in page]
    assert times == list(range(seconds("2025-01-01"), seconds("2026-02-06") + 1, DAY))
    assert [int(question["from"]) for question in questions] == [seconds("2025-01-01") + 100 * DAY * page for page in range(5)]
    shapes = {(question["contract"], question["interval"], question["limit"]) for question in questions}
    assert shapes == {("ETH_USDT", "1d", "100")}


def test_a_week_is_one_question(monkeypatch: pytest.MonkeyPatch) -> None:
    questions = asked(monkeypatch, "2026-02-06")
    gate.fetch_liquidations("BTC", utc("2026-01-30 09:00"), utc("2026-02-06 09:00"))
    assert [(question["contract"], int(question["from"])) for question in questions] == [("BTC_USDT", seconds("2026-01-30"))]


def test_a_range_from_before_the_venues_first_day_begins_there(monkeypatch: pytest.MonkeyPatch) -> None:
    questions = asked(monkeypatch, "2026-02-06", oldest="2025-12-01")
    pages = gate.fetch_liquidations("BTC", utc("2018-01-01"), utc("2026-02-06"))
    assert [row["time"] for page in pages for row in page] == list(range(seconds("2025-12-01"), seconds("2026-02-06") + 1, DAY))
    assert len(questions) == 1


def test_a_day_that_has_not_begun_there_ends_the_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    questions = asked(monkeypatch, "2026-02-05")
    pages = gate.fetch_liquidations("BTC", utc("2026-01-30"), utc("2026-02-06 00:00"))
    assert [len(page) for page in pages] == [7]
    assert len(questions) == 2


@pytest.mark.parametrize("page", [{"label": None}, ["row"], [{"t": 1}], [{"time": "soon"}]])
def test_a_page_of_another_kind_is_a_changed_payload_already_when_it_is_fetched(monkeypatch: pytest.MonkeyPatch, page: Any) -> None:
    monkeypatch.setattr("data_sources.wire.json", lambda *_, **__: page)
    with pytest.raises(PayloadChanged):
        gate.fetch_liquidations("BTC", utc("2026-01-30"), utc("2026-02-06"))


@pytest.mark.parametrize("pages", [[], [[]]])
def test_no_rows_are_nothing_published(pages: Any) -> None:
    with pytest.raises(NothingPublished):
        read(gate.parse_liquidations, pages, "BTC")


@pytest.mark.parametrize("key", ["time", "long_liq_usd", "short_liq_usd", "lsr_taker"])
def test_a_renamed_key_is_a_changed_payload(key: str) -> None:
    rows = [{f"{name}_new" if name == key else name: value for name, value in row.items()} for row in stats()]
    with pytest.raises(PayloadChanged):
        read(gate.parse_liquidations, [rows], "BTC")


@pytest.mark.parametrize("time", [1_789_862_400_000, 1_789_862_401, None, "today"], ids=["ms", "off the grid", "null", "a word"])
def test_a_time_that_is_no_day_in_seconds_is_a_changed_payload(time: Any) -> None:
    rows = stats()
    rows[1]["time"] = time
    with pytest.raises(PayloadChanged):
        read(gate.parse_liquidations, [rows], "BTC")


def test_a_day_in_the_future_is_refused() -> None:
    rows = stats()
    rows[0]["time"] += 20_000 * DAY
    with pytest.raises(ContractBroken, match="in the future"):
        read(gate.parse_liquidations, [rows], "BTC")


def test_a_negative_liquidation_is_refused() -> None:
    rows = stats()
    rows[0]["long_liq_usd"] = -1.0
    with pytest.raises(ContractBroken, match="lowest"):
        read(gate.parse_liquidations, [rows], "BTC")


def test_repeats_and_disorder_change_nothing() -> None:
    rows = stats()
    pd.testing.assert_frame_equal(
        read(gate.parse_liquidations, [rows[3:], rows[::-1]], "BTC"), read(gate.parse_liquidations, [rows], "BTC")
    )
