"""How fast and how large pictures and paper are: cold, warm, and fifty at once; what the browser takes of memory.

``python -m benchmarks.render`` measures the board of STRESS_DATABASE_URL, else the sample.
"""

import statistics
import sys
import time
from collections import Counter

import anyio
import httpx
import psutil
from starlette.applications import Starlette

from benchmarks.report import Measured, show
from data_sources import load
from notes import cards, desk, paper, printer
from notes.chromium import NoPrinter, there
from notes.compose import compose
from notes.render_markdown import markdown
from routes import render

ROUNDS = 9
AT_ONCE = 50
WARM, COLD, PAPER = 1.5, 10.0, 1.5
"""Limits: seconds of a picture with the browser warm, seconds of the first one, and MB of a note on paper."""
WRITTEN, PRINTED = 1.0, 8.0
"""Limits in seconds: a note in words, composed and written; one with all its pictures."""
BROWSER, GROWN = 900.0, 150.0
"""Limits in MB: the browser with all its processes; what this process grows by under fifty at once."""


def ask(*paths: str) -> tuple[list[httpx.Response], float]:
    """Ask for pictures at once; the answers and the seconds until the last of them."""
    answers: list[httpx.Response] = []

    async def one(client: httpx.AsyncClient, path: str) -> None:
        answers.append(await client.get(path))

    async def asked() -> None:
        app = httpx.ASGITransport(Starlette(routes=list(render.ROUTES)))
        async with (
            httpx.AsyncClient(transport=app, base_url="http://board", timeout=120) as client,
            anyio.create_task_group() as group,
        ):
            for path in paths:
                group.start_soon(one, client, path)

    started = time.perf_counter()
    anyio.run(asked)
    return answers, time.perf_counter() - started


def browser_memory() -> float:
    """MB that the browser's processes have to themselves."""
    process = printer.shared().process
    if process is None:
        return float("nan")
    first = psutil.Process(process)
    taken = [one.memory_info() for one in (first, *first.children(recursive=True))]
    return sum(float(one.rss - getattr(one, "shared", 0)) for one in taken) / 1e6


def main() -> int:
    """Measure; 0 when everything keeps its limit, also where there is no browser to measure."""
    try:
        there()
    except NoPrinter as missing:
        print(f"benchmarks.render was not run: {missing}")
        return 0
    board = load.board()
    day = f"{board.newest:%Y-%m-%d}"
    pages = [name for name in cards.PANELS if name != "note"]
    for page in pages:  # what is measured is the drawing: the numbers are computed already
        ask(f"/render/{page}.png?as_of={day}")
    printer.shared().close()
    (first,), cold = ask(f"/render/overview.png?as_of={day}")
    rows = [Measured("/render, first picture", cold, COLD, "s")]
    heaviest = 0
    for page in pages:
        took = []
        for turn in range(ROUNDS):
            (answer,), seconds = ask(f"/render/{page}.png?as_of={day}&theme={'dark' if turn % 2 else 'light'}")
            assert answer.status_code == 200, answer.text
            took.append(seconds)
            heaviest = max(heaviest, len(answer.content))
        rows.append(Measured(f"/render/{page}.png, warm", statistics.median(took), WARM, "s"))
    rows.append(Measured("largest picture", heaviest / 1e6, 1.5, "MB"))
    ours = psutil.Process()
    before = ours.memory_info().rss
    answers, seconds = ask(*[f"/render/overview.png?as_of={day}"] * AT_ONCE)
    print(f"{AT_ONCE} at once: {dict(Counter(one.status_code for one in answers))} in {seconds:.1f} s")
    rows.append(Measured("this process grew under fifty at once", (ours.memory_info().rss - before) / 1e6, GROWN, "MB"))
    view, eve = desk.opened(None)
    started = time.perf_counter()
    composed = compose(view, eve)
    assert markdown(composed)
    rows.append(Measured("note in words", time.perf_counter() - started, WRITTEN, "s"))
    started = time.perf_counter()
    note = paper.printed("pdf", composed, paper.pictures(composed, view))
    rows += [
        Measured("note as PDF, with its pictures", time.perf_counter() - started, PRINTED, "s"),
        Measured("note as PDF", len(note) / 1e6, PAPER, "MB"),
        Measured("browser, all processes", browser_memory(), BROWSER, "MB"),
    ]
    assert first.status_code == 200, first.text
    return show(f"Pictures on the {board.kind} board, medians of {ROUNDS}", rows)


if __name__ == "__main__":
    sys.exit(main())
