"""What a visitor of the board waits for and what the server pays for it, in a real Chromium: ``make bench``.

Times of a page are ratios to an empty Streamlit page opened in turn on the same machine: a slow machine slows both.
"""

import asyncio
import base64
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.report import Measured, show
from benchmarks.serving import ROOT, Server, Visitor, serving
from components.frame import PAGES

ROUNDS = 7
CROWD, CROWD_SECONDS = 50, 1.0
VISITS, RERUNS = 20, 5
MOVES = 15
LONG = 60_000
VERDICT, FIGURE = 1.6, 2.8
"""Limits as multiples of an empty page: until verdict and tiles are read, until the figure is drawn."""
PAGE_BYTES = 400.0
"""Limit in kB: what a page's figures and tiles may weigh."""
CROSSHAIR, CROWD_P95 = 50.0, 1000.0
"""Limits in ms: a readout that follows the hand; the wait when fifty come at once."""
CPU_OPEN, CPU_RERUN = 40.0, 25.0
"""Limits in ms of processor time, which decide how many visitors one core serves."""
MEMORY = 400.0
"""Limit in MB."""
EMPTY = 'import streamlit as st\nst.title("Empty")\n'
DRAWN = ".stPlotlyChart .cartesianlayer :is(.trace, .hm) >> nth=0"
CROSSHAIR_WATCH = """() => {
    const layer = document.querySelector('.js-plotly-plot .hoverlayer');
    window.moved = null; window.read = null;
    document.addEventListener('mousemove', () => { window.moved = performance.now(); window.read = null; }, true);
    new MutationObserver(() => { if (window.moved && !window.read && layer.querySelector('.legend, g'))
        window.read = performance.now(); }).observe(layer, {childList: true, subtree: true, characterData: true});
}"""


