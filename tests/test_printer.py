"""The printer draws in a warm browser, lets few wait and none long, outlives the browser's death and leaves nothing behind."""

import io
import threading
import time
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import psutil
import pytest
from PIL import Image

from components.charts import Figure, Line, Panel, linked
from notes import chromium, printer
from notes.chromium import NoPrinter
from notes.printer import Busy, Printer, TooSlow
from tests.pictures import pixels

ROOT = Path(__file__).parents[1]
PATIENCE = 15.0
"""Seconds in which processes that were ended are gone."""
HTML = "<!doctype html><style>body {{ margin: 0; background: white; }} {style}</style><body><div style='height: 80px'></div>{body}"

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("printer")]


@pytest.fixture(scope="module")
def there() -> None:
    """Without Chromium what needs it is reported as not run."""
    try:
        chromium.there()
    except NoPrinter as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="module")
def own(there: None) -> Iterator[Printer]:
    """A printer of these tests."""
    opened = Printer(deadline=30)
    yield opened
    opened.close()


def figure(days: int = 400) -> Figure:
    grid = pd.date_range("2024-10-01", periods=days, tz="UTC", unit="us")
    wave = pd.Series(np.sin(np.arange(days) / 9), grid)
    return linked([Panel("Does it swing?", "unit", (Line("wave", wave), Line("half", wave / 2, "second")))], grid[0], grid[-1])


def draw(with_printer: Printer) -> bytes:
    spec = printer._colored(figure(), "light")
    return with_printer.image(spec, "png", width=640, height=300)


def processes(of: Printer) -> list[psutil.Process]:
    """The browser's processes, those of this printer only."""
    assert of.process is not None
    first = psutil.Process(of.process)
    return [first, *first.children(recursive=True)]


def gone(those: list[psutil.Process]) -> bool:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if not any(one.is_running() and one.status() != psutil.STATUS_ZOMBIE for one in those):
            return True
        time.sleep(0.05)
    return False


def test_nothing_is_started_before_the_first_picture() -> None:
    before = threading.active_count()
    assert Printer().process is None
    assert threading.active_count() == before


@pytest.mark.parametrize(
    ("width", "height", "scale"), [(0, 100, 1), (2401, 100, 1), (100, 0, 1), (100, 100, 3.1), (100, 100, 0), (2400, 2400, 3)]
)
def test_a_picture_larger_than_anybody_can_want_is_refused_at_once(width: int, height: int, scale: float) -> None:
    with pytest.raises(ValueError, match="larger than this server draws"):
        Printer().image({}, "png", width=width, height=height, scale=scale)


def test_a_figure_is_as_large_as_asked_and_scaled(own: Printer) -> None:
    spec = printer._colored(figure(), "dark")
    drawn = own.image(spec, "png", width=500, height=260, scale=2)
    assert Image.open(io.BytesIO(drawn)).size == (1000, 520)
    assert tuple(pixels(drawn)[0, 0]) == (11, 14, 18)
    assert own.image(spec, "svg", width=500, height=260).startswith(b"<svg")


def test_html_is_as_high_as_it_is_and_hears_the_theme(own: Printer) -> None:
    page = HTML.format(style="@media (prefers-color-scheme: dark) { body { background: black; } }", body="<p>words</p>")
    light, dark = (pixels(own.photograph(page, width=300, height=0, scale=2, theme=theme)) for theme in ("light", "dark"))
    assert light.shape[1] == 600
    assert 160 < light.shape[0] < 400
    assert (light[0, 0].tolist(), dark[0, 0].tolist()) == ([255] * 3, [0] * 3)


def test_paper_has_the_pages_size_and_its_words(own: Printer) -> None:
    paper = own.pdf(HTML.format(style="@page { size: A4 landscape; margin: 10mm }", body="<p>Stress</p>"))
    assert paper.startswith(b"%PDF-")
    assert b"841.9" in paper or b"842" in paper  # A4's long side in points comes first
    assert len(paper) < 100_000


