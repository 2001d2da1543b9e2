"""Bybit: pages asked for by spans, the newest first; open interest that counts both sides and knows no dollars."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest

from data_sources import bybit
from data_sources.errors import ContractBroken, NothingPublished, PayloadChanged
from data_sources.reading import read
from tests.frames import utc
from tests.recorded import payload

Asked = list[dict[str, str]]
HOUR, DAY = 3_600_000, 86_400_000
NOW = "2026-11-21 12:34"
PARSERS: dict[str, Callable[[Any, str], pd.DataFrame]] = {
    "daily": bybit.parse_daily,
    "hourly": bybit.parse_hourly,
    "funding": bybit.parse_funding,
    "open_interest": bybit.parse_open_interest,
}


def value(frame: pd.DataFrame, measure: str, time: str) -> float:
    (found,) = frame.loc[(frame["measure"] == measure) & (frame["time"] == utc(time)), "value"]
    return float(found)


def ms(moment: str) -> int:
    return int(utc(moment).timestamp() * 1000)


def answers(*rows: Any) -> list[Any]:
    return [{"retCode": 0, "retMsg": "OK", "result": {"list": list(rows)}, "retExtInfo": {}, "time": ms(NOW)}]


def lists(pages: Any) -> list[dict[str, Any]]:
    """The results in a payload, whichever way it is laid out."""
    pages = [*pages["interest"], *pages["candles"]] if isinstance(pages, dict) else pages
    return [page["result"] for page in pages]


def candle(time: int, close: str = "105") -> list[str]:
    return [str(time), "100", "110", "90", close, "1.5", "157.5"]


def printed(time: int, rate: str = "0.0001") -> dict[str, str]:
    return {"symbol": "BTCUSDT", "fundingRate": rate, "fundingRateTimestamp": str(time)}


def state(time: int, both: str | None = "50", once: str | None = None) -> dict[str, str | None]:
    return {"openInterest": both, "timestamp": str(time)} | ({} if once is None else {"singleOpenInterest": once})


def test_daily_candles_are_read_as_published() -> None:
    frame = read(bybit.parse_daily, payload("bybit_daily.json"), "BTC")
    assert value(frame, "open", "2025-11-11") == 106002.7
    assert value(frame, "high", "2025-11-11") == 107465.5
    assert value(frame, "low", "2025-11-11") == 102476.1
    assert value(frame, "close", "2025-11-11") == 103010.2
    assert value(frame, "volume", "2025-11-10") == 7611.125
    assert set(frame["entity"]) == {"bybit"}


def test_hours_are_read_into_hourly_measures() -> None:
    frame = read(bybit.parse_hourly, payload("bybit_hourly.json"), "BTC")
    assert value(frame, "hour_low", "2025-10-10 22:00") == 101500.0
    assert value(frame, "hour_volume", "2025-10-10 21:00") == 511.375


def test_an_hour_without_a_trade_has_no_price() -> None:
    frame = read(bybit.parse_hourly, payload("bybit_hourly.json"), "BTC")
    assert utc("2025-10-10 20:00") not in set(frame["time"])


def test_funding_is_the_mean_of_a_days_three_prints() -> None:
    frame = read(bybit.parse_funding, payload("bybit_funding.json"), "BTC")
    assert value(frame, "funding_rate", "2025-11-11") == pytest.approx(0.00005, abs=1e-15)


def test_days_that_lack_a_print_of_funding_are_missing_rows() -> None:
    frame = read(bybit.parse_funding, payload("bybit_funding.json"), "BTC")
    assert list(frame["time"]) == [utc("2025-11-11")]


@pytest.mark.parametrize("spacing", [4, 2, 1])
def test_funding_at_shorter_intervals_is_scaled_to_eight_hours(spacing: int) -> None:
    prints = [printed(ms("2025-11-11") + hour * HOUR, "0.00001") for hour in range(0, 24, spacing)]
    frame = read(bybit.parse_funding, answers(*prints), "BTC")
    assert value(frame, "funding_rate", "2025-11-11") == pytest.approx(0.00001 * 8 / spacing)
    with pytest.raises(NothingPublished):
        read(bybit.parse_funding, answers(*prints[:-1]), "BTC")


def test_open_interest_is_counted_once_at_the_close_of_the_day_it_ends() -> None:
    frame = read(bybit.parse_open_interest, payload("bybit_open_interest.json"), "BTC")
    assert value(frame, "open_interest", "2025-11-11") == pytest.approx(28000.25 * 103000)


def test_open_interest_of_both_sides_is_halved_where_nothing_else_is_given() -> None:
    frame = read(bybit.parse_open_interest, payload("bybit_open_interest.json"), "BTC")
    assert value(frame, "open_interest", "2025-11-10") == 2_862_026_500.0


def test_open_interest_without_a_close_is_a_missing_row() -> None:
    frame = read(bybit.parse_open_interest, payload("bybit_open_interest.json"), "BTC")
    assert utc("2025-11-09") not in set(frame["time"])
    without = payload("bybit_open_interest.json")
    without["candles"][0]["result"]["list"][1][4] = None
    assert list(read(bybit.parse_open_interest, without, "BTC")["time"]) == [utc("2025-11-10")]


@pytest.fixture
def venue(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Asked]:
    """A venue with a row per step since it opened, newest first, that cuts a range down to its newest rows."""

    def open_(opened: str, now: str = NOW) -> Asked:
        asked: Asked = []
        kinds: dict[str, tuple[Callable[[int], Any], int, int]] = {
            "kline": (candle, 0, 1000),
            "funding/history": (printed, 8 * HOUR, 200),
            "open-interest": (state, DAY, 200),
        }

        def answer(url: str, params: Any = None, **_: Any) -> dict[str, Any]:
            query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
            what = urlsplit(url).path.removeprefix("/v5/market/")
            asked.append({"what": what, **query})
            row, step, most = kinds[what]
            step = step or {"D": DAY, "60": HOUR}[query["interval"]]
            first, last = (int(query.get(f"{name}Time") or query[name]) for name in ("start", "end"))
            newest = min(last, ms(now)) // step * step
            times = range(newest, max(first, ms(opened)) - 1, -step)
            return answers(*map(row, times[: min(int(query["limit"]), most)]))[0]

        monkeypatch.setattr("data_sources.wire.json", answer)
        return asked

    return open_


def test_a_weeks_increment_is_one_question(venue: Callable[..., Asked]) -> None:
    asked = venue("2021-07-05")
    frame = bybit.parse_daily(bybit.fetch_daily("BTC", utc("2026-11-14"), utc(NOW)), "BTC")
    assert asked == [
        {
            "what": "kline",
            "category": "spot",
            "symbol": "BTCUSDT",
            "interval": "D",
            "start": str(ms("2026-11-14")),
            "end": str(ms(NOW)),
            "limit": "1000",
        }
    ]
    assert list(frame.loc[frame["measure"] == "close", "time"]) == list(pd.date_range("2026-11-14", "2026-11-21", tz="UTC"))


def test_pages_of_hours_meet_without_gap_or_overlap(venue: Callable[..., Asked]) -> None:
    asked = venue("2021-07-05")
    pages = bybit.fetch_hourly("ETH", utc("2026-08-23 12:00"), utc(NOW))
    hours = [int(row[0]) for result in lists(pages) for row in result["list"]]
    assert sorted(hours) == list(range(ms("2026-08-23 12:00"), ms("2026-11-21 12:00") + 1, HOUR))
    assert [question["interval"] for question in asked] == ["60"] * 3
    assert len(hours) == len(set(hours))


def test_no_question_spans_more_than_a_page(venue: Callable[..., Asked]) -> None:
    asked = venue("2021-07-05")
    bybit.fetch_daily("BTC", utc("2017-01-01"), utc(NOW))
    bybit.fetch_funding("BTC", utc("2025-01-01"), utc(NOW))
    steps = {"kline": DAY, "funding/history": 8 * HOUR}
    for question in asked:
        first, last = (int(question.get(f"{name}Time") or question[name]) for name in ("start", "end"))
        assert (last - first) // steps[question["what"]] < int(question["limit"])


def test_history_ends_where_the_venue_began(venue: Callable[..., Asked]) -> None:
    asked = venue("2021-07-05")
    frame = bybit.parse_daily(bybit.fetch_daily("BTC", utc("2012-01-01"), utc(NOW)), "BTC")
    assert frame["time"].min() == utc("2021-07-05")
    assert len(asked) == 3


def test_funding_of_years_comes_in_pages_of_two_hundred(venue: Callable[..., Asked]) -> None:
    asked = venue("2020-03-30")
    frame = bybit.parse_funding(bybit.fetch_funding("BTC", utc("2025-01-01"), utc(NOW)), "BTC")
    assert list(frame["time"]) == list(pd.date_range("2025-01-01", "2026-11-20", tz="UTC"))
    assert len(asked) == 11
    assert {(question["category"], question["limit"]) for question in asked} == {("linear", "200")}
    assert all("startTime" in question and "endTime" in question for question in asked)


def test_a_week_of_funding_is_one_question(venue: Callable[..., Asked]) -> None:
    asked = venue("2020-03-30")
    bybit.fetch_funding("ETH", utc("2026-11-14"), utc(NOW))
    assert [question["symbol"] for question in asked] == ["ETHUSDT"]


def test_a_week_of_open_interest_is_one_question_and_one_for_its_prices(venue: Callable[..., Asked]) -> None:
    asked = venue("2020-07-20")
    frame = bybit.parse_open_interest(bybit.fetch_open_interest("BTC", utc("2026-11-14"), utc(NOW)), "BTC")
    assert [question["what"] for question in asked] == ["open-interest", "kline"]
    assert {question["category"] for question in asked} == {"linear"}
    assert (asked[0]["intervalTime"], asked[0]["limit"]) == ("1d", "200")
    assert list(frame["time"]) == list(pd.date_range("2026-11-14", "2026-11-20", tz="UTC"))
    assert set(frame["value"]) == {25 * 105.0}


def test_open_interest_of_years_meets_without_gap(venue: Callable[..., Asked]) -> None:
    asked = venue("2020-07-20")
    frame = bybit.parse_open_interest(bybit.fetch_open_interest("BTC", utc("2020-01-01"), utc(NOW)), "BTC")
    assert list(frame["time"]) == list(pd.date_range("2020-07-20", "2026-11-20", tz="UTC"))
    assert [question["what"] for question in asked].count("open-interest") == 13


@pytest.mark.parametrize("what", PARSERS)
def test_no_row_is_nothing_published(what: str) -> None:
    for empty in ([], answers()):
        with pytest.raises(NothingPublished):
            read(PARSERS[what], {"interest": empty, "candles": empty} if what == "open_interest" else empty, "BTC")


@pytest.mark.parametrize("what", ["daily", "hourly"])
def test_an_extra_cell_is_noticed(what: str) -> None:
    pages = payload(f"bybit_{what}.json")
    pages[0]["result"]["list"] = [[row[0], "0", *row[1:]] for row in pages[0]["result"]["list"]]
    with pytest.raises(PayloadChanged):
        read(PARSERS[what], pages, "BTC")


@pytest.mark.parametrize(
    ("what", "key"),
    [
        ("funding", "fundingRate"),
        ("funding", "fundingRateTimestamp"),
        ("open_interest", "openInterest"),
        ("open_interest", "timestamp"),
    ],
)
def test_a_renamed_key_is_noticed(what: str, key: str) -> None:
    pages = payload(f"bybit_{what}.json")
    for result in lists(pages):
        result["list"] = [
            {("x" if name == key else name): cell for name, cell in row.items()} if isinstance(row, dict) else row
            for row in result["list"]
        ]
    with pytest.raises(PayloadChanged):
        read(PARSERS[what], pages, "BTC")


@pytest.mark.parametrize("pages", [[{"retCode": 0}], [{"result": {"rows": []}}], [{"result": []}], {"result": {}}, [["0"]]])
@pytest.mark.parametrize("what", PARSERS)
def test_another_envelope_is_noticed(what: str, pages: Any) -> None:
    with pytest.raises(PayloadChanged):
        read(PARSERS[what], pages, "BTC")


def test_times_between_are_noticed() -> None:
    with pytest.raises(PayloadChanged):
        read(bybit.parse_daily, answers(candle(ms("2025-11-11 16:00"))), "BTC")
    with pytest.raises(PayloadChanged):
        read(bybit.parse_funding, answers(printed(ms("2025-11-11 16:20"))), "BTC")
    hour = {"interest": answers(state(ms("2025-11-11 16:00"))), "candles": answers(candle(ms("2025-11-11")))}
    with pytest.raises(PayloadChanged):
        read(bybit.parse_open_interest, hour, "BTC")


def test_nulls_are_missing_rows() -> None:
    frame = read(bybit.parse_daily, answers([str(ms("2025-11-12")), *[None] * 6], candle(ms("2025-11-11"))), "BTC")
    assert set(frame["time"]) == {utc("2025-11-11")}
    states = answers(state(ms("2025-11-12"), both=None), state(ms("2025-11-11"), both=None, once="3"))
    bars = answers(candle(ms("2025-11-11")), candle(ms("2025-11-10")))
    frame = read(bybit.parse_open_interest, {"interest": states, "candles": bars}, "BTC")
    assert list(frame["value"]) == [3 * 105.0]


@pytest.mark.parametrize("what", PARSERS)
def test_repeats_and_disorder_change_nothing(what: str) -> None:
    pages = payload(f"bybit_{what}.json")
    shuffled = deepcopy(pages)
    for result in lists(shuffled):
        result["list"] = [*result["list"][::-1], *result["list"][:2]]
    pd.testing.assert_frame_equal(read(PARSERS[what], shuffled, "BTC"), read(PARSERS[what], pages, "BTC"))


def test_times_to_come_are_refused() -> None:
    day = int((pd.Timestamp.now("UTC").floor("1D") + pd.Timedelta(days=2)).timestamp() * 1000)
    with pytest.raises(ContractBroken):
        read(bybit.parse_daily, answers(candle(day)), "BTC")
    with pytest.raises(ContractBroken):
        read(bybit.parse_funding, answers(*(printed(day + hour * HOUR) for hour in (0, 8, 16))), "BTC")
    ahead = {"interest": answers(state(day + DAY)), "candles": answers(candle(day))}
    with pytest.raises(ContractBroken):
        read(bybit.parse_open_interest, ahead, "BTC")
