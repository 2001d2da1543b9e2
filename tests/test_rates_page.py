"""The page rates as a script, its sentence and its tables: with futures and without, and badges of contracts."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from components import rates_tables, tiles
from components.verdicts_rates import rates as verdict
from data_sources.contract import Panels, tidy
from data_sources.feeds import UNASKED, Asking
from data_sources.health import Standing, by_input
from data_sources.store import Store
from indicators import rates
from indicators.rates import STEP, Decision
from indicators.readings import Value, evaluate_all
from tests.held import daily, frame, utc

ROOT = Path(__file__).parents[1]
LAST = utc("2025-11-20")
WORDS_OF_ERRORS = ("Traceback", " nan", "NaN", "NaT", "<NA>")
CONTRACTS = {"ZQX25": 96.12, "ZQZ25": 96.2, "ZQF26": 96.28, "ZQG26": 96.31, "ZQH26": 96.36}


def history(**contracts: float) -> pd.DataFrame:
    days = 200
    first = f"{LAST - pd.Timedelta(days=days - 1):%Y-%m-%d}"
    walk = np.exp(np.cumsum(np.random.default_rng(3).normal(0, 0.02, days)))
    cut = np.where(np.arange(days) < days - 21, 1, 0) * STEP
    rows = [
        frame("close", "BTC", "binance", daily(90_000 * walk, first)), frame("level", "SPX", "yahoo", daily(6_500 * walk, first)),
        frame("fed_target_lower", "USD", "federal_reserve", daily(0.0375 + cut, first)),
        frame("fed_target_upper", "USD", "federal_reserve", daily(0.0400 + cut, first)),
        frame("effr", "USD", "federal_reserve", daily(0.0388 + cut, first)),
    ]  # fmt: skip
    for name, price in contracts.items():
        wave = 0.01 * np.sin(np.arange(days) / 5 + len(rows))
        rows.append(frame("futures_price", name, "yahoo", daily(price + wave, first)))
    return pd.concat(rows, ignore_index=True)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    url = f"sqlite:///{tmp_path / 'stress.db'}"
    monkeypatch.setenv("STRESS_DATABASE_URL", url)
    kept = Store(url)
    yield kept
    kept.close()
    st.cache_resource.clear()


def opened(store: Store, rows: pd.DataFrame, **query: str) -> tuple[str, list[dict]]:
    """The page's words, and its figures."""
    store.append(tidy(rows), "a test", known_at=LAST + pd.Timedelta(hours=23))
    page = AppTest.from_file(ROOT / "app.py", default_timeout=60).run()
    page.switch_page("pages/rates.py")
    for key, value in query.items():
        page.query_params[key] = value
    page = page.run()
    assert not page.exception, page.exception
    text = " ".join(str(element.proto.body) for element in page.get("html"))
    assert not [word for word in WORDS_OF_ERRORS if word in text]
    return text, [json.loads(element.proto.spec) for element in page.get("plotly_chart")]


def titles(figure: dict) -> list[str]:
    return [one["text"] for one in figure["layout"]["annotations"] if one["text"].startswith("<b>")]


def test_with_futures_the_page_tells_odds_meetings_and_the_tree(store: Store) -> None:
    text, (figure,) = opened(store, history(**CONTRACTS), as_of="2025-11-20")
    assert "Futures put the odds of a cut at the Fed&#x27;s next meeting, on 10 Dec 2025, at " in text
    assert "over 21 sessions (the S&amp;P 500 " in text
    assert "What each decision is expected to bring, as of the close of 20 Nov 2025" in text
    assert "Where the target range may stand after each decision" in text
    assert "the contract of May 2026 is not held" in text
    assert "3.75–4.00% " in text
    assert rates_tables.NO_FUTURES not in text
    assert len(titles(figure)) == 4
    names = [one["text"] for one in figure["layout"]["annotations"]]
    assert "Fed −25 bp" in names


def test_without_futures_a_sentence_says_so_and_the_rest_stands(store: Store) -> None:
    text, (figure,) = opened(store, history(), as_of="2025-11-20")
    assert "How likely a cut is cannot be said" in text
    assert "the middle of the Fed&#x27;s target range is 3.875%, unchanged since 31 Oct 2025" in text
    assert rates_tables.NO_FUTURES in text.replace("&#x27;", "'")
    assert "How the target range came here" in text
    assert [title for title in titles(figure) if "rate" in title or "bitcoin" in title] == titles(figure)