def test_html_runs_no_script_and_sees_neither_network_nor_files(own: Printer, tmp_path: Path) -> None:
    asked: list[str] = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    secret = tmp_path / "secret.html"
    secret.write_text("<body style='background: red; height: 500px'></body>")
    host = HTTPServer(("127.0.0.1", 0), Answer)
    serving = threading.Thread(target=host.serve_forever)
    serving.start()
    try:
        address = f"http://127.0.0.1:{host.server_port}"
        body = (
            f"<img src='{address}/image.png'><iframe src='{address}/frame'></iframe><link rel=stylesheet href='{address}/a.css'>"
            f"<iframe src='{secret.as_uri()}' width=300 height=300></iframe><script>document.body.style.background = 'red'</script>"
            "<img src=x onerror=\"document.body.style.background = 'red'\">"
        )
        seen = pixels(own.photograph(HTML.format(style="", body=body), width=400, height=600, scale=1, theme="light"))
        assert own.pdf(HTML.format(style="", body=body)).startswith(b"%PDF-")
    finally:
        host.shutdown()
        host.server_close()
        serving.join()
    assert asked == []
    assert not ((seen[..., 0] > 200) & (seen[..., 1] < 60)).any(), "something was painted red"


def test_our_settings_are_not_the_browsers(own: Printer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRESS_COINGECKO_KEY", "hidden")
    own.close()
    draw(own)
    assert all("STRESS_COINGECKO_KEY" not in one.environ() for one in processes(own)[:2])


@pytest.mark.parametrize("kind", ["driver", "browser", "page"])
def test_a_browser_killed_between_pictures_is_started_again(own: Printer, kind: str) -> None:
    draw(own)
    before = processes(own)
    _victim(before, kind).kill()
    assert draw(own).startswith(b"\x89PNG")
    if kind != "page":
        assert gone(before)


@pytest.mark.parametrize("kind", ["driver", "browser", "page"])
def test_a_browser_killed_under_a_picture_is_started_again_and_the_picture_drawn(own: Printer, kind: str) -> None:
    draw(own)
    before = processes(own)
    timer = threading.Timer(0.08, _victim(before, kind).kill)
    timer.start()
    assert draw(own).startswith(b"\x89PNG")
    timer.join()
    assert draw(own).startswith(b"\x89PNG")


def test_who_comes_when_too_many_wait_is_told_so_and_the_others_get_their_picture(there: None) -> None:
    opened = Printer(waiting=3, deadline=60, patience=120)
    answers: list[str] = []

    def ask() -> None:
        try:
            answers.append(draw(opened)[1:4].decode())
        except Busy as refusal:
            answers.append(str(refusal))

    asking = [threading.Thread(target=ask) for _ in range(50)]
    for one in asking:
        one.start()
    for one in asking:
        one.join()
    assert draw(opened).startswith(b"\x89PNG")
    opened.close()
    assert Counter(answers) == {"PNG": 4, "Too many pictures are being drawn; please ask again in a few seconds.": 46}


def test_a_picture_that_is_late_is_given_up_and_its_browser_ended(there: None) -> None:
    opened = Printer(deadline=30)
    draw(opened)
    those = processes(opened)
    opened._deadline = 0.05
    with pytest.raises(TooSlow, match=r"was not drawn after 0\.05 seconds; please ask again\.$"):
        draw(opened)
    assert gone(those)
    opened._deadline = 30
    assert draw(opened).startswith(b"\x89PNG")
    opened.close()


def test_who_waits_too_long_for_the_turn_is_told_so_and_the_one_before_gets_the_picture(there: None) -> None:
    opened = Printer(deadline=30, patience=0.05)
    answers: list[bytes] = []
    first = threading.Thread(target=lambda: answers.append(draw(opened)))
    first.start()
    time.sleep(0.2)
    with pytest.raises(TooSlow, match=r"still waited for its turn after 0\.05 seconds"):
        draw(opened)
    first.join()
    opened.close()
    assert answers[0].startswith(b"\x89PNG")


def test_closing_leaves_nothing_and_the_next_picture_starts_again(there: None) -> None:
    opened = Printer(deadline=30)
    draw(opened)
    those, folder = processes(opened), _folder(opened)
    opened.close()
    assert opened.process is None
    assert gone(those)
    assert not folder.exists()
    assert draw(opened).startswith(b"\x89PNG")
    those = processes(opened)
    opened.close()
    assert gone(those)


def _victim(those: list[psutil.Process], kind: str) -> psutil.Process:
    """One of a browser's processes: the driver's own, the browser, or the page's."""
    if kind == "driver":
        return those[0]
    lines = {one: " ".join(one.cmdline()) for one in those[1:]}
    if kind == "browser":
        return next(one for one, line in lines.items() if "--type=" not in line)
    return max((one for one, line in lines.items() if "--type=renderer" in line), key=lambda one: one.memory_info().rss)


def _folder(of: Printer) -> Path:
    """The folder in which the browser keeps what it needs."""
    (line,) = (line for one in processes(of)[1:2] for line in one.cmdline() if line.startswith("--user-data-dir="))
    return Path(line.partition("=")[2])
