"""Facts about the page contagion: its sentences and tables, and that it stands on any day and any board."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from components import event_studies, spread_figures, spread_tables, verdicts
from components.spread_tables import Compared
from data_sources.contract import tidy
from data_sources.store import Store
from indicators import event_study
from indicators.events import Event
from indicators.forbes_rigobon import Shift, Windows
from indicators.lead_lag import LeadLag
from indicators.readings import Value
from indicators.tails import CoVaR, Tail
from tests.held import daily, frame, utc

ROOT = Path(__file__).parents[1]
NOTHING = float("nan")
WINDOWS = Windows((utc("2025-08-01"), utc("2025-10-09")), (utc("2025-10-10"), utc("2026-02-05")))
FELL = Event(utc("2025-11-20"), "Nov 20 fall", "crash", "Shares turn.", "https://example.org")
CLOSES = {asset: daily([1.0, 2.0, 1.5]) for asset in ("BTC", "ETH", "BNB", "SPX", "IXIC")}


def value(name: str, number: float, rank: float = NOTHING) -> Value:
    return Value(name, number, utc("2025-11-20"), NOTHING, NOTHING, rank, "calm", ("Binance",), "", pd.Timedelta(0))


def test_the_verdict_names_the_ends_of_the_network() -> None:
    told = {one.id: one for one in (value("connectedness_total", 0.527, 0.95), value("bnb_net", -0.035))}
    assert verdicts.contagion(told, "the Nasdaq", "ether") == (
        "53% of the five markets' volatility comes from one another, higher than on 95% of days in its year; net, the Nasdaq sends "
        "most and ether receives most."
    )
    assert verdicts.contagion(told).endswith("and BNB receives more than it sends.")


@pytest.mark.parametrize(
    ("shift", "told"),
    [
        (Shift(0.6025, 0.8299, 1.4751, 0.6870, 70, 119), "closer; beyond larger moves not clearly"),
        (Shift(0.30, 0.85, 1.0, 0.76, 90, 90), "spread: closer beyond larger moves"),
        (Shift(0.80, 0.40, 1.0, 0.30, 90, 90), "looser than in calm"),
        (Shift(0.60, 0.65, 0.1, 0.63, 90, 90), "no change beyond chance"),
        (Shift(1.0, 1.0, 0.0, 1.0, 90, 90), "no change beyond chance"),
    ],
)
def test_a_rise_in_correlation_is_told_as_what_it_is(shift: Shift, told: str) -> None:
    assert spread_tables.verdict(shift) == told


def test_calm_and_crisis_are_named_with_their_days_and_numbers() -> None:
    found = [Compared("BTC", "BNB", WINDOWS, Shift(0.6025, 0.8299, 1.4751, 0.6870, 70, 119)), Compared("SPX", "BTC", None, None)]
    table = spread_tables.shifts(found, CLOSES, utc("2024-01-03"))
    for told in ("0.60", "0.83", "+148%", "0.69", "119", "beyond larger moves not", "no crisis: at its high on 02 Jan 2024"):
        assert told in table, told
    assert "rose from 0.60 to 0.83; of that 0.69 remains once bitcoin&#x27;s larger moves are taken out" in table
    assert "calm 01 Aug 2025 to 09 Oct 2025, crisis 10 Oct 2025 to 05 Feb 2026" in table
    assert "nan" not in table


def test_a_pair_of_which_one_is_not_held_says_so() -> None:
    closes = CLOSES | {"BNB": daily([])}
    assert spread_tables.unknown(Compared("BTC", "BNB", None, None), closes, utc("2024-01-02")) == "not held: BNB"
    assert spread_tables.unknown(Compared("BTC", "ETH", None, None), closes, utc("2025-01-02")).startswith("bitcoin ended on ")


def test_without_any_crisis_there_is_no_figure_of_it() -> None:
    assert spread_figures.calm_and_crisis([Compared("BTC", "BNB", None, None)], {}, utc("2025-11-20"), ()) is None


def lags(**told: float) -> LeadLag:
    known = {int(lag.strip("_").replace("m", "-")): correlation for lag, correlation in told.items()}
    best = max(known, key=lambda lag: abs(known[lag]))
    values = pd.Series([known.get(lag, 0.0) for lag in range(-10, 11)], index=range(-10, 11))
    return LeadLag(values, 0.124, 250, best, abs(known[best]) > 0.124)


def test_a_lead_is_told_with_who_moved_first() -> None:
    assert spread_tables.led("BTC", "SPX", lags(_0=0.41, _m2=0.14)) == (
        "Bitcoin and the S&P 500 correlate most on the same day (0.41); outside the band as well: the S&P 500 2 days before."
    )
    assert spread_tables.led("BTC", "BNB", lags(_0=0.76)).endswith("no other day lies outside the band: neither moved first.")
    assert "with bitcoin 1 day before (−0.30)" in spread_tables.led("BTC", "BNB", lags(_1=-0.30))
    assert spread_tables.led("BTC", "BNB", lags(_1=0.10)).endswith("inside the band: no lag tells them from unrelated markets.")


def test_too_short_a_history_has_no_lead() -> None:
    short = LeadLag(pd.Series(np.nan, index=range(-10, 11)), NOTHING, 70, None, False)
    assert spread_tables.led("BTC", "BNB", short) == "Bitcoin and BNB: 70 common days are held, too few to tell who moves first."


def test_the_band_of_no_lead_is_drawn_on_both_sides() -> None:
    layout = spread_figures.lags("BTC", "SPX", lags(_0=0.41)).to_dict()["layout"]
    assert sorted(shape["y0"] for shape in layout["shapes"]) == [-0.124, 0.124]


def test_bad_days_are_told_with_their_number_and_gaps_without() -> None:
    table = spread_tables.tails(
        [
            ("BNB", "BTC", CoVaR(-0.0424, -0.0707, -0.0372, 0.88, 776), Tail(0.526, 38, 776, 0.37, 3.1, 0.68)),
            ("SPX", "BTC", None, None),
            ("ETH", "BTC", CoVaR(NOTHING, NOTHING, NOTHING, NOTHING, 46), Tail(NOTHING, 2, 46, NOTHING, NOTHING, NOTHING)),
        ],
        "Since 2023",
    )
    for told in ("−3.72%", "53% of 38", "37%", "776", "46"):
        assert told in table, told
    assert "nan" not in table


def fall(day: str, depth: float, days: int = 420) -> pd.Series:
    """A price that moves a little every day and falls on one."""
    chance = np.random.default_rng(1)
    moves = chance.normal(0, 0.01, days)
    moves[(utc(day) - utc("2024-11-01")).days] = depth
    return daily(np.exp(moves.cumsum()), "2024-11-01")


def followed(**prices: pd.Series) -> list[event_studies.Moved]:
    held = {what.key: prices.get(what.key, daily([])) for what in event_studies.FOLLOWED}
    return event_studies.moved(held, FELL, event_study.price_path, event_study.level_path)


def test_who_left_its_band_first_is_told_in_order() -> None:
    moved = followed(SPX=fall("2025-11-20", -0.06), BTC=fall("2025-11-22", -0.15), BNB=fall("2025-12-24", -0.01))
    known = {one.what.key: one.left for one in moved}
    assert (known["SPX"], known["BTC"], known["BNB"]) == (utc("2025-11-20"), utc("2025-11-22"), None)
    told = event_studies.studied(moved, FELL)
    assert "first on 20 Nov 2025 S&amp;P 500; then on 22 Nov 2025 bitcoin. BNB stayed inside." in told
    assert "ether: nothing held" in told
    assert "nan" not in told


def test_what_ended_before_the_event_or_is_too_short_says_so() -> None:
    moved = followed(SPX=fall("2025-11-20", -0.06)[: utc("2025-11-14")], BTC=fall("2025-11-20", -0.06)[utc("2025-06-01") :])
    told = event_studies.not_held(moved, FELL)
    assert "S&P 500: held to 14 Nov 2025" in told
    assert "bitcoin: 165 of the 250 moves before it that a band needs" in told
    assert event_studies.figure(moved, FELL) is None
    assert event_studies.order([], FELL).startswith("Nothing is held around 20 Nov 2025")


def test_the_eve_is_zero_and_one_is_the_edge_of_the_band() -> None:
    (one,) = (one for one in followed(BTC=fall("2025-11-20", -0.06)) if one.what.key == "BTC")
    assert one.ratio[utc("2025-11-19")] == 0
    assert one.ratio[utc("2025-11-20")] == pytest.approx(-0.06 / (1.96 * one.path.sigma))


@pytest.mark.parametrize(
    ("amount", "unit", "width", "told"),
    [
        (-0.0741, "", False, "−7.1%"), (0.04, "", True, "±4.1%"), (-0.0000132, "bp", False, "−0.13 bp"),
        (0.00005, "bp", True, "±0.50 bp"), (2.9, "times", False, "×18.2"), (1.7, "times", True, "÷ or ×5.5"),
    ],
)  # fmt: skip
def test_a_move_is_told_in_its_unit(amount: float, unit: str, width: bool, told: str) -> None:
    assert event_studies.move(amount, unit, width=width) == told
    assert event_studies.move(NOTHING, unit, width=width) == "—"


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    url = f"sqlite:///{tmp_path / 'stress.db'}"
    monkeypatch.setenv("STRESS_DATABASE_URL", url)
    yield url
    st.cache_resource.clear()


def opened(**query: str) -> AppTest:
    page = AppTest.from_file(ROOT / "app.py", default_timeout=60).run()
    page.switch_page("pages/contagion.py")
    for key, told in query.items():
        page.query_params[key] = told
    return page.run()


def words(page: AppTest) -> str:
    assert not page.exception, page.exception
    text = " ".join(str(element.proto.body) for element in page.get("html"))
    assert "nan" not in text.lower().replace("binance", "").replace("finance", "")
    return text


def test_stepping_and_sliding_move_the_network_and_what_is_told_of_it(database: str) -> None:
    page = opened(as_of="2025-11-20")
    assert "On 20 Nov 2025 " in words(page)
    page.button(key="network_back").click().run()
    assert "On 19 Nov 2025 " in words(page)
    page.select_slider(key="network_slider").set_value("2025-10-10").run()
    assert "On 10 Oct 2025 " in words(page)
    page.button(key="network_on").click().run()
    assert "On 13 Oct 2025 " in words(page)
    page.query_params["as_of"] = "2025-10-01"
    assert "On 01 Oct 2025 " in words(page.run()), "no day after the one shown"


def test_the_event_is_the_newest_fall_and_another_can_be_chosen(database: str) -> None:
    page = opened(as_of="2026-01-20")
    (choice,) = page.selectbox
    assert choice.value == "2025-11-20"
    assert choice.options[0] == "06 Jan 2026 · MSCI decision"
    choice.set_value("2025-10-10").run()
    assert "more than 19 bn USD of positions" in words(page)


def test_the_networks_day_and_the_event_stand_in_the_address_and_come_back_from_it(database: str) -> None:
    page = opened(as_of="2026-01-20")
    page.button(key="network_back").click().run()
    page.selectbox(key="event_choice").set_value("2025-10-10").run()
    chosen = {name: page.query_params[name] for name in ("network", "event")}
    assert chosen == {"network": "2026-01-16", "event": "2025-10-10"}
    again = words(opened(as_of="2026-01-20", **chosen))
    assert "On 16 Jan 2026 " in again
    assert "more than 19 bn USD of positions" in again
    page.button(key="network_on").click().run()
    page.selectbox(key="event_choice").set_value("2025-11-20").run()
    assert not {"network", "event"} & set(page.query_params), "what is shown without a choice is none"


@pytest.mark.parametrize("told", ["2025-02-30", "<script>", "", "2025-10-10x", "' OR 1=1", "٢٠٢٥-١٠-١٠"])
def test_no_day_in_the_address_is_refused_with_a_sentence_and_the_default_is_shown(database: str, told: str) -> None:
    page = opened(as_of="2026-01-20", network=told, event=told)
    text = words(page)
    assert "On 20 Jan 2026 " in text
    assert page.selectbox(key="event_choice").value == "2025-11-20"
    refused = [warning.value for warning in page.warning]
    assert len(refused) == 2
    for name in ("network", "event"):
        assert any(f"cannot be chosen as “{name}”" in sentence for sentence in refused), refused
    assert "script>" not in "".join(refused)


def test_a_day_without_an_event_is_said(database: str) -> None:
    page = opened(as_of="2026-01-20", event="2025-10-11")
    words(page)
    assert [warning.value for warning in page.warning] == [
        "No dated event of 2025-10-11 is known on the day shown; showing that of 2025-11-20."
    ]


def test_before_a_year_of_all_markets_the_page_says_what_is_missing(database: str) -> None:
    text = words(opened(as_of="2009-06-01"))
    assert "No dated event lies between" in text
    assert "Connectedness: not held" in text


def test_with_a_coin_missing_the_others_are_told(database: str) -> None:
    chance = np.random.default_rng(3)
    rows = [
        frame(measure, asset, "somebody", daily(100 * np.exp(np.cumsum(chance.normal(0, 0.03, 800)))))
        for measure, asset in (("close", "BTC"), ("close", "ETH"), ("level", "SPX"))
    ]
    store = Store(database)
    store.append(tidy(pd.concat(rows)), "a test")
    store.close()
    text = words(opened())
    assert "not held: BNB" in text
    assert "Ether given bitcoin" in text
    assert ">799<" in text
