"""Every page as a script: it stands on a full board, on an empty store, on a single measure and before any data."""

import os
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from components.frame import PAGES
from data_sources.contract import tidy
from data_sources.store import Store

ROOT = Path(__file__).parents[1]
NAMES = [row.name for row in PAGES]
DATED = [name for name in NAMES if name != "sources"]
"""Pages that show the board as of a day."""
WORDS_OF_ERRORS = ("Traceback", "Error:", " nan", "NaN", "NaT")


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    url = f"sqlite:///{tmp_path / 'stress.db'}"
    monkeypatch.setenv("STRESS_DATABASE_URL", url)
    yield url
    st.cache_resource.clear()


def opened(name: str, **query: str) -> AppTest:
    page = AppTest.from_file(ROOT / "app.py", default_timeout=60).run()
    if name != NAMES[0]:
        page.switch_page(f"pages/{name}.py")
    for key, value in query.items():
        page.query_params[key] = value
    return page.run()


def words(page: AppTest) -> str:
    return " ".join([str(element.proto.body) for element in page.get("html")] + [warning.value for warning in page.warning])


def stands(page: AppTest) -> str:
    assert not page.exception, page.exception
    text = words(page)
    for part in ('class="fl-verdict', 'class="fl-tile ', 'class="fl-ages'):
        assert part in text, part
    for word in WORDS_OF_ERRORS:
        assert word not in text, word
    return text


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_store_shows_the_sample_board_and_says_so(name: str, database: str) -> None:
    text = stands(opened(name))
    assert "Sample board" in text
    assert "simulated" in text


@pytest.mark.parametrize("name", DATED)
def test_with_one_measure_every_other_number_says_what_is_missing(name: str, database: str) -> None:
    days = pd.date_range("2025-01-01", "2025-12-31", tz="UTC")
    vix = pd.DataFrame({"time": days, "measure": "level", "asset": "VIX", "entity": "cboe", "value": range(10, 10 + len(days))})
    store = Store(database)
    store.append(tidy(vix), "a test")
    store.close()
    text = stands(opened(name))
    assert "Sample board" not in text
    if name != "fear":
        assert "not held" in text


@pytest.mark.parametrize("name", DATED)
def test_a_day_before_any_data_shows_no_number(name: str, database: str) -> None:
    text = stands(opened(name, as_of="2009-01-03"))
    assert "Nothing is known as of 03 Jan 2009" in text
    assert 'fl-value">—' in text


@pytest.mark.parametrize("name", DATED)
def test_a_saturday_shows_friday_for_stocks(name: str, database: str) -> None:
    stands(opened(name, as_of="2025-11-22"))


def test_changing_the_as_of_day_changes_what_is_known(database: str) -> None:
    before, after = (stands(opened("production_cost", as_of=day)) for day in ("2025-11-20", "2026-02-05"))
    assert '$86,637</span> is 6% below the <span class="fl-whole">$92,432' in before
    assert '$62,910</span> is 27% below the <span class="fl-whole">$85,996' in after


@pytest.mark.parametrize(
    "query",
    [
        {"from": "2030"},
        {"as_of": "drop table"},
        {"from": "2025-12-01", "to": "2025-11-01"},
        {"window": "9y"},
        {"kwh": "a lot"},
        {"jth": "1e99"},
    ],
)
def test_a_refused_address_is_said_and_the_page_stands(query: dict[str, str], database: str) -> None:
    page = opened("production_cost", **query)
    stands(page)
    assert page.warning


def test_own_electricity_and_fleet_are_kept_in_the_address(database: str) -> None:
    page = opened("production_cost", kwh="0.07", jth="20")
    assert [number.value for number in page.number_input] == [0.07, 20.0]
    page.number_input[0].set_value(0.05).run()
    assert "kwh" not in page.query_params
    assert page.query_params["jth"] in ("20", ["20"])


def test_a_corrupted_store_is_told_in_a_sentence_and_kept(database: str, tmp_path: Path) -> None:
    (tmp_path / "stress.db").write_bytes(b"this is no database" * 1000)
    page = opened("overview")
    assert not page.exception
    assert any("stress.db" in error.value for error in page.error) or "Sample board" in words(page)
    kept = [file for file in os.listdir(tmp_path) if "corrupt" in file]
    assert kept
    assert (tmp_path / kept[0]).read_bytes().startswith(b"this is no database")


def test_on_the_sample_board_a_made_number_credits_nobody(database: str) -> None:
    fact, made = (words(opened("contagion", as_of=day)) for day in ("2025-11-20", "2025-12-15"))
    assert "20 Nov 2025 · same day · Binance<" in fact
    assert "15 Dec 2025 · same day · simulated<" in made
    assert "15 Dec 2025 · same day · Binance<" not in made
    assert "20 Nov 2025 · same day · Binance, Yahoo" not in fact
