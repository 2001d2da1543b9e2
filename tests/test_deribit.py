"""Deribit: its series, how they are asked for, and what strange answers of every kind come to."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest

from data_sources import deribit
from data_sources.errors import ContractBroken, NothingPublished, PayloadChanged
from data_sources.reading import read
from tests.frames import utc
from tests.recorded import payload

HOUR, DAY = 3_600_000, 86_400_000
Asked = list[dict[str, int | str]]


def milliseconds(moment: str) -> int:
    return int(utc(moment).timestamp() * 1000)


def values(frame: pd.DataFrame, measure: str) -> dict[str, float]:
    rows = frame[frame["measure"] == measure]
    return dict(zip(rows["time"].dt.strftime("%Y-%m-%d %H:%M"), rows["value"], strict=True))


def asked(monkeypatch: pytest.MonkeyPatch, answer: Callable[[dict[str, Any]], Any]) -> Asked:
    """Put a venue of our own in the wire's place; what it was asked."""
    questions: Asked = []

    def json(url: str, *_: Any, **__: Any) -> Any:
        assert url.startswith("https://www.deribit.com/api/v2/public/get_")
        texts = {name: words[0] for name, words in parse_qs(urlsplit(url).query).items()}
        question = {name: int(word) if word.isdigit() else word for name, word in texts.items()}
        questions.append(question)
        return {"jsonrpc": "2.0", "result": answer(question)}

    monkeypatch.setattr("data_sources.wire.json", json)
    return questions


# DVOL