def chromium() -> str | None:
    """Path of a Chromium: the one ``make`` found, else one on the PATH."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return os.environ.get("STRESS_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


@contextmanager
def visit(browser: Browser) -> Iterator[Page]:
    """A visitor who has never been here: nothing is cached."""
    context = browser.new_context(viewport={"width": 1600, "height": 1000})
    context.set_default_timeout(LONG)
    yield context.new_page()
    context.close()


def seconds_until(page: Page, address: str, *selectors: str) -> list[float]:
    """Open an address and say when each selector was first on the screen, in order."""
    started = time.perf_counter()
    page.goto(address, wait_until="commit")
    seen = []
    for selector in selectors:
        # Plotly attaches a trace with its path; its first one may lie outside what is shown.
        page.wait_for_selector(selector, state="attached" if selector == DRAWN else "visible")
        seen.append(time.perf_counter() - started)
    return seen


def cold_opens(browser: Browser, board: Server, empty: Server) -> list[Measured]:
    """Open the board and an empty page in turn, each time for the first time."""
    plain, verdict, drawn = [], [], []
    for _ in range(ROUNDS):
        with visit(browser) as page:
            plain += seconds_until(page, empty.address, "h1")
        with visit(browser) as page:
            # The tiles come after the verdict, so seeing a tile is seeing both.
            tiles, figure = seconds_until(page, board.address, ".fl-tile", DRAWN)
            verdict.append(tiles)
            drawn.append(figure)
    base = statistics.median(plain)
    print(f"An empty Streamlit page shows its title after {base:.2f} s.")
    return [
        Measured("verdict and tiles / empty page", statistics.median(verdict) / base, VERDICT, "×"),
        Measured("figure drawn / empty page", statistics.median(drawn) / base, FIGURE, "×"),
    ]


def page_bytes(browser: Browser, board: Server) -> list[Measured]:
    """Count what each page sends over its websocket, before compression."""
    rows = []
    for row in PAGES:
        drawn = () if row.name == "sources" else (DRAWN,)
        with visit(browser) as page:
            frames: list[int] = []
            wire = page.context.new_cdp_session(page)
            wire.send("Network.enable")
            wire.on("Network.webSocketFrameReceived", lambda event, into=frames: into.append(_size(event["response"])))
            seconds_until(page, f"{board.address}/{row.name}", *drawn, ".fl-ages")
            rows.append(Measured(f"/{row.name} over the websocket", sum(frames) / 1e3, PAGE_BYTES, "kB"))
    return rows


def _size(frame: dict[str, object]) -> int:
    payload = str(frame["payloadData"])
    return len(base64.b64decode(payload)) if frame["opcode"] == 2 else len(payload)


def crosshair(browser: Browser, board: Server) -> list[Measured]:
    """Move the mouse across the first figure and wait for its readout each time."""
    waits = []
    with visit(browser) as page:
        seconds_until(page, f"{board.address}/production_cost", DRAWN, ".fl-ages")
        box = page.locator(".js-plotly-plot").first.bounding_box()
        if box is None:
            raise RuntimeError("the figure is not on the screen")
        page.wait_for_timeout(1000)
        page.evaluate(CROSSHAIR_WATCH)
        for turn in range(MOVES):
            page.mouse.move(box["x"] + box["width"] * (0.2 + 0.6 * turn / MOVES), box["y"] + box["height"] * 0.3)
            page.wait_for_function("window.moved && window.read")
            waits.append(page.evaluate("window.read - window.moved"))
            page.wait_for_timeout(150)
    return [Measured("from mouse to readout, median", statistics.median(waits), CROSSHAIR, "ms")]


async def crowd(board: Server) -> list[float]:
    """Open sessions evenly over a second, a page each; seconds each waited for its page."""

    async def one(number: int) -> float:
        await asyncio.sleep(CROWD_SECONDS * number / CROWD)
        async with Visitor(board) as visitor:
            return await visitor.see(PAGES[number % len(PAGES)].name)

    return await asyncio.gather(*map(one, range(CROWD)))


async def processor_time(board: Server) -> tuple[float, float]:
    """Milliseconds of the server's processor time per page opened, and per rerun of an open page."""
    opening = rerunning = 0.0
    for number in range(VISITS):
        name = PAGES[number % len(PAGES)].name
        before = board.cpu()
        async with Visitor(board) as visitor:
            await visitor.see(name)
            opened = board.cpu()
            for _ in range(RERUNS):
                await visitor.see(name)
            rerunning += board.cpu() - opened
        opening += opened - before
    return opening / VISITS * 1e3, rerunning / (VISITS * RERUNS) * 1e3


def server_costs(board: Server) -> list[Measured]:
    """Measure what visitors cost the server, without the browser's own work."""
    waits = asyncio.run(crowd(board))
    opening, rerunning = asyncio.run(processor_time(board))
    slow = statistics.quantiles(waits, n=20)[-1] * 1e3
    return [
        Measured(f"{CROWD} sessions within a second, 95th percentile", slow, CROWD_P95, "ms"),
        Measured("processor time per page opened", opening, CPU_OPEN, "ms"),
        Measured("processor time per rerun", rerunning, CPU_RERUN, "ms"),
        Measured("memory after opening every page", board.memory(), MEMORY, "MB"),
    ]


def main() -> int:
    """Measure the board of STRESS_DATABASE_URL, or the sample board; 0 when all limits are kept."""
    found = chromium()
    if not found:
        print("benchmarks.browser was not run: there is no Chromium here; set STRESS_CHROMIUM to the path of one.")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "empty.py"
        script.write_text(EMPTY)
        url = os.environ.get("STRESS_DATABASE_URL", f"sqlite:///{Path(folder) / 'none.db'}")
        quiet = {"STRESS_DATABASE_URL": url, "STRESS_REFRESH_MINUTES": "0"}  # serving is measured here, asking in refresh
        with serving(ROOT / "app.py", quiet) as board:
            with serving(script) as empty, sync_playwright() as driver:
                browser = driver.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
                rows = cold_opens(browser, board, empty) + page_bytes(browser, board) + crosshair(browser, board)
                browser.close()
            rows += server_costs(board)
    return show("In the browser", rows)


if __name__ == "__main__":
    sys.exit(main())
