"""Coinbase Exchange: windows of 300 buckets, cells in an order of their own, buckets that are not there."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest

from data_sources import coinbase
from data_sources.errors import ContractBroken, NothingPublished, PayloadChanged
from data_sources.reading import read
from tests.frames import utc
from tests.recorded import payload

Asked = list[dict[str, str]]
ROW = [1636502400, 62800.0, 69000.0, 66938.76, 64912.2, 29331.25]


def value(frame: pd.DataFrame, measure: str, time: str) -> float:
    (found,) = frame.loc[(frame["measure"] == measure) & (frame["time"] == utc(time)), "value"]
    return float(found)


def test_a_row_is_low_high_open_close_in_this_order() -> None:
    frame = read(coinbase.parse_daily, payload("coinbase_daily.json"), "BTC")
    assert value(frame, "low", "2021-11-10") == 62800.0
    assert value(frame, "high", "2021-11-10") == 69000.0
    assert value(frame, "open", "2021-11-10") == 66938.76
    assert value(frame, "close", "2021-11-10") == 64912.2
    assert value(frame, "volume", "2023-07-13") == 22130.125
    assert set(frame["entity"]) == {"coinbase"}


def test_hours_are_read_into_hourly_measures() -> None:
    frame = read(coinbase.parse_hourly, payload("coinbase_hourly.json"), "BTC")
    assert value(frame, "hour_low", "2025-10-10 22:00") == 112500.0
    assert value(frame, "hour_volume", "2025-10-10 19:00") == 210.0625
    assert set(frame["measure"]) == {"hour_open", "hour_high", "hour_low", "hour_close", "hour_volume"}


def test_hours_without_a_trade_are_missing_rows() -> None:
    frame = read(coinbase.parse_hourly, payload("coinbase_hourly.json"), "BTC")
    assert list(frame["time"].dt.hour.unique()) == [18, 19, 22]


@pytest.fixture
def venue(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Asked]:
    """A venue that trades in each bucket from ``opened`` on but for the suspended ones, and keeps the questions."""

    def open_(opened: str, suspended: tuple[str, str] = ("2100-01-01", "2100-01-01")) -> Asked:
        asked: Asked = []

        def answer(url: str, params: Any = None, **_: Any) -> list[list[float]]:
            query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
            asked.append({"path": urlsplit(url).path, **query})
            step = int(query["granularity"])
            first, last = (int(pd.Timestamp(query[name]).timestamp()) for name in ("start", "end"))
            buckets = range(-(-first // step) * step, last + 1, step)
            assert len(buckets) <= 300, "granularity too small for the requested time range"
            off = [utc(day).timestamp() for day in suspended]
            return [
                [time, 90.0, 110.0, 100.0, 105.0, 1.5]
                for time in reversed(buckets)
                if time >= utc(opened).timestamp() and not off[0] <= time < off[1]
            ]

        monkeypatch.setattr("data_sources.wire.json", answer)
        return asked

    return open_


def test_a_weeks_increment_is_one_question(venue: Callable[..., Asked]) -> None:
    asked = venue("2015-07-20")
    pages = coinbase.fetch_daily("BTC", utc("2026-11-14"), utc("2026-11-21 12:34"))
    assert asked == [
        {
            "path": "/products/BTC-USD/candles",
            "granularity": "86400",
            "start": "2026-11-14T00:00:00Z",
            "end": "2026-11-21T12:34:00Z",
        }
    ]
    assert pages[0][0][0] == utc("2026-11-21").timestamp()


def test_a_week_of_hours_is_one_question(venue: Callable[..., Asked]) -> None:
    asked = venue("2015-07-20")
    frame = coinbase.parse_hourly(coinbase.fetch_hourly("ETH", utc("2025-10-06"), utc("2025-10-13 05:30")), "ETH")
    assert [question["granularity"] for question in asked] == ["3600"]
    hours = frame.loc[frame["measure"] == "hour_close", "time"]
    assert list(hours) == list(pd.date_range("2025-10-06", "2025-10-13 05:00", freq="1h", tz="UTC"))


def test_windows_meet_without_gap_or_overlap(venue: Callable[..., Asked]) -> None:
    asked = venue("2015-07-20")
    pages = coinbase.fetch_daily("BTC", utc("2023-01-01"), utc("2025-12-31 08:00"))
    days = sorted(row[0] for page in pages for row in page)
    expected = pd.date_range("2023-01-01", "2025-12-31", tz="UTC")
    assert days == [int(day.timestamp()) for day in expected]
    assert len(asked) == 4
    assert asked[1]["start"] == "2023-10-28T00:00:00Z"


def test_empty_windows_in_the_middle_do_not_end_the_history(venue: Callable[..., Asked]) -> None:
    venue("2019-02-25", suspended=("2021-01-20", "2023-07-13"))
    pages = coinbase.fetch_daily("XRP", utc("2019-01-01"), utc("2024-01-01"))
    assert [] in pages[1:-1]
    frame = coinbase.parse_daily(pages, "XRP")
    days = pd.DatetimeIndex(frame.loc[frame["measure"] == "close", "time"])
    assert days.min() == utc("2019-02-25")
    assert days.max() == utc("2024-01-01")
    assert not ((days >= utc("2021-01-20")) & (days < utc("2023-07-13"))).any()
    assert len(days) == len(pd.date_range("2019-02-25", "2021-01-19")) + len(pd.date_range("2023-07-13", "2024-01-01"))


def test_nothing_is_asked_for_before_the_first_candle_of_all(venue: Callable[..., Asked]) -> None:
    asked = venue("2015-07-20")
    coinbase.fetch_daily("BTC", utc("2009-01-03"), utc("2015-12-31"))
    assert [question["start"] for question in asked] == ["2015-07-20T00:00:00Z"]


def test_tron_is_not_offered() -> None:
    assert "TRX" not in coinbase.SYMBOLS


@pytest.mark.parametrize("pages", [[], [[]], [[], []]])
def test_no_row_is_nothing_published(pages: list[Any]) -> None:
    with pytest.raises(NothingPublished):
        read(coinbase.parse_daily, pages, "BTC")


@pytest.mark.parametrize(
    "pages",
    [
        [[[*ROW, 0.0]]],
        [[ROW[:5]]],
        [[[ROW[0], *ROW[2:4], ROW[1], *ROW[4:]]]],
        [[[ROW[0] + 3600, *ROW[1:]]]],
        [[[ROW[0] * 1000, *ROW[1:]]]],
        [{"message": "NotFound"}],
        {"message": "NotFound"},
        [[{"time": ROW[0]}]],
        [[[ROW[0], "low", *ROW[2:]]]],
    ],
    ids=["extra cell", "lost cell", "moved columns", "off the grid", "in ms", "object", "no list", "record", "word"],
)
def test_another_shape_is_noticed(pages: Any) -> None:
    with pytest.raises(PayloadChanged):
        read(coinbase.parse_daily, pages, "BTC")


def test_a_candle_with_a_null_is_a_missing_row() -> None:
    holed = [[[1636588800, 64111.31, 65600.0, None, 64829.62, 12880.5], ROW]]
    assert set(read(coinbase.parse_daily, holed, "BTC")["time"]) == {utc("2021-11-10")}


def test_repeats_and_disorder_change_nothing() -> None:
    pages = payload("coinbase_daily.json")
    shuffled = [*pages[::-1], pages[0][::-1]]
    pd.testing.assert_frame_equal(read(coinbase.parse_daily, shuffled, "BTC"), read(coinbase.parse_daily, pages, "BTC"))


def test_a_candle_of_tomorrow_is_refused() -> None:
    tomorrow = int((pd.Timestamp.now("UTC").floor("1D") + pd.Timedelta(days=2)).timestamp())
    with pytest.raises(ContractBroken):
        read(coinbase.parse_daily, [[[tomorrow, *ROW[1:]]]], "BTC")
