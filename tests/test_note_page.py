"""The note's page: the note beside its pictures, six files of it, and an archive that says when it is empty."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.frame import file_of
from data_sources import load
from notes import archive
from tests.frames import observations

ROOT = Path(__file__).parents[1]
SLOW = 90
"""Seconds; a page takes one, and a busy machine many."""


def opened(**query: str) -> AppTest:
    page = AppTest.from_file(ROOT / "app.py", default_timeout=SLOW).run()
    page.switch_page(file_of("note"))
    for name, value in query.items():
        page.query_params[name] = value
    return page.run()


def said(page: AppTest) -> str:
    return " ".join(str(element.proto.body) for element in page.get("html"))


def test_the_page_shows_the_note_and_offers_it_in_six_formats() -> None:
    page = opened(as_of="2025-11-20")
    assert not page.exception
    shown = said(page)
    assert "Is bitcoin below what it costs to make?" in shown
    assert "Sample board" in shown
    assert "/fear?as_of=2025-11-20&amp;from=2024-11-20&amp;to=2025-11-20" in shown
    labels = [button.proto.label for button in page.get("download_button")]
    assert labels[:6] == ["Markdown", "HTML", "PDF", "PNG card", "Text for chat", "JSON"]
    assert len(page.get("plotly_chart")) == 5
    assert "The archive is empty" in shown


def test_on_the_sample_board_keeping_is_refused_with_a_sentence() -> None:
    page = opened(as_of="2025-11-20")
    page.button(key="note_keep").click().run()
    assert not page.exception
    assert "Nothing can be kept on the sample board" in page.toast[0].value


@pytest.mark.usefixtures("command_store")
def test_a_note_that_was_kept_is_compared_with_the_one_on_the_page() -> None:
    load.opened().append(observations(("2025-11-19", 91_554.96), ("2025-11-20", 86_637.23)), "a test")
    page = opened(as_of="2025-11-19")
    page.button(key="note_keep").click().run()
    (kept,) = archive.listed()
    assert kept.title.startswith("Faultline morning note, Wednesday 19 November 2025")
    page = opened(as_of="2025-11-20")
    assert not page.exception
    shown = said(page)
    assert "readings told otherwise" in shown
    assert "$91,555" in shown
    assert "$86,637" in shown
