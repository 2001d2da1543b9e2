"""What is written around a figure stays inside, stays words, and leaves the figure as it is."""

import re
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

from components import picture, plate
from components.charts import Figure, Line, Panel, linked
from components.plate import Words
from notes import printer
from tests.pictures import edges, patient, pixels

HOSTILE = "<script>alert(1)</script><b>bold</b> & \"quoted\" $\\alpha$ <a href='https://evil.example'>link</a> \u202e\x00 "


@pytest.fixture(scope="module")
def drawing() -> Iterator[None]:
    with patient():
        yield


def words(verdict: str = "It swings.", *, sample: bool = False) -> Words:
    return Words("Waves", "Does it swing?", verdict, "stress", ("As known today", "Board: live"), sample)


def figure() -> Figure:
    grid = pd.date_range("2024-10-01", periods=300, tz="UTC", unit="us")
    wave = pd.Series(np.sin(np.arange(300) / 9), grid)
    return linked([Panel("Does it swing?", "unit", (Line("wave", wave), Line("half", wave / 2, "second")))], grid[0], grid[-1])


@pytest.mark.browser
@pytest.mark.xdist_group("printer")
@pytest.mark.parametrize("width", [360, 1200])
def test_hostile_words_are_words_and_stay_inside(width: int, drawing: None) -> None:
    written = Words(HOSTILE * 3, "W" * 900, HOSTILE * 9, "x", (HOSTILE, "m" * 400, "一" * 300), sample=True)
    spec = plate.plate(figure(), written, "light", width)
    drawn = printer.svg(spec, width=width).decode()
    assert "<script" not in drawn
    assert "evil.example" in drawn
    assert not re.search(r"<a\b|onerror=", drawn)
    assert "\u202e" not in drawn
    assert edges(pixels(printer.png(spec, width=width, scale=2))) == {(255, 255, 255)}


def test_writing_around_a_figure_leaves_its_panels_as_they_are() -> None:
    before = picture.themed(figure(), "light")["layout"]
    after = plate.plate(figure(), words(), "light", 1200)["layout"]
    inner = [one["height"] - one["margin"]["t"] - one["margin"]["b"] for one in (before, after)]
    assert inner[0] == inner[1]
    assert after["width"] == 1200


def test_no_verdict_is_no_empty_line() -> None:
    without, with_one = (plate.plate(figure(), words(verdict), "light", 800)["layout"] for verdict in ("", "It swings."))
    assert without["height"] < with_one["height"]
    assert not any(one.get("type") == "rect" for one in without["shapes"])


@pytest.mark.parametrize("width", [100, 360, 2400])
def test_lines_are_no_wider_than_they_may_be_and_lose_no_word(width: int) -> None:
    text = "Bitcoin at $63,000 is 22% below the $81,000 a coin costs to make; " * 3 + "x" * 200
    lines = plate.broken(text, width, 16)
    assert all(plate.wide(line, 16) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())
