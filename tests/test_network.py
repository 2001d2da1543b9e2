"""Facts about the network of markets: where its nodes stand, what the browser is sent, and what is said of a day."""

import base64
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import streamlit as st

from components import network, window
from indicators.connectedness import Connectedness, RollingConnectedness
from indicators.rows.contagion import RANGES
from indicators.rows.contagion import network as decomposed
from tests.held import panels, utc

ASSETS = pd.Index(["BTC", "BNB", "SPX"])
TABLE = np.array([[0.70, 0.10, 0.20], [0.30, 0.60, 0.10], [0.05, 0.05, 0.90]])
"""Bitcoin receives 30% and sends 35%, BNB 40% and 15%, the S&P 500 10% and 30%; the total is 26.7%."""
COINS = ("BTC", "ETH", "BNB")


def estimates(days: int = 4) -> RollingConnectedness:
    """The same table on consecutive days, but singular on the second."""
    tables = np.repeat(TABLE[None], days, axis=0)
    tables[1] = np.nan
    return RollingConnectedness(pd.date_range("2025-11-17", periods=days, freq="D", tz="UTC", unit="us"), ASSETS, tables)


def one() -> Connectedness:
    return Connectedness(pd.DataFrame(TABLE, index=ASSETS, columns=ASSETS))


def test_coins_stand_on_the_left_and_stocks_on_the_right_top_to_bottom() -> None:
    places = dict(zip("ABCDE", network.places("ABCDE", "ABC"), strict=True))
    middle = network.WIDTH / 2
    assert all(places[coin]["x"] < middle for coin in "ABC")
    assert all(places[stock]["x"] > middle for stock in "DE")
    assert places["A"]["y"] < places["B"]["y"] < places["C"]["y"]
    assert [places[name]["above"] for name in "ABCDE"] == [True, False, False, True, False]


def test_a_single_market_of_its_kind_stands_in_the_middle_of_its_side() -> None:
    assert network.places(["BTC", "SPX"], COINS)[1]["y"] == network.HEIGHT / 2


def test_the_days_are_those_of_the_window_that_have_an_answer() -> None:
    days = network.days_of(estimates(), utc("2025-11-17"), utc("2025-11-19"))
    assert [f"{day:%d}" for day in days] == ["17", "19"]


def test_a_window_between_two_estimates_shows_the_last_one_before_it() -> None:
    assert network.days_of(estimates(), utc("2025-11-22"), utc("2025-11-23")) == [utc("2025-11-20")]
    assert not len(network.days_of(estimates(), utc("2025-11-10"), utc("2025-11-16")))


@pytest.mark.parametrize(
    ("wanted", "at"), [(None, 2), ("2025-11-20", 2), ("2025-12-24", 2), ("2025-11-18", 0), ("2025-11-19", 1), ("2024-01-01", 0)]
)
def test_a_chosen_day_shows_the_last_estimate_by_it(wanted: str | None, at: int) -> None:
    days = network.days_of(estimates(), utc("2025-11-17"), utc("2025-11-20"))
    assert network.position(days, wanted) == at


def test_the_browser_gets_every_share_of_the_window_in_two_bytes() -> None:
    days = network.days_of(estimates(), utc("2025-11-17"), utc("2025-11-20"))
    sent = network.packed(estimates(), days, COINS)
    shares = np.frombuffer(base64.b64decode(sent["shares"]), dtype="<u2").reshape(3, 3, 3) / network.UNIT
    assert shares == pytest.approx(np.repeat(TABLE[None], 3, axis=0), abs=1e-5)
    assert sent["days"] == ["2025-11-17", "2025-11-19", "2025-11-20"]
    assert sent["most_sent"] == pytest.approx(0.35)
    assert sent["most_flow"] == pytest.approx(0.20)


def test_every_ordered_pair_of_markets_has_its_share_in_the_file() -> None:
    rows = network.numbers(utc("2025-11-20"), one()).set_index("series")
    assert len(rows) == 6
    assert rows["value"]["Bitcoin → BNB"] == pytest.approx(0.30)
    assert rows["value"]["BNB → Bitcoin"] == pytest.approx(0.10)
    assert set(rows["unit"]) == {"share of forecast error"}
    assert set(rows["time"]) == {utc("2025-11-20")}


