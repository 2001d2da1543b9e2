"""The browser behind the printer: found, started blind, shown HTML, and ended without a trace.

It sees no network, no files but Plotly's own script, and none of our settings.
"""

import asyncio
import logging
import os
import shutil
import signal
from collections.abc import Awaitable, Callable, Mapping, Set
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from choreographer import Tab
    from choreographer.channels import Pipe
    from kaleido import Kaleido

CHROMIUM = "STRESS_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = ("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/Applications/Chromium.app/Contents/MacOS/Chromium")
BLIND = ("--host-resolver-rules=MAP * ~NOTFOUND", "--disable-background-networking", "--disable-extensions", "--mute-audio")
DANGEROUS = ("--disable-web-security", "--allow-file-access-from-files", "--enable-logging=stderr")
"""What the driver would switch on, and a picture does not need."""
INHERITED = (
    "PATH",
    "PYTHONPATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "TMPDIR",
    "TMP",
    "TEMP",
    "XDG_RUNTIME_DIR",
    "FONTCONFIG_FILE",
    "FONTCONFIG_PATH",
    "SYSTEMROOT",
)
"""Variables that the browser is given; ours may hold a password."""
DRAWN = "document.fonts.ready.then(() => Promise.all([...document.images].map((one) => one.decode().catch(() => {}))))"
"""Answers when all that HTML brings with it can be seen."""


class NoPrinter(Exception):
    """There is no browser that could draw a picture; the message says so in a sentence."""


@dataclass(frozen=True, eq=False)
class Running:
    """A browser with its line, kept so that both can be cut without asking the browser.

    Its sockets lie in a folder beside its own, which nobody clears away once it is killed.
    """

    browser: "Kaleido"
    line: "Pipe"
    sockets: Path | None = None

    @property
    def alive(self) -> bool:
        """Whether its process still runs."""
        process = getattr(self.browser, "subprocess", None)
        return process is not None and process.poll() is None

    def kill(self) -> None:
        """End it and all of its own, now; what waits for it is told by the closed line."""
        process = getattr(self.browser, "subprocess", None)
        with suppress(ProcessLookupError, PermissionError):
            if process is not None and hasattr(os, "killpg"):
                os.killpg(process.pid, signal.SIGKILL)  # the driver starts it in a group of its own
            elif process is not None:
                process.kill()
        self.line.close()
        if self.sockets is not None:
            shutil.rmtree(self.sockets, ignore_errors=True)


def there() -> str:
    """Say where the browser is: the one that the setting names, else the first on the machine.

    Raises
    ------
    NoPrinter
        When there is none.
    """
    named = os.environ.get(CHROMIUM, "")
    if named:
        if Path(named).is_file() and os.access(named, os.X_OK):
            return named
        raise NoPrinter(f"Pictures need Chromium, and {CHROMIUM} names none; everything else works.")
    found = next(filter(None, map(shutil.which, (*NAMES, *PLACES))), None)
    if found is None:
        raise NoPrinter("Pictures need Chromium or Chrome, and this server has neither; everything else works.")
    return found


async def start() -> Running:
    """Start a browser that can draw figures, with the Plotly that is installed.

    Raises
    ------
    NoPrinter
        When there is none, or it does not start.
    """
    from choreographer.browsers import Chromium
    from choreographer.channels import Pipe
    from choreographer.errors import BrowserClosedError, BrowserFailedError, ChannelClosedError
    from kaleido import Kaleido

    class Blind(Chromium):
        """A browser without network, without our settings, and without the doors that the driver opens for others."""

        def get_cli(self) -> list[str]:
            """Write its command line."""
            return [*(flag for flag in super().get_cli() if flag not in DANGEROUS), *BLIND]

        def get_env(self) -> dict[str, str]:
            """Give its variables."""
            return {name: value for name, value in os.environ.items() if name in INHERITED}

    for name in ("choreographer", "kaleido", "browser_proc"):  # a browser that ends is our business, not standard error's
        logging.getLogger(name).propagate = False
        logging.getLogger(name).handlers = [logging.NullHandler()]
    line = Pipe()
    # The sandbox needs a user of its own: Chromium refuses it to root.
    sandboxed = hasattr(os, "geteuid") and os.geteuid() != 0
    browser = Kaleido(
        n=1, timeout=None, mathjax=False, path=there(), browser_cls=Blind, channel_cls=lambda: line, enable_sandbox=sandboxed
    )
    running, opened = Running(browser, line), False
    try:
        await browser.open()
        running = replace(running, sockets=_sockets(browser))
        opened = bool(browser.tabs)
    except (BrowserClosedError, BrowserFailedError, ChannelClosedError, RuntimeError, OSError):
        pass  # said below
    finally:
        if not opened:
            replace(running, sockets=running.sockets or _sockets(browser)).kill()
            _clear(browser)
    if not opened:
        raise NoPrinter("Pictures need Chromium, and the one on this server does not start; everything else works.")
    return running


def _sockets(browser: "Kaleido") -> Path | None:
    with suppress(AttributeError, OSError):  # where its own folder has no link to them there are none
        return (browser._browser_impl.tmp_dir.path / "SingletonSocket").readlink().parent
    return None


def _clear(browser: "Kaleido") -> None:
    """Remove the folders of a browser that never opened; one that did removes them when it is closed."""
    for owner, name in ((browser, "_html_tmp_dir"), (browser._browser_impl, "tmp_dir")):
        folder = getattr(owner, name, None)
        if folder is not None:
            folder.clean()


async def others_ended(ending: Set["asyncio.Future[Any]"]) -> None:
    """Cancel what runs beside the caller, the driver's watchers and who waits for a picture, and wait a moment for its end.

    What is ending already is left to itself.
    """
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others - ending:
        task.cancel()
    if others:
        await asyncio.wait(others, timeout=1)


async def shown(browser: "Kaleido", html: str, theme: str, then: Callable[["Tab"], Awaitable[bytes]]) -> bytes:
    """Show HTML on a page of its own, without scripts, and do something with it."""
    tab = await browser.create_tab("about:blank")
    try:
        await told(tab, "Emulation.setScriptExecutionDisabled", {"value": True})
        preferred = [{"name": "prefers-color-scheme", "value": theme}]
        await told(tab, "Emulation.setEmulatedMedia", {"features": preferred})
        frame = (await told(tab, "Page.getFrameTree"))["frameTree"]["frame"]["id"]
        await told(tab, "Page.setDocumentContent", {"frameId": frame, "html": html})
        await told(tab, "Runtime.evaluate", {"expression": DRAWN, "awaitPromise": True})
        return await then(tab)
    finally:
        await tab.close()


async def told(tab: "Tab", command: str, params: dict[str, Any] | None = None) -> Mapping[str, Any]:
    """Tell a page something, and give its answer."""
    answer: Mapping[str, Any] = await tab.send_command(command, params=params)
    if "error" in answer:
        raise RuntimeError(f"{command}: {answer['error'].get('message', '')}")
    result: Mapping[str, Any] = answer.get("result", {})
    return result
