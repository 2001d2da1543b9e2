"""Figures: one time axis for all panels, nothing lost on the way to the screen, and no color of their own."""

import base64
import json
import re
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from streamlit.elements.lib import streamlit_plotly_theme as theme

from components import charts
from components.charts import Line, Panel, Threshold
from indicators.events import EVENTS

START, END = pd.Timestamp("2025-10-01", tz="UTC"), pd.Timestamp("2025-11-30", tz="UTC")


def days(*values: float, start: str = "2025-10-01") -> pd.Series:
    return pd.Series(values, index=pd.date_range(start, periods=len(values), freq="D", tz="UTC"), dtype="float64")


def drawn(trace: dict) -> np.ndarray:
    return np.frombuffer(base64.b64decode(trace["y"]["bdata"]), dtype="<f4")


def test_all_panels_share_one_time_axis_and_each_has_its_own_values() -> None:
    panels = (Panel("a?", "USD", (Line("x", days(1, 2)),)), Panel("b?", "ratio", (Line("y", days(3, 4)),)))
    figure = charts.linked(panels, START, END).to_dict()
    assert {trace["xaxis"] for trace in figure["data"]} == {"x"}
    assert [trace["yaxis"] for trace in figure["data"]] == ["y", "y2"]
    assert figure["layout"]["hoversubplots"] == "axis"
    assert figure["layout"]["yaxis"]["domain"][0] > figure["layout"]["yaxis2"]["domain"][1]


def test_every_axis_says_its_unit() -> None:
    layout = charts.linked((Panel("a?", "USD", (Line("x", days(1)),)),), START, END).to_dict()["layout"]
    assert [text["textangle"] for text in layout["annotations"] if text["text"] == "USD"] == [-90]


def test_values_stand_on_their_own_day() -> None:
    both = (Line("x", days(7, start="2025-10-11")), Line("earlier", days(1, start="2025-10-01")))
    trace, _ = charts.linked((Panel("a?", "USD", both),), START, END).to_dict()["data"]
    assert trace["x0"] == 1759276800000
    values = drawn(trace)
    assert values[10] == 7
    assert np.isnan(np.delete(values, 10)).all()
    assert len(values) == 61


def test_a_gap_is_not_filled_and_nothing_outside_the_window_is_sent() -> None:
    series = days(*range(200), start="2025-08-01").drop(pd.Timestamp("2025-10-05", tz="UTC"))
    (trace,) = charts.linked((Panel("a?", "USD", (Line("x", series),)),), START, END).to_dict()["data"]
    assert np.isnan(drawn(trace)[4])
    assert np.isfinite(drawn(trace)).sum() == 60


def test_a_panel_without_values_stands_and_says_so() -> None:
    figure = charts.linked((Panel("a?", "USD", (Line("x", days()),), (Threshold(1, "limit"),)),), START, END).to_dict()
    assert figure["data"] == [charts.NOTHING]
    assert "nothing published in this window" in json.dumps(figure["layout"])


def test_events_inside_the_window_are_drawn_and_no_others() -> None:
    texts = json.dumps(charts.linked((Panel("a?", "USD", (Line("x", days(1)),)),), START, END, EVENTS).to_dict()["layout"])
    inside = [event for event in EVENTS if START <= event.date <= END]
    assert inside
    for event in EVENTS:
        assert (event.label in texts) == (event in inside), event.label


@pytest.mark.parametrize("kind", ["line", "step", "dash", "bar"])
def test_a_figure_is_plain_json_and_names_no_color_but_the_themes(kind: str) -> None:
    panel = Panel("a?", "USD", (Line("x", days(1, 2), kind=kind),), (Threshold(1, "one"),))
    figure = charts.linked((panel,), START, END, EVENTS).to_dict()
    layout = {key: value for key, value in figure["layout"].items() if key != "template"}
    text = json.dumps(figure | {"layout": layout})
    placeholders = {*charts.COLORS.values(), theme.BG_COLOR}
    assert set(re.findall(r"#[0-9a-fA-F]{3,8}\b", text)) <= placeholders


def test_a_level_is_named_above_its_panel_where_no_line_runs_through_the_name() -> None:
    panel = Panel("a?", "USD", (Line("x", days(10, 1000)),), (Threshold(100, "hundred"),), log=True)
    layout = charts.linked((panel,), START, END).to_dict()["layout"]
    (name,) = [text for text in layout["annotations"] if "hundred" in text["text"]]
    assert name["yref"] == "paper"
    assert name["y"] >= layout["yaxis"]["domain"][1]
    assert [shape["y0"] for shape in layout["shapes"]] == [100]


