"""Deribit: what its board of futures and options says of one moment."""

import pandas as pd
import pytest

from data_sources import deribit
from data_sources.errors import NothingPublished, PayloadChanged
from data_sources.reading import read
from tests.frames import utc
from tests.recorded import payload


def values(frame: pd.DataFrame, measure: str) -> dict[str, float]:
    rows = frame[frame["measure"] == measure]
    return dict(zip(rows["time"].dt.strftime("%Y-%m-%d %H:%M"), rows["value"], strict=True))


def test_open_interest_is_the_dollars_of_all_inverse_futures_at_the_snapshots_day() -> None:
    open_interest = values(read(deribit.parse_open_interest, payload("deribit_futures.json"), "BTC"), "open_interest")
    # the linear perpetual's 1,532.4 are coins, no dollars
    assert open_interest == {"2026-09-22 00:00": 1_204_500_310 + 410_200_000 + 95_000_500}


def test_a_contract_without_open_interest_makes_the_sum_unknown() -> None:
    answer = payload("deribit_futures.json")
    answer["result"][1]["open_interest"] = None
    with pytest.raises(NothingPublished):
        read(deribit.parse_open_interest, answer, "BTC")


def test_without_a_future_quoted_in_dollars_there_is_no_open_interest() -> None:
    answer = payload("deribit_futures.json")
    for row in answer["result"]:
        row["quote_currency"] = "USDC"
    with pytest.raises(NothingPublished, match="quoted in USD"):
        read(deribit.parse_open_interest, answer, "BTC")


def test_options_are_counted_in_coins_at_the_hour_of_the_snapshot() -> None:
    options = read(deribit.parse_options, payload("deribit_options.json"), "BTC")
    assert values(options, "option_open_interest") == {"2026-09-22 13:00": 40 + 900 + 1500 + 800 + 500 + 300}
    assert values(options, "option_volume") == {"2026-09-22 13:00": 12.5 + 310 + 60 + 45.5 + 0 + 20}


def test_options_of_the_last_day_do_not_move_the_put_call_ratio() -> None:
    options = read(deribit.parse_options, payload("deribit_options.json"), "BTC")
    assert values(options, "put_call_oi") == {"2026-09-22 13:00": (800 + 300) / (1500 + 500)}


def test_an_expiry_of_exactly_one_day_counts() -> None:
    answer = payload("deribit_options.json")
    for row in answer["result"]:
        row["creation_timestamp"] = int(utc("2026-09-22 08:00").timestamp() * 1000)
    options = read(deribit.parse_options, answer, "BTC")
    assert values(options, "put_call_oi") == {"2026-09-22 08:00": (900 + 800 + 300) / (40 + 1500 + 500)}


def test_a_null_volume_is_a_gap_and_no_smaller_sum() -> None:
    answer = payload("deribit_options.json")
    answer["result"][3]["volume"] = None
    options = read(deribit.parse_options, answer, "BTC")
    assert sorted(options["measure"]) == ["option_open_interest", "put_call_oi"]


def test_puts_per_no_calls_is_no_number() -> None:
    answer = payload("deribit_options.json")
    for row in answer["result"]:
        if row["instrument_name"].endswith("-C"):
            row["open_interest"] = 0.0
    with pytest.raises(NothingPublished, match="no open calls on BTC"):
        read(deribit.parse_options, answer, "BTC")
    answer["result"] = [row for row in answer["result"] if row["instrument_name"].endswith("-P")]
    with pytest.raises(NothingPublished, match="no open calls on BTC"):
        read(deribit.parse_options, answer, "BTC")


def test_an_option_with_another_kind_of_name_is_refused() -> None:
    answer = payload("deribit_options.json")
    answer["result"][0]["instrument_name"] = "BTC-2026-09-23-81000-CALL"
    with pytest.raises(PayloadChanged, match="expiry, strike and side"):
        read(deribit.parse_options, answer, "BTC")
