"""Facts about the page treasuries: its verdict, its simulator and its address, on full, sample and bare boards."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from components import treasuries_tables as tables
from components.verdicts_treasuries import treasuries
from data_sources.contract import tidy
from data_sources.store import Store
from indicators import forced_flow, quotes
from indicators.treasuries import Company
from tests.held import daily, frame, utc
from tests.test_pages import opened, stands, words
from tests.test_sentences import value

DAYS = 40
FIRST = "2026-01-01"
BOARD = {
    ("close", "MSTR"): 150.0, ("volume", "MSTR"): 2e7, ("shares_outstanding", "MSTR"): 3e8, ("debt", "MSTR"): 8e9,
    ("preferred", "MSTR"): 8e9, ("cash", "MSTR"): 2e9, ("holdings", "MSTR"): 7e5, ("cost_basis", "MSTR"): 5.32e10,
    ("close", "BTC"): 9e4,
}  # fmt: skip


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    url = f"sqlite:///{tmp_path / 'stress.db'}"
    monkeypatch.setenv("STRESS_DATABASE_URL", url)
    yield url
    st.cache_resource.clear()


@pytest.fixture
def full(database: str) -> None:
    rows = [frame(measure, asset, "x", daily([amount] * DAYS, FIRST)) for (measure, asset), amount in BOARD.items()]
    store = Store(database)
    store.append(tidy(pd.concat(rows)), "a test")
    store.close()


def page(**query: str) -> AppTest:
    return opened("treasuries", **query)


def number(shown: AppTest, key: str) -> float:
    return float(next(one.value for one in shown.number_input if one.key == key) or 0)


def test_with_everything_held_all_of_it_is_computed(full: None) -> None:
    text = stands(page(as_of="2026-02-05"))
    assert "mNAV 0.94" in text, "(45 + 8 + 8 − 2) / 63"
    assert "4.5 times" in text, "63 / 14"
    assert "$20,000" in text, "14 bn over 700,000 coins"
    assert "$76,000" in text, "the average cost"
    assert "Market value: computed, shares times price, $45.00 bn." in text
    assert "not held" not in text


def test_the_quoted_defaults_stand_in_the_controls(database: str) -> None:
    shown = page(as_of="2025-11-20")
    text = stands(shown)
    assert (number(shown, "passive"), number(shown, "cap")) == (9.0, 59.0)
    assert number(shown, "w_msci") == pytest.approx(100 * 2.8 / 9)
    for quote in ("“about $2.8 bn”", "“up to $8.8 bn”", "“about $59 bn”", "“about $9 bn”"):
        assert quote in text, quote
    for reckoned in ("$2.80 bn", "$8.80 bn", "$11.60 bn", "4.7%"):
        assert reckoned in text, reckoned
    assert "MSCI is to decide by 15 Jan 2026" in text
    assert "06 Jan 2026" not in text, "nobody knew"
    assert "shares traded are not held" in text


def test_before_the_note_the_simulator_starts_from_nothing_and_says_so(database: str) -> None:
    shown = page(as_of="2025-11-19")
    assert "nobody had said" in stands(shown)
    assert number(shown, "passive") == 0


def test_the_other_reading_sells_more_than_passive_hands_hold_and_says_so(database: str) -> None:
    shown = page(as_of="2025-11-20", act="msci,nasdaq,russell,others", total="added")
    assert "$11.60 bn would be sold, more than the $9.00 bn in passive hands" in stands(shown)
    assert number(shown, "w_others") == pytest.approx(100 * 8.8 / 3 / 9)


def test_days_follow_volume_and_the_sellers_part_of_it(full: None) -> None:
    text = stands(page(as_of="2026-02-05", passive="6", w_msci="100", pace="50", impact="10"))
    assert '<td class=fl-num>$6.00 bn</td><td class=fl-num>13.3%</td><td class=fl-num>40.0 m</td>' in text
    assert "<td class=fl-num>2.0</td><td class=fl-num>4.0</td><td class=fl-num>20.0%</td>" in text, "two days of 3 bn"


@pytest.mark.parametrize(
    "query", [{"act": "the moon"}, {"total": "total,added"}, {"total": ""}, {"passive": "nan"}, {"cap": "-1"}, {"w_msci": "1e99"}]
)
def test_a_refused_address_is_said_and_the_page_stands(query: dict[str, str], database: str) -> None:
    shown = page(as_of="2026-02-05", **query)
    assert shown.warning
    stands(shown)


def test_what_the_reader_chose_is_in_the_address_and_a_default_is_not(database: str) -> None:
    shown = page(as_of="2026-02-05", act="none", pace="50")
    assert "you: nobody" in stands(shown)
    next(one for one in shown.number_input if one.key == "pace").set_value(20.0).run()
    assert "pace" not in shown.query_params
    assert shown.query_params["act"] in ("none", ["none"])


def test_where_nothing_was_bought_a_sentence_says_so(full: None) -> None:
    assert "No two counts of the holdings that differ" in words(page(as_of="2026-02-05"))


@pytest.mark.parametrize(
    ("raw", "several", "chosen", "refused"),
    [
        (None, True, ["msci"], False),
        ("NASDAQ,msci", True, ["msci", "nasdaq"], False),
        ("none", True, [], False),
        ("", True, ["msci"], True),
        ("msci,<b>", True, ["msci"], True),
        ("nasdaq", False, ["nasdaq"], False),
        ("none", False, ["msci"], True),
    ],
)
def test_a_choice_is_read_from_an_address(raw: str | None, several: bool, chosen: list[str], refused: bool) -> None:
    assert tables.chosen_of(raw, tables.PROVIDERS, ["msci"], several=several) == (chosen, refused)


def test_the_provider_names_of_screen_and_simulator_agree() -> None:
    assert list(tables.PROVIDERS) == [forced_flow.FIRST, *forced_flow.FOLLOWERS]
    bare = Company(*[np.nan] * 8)
    assert set(tables.LEVELS) == set(forced_flow.turning_points(bare, np.nan))


def test_the_verdict_says_water_premium_cover_and_index() -> None:
    values = {
        "mstr_holdings": value("mstr_holdings", 713_502),
        "btc_close": value("btc_close", 69_600),
        "mstr_average_cost": value("mstr_average_cost", 76_047),
        "mstr_price_to_cost": value("mstr_price_to_cost", -0.0848),
        "mstr_mnav": value("mstr_mnav", 1.05),
        "mstr_coverage": value("mstr_coverage", 3.0),
    }
    assert treasuries(values, "MSCI is to decide") == (
        "Strategy's 713,502 coins are worth $49.66 bn and under water: bitcoin is 8.5% below the $76,047 paid on average; "
        "the market pays 5.0% more for the company than its coins are worth (mNAV 1.05); the coins cover debt and preferred stock "
        "less cash 3.0 times, and just so with bitcoin at $23,200; MSCI is to decide."
    )


def test_a_verdict_without_holdings_says_why() -> None:
    assert treasuries({"mstr_holdings": value("mstr_holdings", np.nan, why="not held: holdings of MSTR")}) == (
        "No verdict: not held: holdings of MSTR."
    )
    assert treasuries({}).startswith("No verdict")


def test_steps_ahead_are_marked_and_publishers_linked() -> None:
    html = tables.decision(quotes.track(utc("2025-11-20")), utc("2025-11-20"))
    assert html.count("ahead") == 2
    assert 'href="https://app2.msci.com' in html
    assert "nothing was announced" in tables.decision([], utc("2020-01-01"))