def test_a_picture_is_told_the_unit_of_its_net() -> None:
    days = network.days_of(estimates(), utc("2025-11-17"), utc("2025-11-20"))
    assert "Net: what it sends less what it receives, in percentage points" in network.packed(estimates(), days, COINS)["read"]


def test_the_sentence_says_who_sent_who_received_and_how_rare_the_total_was() -> None:
    assert network.sentence(utc("2025-11-20"), one(), 0.946) == (
        "On 20 Nov 2025 bitcoin sent most (35.0%) and BNB received most (40.0%); net, the S&P 500 sends 20.0 points and BNB "
        "receives 25.0 points, and the largest flow is from bitcoin to BNB, 20.0 points. Total 26.7%, higher than on 95% of days "
        "of its last year."
    )
    assert network.sentence(utc("2025-11-20"), one(), 1.0).endswith("Total 26.7%, the highest of its last year.")
    assert network.sentence(utc("2025-11-20"), one(), float("nan")).endswith("no full year of estimates to rank it in yet.")


def test_the_table_has_shares_sums_net_and_role_of_each_market() -> None:
    table = network.table(one())
    for told in ("Bitcoin explains 30.0% of BNB", "35.0%", "+5.0%", "−25.0%", "<b>26.7%</b>"):
        assert told in table, told
    assert [table.count(f"</i>{role}<") for role in ("sends", "receives")] == [2, 1]


def test_where_nothing_crosses_the_table_still_stands() -> None:
    alone = Connectedness(pd.DataFrame(np.eye(3), index=ASSETS, columns=ASSETS))
    assert "nan" not in network.table(alone)


def test_the_ends_of_the_network_are_named_where_there_is_an_estimate() -> None:
    assert network.ends(estimates(), utc("2025-11-20")) == ("the S&P 500", "BNB")
    assert network.ends(estimates(), utc("2025-11-18")) == ("", "")
    assert network.ends(estimates(), utc("2025-11-16")) == ("", "")


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ({"day": "2025-11-19"}, "2025-11-19"),
        ({"day": "2025-11-18"}, "2025-11-17"),
        ({"day": "2025-11-20"}, None),
        ({"day": "2099-01-01"}, None),
        ({"day": "<script>"}, "2025-11-17"),
        ({"day": {"a": 1}}, "2025-11-17"),
        ({}, "2025-11-17"),
    ],
)
def test_a_day_from_the_browser_is_kept_if_it_is_one(
    told: dict[str, object], kept: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = {network.KEPT: "2025-11-17"}
    monkeypatch.setattr(st, "query_params", address)
    monkeypatch.setattr(st, "session_state", {network.DRAWN: told, window.KEPT: dict(address)})
    network._pinned(network.days_of(estimates(), utc("2025-11-17"), utc("2025-11-20")))
    assert address.get(network.KEPT) == kept
    assert st.session_state[window.KEPT] == address


def test_the_last_day_is_no_choice_and_stays_the_last_when_a_newer_one_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    address: dict[str, str] = {}
    monkeypatch.setattr(st, "query_params", address)
    monkeypatch.setattr(st, "session_state", {})
    days = network.days_of(estimates(), utc("2025-11-17"), utc("2025-11-20"))
    network._choose(days, 1)
    assert address == {network.KEPT: "2025-11-19"}
    network._choose(days, 2)
    assert address == {}


def test_on_november_20_half_of_the_volatility_crossed_over(history_folder: Path) -> None:
    held = panels(history_folder)
    found = decomposed(*(held.series(*key) for key in RANGES)).on(utc("2025-11-20"))
    assert found is not None
    told = network.sentence(utc("2025-11-20"), found, 0.95)
    assert "the Nasdaq sent most (65.6%) and ether received most (57.2%)" in told
    assert "Total 52.7%" in told