def test_prices_that_ended_before_the_meeting_speak_of_no_later_one(store: Store) -> None:
    rows = history(**CONTRACTS)
    old = rows[rows["measure"] != "futures_price"].assign(time=lambda one: one["time"] + pd.Timedelta(days=25))
    text, _ = opened(store, pd.concat([rows, old]).drop_duplicates(["time", "measure", "asset"]), as_of="2025-12-14")
    assert "How likely a cut is cannot be said" in text
    assert "What each decision is expected" not in text


def values(*rows: pd.DataFrame, day: str = "2025-11-20") -> dict[str, Value]:
    return evaluate_all(Panels(pd.concat(rows)), utc(day))


def test_the_sentence_says_how_far_the_odds_fell_and_what_fell_with_them() -> None:
    held = [frame("futures_price", "ZQX25", "yahoo", daily([96.12] * 8, "2025-11-13"))]
    held.append(frame("futures_price", "ZQZ25", "yahoo", daily([96.21] * 7 + [96.17], "2025-11-13")))
    told = verdict(values(*held), utc("2025-12-10"), None, {"cut_odds_change_5d": {"S&P 500": -0.0193, "bitcoin": -0.131}})
    assert told == (
        "Futures put the odds of a cut at the Fed's next meeting, on 10 Dec 2025, at 28.2%: down 22.5 points over five sessions "
        "(the S&P 500 −1.9% and bitcoin −13.1%)."
    )
    assert values(*held)["cut_odds_change_5d"].state == "stress"


def test_the_sentence_without_anything_says_only_that() -> None:
    told = verdict(values(frame("close", "BTC", "binance", daily([1.0]))), None, None, {})
    assert told.endswith("is held that speaks of the next meeting.")


def test_the_table_gives_cut_hold_and_hike_and_why_one_is_missing() -> None:
    found = [
        Decision(utc("2025-12-10"), 0.0388, 0.0388 - 0.591 * STEP),
        Decision(utc("2026-01-28"), 0.0373, float("nan"), "the contract of February 2026 is not held"),
    ]
    written = rates_tables.decisions(found, [rates.distribution(one.change) for one in found], LAST)
    assert all(part in written for part in ("59.1%", "40.9%", "0.0%", "−14.8 bp", "20 days"))
    assert "Without odds: 28 Jan 2026: the contract of February 2026 is not held." in written


def test_the_tree_names_ranges_and_leaves_out_what_prints_as_zero() -> None:
    after = rates.tree([-0.591, -0.2567, -0.001])
    written = rates_tables.tree([utc("2025-12-10"), utc("2026-01-28"), utc("2026-03-18")], after, 0.0375, STEP)
    assert [part in written for part in ("3.75–4.00%", "3.50–3.75%", "3.25–3.50%", "3.00–3.25%")] == [True, True, True, False]
    assert "54.4%" in written
    assert "15.2%" in written
    assert rates_tables.tree([], [], 0.0375, STEP) == tiles.note(rates_tables.UNGROWN)
    assert "cannot be said" in rates_tables.tree([utc("2025-12-10")], after, float("nan"), STEP)


def standing(state: str, asset: str) -> Standing:
    said = f"{asset} is {state}."
    return Standing("Fed funds futures", asset, state, said, None, None, None, "yahoo", ("futures_price",), (asset,))


def test_a_far_contract_that_does_not_trade_is_no_worry_and_a_failing_one_is() -> None:
    def feed(*found: Standing) -> tuple[str, str]:
        return Asking(found, {}, by_input(found)).feed([("futures_price", "ZQ*")])

    assert feed(standing("ok", "ZQX25"), standing("empty", "ZQX26"))[0] == "ok"
    assert feed(standing("ok", "ZQX25"), standing("down", "ZQZ25")) == ("down", "ZQZ25 is down.")
    assert feed(standing("empty", "ZQX25"))[0] == "empty"
    assert feed(standing("ok", "ESZ25")) == ("late", UNASKED)
