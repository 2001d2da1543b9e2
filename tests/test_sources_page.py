"""The Sources page as a script: on the sample board, on imports, in a drill and while a refresh runs."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from components import feeds
from data_sources import live
from data_sources.attempts import Attempt, Outcome
from data_sources.contract import tidy
from data_sources.ledger import Ledger
from data_sources.live import Run
from data_sources.store import Store

ROOT = Path(__file__).parents[1]
NOW = pd.Timestamp("2026-02-06 12:30", tz="UTC")
HOSTILE = '<img src=x onerror="alert(1)"> & co.'
ANSWERED = Attempt("mempool_mining", "BTC", NOW, NOW, "fresh", newest=NOW, added=42, requests=2)
OUTCOME = Outcome("Hash rate", "BTC", "mempool_mining", (ANSWERED,), True)


def text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    url = f"sqlite:///{tmp_path / 'stress.db'}"
    monkeypatch.setenv("STRESS_DATABASE_URL", url)
    monkeypatch.setattr(live, "_HERE", live._Server())
    yield url
    st.cache_resource.clear()


def opened(**query: str) -> AppTest:
    page = AppTest.from_file(ROOT / "app.py", default_timeout=60).run()
    page.switch_page("pages/sources.py")
    for key, value in query.items():
        page.query_params[key] = value
    return page.run()


def words(page: AppTest) -> str:
    assert not page.exception, page.exception
    found = " ".join(str(element.proto.body) for element in page.get("html"))
    for word in ("Traceback", "Error:", " nan", "NaN", "NaT", "None"):
        assert word not in text(found), word
    return found


def test_on_the_sample_board_it_says_that_nobody_was_asked_and_why(database: str) -> None:
    page = opened()
    found = words(page)
    assert "because the server asks nobody by itself (STRESS_REFRESH_MINUTES=0)." in found
    assert "Sample board" in found
    assert feeds.DRILLS_OFF in found
    assert not page.multiselect


def test_on_the_sample_board_it_says_why_nobody_could_be_used(database: str) -> None:
    store = Store(database)
    Ledger(store).record(Attempt("cnn_index", "US_EQUITY", NOW, NOW, "refused", HOSTILE))
    store.close()
    found = words(opened())
    assert "Nothing has arrived yet: 1 question went out and no answer could be used. &lt;img src=x" in found
    assert "<img" not in found


def test_what_was_imported_is_told_apart_from_what_was_asked(database: str) -> None:
    days = pd.date_range("2025-01-01", "2025-12-31", tz="UTC")
    vix = pd.DataFrame({"time": days, "measure": "level", "asset": "VIX", "entity": "cboe", "value": range(10, 10 + len(days))})
    store = Store(database)
    store.append(tidy(vix), "a test")
    store.close()
    found = words(opened())
    assert "Sample board" not in found
    assert "No publisher has been asked: the server asks nobody by itself" in found
    assert "It ends on 31 Dec 2025, and no publisher has been asked since it was imported." in found


def test_a_day_in_the_address_does_not_change_how_feeds_stand(database: str) -> None:
    assert feeds.NOW_ONLY in words(opened(as_of="2025-11-20"))


def test_a_drill_is_chosen_here_said_loudly_and_ends_here(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRESS_DRILL", "1")
    page = opened()
    assert "Drill:" not in words(page)
    page.multiselect("drilled").select("cnn").run()
    assert live.drilled() == {"cnn"}
    assert "Drill: this server takes CNN for down" in words(page)
    assert "cnn_index is taken for down: a drill is on." in words(page)
    assert "Drill: this server takes CNN for down" in words(opened())  # another visitor
    page.multiselect("drilled").unselect("cnn").run()
    assert live.drilled() == frozenset()
    assert "Drill:" not in words(page)


def test_a_running_refresh_is_followed_until_it_ends(database: str) -> None:
    live._HERE.run = Run(running=True, done=3, total=10, outcomes=(OUTCOME,), began=time.time())
    page = opened()
    found = words(page)
    assert "Asking: 3 of 10 · Hash rate BTC" in found
    assert "width:30.0%" in found
    assert "mempool_mining fresh, 42 rows" in found
    assert page.button("ask").disabled
    live._HERE.run = Run(done=10, total=10, outcomes=(OUTCOME,), began=time.time())
    page.run()
    assert 'class="fl-feed-run"' not in words(page)
    assert "Of 1 feed due, 1 got an answer." in words(page)
    assert not page.button("ask").disabled


def test_ask_now_begins_a_refresh_and_does_not_wait_for_it(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def begin() -> bool:
        live._HERE.run = Run(running=True, began=time.time())
        return True

    monkeypatch.setattr("data_sources.cached.refresh", begin)
    page = opened()
    page.button("ask").click().run()
    assert "finding out what is due" in words(page)
    assert "publishers are being asked right now" in words(page)
