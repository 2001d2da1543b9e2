"""OKX: pages that end before a time, candles that say whether they are over, funding that repeats itself."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest

from data_sources import okx
from data_sources.errors import ContractBroken, NothingPublished, PayloadChanged
from data_sources.reading import read
from tests.frames import utc
from tests.recorded import payload

Asked = list[dict[str, str]]
HOUR, DAY = 3_600_000, 86_400_000
PARSERS: dict[str, Callable[[Any, str], pd.DataFrame]] = {
    "daily": okx.parse_daily,
    "hourly": okx.parse_hourly,
    "funding": okx.parse_funding,
    "open_interest": okx.parse_open_interest,
}


def value(frame: pd.DataFrame, measure: str, time: str) -> float:
    (found,) = frame.loc[(frame["measure"] == measure) & (frame["time"] == utc(time)), "value"]
    return float(found)


def ms(moment: str) -> int:
    return int(utc(moment).timestamp() * 1000)


def answers(*rows: Any) -> list[Any]:
    return [{"code": "0", "msg": "", "data": list(rows)}]


def printed(moment: str, rate: str, late: int = 0) -> dict[str, str]:
    return {"instId": "BTC-USDT-SWAP", "fundingRate": "0.5", "realizedRate": rate, "fundingTime": str(ms(moment) + late)}


def test_daily_candles_are_read_as_published() -> None:
    frame = read(okx.parse_daily, payload("okx_daily.json"), "BTC")
    assert value(frame, "open", "2025-11-11") == 106003.2
    assert value(frame, "high", "2025-11-11") == 107462.9
    assert value(frame, "low", "2025-11-11") == 102450.0
    assert value(frame, "close", "2025-11-11") == 103011.4
    assert value(frame, "volume", "2025-11-09") == 5117.25
    assert set(frame["entity"]) == {"okx"}


def test_the_candle_that_is_not_confirmed_is_left_out() -> None:
    frame = read(okx.parse_daily, payload("okx_daily.json"), "BTC")
    assert frame["time"].max() == utc("2025-11-11")


def test_nothing_but_the_open_candle_is_nothing_published() -> None:
    newest = payload("okx_daily.json")[0]["data"][0]
    with pytest.raises(NothingPublished):
        read(okx.parse_daily, answers(newest), "BTC")


def test_hours_are_read_into_hourly_measures() -> None:
    frame = read(okx.parse_hourly, payload("okx_hourly.json"), "BTC")
    assert value(frame, "hour_low", "2025-10-10 22:00") == 109000.5
    assert value(frame, "hour_volume", "2025-10-10 21:00") == 402.125


def test_an_hour_without_a_trade_has_no_price() -> None:
    frame = read(okx.parse_hourly, payload("okx_hourly.json"), "BTC")
    assert utc("2025-10-10 20:00") not in set(frame["time"])


def test_funding_is_the_mean_of_a_days_three_realized_rates() -> None:
    frame = read(okx.parse_funding, payload("okx_funding.json"), "BTC")
    assert value(frame, "funding_rate", "2025-11-11") == pytest.approx(0.00005, abs=1e-15)


def test_days_that_lack_a_print_of_funding_are_missing_rows() -> None:
    frame = read(okx.parse_funding, payload("okx_funding.json"), "BTC")
    assert list(frame["time"]) == [utc("2025-11-11")]
    gap = answers(printed("2025-11-11 16:00", "0.0001"), printed("2025-11-11 08:00", ""), printed("2025-11-11 00:00", "0.0001"))
    with pytest.raises(NothingPublished):
        read(okx.parse_funding, gap, "BTC")


@pytest.mark.parametrize("spacing", [4, 2, 1])
def test_funding_at_shorter_intervals_is_scaled_to_eight_hours(spacing: int) -> None:
    prints = [printed(f"2025-11-11 {hour:02}:00", "0.00001") for hour in range(0, 24, spacing)]
    frame = read(okx.parse_funding, answers(*prints), "BTC")
    assert value(frame, "funding_rate", "2025-11-11") == pytest.approx(0.00001 * 8 / spacing)
    with pytest.raises(NothingPublished):
        read(okx.parse_funding, answers(*prints[:-1]), "BTC")


def test_three_prints_four_hours_apart_are_no_whole_day() -> None:
    morning = [printed(f"2025-11-11 {hour:02}:00", "0.0001") for hour in (0, 4, 8)]
    with pytest.raises(NothingPublished):
        read(okx.parse_funding, answers(*morning), "BTC")


def test_open_interest_stamped_at_midnight_is_how_the_day_before_ended() -> None:
    frame = read(okx.parse_open_interest, payload("okx_open_interest.json"), "BTC")
    assert value(frame, "open_interest", "2025-11-11") == 3157175308.5
    assert value(frame, "open_interest", "2025-11-10") == 3192021360.0
    assert frame["time"].max() == utc("2025-11-11")


@pytest.fixture
def venue(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Asked]:
    """A venue with one row per step, newest first, that ends a page before ``after`` or ``end`` and keeps the questions.

    ``forgets``: asked for something older than its oldest row, it answers with the newest ones.
    """

    def open_(row: Callable[[int], Any], step: int, opened: str, now: str, most: int, forgets: bool = False) -> Asked:
        asked: Asked = []

        def answer(url: str, params: Any = None, **_: Any) -> dict[str, Any]:
            query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
            asked.append({"path": urlsplit(url).path.removeprefix("/api/v5"), **query})
            times = range(ms(now) // step * step, ms(opened) - 1, -step)
            before = int(query.get("after") or query["end"])
            older = [time for time in times if time < before]
            rows = times if forgets and not older else older
            return {"code": "0", "msg": "", "data": [row(time) for time in rows[: min(int(query["limit"]), most)]]}

        monkeypatch.setattr("data_sources.wire.json", answer)
        return asked

    return open_


def candle(time: int) -> list[str]:
    return [str(time), "100", "110", "90", "105", "1.5", "157.5", "157.5", "1"]


def test_a_weeks_increment_is_one_question(venue: Callable[..., Asked]) -> None:
    asked = venue(candle, DAY, "2017-10-12", "2026-11-21 12:34", 300)
    frame = okx.parse_daily(okx.fetch_daily("BTC", utc("2026-11-14"), utc("2026-11-21 12:34")), "BTC")
    assert asked == [
        {
            "path": "/market/history-candles",
            "instId": "BTC-USDT",
            "bar": "1Dutc",
            "limit": "8",
            "after": str(ms("2026-11-21 12:34") + 1),
        }
    ]
    assert list(frame.loc[frame["measure"] == "close", "time"]) == list(pd.date_range("2026-11-14", "2026-11-21", tz="UTC"))


@pytest.mark.parametrize(("most", "questions"), [(300, 8), (100, 22)])
def test_pages_of_hours_meet_however_long_they_are(venue: Callable[..., Asked], most: int, questions: int) -> None:
    asked = venue(candle, HOUR, "2017-10-12", "2026-11-21 12:34", most)
    pages = okx.fetch_hourly("BTC", utc("2026-08-23 12:00"), utc("2026-11-21 12:34"))
    hours = [int(row[0]) for page in pages for row in page["data"]]
    assert len(hours) == len(set(hours))
    assert set(range(ms("2026-08-23 12:00"), ms("2026-11-21 12:00") + 1, HOUR)) <= set(hours)
    assert len(asked) == questions
    assert {question["bar"] for question in asked} == {"1H"}
    assert asked[1]["after"] == str(hours[most - 1])


def test_history_ends_where_the_venue_began(venue: Callable[..., Asked]) -> None:
    asked = venue(candle, DAY, "2026-01-01", "2026-11-21", 300)
    pages = okx.fetch_daily("BTC", utc("2015-01-01"), utc("2026-11-21"))
    assert pages[-1]["data"][-1][0] == str(ms("2026-01-01"))
    assert len(asked) == 3


def test_a_venue_that_has_nothing_is_asked_once(venue: Callable[..., Asked]) -> None:
    asked = venue(candle, DAY, "2030-01-01", "2026-11-21", 300)
    with pytest.raises(NothingPublished):
        read(okx.parse_daily, okx.fetch_daily("BTC", utc("2026-11-14"), utc("2026-11-21")), "BTC")
    assert len(asked) == 1


def test_funding_that_begins_anew_beyond_its_oldest_print_ends_there(venue: Callable[..., Asked]) -> None:
    def row(time: int) -> dict[str, str]:
        return printed(str(pd.Timestamp(time, unit="ms")), "0.0001", late=2)

    asked = venue(row, 8 * HOUR, "2026-08-23", "2026-11-21 12:34", 100, forgets=True)
    pages = okx.fetch_funding("BTC", utc("2019-01-01"), utc("2026-11-21 12:34"))
    frame = okx.parse_funding(pages, "BTC")
    assert list(frame["time"]) == list(pd.date_range("2026-08-23", "2026-11-20", tz="UTC"))
    assert len(asked) == 4
    assert asked[0] == {
        "path": "/public/funding-rate-history",
        "instId": "BTC-USDT-SWAP",
        "limit": "400",
        "after": str(ms("2026-11-21 12:34") + 1),
    }


def test_a_week_of_funding_is_one_question(venue: Callable[..., Asked]) -> None:
    asked = venue(lambda time: printed(str(pd.Timestamp(time, unit="ms")), "0.0001"), 8 * HOUR, "2026-08-23", "2026-11-21", 100)
    okx.fetch_funding("ETH", utc("2026-11-14"), utc("2026-11-21 12:34"))
    assert [question["instId"] for question in asked] == ["ETH-USDT-SWAP"]


def test_a_week_of_open_interest_is_one_question_about_the_days_ends(venue: Callable[..., Asked]) -> None:
    asked = venue(lambda time: [str(time), "1", "2", "3"], DAY, "2024-01-01", "2026-11-21", 100)
    frame = okx.parse_open_interest(okx.fetch_open_interest("BTC", utc("2026-11-14"), utc("2026-11-21 12:34")), "BTC")
    assert list(frame["time"])[-7:] == list(pd.date_range("2026-11-14", "2026-11-20", tz="UTC"))
    assert len(asked) == 1
    assert asked[0]["path"] == "/rubik/stat/contracts/open-interest-history"
    assert (asked[0]["instId"], asked[0]["period"]) == ("BTC-USDT-SWAP", "1Dutc")


def test_open_interest_of_years_comes_in_pages_of_a_hundred(venue: Callable[..., Asked]) -> None:
    asked = venue(lambda time: [str(time), "1", "2", "3"], DAY, "2024-01-01", "2026-11-21", 100)
    frame = okx.parse_open_interest(okx.fetch_open_interest("BTC", utc("2020-01-01"), utc("2026-11-21")), "BTC")
    assert list(frame["time"]) == list(pd.date_range("2023-12-31", "2026-11-20", tz="UTC"))
    assert {question["limit"] for question in asked} == {"100"}
    assert len(asked) == 12


@pytest.mark.parametrize("what", PARSERS)
def test_no_row_is_nothing_published(what: str) -> None:
    for empty in ([], answers()):
        with pytest.raises(NothingPublished):
            read(PARSERS[what], empty, "BTC")


@pytest.mark.parametrize("what", ["daily", "hourly", "open_interest"])
def test_an_extra_cell_is_noticed(what: str) -> None:
    pages = payload(f"okx_{what}.json")
    pages[0]["data"] = [[row[0], "0", *row[1:]] for row in pages[0]["data"]]
    with pytest.raises(PayloadChanged):
        read(PARSERS[what], pages, "BTC")


@pytest.mark.parametrize("key", ["fundingTime", "realizedRate"])
def test_a_renamed_key_of_funding_is_noticed(key: str) -> None:
    pages = payload("okx_funding.json")
    pages[0]["data"] = [{("x" if name == key else name): cell for name, cell in row.items()} for row in pages[0]["data"]]
    with pytest.raises(PayloadChanged):
        read(okx.parse_funding, pages, "BTC")


@pytest.mark.parametrize("pages", [[{"code": "0", "msg": ""}], [["0"]], {"data": []}, [{"data": {}}]])
@pytest.mark.parametrize("what", PARSERS)
def test_another_envelope_is_noticed(what: str, pages: Any) -> None:
    with pytest.raises(PayloadChanged):
        read(PARSERS[what], pages, "BTC")


def test_a_ninth_cell_that_is_no_confirmation_is_noticed() -> None:
    with pytest.raises(PayloadChanged):
        read(okx.parse_daily, answers([*candle(ms("2025-11-11"))[:8], "157.5"]), "BTC")


def test_a_day_that_opens_at_another_hour_is_noticed() -> None:
    with pytest.raises(PayloadChanged):
        read(okx.parse_daily, answers(candle(ms("2025-11-11 16:00"))), "BTC")
    with pytest.raises(PayloadChanged):
        read(okx.parse_open_interest, answers([str(ms("2025-11-11 16:00")), "1", "2", "3"]), "BTC")


def test_rows_of_nulls_are_missing_rows() -> None:
    frame = read(okx.parse_daily, answers([str(ms("2025-11-12")), *[None] * 8], candle(ms("2025-11-11"))), "BTC")
    assert set(frame["time"]) == {utc("2025-11-11")}
    states = answers([str(ms("2025-11-12")), None, None, None], [str(ms("2025-11-11")), "1", "2", "3"])
    assert list(read(okx.parse_open_interest, states, "BTC")["value"]) == [3.0]


@pytest.mark.parametrize("what", PARSERS)
def test_repeats_and_disorder_change_nothing(what: str) -> None:
    pages = payload(f"okx_{what}.json")
    shuffled = deepcopy(pages)
    for page in shuffled:
        page["data"] = [*page["data"][::-1], *page["data"][:2]]
    pd.testing.assert_frame_equal(read(PARSERS[what], shuffled[::-1], "BTC"), read(PARSERS[what], pages, "BTC"))


def test_times_to_come_are_refused() -> None:
    day = (pd.Timestamp.now("UTC").floor("1D") + pd.Timedelta(days=2)).strftime("%Y-%m-%d")
    prints = [printed(f"{day} {hour:02}:00", "0.0001") for hour in (0, 8, 16)]
    with pytest.raises(ContractBroken):
        read(okx.parse_daily, answers(candle(ms(day))), "BTC")
    with pytest.raises(ContractBroken):
        read(okx.parse_funding, answers(*prints), "BTC")
    with pytest.raises(ContractBroken):
        read(okx.parse_open_interest, answers([str(ms(day)), "1", "2", "3"]), "BTC")
