"""Where there is no browser, or one that does not start, a sentence says so."""

from pathlib import Path

import pytest

from notes import chromium
from notes.chromium import NoPrinter
from notes.printer import Printer

ROOT = Path(__file__).parents[1]
PAGE = "<p>words</p>"


@pytest.mark.parametrize("named", ["nowhere/chromium", str(ROOT), __file__])
def test_a_browser_that_is_none_is_said_in_a_sentence(named: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(chromium.CHROMIUM, named)
    with pytest.raises(NoPrinter, match=r"STRESS_CHROMIUM names none; everything else works\.$"):
        Printer().pdf(PAGE)


def test_a_machine_without_a_browser_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(chromium.CHROMIUM, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(chromium, "PLACES", ())
    with pytest.raises(NoPrinter, match="this server has neither"):
        Printer().pdf(PAGE)


def test_a_browser_that_does_not_start_is_said_in_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    snap = tmp_path / "chromium"
    snap.write_text("#!/bin/sh\necho install the snap >&2\nexit 1\n")
    snap.chmod(0o755)
    monkeypatch.setenv(chromium.CHROMIUM, str(snap))
    opened = Printer(deadline=20)
    with pytest.raises(NoPrinter, match="does not start; everything else works"):
        opened.pdf(PAGE)
    assert opened.process is None
    opened.close()
