"""Pictures, paper and cards: drawn where there is a browser; where there is none a sentence, and the words still go out."""

import json
import re
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from components.frame import BY_NAME
from indicators.readings import READINGS
from notes import cards, chromium, desk, paper, printer
from notes.__main__ import main
from tests.held import daily

DAY = "2025-11-20"
FORECASTS = re.compile(r"\b(?:likely|will|may|might|should)\b", re.IGNORECASE)


def none(*_: object, **__: object) -> bytes:
    raise printer.NoPrinter("Pictures need Chromium.")


@pytest.fixture
def without_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printer, "png", none)
    monkeypatch.setattr(printer, "pdf", none)


@pytest.mark.parametrize("form", ["pdf", "png"])
def test_without_a_browser_paper_and_cards_are_a_sentence_and_status_1(
    without_browser: None, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--as-of", DAY, "--format", form]) == 1
    assert capsys.readouterr() == ("", "Pictures need Chromium.\n")


def test_without_a_browser_every_other_format_is_written(without_browser: None, tmp_path: Path) -> None:
    for form in ("json", "markdown", "text", "html"):
        assert main(["--as-of", DAY, "--format", form, "--out", str(tmp_path / form)]) == 0
    assert json.loads((tmp_path / "json").read_text("utf-8"))["note"]["sample"] is True
    written = (tmp_path / "html").read_text("utf-8")
    assert written.count("No picture: Pictures need Chromium.") == 5


def test_a_browser_that_is_named_and_not_there_is_said_before_anything_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRESS_CHROMIUM", "nowhere/chromium")
    assert paper.missing().endswith("everything else works.")


def test_who_is_busy_for_a_moment_is_asked_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    note, view = desk.noted(date(2025, 11, 20))
    answers: list[Exception | bytes] = [*[b"png"] * 5, printer.TooSlow("slow"), b"%PDF"]

    def next_one(*_: object, **__: object) -> bytes:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(printer, "png", next_one)
    monkeypatch.setattr(printer, "pdf", next_one)
    assert paper.printed("pdf", note, paper.pictures(note, view)) == b"%PDF"


def test_letters_on_paper_are_as_large_as_one_page_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    note, _ = desk.noted(date(2025, 11, 20))
    asked: list[float] = []

    def draw(html: str) -> bytes:
        (size,) = re.findall(r"--paper: ([\d.]+)px", html)
        asked.append(float(size))
        return b"/Type /Pages /Kids 2" + b"/Type /Page " * (2 if float(size) > 8.5 else 1)

    monkeypatch.setattr(printer, "pdf", draw)
    paper.printed("pdf", note, {})
    assert asked == [size for size in paper.SIZES if size > 8.5] + [max(size for size in paper.SIZES if size <= 8.5)]
    monkeypatch.setattr(paper, "SIZES", (9.0,))
    assert paper.printed("pdf", note, {}).count(b"/Type /Page ") == 2


def test_a_folder_that_is_not_there_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--as-of", DAY, "--format", "text", "--out", str(tmp_path / "none" / "note.txt")]) == 1
    assert capsys.readouterr().err.endswith("cannot be written: No such file or directory.\n")


def test_the_note_is_one_page_of_paper_and_the_card_is_a_picture() -> None:
    try:
        chromium.there()
    except printer.NoPrinter as reason:
        pytest.skip(str(reason))
    note, view = desk.noted(date(2025, 11, 20))
    assert re.findall(rb"/Count (\d+)", paper.printed("pdf", note, paper.pictures(note, view))) == [b"1"]
    assert paper.printed("png", note, paper.pictures(note, view)).startswith(b"\x89PNG")


def test_every_page_that_has_readings_has_a_picture() -> None:
    assert {row.page for row in READINGS.values()} <= set(cards.PANELS) <= set(BY_NAME)


@pytest.mark.parametrize("page", cards.PANELS)
def test_a_picture_is_drawn_of_its_readings_and_names_their_inputs(page: str) -> None:
    days = daily(np.linspace(1.0, 2.0, 400), "2024-10-17")
    series = {name: days.rename(name) for name in READINGS}
    start, end = pd.Timestamp("2024-11-20", tz="UTC"), pd.Timestamp(DAY, tz="UTC")
    spec = cards.figure(page, series, start, end).to_dict()
    assert len(spec["data"]) == sum(len(strip.lines) for strip in cards.PANELS[page])
    assert {pair for name in cards.readings(page) for pair in READINGS[name].inputs} == set(cards.inputs(page))
    for strip in cards.PANELS[page]:
        assert strip.unit
        assert strip.title[0].isupper()
        assert "?" in strip.title
        assert not FORECASTS.search(strip.title)


@pytest.mark.parametrize("page", cards.PANELS)
def test_a_picture_of_nothing_says_so(page: str) -> None:
    nothing = daily([]).rename("nothing")
    start, end = pd.Timestamp("2024-11-20", tz="UTC"), pd.Timestamp(DAY, tz="UTC")
    spec = cards.figure(page, dict.fromkeys(READINGS, nothing), start, end).to_dict()
    said = [text["text"] for text in spec["layout"]["annotations"]]
    assert said.count("nothing published in this window") == len(cards.PANELS[page])
