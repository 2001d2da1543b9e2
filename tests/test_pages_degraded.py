"""Whatever becomes of the feeds, every page stands, keeps what was kept and says how its numbers stand."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from components.frame import PAGES
from data_sources import live
from data_sources.attempts import OUTCOMES, Attempt
from data_sources.ledger import Ledger
from data_sources.store import Store
from measures import MEASURES
from tests import held

ROOT = Path(__file__).parents[1]
NAMES = [row.name for row in PAGES]
READ = [name for name in NAMES if name != "sources"]
WORDS_OF_ERRORS = ("Traceback", "Error:", " nan", "NaN", "NaT")
HOSTILE = "<script>alert('feed')</script> did not answer."


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    url = f"sqlite:///{tmp_path / 'stress.db'}"
    monkeypatch.setenv("STRESS_DATABASE_URL", url)
    yield url
    live.drill(())
    st.cache_resource.clear()


@pytest.fixture(scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A store with a history of every input, up to yesterday."""
    file = tmp_path_factory.mktemp("warm") / "stress.db"
    rows = held.made_up(7)
    yesterday = pd.Timestamp.now("UTC").normalize() - pd.Timedelta(days=1)
    highest = rows["measure"].map(lambda name: MEASURES[name].high if MEASURES[name].high is not None else float("inf"))
    rows = rows.assign(time=rows["time"] + (yesterday - rows["time"].max().normalize()), value=rows["value"].clip(upper=highest))
    store = Store(f"sqlite:///{file}")
    store.append(rows.astype({"time": "datetime64[us, UTC]"}), "a test")
    store.close()
    return file.read_bytes()


def record(url: str, outcomes: list[str], reason: str = HOSTILE) -> None:
    """Let every source have been asked a minute ago, with these outcomes in turn."""
    store = Store(url)
    ledger = Ledger(store)
    moment = pd.Timestamp.now("UTC").as_unit("us") - pd.Timedelta(minutes=1)
    sources = [(source, asset) for need in live.table() for source in need.sources for asset in source.assets]
    for place, (source, asset) in enumerate(sources):
        outcome = outcomes[place % len(outcomes)]
        newest = moment.normalize() - pd.Timedelta(days=1) if outcome in ("fresh", "late", "frozen") else None
        told = "" if outcome == "fresh" else f"{source.name}: {reason}"
        ledger.record(Attempt(source.name, asset, moment, moment, outcome, told, newest, requests=1))
    store.close()


def opened(name: str) -> str:
    page = AppTest.from_file(ROOT / "app.py", default_timeout=60).run()
    if name != NAMES[0]:
        page.switch_page(f"pages/{name}.py").run()
    assert not page.exception, page.exception
    text = " ".join(str(element.proto.body) for element in page.get("html"))
    assert 'class="fl-verdict' in text
    for word in (*WORDS_OF_ERRORS, "<script>"):
        assert word not in text, word
    return text


@pytest.mark.parametrize("name", NAMES)
def test_with_every_source_down_the_board_is_full_and_every_badge_says_so(name: str, database: str, warm: bytes) -> None:
    Path(database.removeprefix("sqlite:///")).write_bytes(warm)
    record(database, ["down"])
    text = opened(name)
    assert "fl-feed" in text
    if name in READ:
        assert "No publisher answers: what is shown was kept before." in text
        numbers = text.count('class="fl-tile ')
        assert numbers
        assert text.count("fl-feed-down") + text.count("fl-feed-late") >= numbers, "a tile without its badge"


@pytest.mark.parametrize("name", NAMES)
def test_every_outcome_at_once_leaves_every_page_standing(name: str, database: str, warm: bytes) -> None:
    Path(database.removeprefix("sqlite:///")).write_bytes(warm)
    record(database, list(OUTCOMES))
    opened(name)


@pytest.mark.parametrize("name", READ)
def test_with_nothing_held_and_every_source_down_the_sample_board_says_why(name: str, database: str) -> None:
    record(database, ["refused", "down"], reason="the host refuses to answer us (403).")
    text = opened(name)
    assert "Sample board" in text
    assert "Publishers were asked and none could be used." in text
    assert "the host refuses to answer us (403)" in text


def test_a_drill_shows_at_once_and_touches_nothing_kept(database: str, warm: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    file = Path(database.removeprefix("sqlite:///"))
    file.write_bytes(warm)
    record(database, ["fresh"])
    monkeypatch.setenv("STRESS_DRILL", "1")
    before = opened("fear")
    live.drill(["deribit"])
    during = opened("fear")
    live.drill(())
    after = opened("fear")
    assert before.count("fl-feed-down") == after.count("fl-feed-down") < during.count("fl-feed-down")
    assert "a drill is on" in during


def test_drills_are_off_unless_the_operator_allows_them(database: str, warm: bytes) -> None:
    Path(database.removeprefix("sqlite:///")).write_bytes(warm)
    record(database, ["fresh"])
    live.drill(["deribit"])
    assert "a drill is on" not in opened("fear")