def dvol_venue(question: dict[str, Any]) -> dict[str, Any]:
    """The newest thousand days of a range; where the next page ends."""
    first, last = -(-question["start_timestamp"] // DAY), question["end_timestamp"] // DAY
    rows = [[day * DAY, 50.0, 52.0, 48.0, 51.0] for day in range(first, last + 1)]
    return {"data": rows[-1000:], "continuation": rows[-1001][0] if len(rows) > 1000 else None}


def test_dvol_is_the_close_of_the_day() -> None:
    dvol = values(read(deribit.parse_dvol, [payload("deribit_dvol.json")], "BTC"), "dvol")
    assert dvol["2025-10-10 00:00"] == 44.11
    assert dvol["2025-10-11 00:00"] == 45.27


def test_a_day_of_nulls_is_a_missing_day() -> None:
    dvol = values(read(deribit.parse_dvol, [payload("deribit_dvol.json")], "BTC"), "dvol")
    assert "2025-10-12 00:00" not in dvol
    assert len(dvol) == 4


def test_a_long_range_of_dvol_comes_whole_in_pages_of_a_thousand(monkeypatch: pytest.MonkeyPatch) -> None:
    questions = asked(monkeypatch, dvol_venue)
    pages = deribit.fetch_dvol("ETH", utc("2021-03-24"), utc("2026-02-06 15:30"))
    days = read(deribit.parse_dvol, pages, "ETH")["time"]
    assert list(days) == list(pd.date_range("2021-03-24", "2026-02-06", tz="UTC"))
    assert sum(len(page["result"]["data"]) for page in pages) == len(days)
    assert [question["end_timestamp"] for question in questions] == [
        milliseconds(moment) for moment in ("2026-02-06 15:30", "2023-05-13")
    ]
    assert {question["currency"] for question in questions} == {"ETH"}
    assert {question["resolution"] for question in questions} == {"1D"}


def test_a_week_of_dvol_is_one_question(monkeypatch: pytest.MonkeyPatch) -> None:
    questions = asked(monkeypatch, dvol_venue)
    deribit.fetch_dvol("BTC", utc("2026-01-30 09:00"), utc("2026-02-06 09:00"))
    assert [(question["start_timestamp"], question["end_timestamp"]) for question in questions] == [
        (milliseconds("2026-01-30"), milliseconds("2026-02-06 09:00"))
    ]


@pytest.mark.parametrize("continuation", [2_000_000_000_000, "soon"])
def test_a_continuation_that_does_not_lead_back_ends_the_questions(monkeypatch: pytest.MonkeyPatch, continuation: Any) -> None:
    questions = asked(monkeypatch, lambda _: {"data": [], "continuation": continuation})
    with pytest.raises(PayloadChanged):
        deribit.fetch_dvol("BTC", utc("2026-01-30"), utc("2026-02-06"))
    assert len(questions) == 1


# Funding


@pytest.fixture(params=["inclusive", "exclusive"])
def funding_venue(request: pytest.FixtureRequest) -> Callable[[dict[str, Any]], list[dict[str, Any]]]:
    """At most 744 hours; the range's own ends may belong to it or not. The rate tells the hour of the day."""
    inside = request.param == "inclusive"

    def answer(question: dict[str, Any]) -> list[dict[str, Any]]:
        first, last = question["start_timestamp"], question["end_timestamp"]
        stamps = range(-(-first // HOUR) * HOUR, last + 1, HOUR)
        kept = [stamp for stamp in stamps if inside or first < stamp < last]
        assert len(kept) <= 744
        return [{"timestamp": stamp, "interest_1h": stamp // HOUR % 24 * 1e-6, "interest_8h": 1.0} for stamp in kept]

    return answer


def test_a_days_funding_is_the_sum_of_its_hours_per_eight_hours() -> None:
    funding = values(read(deribit.parse_funding, [payload("deribit_funding.json")], "BTC"), "funding_rate")
    # twelve hours of 0.0012 % and twelve of 0.0003 %: 0.018 % in the day, 0.006 % in eight hours
    assert funding == {"2026-09-20 00:00": pytest.approx(0.00006, rel=1e-12)}


def test_the_row_stamped_midnight_belongs_to_the_day_that_ends_there() -> None:
    answer = payload("deribit_funding.json")
    at = {row["timestamp"]: row for row in answer["result"]}
    at[milliseconds("2026-09-21 00:00")]["interest_1h"] = 0.000303
    funding = values(read(deribit.parse_funding, [answer], "BTC"), "funding_rate")
    assert funding == {"2026-09-20 00:00": pytest.approx(0.00016, rel=1e-12)}


@pytest.mark.parametrize("hour", [0, 5, 23])
def test_a_day_with_an_hour_missing_or_null_is_a_gap(hour: int) -> None:
    for damage in ("missing", "null"):
        answer = payload("deribit_funding.json")
        if damage == "missing":
            del answer["result"][hour + 1]
        else:
            answer["result"][hour + 1]["interest_1h"] = None
        with pytest.raises(NothingPublished):
            read(deribit.parse_funding, [answer], "BTC")


def test_three_years_of_funding_come_whole_in_pages_of_31_days(
    monkeypatch: pytest.MonkeyPatch, funding_venue: Callable[[dict[str, Any]], list[dict[str, Any]]]
) -> None:
    questions = asked(monkeypatch, funding_venue)
    pages = deribit.fetch_funding("BTC", utc("2018-08-14"), utc("2026-02-06 15:30"))
    stamps = [row["timestamp"] for page in pages for row in page["result"]]
    assert stamps == list(range(milliseconds("2023-02-06 01:00"), milliseconds("2026-02-07 00:00") + 1, HOUR))
    assert len(questions) == 36
    assert {question["instrument_name"] for question in questions} == {"BTC-PERPETUAL"}
    rates = read(deribit.parse_funding, pages, "BTC")["value"]
    assert rates.to_numpy() == pytest.approx(sum(range(24)) * 1e-6 / 3)


def test_a_week_of_funding_is_one_question(
    monkeypatch: pytest.MonkeyPatch, funding_venue: Callable[[dict[str, Any]], list[dict[str, Any]]]
) -> None:
    questions = asked(monkeypatch, funding_venue)
    pages = deribit.fetch_funding("ETH", utc("2026-01-30 09:00"), utc("2026-02-06 09:00"))
    assert len(questions) == 1
    assert questions[0]["instrument_name"] == "ETH-PERPETUAL"
    assert pages[0]["result"][0]["timestamp"] == milliseconds("2026-01-30 01:00")


def test_pages_from_before_the_listing_are_empty_and_do_no_harm() -> None:
    empty = {"jsonrpc": "2.0", "result": []}
    assert len(read(deribit.parse_funding, [empty, payload("deribit_funding.json")], "BTC")) == 1


# Snapshots


def test_a_snapshot_is_one_question_whatever_the_range(monkeypatch: pytest.MonkeyPatch) -> None:
    questions = asked(monkeypatch, lambda _: [])
    deribit.fetch_options("ETH", utc("2020-01-01"), utc("2026-02-06"))
    deribit.fetch_open_interest("BTC", utc("2020-01-01"), utc("2026-02-06"))
    assert questions == [{"currency": "ETH", "kind": "option"}, {"currency": "BTC", "kind": "future"}]


# Strange answers, of every kind

Parse = Callable[[Any, str], pd.DataFrame]


def cases() -> Iterator[tuple[Parse, str, str, str]]:
    yield deribit.parse_dvol, "deribit_dvol.json", "time", "result"
    yield deribit.parse_funding, "deribit_funding.json", "timestamp", "interest_1h"
    yield deribit.parse_open_interest, "deribit_futures.json", "creation_timestamp", "open_interest"
    yield deribit.parse_options, "deribit_options.json", "creation_timestamp", "volume"


every = pytest.mark.parametrize(("parse", "name", "clock", "key"), list(cases()))


def given(parse: Parse, answer: Any) -> Any:
    return [answer] if parse in (deribit.parse_dvol, deribit.parse_funding) else answer


def rows_of(answer: Any) -> list[Any]:
    rows: list[Any] = answer["result"]["data"] if isinstance(answer["result"], dict) else answer["result"]
    return rows


@every
def test_no_rows_are_nothing_published(parse: Parse, name: str, clock: str, key: str) -> None:
    answer = payload(name)
    rows_of(answer).clear()
    with pytest.raises(NothingPublished):
        read(parse, given(parse, answer), "BTC")


@every
def test_a_renamed_key_is_a_changed_payload(parse: Parse, name: str, clock: str, key: str) -> None:
    for gone in (key, "result"):
        answer = payload(name)
        for row in [answer, *rows_of(answer)]:
            if isinstance(row, dict) and gone in row:
                row[f"new_{gone}"] = row.pop(gone)
        with pytest.raises(PayloadChanged):
            read(parse, given(parse, answer), "BTC")


@every
@pytest.mark.parametrize("answer", [[], {}, "no", None, 7, {"result": None}, {"result": {"data": {}}}, {"result": {"data": None}}])
def test_another_kind_of_answer_is_a_changed_payload(parse: Parse, name: str, clock: str, key: str, answer: Any) -> None:
    with pytest.raises(PayloadChanged):
        read(parse, given(parse, answer), "BTC")


@every
def test_disorder_changes_nothing(parse: Parse, name: str, clock: str, key: str) -> None:
    answer = payload(name)
    before = read(parse, given(parse, deepcopy(answer)), "BTC")
    rows_of(answer).reverse()
    pd.testing.assert_frame_equal(read(parse, given(parse, answer), "BTC"), before)


@pytest.mark.parametrize(("parse", "name"), [case[:2] for case in list(cases())[:2]])
def test_repeated_rows_change_nothing(parse: Parse, name: str) -> None:
    answer = payload(name)
    before = read(parse, [deepcopy(answer)], "BTC")
    rows_of(answer).extend(rows_of(payload(name))[-12:])
    pd.testing.assert_frame_equal(read(parse, [answer, answer], "BTC"), before)


@every
def test_a_time_in_the_future_is_refused(parse: Parse, name: str, clock: str, key: str) -> None:
    answer = payload(name)
    for row in rows_of(answer):
        if isinstance(row, dict):
            row[clock] += 10_000 * DAY
            row["instrument_name"] = str(row.get("instrument_name")).replace("26-", "60-")
        else:
            row[0] += 10_000 * DAY
    with pytest.raises(ContractBroken, match="in the future"):
        read(parse, given(parse, answer), "BTC")


@pytest.mark.parametrize(
    "row",
    [
        [1_760_140_800_000, 44.9, 45.6, 42.9],
        [1_760_140_800_000, 44.9, 45.6, 42.9, 43.1, 0.0],
        [1_760_140_800, 44.9, 45.6, 42.9, 43.1],
        [1_760_140_800_001, 44.9, 45.6, 42.9, 43.1],
        [1_760_140_800_000, 44.9, 42.9, 45.6, 43.1],
        [1_760_140_800_000, 44.9, 45.6, 42.9, 46.0],
        [1_760_140_800_000, 44.9, 45.6, 42.9, "high"],
    ],
    ids=["short", "long", "seconds", "off the grid", "high below low", "close outside", "a word"],
)
def test_a_row_of_dvol_that_cannot_be_is_refused(row: list[Any]) -> None:
    answer = payload("deribit_dvol.json")
    answer["result"]["data"].append(row)
    with pytest.raises(PayloadChanged):
        read(deribit.parse_dvol, [answer], "BTC")


def test_funding_that_is_not_stamped_on_the_hour_is_refused() -> None:
    answer = payload("deribit_funding.json")
    answer["result"][4]["timestamp"] += 1
    with pytest.raises(PayloadChanged):
        read(deribit.parse_funding, [answer], "BTC")
