"""Facts about the page analogues: what its verdict says, what its fan shows, and that it stands where nothing is near or known."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from components import analogue_tables, fan, verdicts_analogues
from indicators import aftermath
from indicators.analogues import FOLLOWED, Analogue, Analogues, analogues
from indicators.histories import computed
from tests.held import panels, utc

ROOT = Path(__file__).parents[1]
NAMES = ["price", "volatility", "flows", "leverage"]
DAY = pd.Timedelta(days=1)
AHEAD = ("will ", "likely", "expect", "probab", "forecasts", "should", "signal to")
"""Words of those who know what comes."""


def episode(day: str, distance: float, cut: float = 0.14, *, pillars: int = 4) -> Analogue:
    known = pd.Series([0.9, 0.8, np.nan, 0.1], index=NAMES)
    return Analogue(utc(day), distance, pillars, known, utc(day) - 3 * DAY, utc(day) + 2 * DAY, distance <= cut)


def resembling(*found: Analogue, farther: float = 0.58) -> Analogues:
    past = pd.Series([0.3, 0.2], index=pd.DatetimeIndex([utc("2018-02-27"), utc("2018-02-28")]))
    now = pd.Series([0.95, 0.75, 0.5, 0.05], index=NAMES)
    return Analogues(utc("2026-02-05"), now, found, 0.14, farther, past, "")


def moves(n: int, *numbers: float) -> pd.DataFrame:
    """What followed 20 days, alike at every horizon."""
    return pd.DataFrame([[n, *numbers]] * 3, index=[5, 20, 60], columns=["n", "median", "lowest", "highest", "above"])


USUAL = moves(2881, 0.009, -0.5, 0.6, 0.54)
NOTHING = moves(0, np.nan, np.nan, np.nan, np.nan)


def test_the_verdict_names_the_episodes_and_tells_what_followed_with_its_n() -> None:
    found = resembling(episode("2022-12-06", 0.054), episode("2020-03-09", 0.089))
    assert verdicts_analogues.analogues(found, moves(2, -0.124, -0.258, 0.01, 0.5), USUAL) == (
        "The day resembles 2 past episodes on all its 4 known pillars: Dec 2022 (0.05) and Mar 2020 (0.09); on 58% of past "
        "days the nearest other day lay nearer; over the 20 days that followed bitcoin moved "
        "between −25.8% and +1.0%, median −12.4%, n = 2; after any day the median was +0.9%."
    )


def test_more_than_four_episodes_are_counted_and_pillars_not_compared_are_said() -> None:
    days = ("2019-01-09", "2019-05-13", "2020-03-11", "2020-06-11", "2020-09-23", "2022-02-27")
    found = resembling(*(episode(one, 0.1, pillars=3) for one in days))
    told = verdicts_analogues.analogues(found, moves(6, 0.0, -0.1, 0.1, 0.5), USUAL)
    assert "6 past episodes on 3 of its 4 known pillars" in told
    assert "Jun 2020 (0.10) and 2 more;" in told


def test_of_one_episode_there_is_one_number_and_no_range() -> None:
    told = verdicts_analogues.analogues(resembling(episode("2022-12-06", 0.05)), moves(1, 0.031, 0.031, 0.031, 1.0), USUAL)
    assert "resembles 1 past episode " in told
    assert "bitcoin moved +3.1%, n = 1" in told


def test_when_no_past_day_is_near_the_verdict_says_so_and_how_rare_that_is() -> None:
    told = verdicts_analogues.analogues(resembling(episode("2025-11-21", 0.169), farther=0.99), NOTHING, NOTHING)
    assert told == (
        "No past day is near: the nearest, 21 Nov 2025, lies 0.169 away, and near is up to 0.140; on 99% of past days the nearest "
        "other day lay nearer."
    )


def test_without_enough_pillars_the_verdict_gives_the_reason() -> None:
    assert verdicts_analogues.analogues(analogues(pd.DataFrame(columns=NAMES)), NOTHING, NOTHING) == (
        "No comparison: 0 of the day's 4 pillars are known, and 4 are needed."
    )


def test_an_episode_whose_bitcoin_is_not_held_has_no_number() -> None:
    told = verdicts_analogues.analogues(resembling(episode("2012-12-06", 0.05)), NOTHING, NOTHING)
    assert told.endswith("no close of bitcoin is held for what followed.")


def test_ranks_stand_beside_the_days_and_far_episodes_are_marked() -> None:
    table = analogue_tables.episodes(resembling(episode("2022-12-06", 0.054), episode("2019-01-09", 0.171)))
    rows = table.split("<tr")[2:]
    assert "The day, 05\N{NO-BREAK SPACE}Feb\N{NO-BREAK SPACE}2026" in rows[0]
    assert ">95</td>" in rows[0]
    assert "0.054" in rows[1]
    assert "03\N{NO-BREAK SPACE}Dec – 08\N{NO-BREAK SPACE}Dec\N{NO-BREAK SPACE}2022" in rows[1]
    assert ">—</td>" in rows[1], "a pillar that was not known then"
    assert [">far<" in row for row in rows] == [False, False, True]


def test_how_many_rose_is_a_count_beside_the_share_of_all_days() -> None:
    table = analogue_tables.followed(moves(4, 0.309, 0.236, 0.381, 0.75), USUAL)
    for told in ("60\N{NO-BREAK SPACE}days", "+30.9%", "+23.6%", "+38.1%", "3 of 4", "+0.9%", "54%"):
        assert told in table, told
    assert "nan" not in analogue_tables.followed(NOTHING, NOTHING)


def drawn(columns: int, *, days: int = 61) -> dict[str, Any]:
    values = np.cumsum(np.random.default_rng(2).normal(0, 0.02, (days, columns)), axis=0)
    paths = pd.DataFrame(values - values[0], columns=[f"May {2010 + at}" for at in range(columns)])
    usual = pd.Series([0.0, 0.01, 0.02], index=[0, 30, 60])
    return fan.fan(f"What followed? n = {columns}", paths, usual, (5, 20, 60)).to_dict()


@pytest.mark.parametrize(("lines", "median", "band"), [(1, False, False), (2, False, False), (3, True, False), (4, True, True)])
def test_a_median_needs_three_lines_and_a_band_four(lines: int, median: bool, band: bool) -> None:
    spec = drawn(lines)
    names = [trace["name"] for trace in spec["data"]]
    assert ("median" in names) is median
    assert ("path" in [shape["type"] for shape in spec["layout"]["shapes"]]) is band
    assert "median of all days" in names
    assert spec["layout"]["annotations"][0]["text"] == f"<b>What followed? n = {lines}</b>"


def test_every_line_is_named_at_its_end_and_no_two_names_touch() -> None:
    spec = drawn(8)
    places = {one["text"]: one["y"] for one in spec["layout"]["annotations"] if one["text"].startswith("May")}
    inner = spec["layout"]["height"] - fan.HEADING - fan.BOTTOM
    ordered = sorted(places.values())
    assert len(ordered) == 8
    assert min(np.diff(ordered)) * inner >= fan.LABEL - 1e-6
    assert max(ordered) <= 1


def test_a_line_that_was_never_held_leaves_the_fan_standing() -> None:
    paths = pd.DataFrame({"May 2010": [0.0, np.nan, np.nan], "May 2011": [0.0, 0.1, 0.2]})
    spec = fan.fan("What followed? n = 2", paths, pd.Series(dtype="float64"), (1, 2)).to_dict()
    assert [trace["name"] for trace in spec["data"]] == ["May 2010", "May 2011"]


def test_what_followed_an_episode_is_over_before_the_day(history_folder: Path) -> None:
    """Whatever prices do after the day, or on it, each episode's windows are as they were."""
    day = utc("2026-02-05")
    found = analogues(computed(panels(history_folder)).works["stress_index"].until(day + DAY).pillars)
    starts = pd.DatetimeIndex([one.day for one in found.found])
    closes = panels(history_folder).series("close", "BTC")
    shaken = closes.where(closes.index < day, closes * 7)
    assert len(starts)
    pd.testing.assert_frame_equal(aftermath.paths(shaken, starts, FOLLOWED), aftermath.paths(closes, starts, FOLLOWED))
    pd.testing.assert_frame_equal(aftermath.after(shaken, starts), aftermath.after(closes, starts))


