"""Blockchain.com's charts: units, days, and which points count."""

from typing import Any

import pandas as pd
import pytest

from data_sources import blockchain_info
from data_sources.errors import ContractBroken, NothingPublished, PayloadChanged
from data_sources.reading import read
from tests.frames import utc
from tests.recorded import payload


@pytest.fixture
def rates() -> Any:
    return payload("blockchain_info_hash-rate.json")


def chart(unit: str, *points: tuple[int, Any]) -> dict[str, Any]:
    return {
        "status": "ok",
        "name": "",
        "unit": unit,
        "period": "day",
        "description": "",
        "values": [{"x": x, "y": y} for x, y in points],
    }


def values(measure: str, answer: Any) -> pd.Series:
    frame = read(getattr(blockchain_info, f"parse_{measure}"), answer, "BTC")
    assert set(zip(frame["measure"], frame["asset"], frame["entity"], strict=True)) == {(measure, "BTC", "blockchain_info")}
    return frame.set_index("time")["value"]


def test_a_hash_rate_is_hashes_not_terahashes(rates: Any) -> None:
    read_ = values("hash_rate", rates)
    assert read_[utc("2025-11-20")] == 1.0463587213e21
    assert read_[utc("2025-11-22")] == 9.876543215e20


def test_a_null_and_a_network_at_rest_are_gaps(rates: Any) -> None:
    assert list(values("hash_rate", rates).index) == [utc("2025-11-20"), utc("2025-11-22")]


def test_a_difficulty_has_a_row_on_the_day_it_became_another() -> None:
    read_ = values("difficulty", payload("blockchain_info_difficulty.json"))
    assert read_.to_dict() == {utc("2025-11-13"): 152271405366657.0, utc("2025-11-28"): 149301205999036.0}


def test_a_window_in_which_the_difficulty_stayed_publishes_nothing() -> None:
    with pytest.raises(NothingPublished):
        values("difficulty", chart("Difficulty", (1762819200, 1.5e14), (1762905600, 1.5e14)))


def test_supply_is_the_last_of_its_day() -> None:
    read_ = values("supply", payload("blockchain_info_total-bitcoins.json"))
    assert read_.to_dict() == {utc("2025-11-20"): 19951628.125, utc("2025-11-21"): 19951656.2}


def test_revenue_is_dollars_and_unknown_before_there_was_a_price() -> None:
    read_ = values("miners_revenue", chart("USD", (1262304000, 0.0), (1784505600, 3.25e7)))
    assert read_.to_dict() == {utc("2026-07-20"): 32_500_000.0}


def test_a_day_without_fees_is_a_zero() -> None:
    read_ = values("fees", chart("BTC", (1262304000, 0.0), (1763596800, 3.14159265)))
    assert read_.to_dict() == {utc("2010-01-01"): 0.0, utc("2025-11-20"): 3.14159265}


def test_points_twice_and_out_of_order_change_nothing(rates: Any) -> None:
    expected = values("hash_rate", rates)
    rates["values"] = [*reversed(rates["values"]), rates["values"][1]]
    pd.testing.assert_series_equal(values("hash_rate", rates), expected)


def test_no_points_publish_nothing(rates: Any) -> None:
    rates["values"] = []
    with pytest.raises(NothingPublished):
        values("hash_rate", rates)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"unit": "Hash Rate EH/s"}, id="another unit"),
        pytest.param({"status": "not-found"}, id="another status"),
        pytest.param({"values": [{"x": 1763596800, "value": 1.0}]}, id="a renamed key"),
        pytest.param({"values": [[1763596800, 1.0]]}, id="lists"),
        pytest.param({"values": [{"x": 1763596800000, "y": 1.0}]}, id="milliseconds"),
        pytest.param({"values": [{"x": 1763600400, "y": 1.0}]}, id="an hour of the day"),
        pytest.param({"values": [{"x": 1763596800, "y": "many"}]}, id="a word"),
    ],
)
def test_another_chart_is_refused(rates: Any, change: dict[str, Any]) -> None:
    with pytest.raises(PayloadChanged):
        values("hash_rate", rates | change)


def test_a_chart_without_its_unit_is_refused(rates: Any) -> None:
    del rates["unit"]
    with pytest.raises(PayloadChanged):
        values("hash_rate", rates)


def test_a_day_of_the_future_is_refused(rates: Any) -> None:
    rates["values"].append({"x": 4_000_060_800, "y": 1.0e9})
    with pytest.raises(ContractBroken):
        values("hash_rate", rates)


@pytest.mark.parametrize(
    ("measure", "days", "name", "timespan"),
    [
        ("hash_rate", 7, "hash-rate", "60days"),
        ("difficulty", 58, "difficulty", "60days"),
        ("miners_revenue", 59, "miners-revenue", "365days"),
        ("fees", 364, "transaction-fees", "all"),
        ("supply", 6000, "total-bitcoins", "all"),
    ],
)
def test_one_question_unsampled_reaches_back_far_enough(
    monkeypatch: pytest.MonkeyPatch, measure: str, days: int, name: str, timespan: str
) -> None:
    asked: list[tuple[str, Any]] = []
    monkeypatch.setattr("data_sources.wire.json", lambda url, params: asked.append((url, params)))
    end = utc("2026-01-24T08:00")
    getattr(blockchain_info, f"fetch_{measure}")("BTC", end - pd.Timedelta(days=days), end)
    assert asked == [(f"https://api.blockchain.info/charts/{name}", {"timespan": timespan, "sampled": "false", "format": "json"})]
