"""The page of easing signals as a script, and the sentences it is made of."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from components import easing_tables, verdicts_resonance
from data_sources.contract import tidy
from data_sources.store import Store
from indicators import aftermath, easing
from indicators.signals import days_of
from tests.held import daily, frame, utc

ROOT = Path(__file__).parents[1]
LAST = utc("2026-02-05")
NONE = daily([])
WORDS_OF_ERRORS = ("Traceback", " nan", "NaN", "NaT", "<NA>", "likely", "expect", "will ")


def ending(values: list[float] | np.ndarray) -> pd.Series:
    """Consecutive days up to the last one."""
    return daily(values, f"{LAST - pd.Timedelta(days=len(values) - 1):%Y-%m-%d}")


CLOSE = ending(70_000 * np.exp(np.cumsum(np.random.default_rng(2).normal(0, 0.02, 420))))
DVOL = ending([*np.linspace(40, 44, 412), *[60.0] * 5, 46.0, 46.0, 45.0])
FLOWS = ending([-1e8, -1e8, -1e8, -1e8, -1e8, -1e8, 1e8, 2e8, 3e8, 1e8])


@pytest.fixture
def board(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A board with closes, DVOL that has fallen from high, and funds into which money has come back."""
    url = f"sqlite:///{tmp_path / 'stress.db'}"
    monkeypatch.setenv("STRESS_DATABASE_URL", url)
    rows = [
        frame("close", "BTC", "binance", CLOSE),
        frame("dvol", "BTC", "deribit", DVOL),
        frame("net_flow", "BTC", "IBIT", FLOWS),
        frame("open_interest", "BTC", "binance", ending([1e10] * 30).iloc[:-10]),
    ]
    store = Store(url)
    store.append(tidy(pd.concat(rows, ignore_index=True)), "a test", known_at=LAST + pd.Timedelta(days=1))
    store.close()
    yield
    st.cache_resource.clear()


def opened(**query: str) -> str:
    """All that the page writes, as one text."""
    page = AppTest.from_file(ROOT / "app.py", default_timeout=60).run()
    page.switch_page("pages/resonance.py")
    for key, value in query.items():
        page.query_params[key] = value
    page = page.run()
    assert not page.exception, page.exception
    text = " ".join(str(element.proto.body) for element in page.get("html"))
    assert not [word for word in WORDS_OF_ERRORS if word in text]
    return text


@pytest.mark.usefixtures("board")
def test_the_page_says_what_is_lit_since_when_and_what_is_not_known() -> None:
    text = opened(as_of="2026-02-05")
    assert "2 of 2 known easing signals are lit: volatility since 03 Feb 2026 and flows since 04 Feb 2026" in text
    assert "strong hands, miners and leverage are not known" in text
    assert "DVOL 45.0 is 25% below 60.0 of" in text
    assert verdicts_resonance.NOT_HELD in text
    assert "open interest was last published for 26 Jan 2026" in text or "open interest is not held" in text
    assert "Money came in on 4 days in a row; 3 needed" in text
    assert "n is small" in text


@pytest.mark.usefixtures("board")
def test_before_anything_is_known_the_page_says_so() -> None:
    text = opened(as_of="2024-12-20")
    assert "The one easing signal that is known is not lit: volatility" in text
    assert "Place in its year: too short a history" in text
    text = opened(as_of="2024-12-01")
    assert "None of the five easing signals can be judged as of this day" in text
    assert "never known" in text


def test_a_signal_that_cannot_be_judged_names_what_is_too_old() -> None:
    dvol = DVOL.iloc[:-20]
    signal = easing.volatility(days_of([dvol, CLOSE]), dvol, NONE, NONE)
    assert verdicts_resonance.standing(signal, LAST) == ("unknown", "")
    assert verdicts_resonance.unknown(signal, LAST) == "Not known: DVOL was last published for 16 Jan 2026, 20 days before."
    short = easing.volatility(days_of([CLOSE]), ending([40.0, 60.0, 45.0]), NONE, NONE)
    assert verdicts_resonance.unknown(short, LAST) == "Not known: too short a history is held."


def test_a_spell_whose_first_day_is_not_known_began_at_least_then() -> None:
    signal = easing.volatility(days_of([DVOL]), DVOL, NONE, NONE)
    whole = verdicts_resonance.standing(signal, LAST)
    cut = easing.volatility(days_of([DVOL]), DVOL, NONE, NONE).until(utc("2026-02-03"))
    assert whole == ("lit", "lit since 03 Feb 2026, 3 days")
    state, told = verdicts_resonance.standing(cut, utc("2026-02-02"))
    assert state == "unlit"
    assert told.startswith("not lit since at least")


def test_every_condition_is_told_with_its_numbers() -> None:
    turning, institutions = easing.flows_turning(days_of([FLOWS]), pd.DataFrame({"IBIT": FLOWS}))
    assert verdicts_resonance.evidence(turning) == [("Sum of five reported days +$600.0 m", 1.0), ("It was 0 or less before", 1.0)]
    told = verdicts_resonance.evidence(institutions)
    assert told[0] == ("Money came in on 4 days in a row; 3 needed", 1.0)
    assert told[1][0] == "Twenty days: too short a history"
    assert np.isnan(told[1][1])


def test_what_followed_prints_n_beside_what_followed_any_day() -> None:
    starts = pd.DatetimeIndex(CLOSE.index[[100, 200]])
    after, base = aftermath.after(CLOSE, starts), aftermath.base_rate(CLOSE)
    text = easing_tables.followed([easing_tables.Followed("Flows turn", starts, CLOSE.index[0], after, base)], made=False)
    assert text.count("<td class=fl-num>2</td>") == 3
    assert f"known since {CLOSE.index[0]:%d %b %Y}" in text
    assert f"Starts. Flows turn: {starts[0]:%d %b %Y} and {starts[1]:%d %b %Y}." in text
    assert easing_tables.MADE in easing_tables.followed([], made=True)


def test_every_signal_has_a_title_a_rule_and_its_numbers() -> None:
    assert set(verdicts_resonance.TITLES) == set(verdicts_resonance.EVIDENCE) == set(easing.RULES)
    assert all(rule.endswith(".") for rule in easing.RULES.values())
    assert set(easing_tables.WATCHED) <= set(easing.RULES)
