"""Badges fail closed: a number that is not as new as it should be says so wherever it stands."""

from dataclasses import replace

import pandas as pd
import pytest

from components import charts, sentences, tiles
from components.window import Window
from data_sources.cached import Source
from data_sources.feeds import UNASKED, Asking
from data_sources.health import Standing, by_input
from indicators.readings import Value

DAY = pd.Timestamp("2026-11-20", tz="UTC")
PLAIN = Value("vix", 17.8, DAY, 18.0, -0.2, 0.5, "calm", ("Cboe",), "", pd.Timedelta(days=1))
VIX = Source("level", "VIX", "Cboe", "https://www.cboe.com/", "Cboe.", DAY, pd.Timedelta(days=1), 0.0, "ok", "")
FLOWS = Source("net_flow", "BTC", "Farside", "", "", DAY - pd.Timedelta(days=2), pd.Timedelta(days=3), 0.0, "provisional", "")
OI = Source("open_interest", "BTC", "Binance", "", "", None, None, 0.0, "down", "fapi.binance.com refuses to answer us (403).")


def standing(state: str, measure: str = "level", asset: str = "VIX") -> Standing:
    return Standing(measure, asset, state, f"It is {state}.", None, None, None, "cboe", (measure,), (asset,))


def asking(*found: Standing) -> Asking:
    return Asking(found, {}, by_input(found))


@pytest.mark.parametrize("state", sentences.FEEDS)
def test_a_tile_names_a_feed_that_is_not_ok_and_why(state: str) -> None:
    written = tiles.tile(replace(PLAIN, feed=state, feed_why="It stands <still>."))
    assert f'class="fl-chip fl-feed-{state}"' in written
    assert 'title="It stands &lt;still&gt;."' in written


@pytest.mark.parametrize("state", ["", "ok"])
def test_a_tile_whose_feed_is_ok_has_no_chip(state: str) -> None:
    assert "fl-feed" not in tiles.tile(replace(PLAIN, feed=state))


def test_a_tile_without_a_value_names_its_feed_too() -> None:
    unknown = replace(PLAIN, value=float("nan"), state="unknown", why="not held", feed="down", feed_why="Nobody answers.")
    assert "fl-feed-down" in tiles.tile(unknown)


def test_the_worst_input_speaks_for_a_reading() -> None:
    two = asking(standing("ok"), standing("late", "close", "BTC"))
    assert two.feed([("level", "VIX"), ("close", "BTC")]) == ("late", "It is late.")


def test_an_input_that_no_publisher_is_asked_for_is_not_called_fresh() -> None:
    assert asking(standing("ok")).feed([("level", "VIX"), ("mvrv", "BTC")]) == ("late", UNASKED)


def test_of_two_needs_that_bring_a_number_the_better_one_counts() -> None:
    assert asking(standing("down"), standing("ok")).feed([("level", "VIX")])[0] == "ok"


def test_the_foot_of_a_page_names_the_state_of_each_source() -> None:
    written = tiles.ages([VIX, FLOWS])
    assert written.count("fl-feed-") == 1
    assert "fl-feed-provisional" in written


def test_a_chart_carries_its_worst_input_before_its_oldest() -> None:
    assert sentences.oldest([VIX]) == "Oldest input: level VIX: 20 Nov 2026, 1 d old · Cboe"
    assert sentences.oldest([VIX, FLOWS]) == "Weakest input: net flow BTC: 18 Nov 2026, 3 d old · Farside · provisional"
    assert sentences.oldest([VIX, FLOWS, OI]) == "Weakest input: open interest BTC: nothing held as of this day · Binance · down"
    assert sentences.oldest([]) == ""


def test_the_age_stands_in_the_figure_itself_so_that_pictures_carry_it() -> None:
    window = Window(DAY - pd.Timedelta(days=30), DAY, "custom")
    strip = charts.Panel("How high?", "points", (charts.Line("VIX", pd.Series([17.8], index=[DAY])),))
    plain = charts.linked((strip,), window.start, window.end)
    footed = charts.footed(plain, "Oldest input: VIX", window).to_dict()["layout"]
    (foot,) = [note for note in footed["annotations"] if note.get("name") == "foot"]
    assert foot["text"] == "Oldest input: VIX"
    before = plain.to_dict()["layout"]
    assert footed["height"] - before["height"] == footed["margin"]["b"] - before["margin"]["b"] > 0
