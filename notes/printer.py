"""The printer: one warm Chromium that turns figures into pictures and HTML into paper. Started by the first picture, never before.

One thread owns the browser and prints one thing after the other; few may wait, none for long, and who comes when too many wait is
told so at once. A browser that ends is started again.
"""

import asyncio
import atexit
import base64
import threading
import weakref
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import CancelledError
from contextlib import closing, suppress
from functools import cache
from typing import TYPE_CHECKING, Any

from notes import chromium
from notes.chromium import NoPrinter, Running, told

if TYPE_CHECKING:
    from choreographer import Tab
    from kaleido import Kaleido

__all__ = ["Busy", "NoPrinter", "Printer", "TooSlow", "pdf", "png", "shared", "svg"]

WAITING = 8
"""Things that may wait while one is printed."""
DEADLINE, PATIENCE = 10.0, 20.0
"""Seconds that a picture may take, a cold start included, and that it may wait for its turn: one takes half, a start takes two."""
WIDEST, SHARPEST, LARGEST = 2400, 3, 40e6
"""Pixels across, pixels of the picture per pixel, and all of them: a wall of screens, and what is drawn within the deadline."""
TRIES = 2
"""Browsers that may end under one picture."""
PAPER = {"printBackground": True, "preferCSSPageSize": True, "displayHeaderFooter": False, "transferMode": "ReturnAsBase64"}
HEIGHT = "Math.ceil(document.documentElement.getBoundingClientRect().height)"

Work = Callable[["Kaleido"], Awaitable[bytes]]


class Busy(Exception):
    """Too many are waiting already; asking again a little later helps."""


class TooSlow(Exception):
    """The picture was not there by its deadline."""


class _Ended(Exception):
    """The browser ended while it was printing."""


class Printer:
    """One browser behind a short queue.

    Parameters
    ----------
    waiting : int
        Things that may wait while one is printed.
    deadline, patience : float
        Seconds that a picture may take, and that it may wait for its turn.
    """

    def __init__(self, waiting: int = WAITING, deadline: float = DEADLINE, patience: float = PATIENCE) -> None:
        self._places = threading.BoundedSemaphore(waiting + 1)
        self._deadline, self._patience = deadline, patience
        self._starting = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._turn: asyncio.Lock
        self._running: Running | None = None
        self._forgotten: set[asyncio.Future[Any]] = set()

    def image(self, figure: Any, form: str, *, width: int, height: int, scale: float = 1.0) -> bytes:
        """Draw a figure as png or svg; see the function `png`."""
        _check(width, height, scale)
        options: Any = {"format": form, "width": width, "height": height, "scale": scale}

        async def draw(browser: "Kaleido") -> bytes:
            drawn: bytes = await browser.calc_fig(figure, opts=options)
            return drawn

        return self._ask(draw)

    def photograph(self, html: str, *, width: int, height: int, scale: float, theme: str) -> bytes:
        """Draw HTML as png; see the function `png`."""
        _check(width, height or 1, scale)

        async def photograph(tab: "Tab") -> bytes:
            screen = {"width": width, "height": height or 600, "deviceScaleFactor": scale, "mobile": False}
            await told(tab, "Emulation.setDeviceMetricsOverride", screen)
            high = height or (await told(tab, "Runtime.evaluate", {"expression": HEIGHT}))["result"]["value"]
            _check(width, high, scale)
            clip = {"x": 0, "y": 0, "width": width, "height": high, "scale": 1}
            answer = await told(tab, "Page.captureScreenshot", {"format": "png", "clip": clip, "captureBeyondViewport": True})
            return base64.b64decode(answer["data"])

        return self._ask(lambda browser: chromium.shown(browser, html, theme, photograph))

    def pdf(self, html: str) -> bytes:
        """Print HTML on paper; see the function of this name."""

        async def paper(tab: "Tab") -> bytes:
            return base64.b64decode((await told(tab, "Page.printToPDF", PAPER))["data"])

        return self._ask(lambda browser: chromium.shown(browser, html, "light", paper))

    @property
    def process(self) -> int | None:
        """The browser's process, while there is one."""
        running = self._running
        return running.browser.subprocess.pid if running is not None and running.alive else None

    def close(self) -> None:
        """End the browser and the thread; the next picture would start both again."""
        with self._starting:
            loop, self._loop = self._loop, None
            if loop is None:
                return
            with suppress(TimeoutError):
                asyncio.run_coroutine_threadsafe(self._end(), loop).result(self._deadline)
            loop.call_soon_threadsafe(loop.stop)

    def _ask(self, work: Work) -> bytes:
        """Wait for a place, for the turn and for the result; never longer than is allowed."""
        chromium.there()
        if not self._places.acquire(blocking=False):
            raise Busy("Too many pictures are being drawn; please ask again in a few seconds.")
        try:
            return asyncio.run_coroutine_threadsafe(self._in_turn(work), self._started()).result()
        except CancelledError:
            raise NoPrinter("The browser that draws pictures was ended; everything else works.") from None
        finally:
            self._places.release()

    def _started(self) -> asyncio.AbstractEventLoop:
        with self._starting:
            if self._loop is None:
                self._loop, self._turn = asyncio.new_event_loop(), asyncio.Lock()
                threading.Thread(target=_run, args=(self._loop,), name="printer", daemon=True).start()
                weakref.finalize(self, bool).detach()  # finalizers, registered before us, run after us: folders outlive the browser
                atexit.unregister(self.close)
                atexit.register(self.close)
            return self._loop

    async def _in_turn(self, work: Work) -> bytes:
        try:
            async with asyncio.timeout(self._patience):
                await self._turn.acquire()
        except TimeoutError:
            raise TooSlow(f"The picture still waited for its turn after {self._patience:g} seconds; please ask again.") from None
        end = asyncio.get_running_loop().time() + self._deadline
        try:
            for _ in range(TRIES):
                with suppress(_Ended):
                    return await self._bounded(self._once(work), end)
            raise NoPrinter("The browser that draws pictures ended while it drew this one; everything else works.")
        finally:
            self._turn.release()

    async def _bounded(self, printing: Coroutine[Any, Any, bytes], end: float) -> bytes:
        """Wait until the deadline; a browser that is late then is not asked to stop but ended."""
        loop = asyncio.get_running_loop()
        task = loop.create_task(printing)
        await asyncio.wait({task}, timeout=max(end - loop.time(), 0))
        if task.done():
            if task.cancelled():
                raise _Ended
            return task.result()
        self._drop(self._running)
        self._forget(task)
        task.cancel()
        raise TooSlow(f"The picture was not drawn after {self._deadline:g} seconds; please ask again.")

    async def _once(self, work: Work) -> bytes:
        from choreographer.channels import ChannelClosedError
        from choreographer.errors import BrowserClosedError, BrowserFailedError

        running = await self._warm()
        try:
            return await work(running.browser)
        except (ChannelClosedError, BrowserClosedError, BrowserFailedError, asyncio.CancelledError):
            self._drop(running)  # its end cancels what waits for it
            raise _Ended from None
        except (RuntimeError, OSError):
            if running.alive:
                raise
            self._drop(running)
            raise _Ended from None

    async def _warm(self) -> Running:
        """Give the browser, started when there is none or the last one has ended."""
        if self._running is not None and self._running.alive:
            return self._running
        self._drop(self._running)
        self._running = running = await chromium.start()

        async def crashed(_event: Any) -> None:
            self._drop(running)  # its page has died and would never answer

        for tab in running.browser.tabs.values():
            tab.subscribe("Inspector.targetCrashed", crashed)
        return running

    def _drop(self, running: Running | None) -> None:
        """Forget a browser, and see to it that nothing of it stays."""
        if running is None:
            return
        if self._running is running:
            self._running = None
        running.kill()
        self._forget(asyncio.ensure_future(running.browser.close()))

    def _forget(self, task: "asyncio.Future[Any]") -> None:
        """Let a task end by itself, whatever comes of it."""

        def ended(done: "asyncio.Future[Any]") -> None:
            self._forgotten.discard(done)
            if not done.cancelled():
                done.exception()

        self._forgotten.add(task)
        task.add_done_callback(ended)

    async def _end(self) -> None:
        running, self._running = self._running, None
        if running is not None:
            with suppress(TimeoutError, RuntimeError):  # at the interpreter's end no thread can be started to wait with
                await asyncio.wait_for(running.browser.close(), self._deadline / 2)
            running.kill()
        await chromium.others_ended(self._forgotten)


