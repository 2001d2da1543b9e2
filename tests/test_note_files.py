"""The note's files in a real browser: handed out, or the reader is told why not, in a sentence that stays."""

from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue

import pytest
from playwright.sync_api import Browser, Download, Page, expect

from components import handed
from notes import printer
from tests.test_browser import LONG, browser, opened, serve

__all__ = ["browser"]


@pytest.fixture(scope="module")
def page(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """The note on a server whose Chromium does not start."""
    folder = tmp_path_factory.mktemp("note")
    snap = folder / "chromium"
    snap.write_text("#!/bin/sh\nexit 1\n")
    snap.chmod(0o755)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STRESS_CHROMIUM", str(snap))
        server, address = serve(folder)
    shown = opened(browser, f"{address}/note?as_of=2025-11-20", wait=".st-key-fl-note-files button")
    yield shown
    shown.close()
    server.terminate()
    server.wait(10)


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize("name", ["PDF", "PNG card"])
def test_a_file_that_cannot_be_printed_is_not_handed_out_and_the_reader_is_told_why(page: Page, name: str) -> None:
    taken: list[Download] = []

    def note(file: Download) -> None:
        taken.append(file)

    page.on("download", note)
    page.get_by_role("button", name=name, exact=True).first.click()
    told = page.get_by_text("Pictures need Chromium, and the one on this server does not start; everything else works.")
    expect(told).to_be_visible(timeout=LONG)
    page.wait_for_timeout(500)
    assert taken == []


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
def test_words_are_handed_out_all_the_same(page: Page) -> None:
    for name, ending in (("HTML", ".html"), ("Markdown", ".md")):
        with page.expect_download(timeout=LONG) as download:
            page.get_by_role("button", name=name, exact=True).first.click()
        assert download.value.suggested_filename == f"faultline_note_2025-11-20_sample{ending}"
        assert "morning note" in Path(download.value.path()).read_text("utf-8")


def test_who_waits_for_a_file_is_told_what_came_of_it() -> None:
    def fail(fault: Exception) -> bytes:
        raise fault

    told: SimpleQueue[str] = SimpleQueue()
    assert handed._make(lambda: b"file", (printer.Busy,), told) == b"file"
    with pytest.raises(printer.Busy):
        handed._make(lambda: fail(printer.Busy("Too many.")), (printer.Busy,), told)
    with pytest.raises(KeyError):
        handed._make(lambda: fail(KeyError("x")), (printer.Busy,), told)
    assert [told.get_nowait() for _ in range(3)] == [
        "", "Too many.", "The file could not be made, for a reason that nobody foresaw; the server's log has it.",
    ]  # fmt: skip


def test_who_waits_in_vain_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handed, "WAIT", 0.01)
    assert handed.outcome("nobody's") == handed.SILENT