def test_many_names_are_broken_into_rows_that_fit_a_phone() -> None:
    lines = tuple(Line(f"a rather long name {number}", days(1)) for number in range(5))
    layout = charts.linked((Panel("a?", "USD", lines),), START, END).to_dict()["layout"]
    (names,) = [text["text"] for text in layout["annotations"] if "rather" in text["text"]]
    assert names.count("<br>") == 2


def test_bars_keep_gaps_as_gaps() -> None:
    (trace,) = charts.bars("m?", "USD m", ["a", "b"], [("net", [1.0, float("nan")], "main")]).to_dict()["data"]
    assert trace["y"] == [1.0, None]


def test_bars_of_one_panel_stand_on_one_another_only_when_they_are_parts_of_a_whole() -> None:
    panels = (Panel("a?", "USD", (Line("x", days(1), kind="bar"), Line("y", days(2), kind="bar"))),)
    assert charts.linked(panels, START, END).to_dict()["layout"]["barmode"] == "overlay"
    assert charts.linked(panels, START, END, stacked=True).to_dict()["layout"]["barmode"] == "relative"


def test_a_window_longer_than_what_is_held_begins_with_the_first_number() -> None:
    (trace,) = charts.linked((Panel("a?", "USD", (Line("x", days(7, 8, start="2025-10-11")),)),), START, END).to_dict()["data"]
    assert trace["x0"] == 1760140800000
    assert drawn(trace)[0] == 7


def test_an_events_name_never_stands_on_the_one_before() -> None:
    begin = pd.Timestamp("2012-01-01", tz="UTC")
    panel = Panel("a?", "USD", (Line("x", days(1, start="2012-01-01")),))
    texts = charts.linked((panel,), begin, END, EVENTS).to_dict()["layout"]["annotations"]
    upright = sorted(text["x"] for text in texts if text.get("textangle") == -90 and text.get("xref") == "x")
    assert len(upright) >= 8
    assert np.diff(upright).min() >= 0.011 * (END - begin).total_seconds() * 1000


KINDS = ("edge", "band", "line", "step", "dash", "bar", "area")


@pytest.mark.parametrize(
    "figure",
    [
        charts.linked(
            (
                Panel("a?", "USD", tuple(Line(kind, days(1, 2), kind=kind) for kind in KINDS), (Threshold(1, "one"),), log=True,
                      prefix="$", tickformat=",.0f"),
                Panel("b?", "ratio", (Line("y", days(3, 4)),), limits=(0, 5)),
                Panel("c?", "ratio", (Line("z", days()),)),
            ),
            START, END, EVENTS,
        ),
        charts.bars("m?", "USD m", ["a", "b"], [("net", [1.0, 2.0], "main")], marks=["main", "extreme"], notes=["so far"]),
        charts.path("p?", "USD", days(1, 2, 3), marked=(START, START + pd.Timedelta(days=1))),
    ],
    ids=["linked", "bars", "path"],
)  # fmt: skip
def test_plotly_accepts_every_part_of_a_figure(figure: charts.Figure) -> None:
    spec = figure.to_dict()
    assert go.Figure(**spec).to_dict()["data"]
    assert spec["layout"]["template"]["layout"]["colorway"]


def test_areas_stand_on_one_another_and_days_are_named_above_their_point() -> None:
    areas = tuple(Line(name, days(1, 2, 3), kind="area") for name in "xy")
    named = tuple(charts.Mark(day, 5.0, label) for day, label in ((START, "first"), (END + pd.Timedelta(days=400), "later")))
    spec = charts.linked((Panel("a?", "USD", areas, marks=named),), START, END).to_dict()
    assert {trace["stackgroup"] for trace in spec["data"]} == {"y"}
    (name,) = [text for text in spec["layout"]["annotations"] if text["text"] in ("first", "later")]
    assert (name["text"], name["y"], name["xanchor"]) == ("first", 5.0, "left")


def test_a_panel_is_logarithmic_only_over_a_wide_range() -> None:
    def axis(*values: float) -> dict[str, Any]:
        panel = Panel("a?", "USD", (Line("x", days(*values)),), log=True)
        spec: dict[str, Any] = charts.linked((panel,), START, END).to_dict()["layout"]["yaxis"]
        return spec

    assert axis(10, 1000)["type"] == "log"
    assert "type" not in axis(50_000, 126_000)
    assert "type" not in axis(-1, 1000)


def test_a_figure_without_any_value_shows_no_axis() -> None:
    layout = charts.linked((Panel("a?", "USD", (Line("x", days()),)),), START, END).to_dict()["layout"]
    assert layout["yaxis"]["visible"] is False
    assert layout["xaxis"]["visible"] is False