def png(what: Any, *, width: int, height: int = 0, scale: float = 1.0, theme: str = "light") -> bytes:
    """Draw a figure or HTML as a picture.

    Parameters
    ----------
    what : Figure, dict or str
        A figure of ours, which is given the colors of the theme; a specification that has its colors; or HTML.
    width, height : int
        Pixels before scaling; no height: as high as the HTML is, or as the figure says.
    scale : float
        Pixels of the picture per pixel asked for.
    theme : {"light", "dark"}
        HTML is told that its reader prefers it.

    Raises
    ------
    NoPrinter, Busy, TooSlow
        With a sentence each.
    ValueError
        For a picture larger than anybody can want.
    """
    if isinstance(what, str):
        return shared().photograph(what, width=width, height=height, scale=scale, theme=theme)
    spec = _colored(what, theme)
    return shared().image(spec, "png", width=width, height=height or int(spec["layout"]["height"]), scale=scale)


def svg(figure: Any, *, width: int, height: int = 0, theme: str = "light") -> bytes:
    """Draw a figure as SVG, UTF-8; see `png`."""
    spec = _colored(figure, theme)
    return shared().image(spec, "svg", width=width, height=height or int(spec["layout"]["height"]))


def pdf(html: str) -> bytes:
    """Print HTML on paper, as its style sheet's ``@page`` says; scripts do not run, and nothing outside of it is fetched.

    Raises
    ------
    NoPrinter, Busy, TooSlow
        With a sentence each.
    """
    return shared().pdf(html)


@cache
def shared() -> Printer:
    """The one printer of this process."""
    return Printer()


def _run(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    with closing(loop):
        loop.run_forever()


def _check(width: int, height: int, scale: float) -> None:
    if not (0 < width <= WIDEST and height > 0 and 0 < scale <= SHARPEST and width * height * scale**2 <= LARGEST):
        raise ValueError(f"A picture of {width} × {height} pixels at scale {scale:g} is larger than this server draws.")


def _colored(figure: Any, theme: str) -> dict[str, Any]:
    """Put a theme's colors where Streamlit's browser side would put them."""
    if isinstance(figure, dict):
        return figure
    from components.picture import themed

    return themed(figure, theme)
