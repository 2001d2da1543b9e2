"""The page options as a script: with a chain of options and without, and with an expiry chosen in the address."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from components import options_figures, options_tables
from data_sources import cached
from data_sources.contract import tidy
from data_sources.store import Store
from indicators import options
from tests.held import daily, frame, utc
from tests.test_options import FRIDAY, TAKEN, chain

ROOT = Path(__file__).parents[1]
MARCH = pd.Timestamp("2026-03-27 08:00", tz="UTC")
LISTED = chain(
    (FRIDAY, 70_000, "P", 2_000), (FRIDAY, 80_000, "P", 3_000), (FRIDAY, 80_000, "C", 9_000), (FRIDAY, 90_000, "C", 1_000),
    (MARCH, 80_000, "P", 500), (MARCH, 120_000, "C", 9_500), (pd.Timestamp("2026-09-25 08:00", tz="UTC"), 100_000, "C", 5_000),
    underlying=63_600.0,
)  # fmt: skip
WORDS_OF_ERRORS = ("Traceback", " nan", "NaN", "NaT", "<NA>")


@pytest.fixture
def board(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """A board with closes, DVOL and one snapshot, and the chain above."""
    url = f"sqlite:///{tmp_path / 'stress.db'}"
    monkeypatch.setenv("STRESS_DATABASE_URL", url)
    days = 420
    walk = np.exp(np.cumsum(np.random.default_rng(2).normal(0, 0.02, days)))
    first = f"{utc('2026-02-05') - pd.Timedelta(days=days - 1):%Y-%m-%d}"
    rows = [frame("close", "BTC", "binance", daily(70_000 * walk, first)), frame("dvol", "BTC", "deribit", daily(50 * walk, first))]
    moment = pd.DatetimeIndex([TAKEN.floor("h")]).as_unit("us")
    told = {"put_call_oi": 0.54, "skew_25d": -8.0, "iv_7d": 95.0, "iv_30d": 70.0, "iv_180d": 60.0, "option_open_interest": 3e4}
    rows += [frame(measure, "BTC", "deribit", pd.Series([value], index=moment)) for measure, value in told.items()]
    store = Store(url)
    store.append(tidy(pd.concat(rows, ignore_index=True)), "a test", known_at=TAKEN)
    store.close()
    monkeypatch.setattr(cached, "chain", lambda coin, view: (LISTED, TAKEN) if coin == "BTC" else (LISTED.iloc[:0], None))
    yield monkeypatch
    st.cache_resource.clear()


def opened(**query: str) -> AppTest:
    page = AppTest.from_file(ROOT / "app.py", default_timeout=60).run()
    page.switch_page("pages/options.py")
    for key, value in query.items():
        page.query_params[key] = value
    page = page.run()
    assert not page.exception, page.exception
    return page


def words(page: AppTest) -> str:
    text = " ".join(str(element.proto.body) for element in page.get("html"))
    assert not [word for word in WORDS_OF_ERRORS if word in text]
    return text


def figures(page: AppTest) -> list[dict]:
    return [json.loads(element.proto.spec) for element in page.get("plotly_chart")]


def test_the_page_names_max_pain_the_long_dated_share_and_the_signs(board: pytest.MonkeyPatch) -> None:
    text = words(opened(as_of="2026-02-05"))
    assert "puts a month out cost 8.0 points more than calls" in text
    assert "the term structure is inverted: a week costs 35.0 more than half a year" in text
    assert "30,000 BTC of options are open in 3 expiries" in text
    assert "17% of them expire in more than 90 days" in text
    assert "below 0 puts are bid" in text
    assert "1 day so far" in text


def test_the_largest_near_expiry_is_drawn_with_its_max_pain(board: pytest.MonkeyPatch) -> None:
    drawn = figures(opened(as_of="2026-02-05"))
    assert len(drawn) == 4
    notes = " ".join(str(note["text"]) for note in drawn[1]["layout"]["annotations"])
    assert "06 Feb 2026" in notes
    assert "max pain $80,000" in notes
    assert "05 Feb 2026 12:00 UTC" in notes.replace("<br>", " ")
    assert [trace["name"] for trace in drawn[1]["data"]] == ["calls", "puts", "paid"]
    assert drawn[3]["data"][-1]["y"] == [95.0, 70.0, None, None, 60.0]


def test_an_expiry_in_the_address_is_opened_and_one_that_is_not_listed_is_said(board: pytest.MonkeyPatch) -> None:
    chosen = opened(as_of="2026-02-05", expiry="2026-03-27")
    assert chosen.selectbox[1].value == "2026-03-27"
    assert "27 Mar 2026" in str(figures(chosen)[1]["layout"]["annotations"])
    refused = opened(as_of="2026-02-05", expiry="<b>soon")
    assert [warning.value for warning in refused.warning] == [
        "“bsoon” is not among the choices of expiry; showing 06 Feb 2026."
    ]
    changed = refused.selectbox[1].set_value("2026-03-27").run()
    assert changed.query_params["expiry"] in ("2026-03-27", ["2026-03-27"])


def test_without_a_chain_the_page_says_why_and_the_rest_stands(board: pytest.MonkeyPatch) -> None:
    page = opened(as_of="2026-02-05", coin="ETH")
    text = words(page)
    assert "No options on ether are held by strike and expiry as of 05 Feb 2026" in text
    assert len(figures(page)) == 1
    assert 'class="fl-ages' in text


def test_a_chain_of_which_no_size_is_known_has_no_max_pain(board: pytest.MonkeyPatch) -> None:
    board.setattr(cached, "chain", lambda coin, view: (LISTED.assign(open_interest=np.nan, underlying=np.nan), TAKEN))
    page = opened(as_of="2026-02-05")
    words(page)
    assert "max pain $" not in str(figures(page)[1]["layout"]["annotations"])


def test_a_chain_whose_options_have_all_expired_says_so(board: pytest.MonkeyPatch) -> None:
    board.setattr(cached, "chain", lambda coin, view: (LISTED, MARCH + pd.Timedelta(days=400)))
    assert "No options on bitcoin are held" in words(opened(as_of="2026-02-05"))


def test_puts_hang_below_calls_on_one_scale() -> None:
    (row,) = (options.by_expiry(LISTED[LISTED["expiry"] == FRIDAY]).iloc[0],)
    strikes = options.by_strike(LISTED[LISTED["expiry"] == FRIDAY])
    layout = options_figures.strikes(FRIDAY, "BTC", strikes, options.payout(strikes), row).to_dict()["layout"]
    heights = [layout[axis]["domain"][1] - layout[axis]["domain"][0] for axis in ("yaxis", "yaxis2")]
    ranges = [abs(layout[axis]["range"][1] - layout[axis]["range"][0]) for axis in ("yaxis", "yaxis2")]
    assert heights[0] / ranges[0] == pytest.approx(heights[1] / ranges[1])
    assert layout["yaxis"]["domain"][0] == layout["yaxis2"]["domain"][1]


def test_the_term_structure_is_compared_with_the_last_snapshot_a_week_before() -> None:
    hourly = pd.DataFrame({"7 d": np.arange(240.0), "180 d": 60.0}, index=pd.date_range(TAKEN, periods=240, freq="h"))
    traces = options_figures.tenors("?", hourly).to_dict()["data"]
    assert [trace["y"][0] for trace in traces] == [71.0, 239.0]
    assert len(options_figures.tenors("?", hourly.iloc[:5]).to_dict()["data"]) == 1
    assert options_figures.tenors("?", hourly.iloc[:0]).to_dict()["data"][0]["y"] == [None, None]


def test_an_expiry_is_written_with_its_max_pain_against_its_forward() -> None:
    table = options.by_expiry(LISTED[LISTED["expiry"] == FRIDAY])
    text = options_tables.expiries("BTC", table, TAKEN, 0.0)
    assert ">+25.8%<" in text
    assert ">$954.0 m<" in text
    assert ">0.50<" in text
