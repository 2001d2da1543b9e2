"""A reader's zoom outlasts newer data, and nothing but a zoom does."""

from typing import Any

import pandas as pd
import pytest

from components import charts
from components.marks import Figure
from components.window import Window
from components.zoom import chosen

DAYS = ["2026-03-05 23:23:07.218", "2026-06-14 01:01:32.8913"]
YEAR = Window(pd.Timestamp("2025-11-21", tz="UTC"), pd.Timestamp("2026-11-21", tz="UTC"), "1y")


def figure(newest: float, window: Window = YEAR) -> Figure:
    values = pd.Series([1.0, newest], index=pd.to_datetime(["2026-11-20", "2026-11-21"], utc=True))
    strip = charts.Panel("How high?", "USD", (charts.Line("price", values),))
    return charts.footed(charts.linked((strip,), window.start, window.end), "Oldest input: none", window)


def told(window: Window = YEAR, days: Any = DAYS) -> dict[str, Any]:
    return {"window": figure(1.0, window).to_dict()["layout"]["meta"]["window"], "range": days}


def days(shown: Figure) -> Any:
    return shown.to_dict()["layout"]["xaxis"]["range"]


def test_without_a_zoom_the_figure_is_drawn_as_it_is() -> None:
    same = figure(2.0)
    assert chosen(same, None, {}, "fear") is same


def test_the_figure_a_reader_zoomed_on_is_left_alone_in_the_browser() -> None:
    same = figure(2.0)
    drawn: dict[str, Figure] = {}
    assert chosen(same, told(), drawn, "fear") is same
    assert chosen(same, told(), drawn, "fear") is same


def test_newer_data_are_drawn_on_the_days_the_reader_zoomed_to() -> None:
    drawn: dict[str, Figure] = {}
    chosen(figure(2.0), told(), drawn, "fear")
    newer = figure(3.0)
    shown = chosen(newer, told(), drawn, "fear")
    assert days(shown) == ["2026-03-05T23:23:07.218000", "2026-06-14T01:01:32.891300"]
    assert days(newer) != days(shown), "the kept figure belongs to every reader and must not change"


def test_a_double_click_shows_the_whole_window_of_the_newer_data() -> None:
    drawn: dict[str, Figure] = {}
    chosen(figure(2.0), told(), drawn, "fear")
    newer = figure(3.0)
    chosen(newer, told(), drawn, "fear")
    assert chosen(newer, None, drawn, "fear") is newer
    assert drawn == {}


def test_another_window_forgets_the_zoom() -> None:
    months = Window(pd.Timestamp("2026-05-21", tz="UTC"), YEAR.end, "6m")
    drawn: dict[str, Figure] = {}
    chosen(figure(2.0), told(), drawn, "fear")
    other = figure(2.0, months)
    assert chosen(other, told(), drawn, "fear") is other


def test_a_preset_keeps_its_name_when_a_newer_day_comes() -> None:
    tomorrow = Window(YEAR.start, YEAR.end + pd.Timedelta(days=1), "1y")
    assert told(tomorrow)["window"] == told()["window"]


@pytest.mark.parametrize(
    "days", [None, [], ["2026-03-05"], ["x", "y"], [1e400, "2026-01-01"], "2026-01-01", [["a"], ["b"]], ["2026-01-01", None]]
)
def test_what_is_no_two_days_is_no_zoom(days: Any) -> None:
    drawn = {"fear": figure(1.0)}
    same = figure(2.0)
    assert chosen(same, told(days=days), drawn, "fear") is same