@pytest.mark.parametrize("day", ["2022-11-21", "2025-11-20", "2026-02-05"])
def test_what_is_found_as_of_a_day_is_what_was_found_on_it(history_folder: Path, day: str) -> None:
    whole = computed(panels(history_folder)).works["stress_index"].until(utc(day) + DAY)
    then = computed(panels(history_folder).cut(utc(day))).works["stress_index"]
    told, known = analogues(whole.pillars), analogues(then.pillars)
    assert [(one.day, one.start, one.end) for one in told.found] == [(one.day, one.start, one.end) for one in known.found]
    assert [one.distance for one in told.found] == pytest.approx([one.distance for one in known.found])
    assert (told.cut, told.farther) == pytest.approx((known.cut, known.farther))
    assert told.near


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    url = f"sqlite:///{tmp_path / 'stress.db'}"
    monkeypatch.setenv("STRESS_DATABASE_URL", url)
    yield url
    st.cache_resource.clear()


def opened(as_of: str) -> tuple[AppTest, str]:
    page = AppTest.from_file(ROOT / "app.py", default_timeout=60).run()
    page.switch_page("pages/analogues.py")
    page.query_params["as_of"] = as_of
    page.run()
    assert not page.exception, page.exception
    text = " ".join(str(element.proto.body) for element in page.get("html") if "<style" not in str(element.proto.body))
    for word in ("nan", *AHEAD):
        assert word not in text.lower().replace("binance", "").replace("finance", ""), word
    return page, text


def test_the_sample_board_tells_what_followed_with_its_n_and_its_caveat(database: str) -> None:
    page, text = opened("2025-11-20")
    assert "The day resembles" in text
    assert "n = " in text
    assert analogue_tables.CAVEAT.split(":")[0] in text
    figures = [str(element.proto.spec) for element in page.get("plotly_chart")]
    assert len(figures) == 4
    for market in ("bitcoin", "BNB", "the S&P 500"):
        assert sum(f"What did {market} do next? n = " in figure for figure in figures) == 1


def test_a_day_with_too_short_a_past_says_so_and_draws_nothing(database: str) -> None:
    page, text = opened("2019-03-01")
    assert "No comparison: " in text
    assert "What followed is the past" not in text
    assert not page.get("plotly_chart")
