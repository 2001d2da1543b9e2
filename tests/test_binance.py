"""Binance: what its answers say, and how few questions get them."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest

from data_sources import binance
from data_sources.errors import ContractBroken, NothingPublished, PayloadChanged
from data_sources.reading import read
from tests.frames import utc
from tests.recorded import payload

HOUR = 3_600_000
DAY = 24 * HOUR
Question = tuple[str, dict[str, str]]
Venue = Callable[[dict[str, str]], Any]


def value(frame: pd.DataFrame, measure: str, moment: str) -> float:
    (found,) = frame.loc[(frame["measure"] == measure) & (frame["time"] == utc(moment)), "value"]
    return float(found)


def days_of(frame: pd.DataFrame) -> list[str]:
    return sorted({str(time.date()) for time in frame["time"]})


def milliseconds(moment: str | pd.Timestamp) -> int:
    return int((utc(moment) if isinstance(moment, str) else moment).timestamp() * 1000)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Callable[[Venue], list[Question]]:
    """Put a venue behind the wire; its questions, each the URL without its query and the query."""

    def behind(venue: Venue) -> list[Question]:
        questions: list[Question] = []

        def answer(url: str, params: Any = None, **_: Any) -> Any:
            query = {name: given[0] for name, given in parse_qs(urlsplit(url).query).items()}
            questions.append((url.partition("?")[0], query))
            return venue(query)

        monkeypatch.setattr("data_sources.wire.json", answer)
        return questions

    return behind


def candle(moment: int, length: int) -> list[Any]:
    return [moment, "2", "4", "1", "3", "10", moment + length - 1, "30", 7, "5", "15", "0"]


def candles_since(listed: str, length: int) -> Venue:
    """A venue with a candle for every interval since its listing."""

    def answer(query: dict[str, str]) -> list[Any]:
        first = max(int(query["startTime"]), milliseconds(listed))
        times = range(-(-first // length) * length, int(query["endTime"]) + 1, length)
        return [candle(moment, length) for moment in times[: int(query["limit"])]]

    return answer


def prints_since(listed: str) -> Venue:
    """A venue with a print every eight hours, three milliseconds late."""

    def answer(query: dict[str, str]) -> list[dict[str, Any]]:
        first = max(int(query["startTime"]), milliseconds(listed))
        times = range(-(-(first - 3) // (8 * HOUR)) * 8 * HOUR + 3, int(query["endTime"]) + 1, 8 * HOUR)
        return [{"fundingTime": moment, "fundingRate": "0.0001"} for moment in times[: int(query["limit"])]]

    return answer


def test_the_first_days_of_bitcoin_on_binance_read_as_they_were_traded() -> None:
    frame = binance.parse_daily([payload("binance_klines_1d.json")], "BTC")
    assert value(frame, "close", "2017-08-17") == 4285.08
    assert value(frame, "open", "2017-08-20") == 4120.98
    assert value(frame, "high", "2017-08-18") == 4371.52
    assert value(frame, "low", "2017-08-19") == 3850.00
    assert value(frame, "volume", "2017-08-18") == 1199.888264
    assert set(zip(frame["asset"], frame["entity"], strict=True)) == {("BTC", "binance")}


def test_hours_have_measures_of_their_own() -> None:
    frame = binance.parse_hourly([payload("binance_klines_1h.json")], "BTC")
    assert value(frame, "hour_close", "2017-08-17 04:00") == 4308.83
    assert value(frame, "hour_volume", "2017-08-17 05:00") == 23.234916
    assert set(frame["measure"]) == {"hour_open", "hour_high", "hour_low", "hour_close", "hour_volume"}


def test_an_hour_without_a_trade_has_no_price() -> None:
    frame = binance.parse_hourly([payload("binance_klines_1h.json")], "BTC")
    assert utc("2017-08-17 06:00") not in set(frame["time"])
    assert utc("2017-08-17 07:00") in set(frame["time"])


def test_a_candle_with_nulls_is_a_missing_row() -> None:
    rows = payload("binance_klines_1d.json")
    rows[1][1:] = [None] * 11
    frame = read(binance.parse_daily, [rows], "BTC")
    assert days_of(frame) == ["2017-08-17", "2017-08-19", "2017-08-20"]


@pytest.mark.parametrize(
    ("parse", "name"),
    [
        (binance.parse_daily, "binance_klines_1d.json"),
        (binance.parse_hourly, "binance_klines_1h.json"),
        (binance.parse_funding, "binance_funding.json"),
    ],
)
def test_repeated_and_disordered_rows_change_nothing(parse: Any, name: str) -> None:
    rows = payload(name)
    pd.testing.assert_frame_equal(read(parse, [rows[2:], [*rows[:3], *rows[-2:]]], "BTC"), read(parse, [rows], "BTC"))


def test_no_candle_is_nothing_published() -> None:
    with pytest.raises(NothingPublished):
        read(binance.parse_daily, [], "BTC")


def test_an_extra_cell_after_the_time_does_not_shift_the_prices() -> None:
    rows = [[*row[:1], "0", *row[1:]] for row in payload("binance_klines_1d.json")]
    with pytest.raises(PayloadChanged, match="12 documented cells"):
        read(binance.parse_daily, [rows], "BTC")


def test_hours_are_not_read_as_days() -> None:
    with pytest.raises(PayloadChanged, match="1D"):
        read(binance.parse_daily, [payload("binance_klines_1h.json")], "BTC")


def test_a_week_of_days_is_one_question(asked: Any) -> None:
    questions = asked(candles_since("2017-08-17", DAY))
    pages = binance.fetch_daily("XLM", utc("2026-02-01"), utc("2026-02-07 13:37"))
    ((url, query),) = questions
    assert url == "https://api.binance.com/api/v3/klines"
    assert (query["symbol"], query["interval"], query["limit"]) == ("XLMUSDT", "1d", "1000")
    assert [row[0] for row in pages[0]] == [milliseconds(f"2026-02-0{day}") for day in range(1, 8)]


def test_all_days_since_the_listing_come_in_pages_without_gap_or_repeat(asked: Any) -> None:
    questions = asked(candles_since("2017-08-17", DAY))
    pages = binance.fetch_daily("BTC", utc("2010-01-01"), utc("2026-02-07 13:37"))
    assert len(questions) == 4
    assert int(questions[1][1]["startTime"]) == pages[0][-1][0] + 1
    times = [row[0] for page in pages for row in page]
    assert times == list(range(milliseconds("2017-08-17"), milliseconds("2026-02-07") + 1, DAY))


@pytest.mark.parametrize(
    ("fetch", "mirrored", "length"),
    [(binance.fetch_daily, binance.fetch_daily_mirror, DAY), (binance.fetch_hourly, binance.fetch_hourly_mirror, HOUR)],
)
def test_the_mirror_is_asked_at_its_own_host_for_the_same_candles(fetch: Any, mirrored: Any, length: int, asked: Any) -> None:
    questions = asked(candles_since("2017-08-17", length))
    pages = mirrored("ETH", utc("2026-02-01 00:30"), utc("2026-02-07 13:37"))
    assert fetch("ETH", utc("2026-02-01 00:30"), utc("2026-02-07 13:37")) == pages
    (elsewhere, question), (usual, same) = questions
    assert question == same
    assert (elsewhere, usual) == ("https://data-api.binance.vision/api/v3/klines", "https://api.binance.com/api/v3/klines")
    last = milliseconds("2026-02-07 13:00") // length * length
    assert pages == [[candle(moment, length) for moment in range(milliseconds("2026-02-01"), last + 1, length)]]


def test_a_day_of_funding_is_the_mean_of_its_three_prints() -> None:
    frame = binance.parse_funding([payload("binance_funding.json")], "BTC")
    assert value(frame, "funding_rate", "2019-09-11") == pytest.approx(0.00008)
    assert value(frame, "funding_rate", "2019-09-12") == pytest.approx(-0.00006)


def test_a_day_that_lacks_a_print_of_funding_is_missing() -> None:
    # the contract began at 08:00 of its first day, and of the last one only midnight is there
    prints = payload("binance_funding.json")
    assert days_of(read(binance.parse_funding, [prints], "BTC")) == ["2019-09-11", "2019-09-12"]
    prints[3]["fundingRate"] = None
    assert days_of(read(binance.parse_funding, [prints], "BTC")) == ["2019-09-12"]


def test_funding_every_four_hours_adds_up_to_eight() -> None:
    start = milliseconds("2025-11-03")
    prints = [{"fundingTime": start + 4 * HOUR * turn, "fundingRate": "0.0001"} for turn in range(6)]
    assert value(read(binance.parse_funding, [prints], "BTC"), "funding_rate", "2025-11-03") == pytest.approx(0.0002)
    with pytest.raises(NothingPublished):
        read(binance.parse_funding, [prints[:-1]], "BTC")


def test_funding_without_a_row_or_under_another_name_is_told_apart() -> None:
    with pytest.raises(NothingPublished):
        read(binance.parse_funding, [], "BTC")
    renamed = [{"time": row["fundingTime"], "fundingRate": row["fundingRate"]} for row in payload("binance_funding.json")]
    with pytest.raises(PayloadChanged, match="fundingTime"):
        read(binance.parse_funding, [renamed], "BTC")


def test_what_has_not_happened_yet_is_refused() -> None:
    day = milliseconds((pd.Timestamp.now("UTC") + pd.Timedelta("2D")).ceil("1D"))
    with pytest.raises(ContractBroken, match="future"):
        read(binance.parse_daily, [[*payload("binance_klines_1d.json"), candle(day, DAY)]], "BTC")
    prints = [{"fundingTime": day + turn * 8 * HOUR, "fundingRate": "0.0001"} for turn in range(3)]
    with pytest.raises(ContractBroken, match="future"):
        read(binance.parse_funding, [prints], "BTC")
    with pytest.raises(ContractBroken, match="future"):
        read(binance.parse_open_interest, [{"timestamp": day, "sumOpenInterestValue": "9.5"}], "BTC")


def test_a_week_of_funding_is_one_question_and_keeps_its_late_prints(asked: Any) -> None:
    questions = asked(prints_since("2019-09-10 08:00"))
    pages = binance.fetch_funding("ETH", utc("2026-02-01 05:00"), utc("2026-02-07 20:00"))
    ((url, query),) = questions
    assert url == "https://fapi.binance.com/fapi/v1/fundingRate"
    assert (query["symbol"], query["limit"]) == ("ETHUSDT", "1000")
    assert pages[0][0]["fundingTime"] == milliseconds("2026-02-01") + 3
    assert pages[0][-1]["fundingTime"] == milliseconds("2026-02-07 16:00") + 3


def test_all_funding_comes_in_pages_without_gap_or_repeat(asked: Any) -> None:
    questions = asked(prints_since("2019-09-10 08:00"))
    pages = binance.fetch_funding("BTC", utc("2019-01-01"), utc("2026-02-07 20:00"))
    assert len(questions) == 8
    times = [row["fundingTime"] for page in pages for row in page]
    assert times == list(range(milliseconds("2019-09-10 08:00") + 3, milliseconds("2026-02-07 16:00") + 4, 8 * HOUR))


def test_open_interest_at_midnight_belongs_to_the_day_that_ended() -> None:
    frame = binance.parse_open_interest(payload("binance_open_interest.json"), "BTC")
    assert value(frame, "open_interest", "2025-11-02") == 9855054000.25
    assert value(frame, "open_interest", "2025-11-05") == 8911536520.75
    assert days_of(frame) == ["2025-11-02", "2025-11-03", "2025-11-04", "2025-11-05"]


@pytest.mark.parametrize(
    "item",
    [
        None,
        {},
        {"timestamp": 1762214400000},
        *({"timestamp": 1762214400000, "sumOpenInterestValue": value} for value in (None, "", "0.00", "n.a.", ["9"])),
        # not a number, seconds, not a midnight
        *({"timestamp": moment, "sumOpenInterestValue": "9.5"} for moment in ("soon", 1762214400, 1762217000000)),
    ],
)
def test_one_malformed_item_of_open_interest_is_a_gap(item: Any) -> None:
    items = payload("binance_open_interest.json")
    items[1] = item
    assert days_of(read(binance.parse_open_interest, items, "BTC")) == ["2025-11-02", "2025-11-04", "2025-11-05"]


def test_open_interest_under_another_name_is_a_changed_answer() -> None:
    items = [{"timestamp": item["timestamp"], "value": "9.5"} for item in payload("binance_open_interest.json")]
    for changed in (items, {"code": -1130}):
        with pytest.raises(PayloadChanged):
            read(binance.parse_open_interest, changed, "BTC")


def test_repeated_and_disordered_open_interest_changes_nothing() -> None:
    items = payload("binance_open_interest.json")
    expected = read(binance.parse_open_interest, items, "BTC")
    pd.testing.assert_frame_equal(read(binance.parse_open_interest, [*items[2:], *items[:3]], "BTC"), expected)


def test_no_open_interest_is_nothing_published() -> None:
    nulls = [{**item, "sumOpenInterestValue": None} for item in payload("binance_open_interest.json")]
    for empty in ([], nulls):
        with pytest.raises(NothingPublished):
            read(binance.parse_open_interest, empty, "BTC")


def test_open_interest_is_asked_for_thirty_days_at_most(asked: Any) -> None:
    questions = asked(lambda query: [])
    now = pd.Timestamp.now("UTC")
    binance.fetch_open_interest("ETH", utc("2019-09-10"), now)
    ((url, query),) = questions
    assert url == "https://fapi.binance.com/futures/data/openInterestHist"
    assert (query["symbol"], query["period"], query["limit"]) == ("ETHUSDT", "1d", "500")
    first, last = int(query["startTime"]), int(query["endTime"])
    assert milliseconds(now) - 30 * DAY < first <= milliseconds(now) - 29 * DAY + HOUR
    assert first % DAY == 0
    assert last <= milliseconds(pd.Timestamp.now("UTC"))


def test_open_interest_of_a_range_begins_at_the_end_of_its_first_day(asked: Any) -> None:
    questions = asked(lambda query: [])
    today = pd.Timestamp.now("UTC").floor("1D")
    binance.fetch_open_interest("BTC", today - pd.Timedelta("7D"), today - pd.Timedelta("3D"))
    first, last = (int(questions[0][1][name]) for name in ("startTime", "endTime"))
    assert (first, last) == (milliseconds(today) - 6 * DAY, milliseconds(today) - 2 * DAY)


def test_nobody_asks_for_open_interest_that_binance_no_longer_or_not_yet_has(asked: Any) -> None:
    questions = asked(lambda query: [])
    now = pd.Timestamp.now("UTC")
    assert binance.fetch_open_interest("BTC", utc("2020-01-01"), utc("2020-02-01")) == []
    assert binance.fetch_open_interest("BTC", now, now) == []
    assert questions == []
