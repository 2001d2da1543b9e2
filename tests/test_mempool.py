"""mempool.space: what its midnights mean, and which window is asked for."""

from typing import Any

import pandas as pd
import pytest

from data_sources.contract import tidy
from data_sources.errors import ContractBroken, NothingPublished, PayloadChanged
from data_sources.mempool import fetch_mining, parse_difficulty, parse_hash_rate, parse_mining
from data_sources.reading import read
from tests.frames import utc
from tests.recorded import payload


@pytest.fixture
def answer() -> Any:
    return payload("mempool_mining.json")


def of(measure: str, frame: pd.DataFrame) -> pd.Series:
    return frame[frame["measure"] == measure].set_index("time")["value"]


def test_a_hash_rate_belongs_to_the_day_that_ended_at_its_midnight(answer: Any) -> None:
    rates = of("hash_rate", read(parse_mining, answer, "BTC"))
    assert rates[utc("2026-01-21")] == 907782986431433900000.0
    assert rates[utc("2026-01-22")] == 1.021142174e21
    assert rates.index.max() == utc("2026-01-23")


def test_a_difficulty_holds_from_its_epochs_first_block_on(answer: Any) -> None:
    difficulties = of("difficulty", read(parse_mining, answer, "BTC"))
    assert difficulties[utc("2026-01-22T02:12")] == 141668107417558.2
    assert difficulties[utc("2009-01-27T13:38")] == 1.0


def test_the_chains_fact_and_the_publishers_estimate_have_different_owners(answer: Any) -> None:
    frame = read(parse_mining, answer, "BTC")
    assert set(zip(frame["measure"], frame["asset"], frame["entity"], strict=True)) == {
        ("hash_rate", "BTC", "mempool"),
        ("difficulty", "BTC", "bitcoin"),
    }


def test_the_genesis_block_is_no_day_and_a_day_without_blocks_no_rate(answer: Any) -> None:
    assert of("hash_rate", read(parse_mining, answer, "BTC")).index.min() == utc("2026-01-21")


def test_each_half_can_be_read_alone(answer: Any) -> None:
    halves = pd.concat([read(parse_difficulty, answer, "BTC"), read(parse_hash_rate, answer, "BTC")], ignore_index=True)
    pd.testing.assert_frame_equal(tidy(halves), read(parse_mining, answer, "BTC"))


def test_a_window_without_a_change_of_difficulty_still_has_rates(answer: Any) -> None:
    answer["difficulty"] = []
    assert set(read(parse_mining, answer, "BTC")["measure"]) == {"hash_rate"}


def test_a_null_is_a_gap(answer: Any) -> None:
    answer["hashrates"][3]["avgHashrate"] = None
    answer["difficulty"][1]["difficulty"] = None
    frame = read(parse_mining, answer, "BTC")
    assert utc("2026-01-22") not in of("hash_rate", frame).index
    assert utc("2009-01-27T13:38") not in of("difficulty", frame).index


def test_rows_twice_and_out_of_order_change_nothing(answer: Any) -> None:
    expected = read(parse_mining, answer, "BTC")
    for name in ("hashrates", "difficulty"):
        answer[name] = [*reversed(answer[name]), answer[name][-1]]
    pd.testing.assert_frame_equal(read(parse_mining, answer, "BTC"), expected)


def test_no_rows_publish_nothing(answer: Any) -> None:
    answer["hashrates"] = []
    with pytest.raises(NothingPublished):
        read(parse_mining, answer, "BTC")


@pytest.mark.parametrize(
    ("part", "key"),
    [
        ("hashrates", "timestamp"),
        ("hashrates", "avgHashrate"),
        ("difficulty", "time"),
        ("difficulty", "height"),
        ("difficulty", "difficulty"),
    ],
)
def test_a_renamed_key_is_refused(answer: Any, part: str, key: str) -> None:
    for row in answer[part]:
        row[key + "2"] = row.pop(key)
    with pytest.raises(PayloadChanged):
        read(parse_mining, answer, "BTC")


@pytest.mark.parametrize("part", ["hashrates", "difficulty"])
def test_a_list_that_is_gone_is_refused(answer: Any, part: str) -> None:
    del answer[part]
    with pytest.raises(PayloadChanged):
        read(parse_mining, answer, "BTC")


def test_a_rate_that_is_not_of_a_day_is_refused(answer: Any) -> None:
    answer["hashrates"][3]["timestamp"] += 3600
    with pytest.raises(PayloadChanged):
        read(parse_mining, answer, "BTC")


def test_a_difficulty_in_mid_epoch_is_refused(answer: Any) -> None:
    answer["difficulty"][2]["height"] += 1
    with pytest.raises(PayloadChanged, match="first block"):
        read(parse_mining, answer, "BTC")


def test_milliseconds_are_refused(answer: Any) -> None:
    for row in answer["hashrates"]:
        row["timestamp"] *= 1000
    with pytest.raises(PayloadChanged):
        read(parse_mining, answer, "BTC")


def test_a_day_of_the_future_is_refused(answer: Any) -> None:
    answer["hashrates"][-1]["timestamp"] = 4_000_060_800
    with pytest.raises(ContractBroken):
        read(parse_mining, answer, "BTC")


@pytest.mark.parametrize(("days", "window"), [(7, "1m"), (40, "3m"), (300, "1y"), (1000, "3y"), (1200, "all"), (6500, "all")])
def test_one_question_reaches_back_far_enough(monkeypatch: pytest.MonkeyPatch, days: int, window: str) -> None:
    asked: list[str] = []
    monkeypatch.setattr("data_sources.wire.json", asked.append)
    end = utc("2026-01-24T08:00")
    fetch_mining("BTC", end - pd.Timedelta(days=days), end)
    assert asked == [f"https://mempool.space/api/v1/mining/hashrate/{window}"]
