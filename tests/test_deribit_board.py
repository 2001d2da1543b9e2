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
    measures = set(read(deribit.parse_options, answer, "BTC")["measure"])
    assert {"option_open_interest", "put_call_oi"} <= measures
    assert not {"option_volume", "put_call_volume_24h"} & measures


def test_puts_and_calls_traded_are_counted_like_those_open() -> None:
    options = read(deribit.parse_options, payload("deribit_options.json"), "BTC")
    assert values(options, "put_call_volume_24h") == {"2026-09-22 13:00": (45.5 + 20) / (60 + 0)}


def test_79_calls_and_59_puts_are_a_ratio_of_0_74684() -> None:
    answer = payload("deribit_options.json")
    row = answer["result"][2]
    opened = {"P": (21, 33, 5), "C": (9, 45, 25)}
    answer["result"] = [
        row | {"instrument_name": f"BTC-25SEP26-{strike}-{side}", "open_interest": amount}
        for side, amounts in opened.items()
        for strike, amount in zip((95, 100, 105), amounts, strict=True)
    ]
    ratios = values(read(deribit.parse_options, answer, "BTC"), "put_call_oi")
    assert ratios == {"2026-09-22 13:00": pytest.approx(0.74684, abs=5e-6)}


def test_puts_per_no_calls_is_no_number() -> None:
    answer = payload("deribit_options.json")
    for row in answer["result"]:
        if row["instrument_name"].endswith("-C"):
            row["open_interest"] = row["volume"] = 0.0
    measures = set(read(deribit.parse_options, answer, "BTC")["measure"])
    assert not {"put_call_oi", "put_call_volume_24h"} & measures
    assert "option_open_interest" in measures


def test_volatility_at_the_money_is_read_between_the_listed_expiries_and_not_beyond() -> None:
    options = read(deribit.parse_options, payload("deribit_options.json"), "BTC")
    for days in (7, 30, 60, 90):
        assert values(options, f"iv_{days}d") == {"2026-09-22 13:00": pytest.approx(44.1, rel=1e-12)}
    assert not {"iv_180d", "skew_25d"} & set(options["measure"])  # the last expiry is 94 days away, with one strike a side


def test_an_expired_option_counts_nowhere() -> None:
    answer = payload("deribit_options.json")
    for row in answer["result"]:
        row["creation_timestamp"] = int(utc("2026-09-23 08:00").timestamp() * 1000)
    options = read(deribit.parse_options, answer, "BTC")
    assert values(options, "option_open_interest") == {"2026-09-23 08:00": 1500 + 800 + 500 + 300}
    for row in answer["result"]:
        row["creation_timestamp"] = int(utc("2026-12-25 08:00").timestamp() * 1000)
    with pytest.raises(NothingPublished, match="not expired"):
        read(deribit.parse_options, answer, "BTC")


@pytest.mark.parametrize("name", ["BTC-2026-09-23-81000-CALL", "BTC-23SEP26-C"])
def test_an_option_with_another_kind_of_name_is_refused(name: str) -> None:
    answer = payload("deribit_options.json")
    answer["result"][0]["instrument_name"] = name
    with pytest.raises(PayloadChanged, match="expiry, strike and side"):
        read(deribit.parse_options, answer, "BTC")


def test_the_chain_has_one_row_per_instrument_and_keeps_marks_nobody_bids_for() -> None:
    answer = payload("deribit_options.json")
    answer["result"] += answer["result"][:1]
    answer["result"][4] |= {"volume": None, "bid_price": 0.0, "mark_iv": 0.0, "underlying_price": -1.0}
    answer["result"][5]["instrument_name"] = "BTC-25DEC26-60000d5-P"
    chain = deribit.chain(answer, "BTC")
    pd.testing.assert_frame_equal(chain.iloc[:0], deribit.NO_OPTIONS)
    assert chain[["expiry", "strike", "side"]].to_numpy().tolist() == [
        [utc("2026-09-23 08:00"), 80_000, "P"],
        [utc("2026-09-23 08:00"), 81_000, "C"],
        [utc("2026-09-25 08:00"), 75_000, "P"],
        [utc("2026-09-25 08:00"), 85_000, "C"],
        [utc("2026-12-25 08:00"), 60_000.5, "P"],
        [utc("2026-12-25 08:00"), 100_000, "C"],
    ]
    assert chain[["open_interest", "volume", "mark_iv", "underlying"]].iloc[0].tolist() == [900, 310, 44.1, 81_240]
    assert chain["bid"].isna().tolist() == [True, False, False, False, True, True]
    assert chain[["volume", "mark_iv", "underlying"]].isna().all(axis=1).tolist() == [False] * 5 + [True]
    assert deribit.made(answer, "BTC") == utc("2026-09-22 13:24:05")
