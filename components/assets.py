"""What the browser loads before it can show anything: scripts sent compressed, and named before they are asked for.

Streamlit loads the script of each kind of element only when the first element of that kind arrives, and sends its files
uncompressed. Over a slow line that is most of what a visitor waits for; naming the scripts in the first answer lets the
browser fetch and compile them while Streamlit itself starts.
"""

import asyncio
import gzip
import re
from functools import cache
from pathlib import Path

import streamlit
from anyio import to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SCRIPTS = Path(streamlit.__file__).parent / "static" / "static" / "js"
ROUTE = "/static/js/"
NEEDED = ("Html", "ButtonGroup", "DateInput")
"""Kinds of elements above the figure, as Streamlit names their scripts.

Not the figure's: evaluating Plotly takes half a second, and the verdict is to be read before that.
"""
LAST, HEAD_START = "PlotlyChart.", 0.45
"""The figure's script, and the seconds that the rest of the page gets before it: time to paint the verdict and the tiles.

Measured on two cores: after 0.2 s Plotly often came first and the verdict waited for it; with 0.45 s the figure is drawn no later.
"""
IMPORT = re.compile(r'(?:from|import)\s*"\./([\w.-]+\.js)"')
FOREVER = "public, immutable, max-age=31536000"
"""Streamlit's files carry a digest of their content in their names."""


class Assets:
    """ASGI middleware around the board: compresses Streamlit's scripts, and names those that a page needs."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer for a script, add a header to a document, and let everything else through."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        name = scope["path"].removeprefix(ROUTE)
        if name in scripts() and "gzip" in Headers(scope=scope).get("accept-encoding", ""):
            body = await to_thread.run_sync(packed, name)
            if name.startswith(LAST):
                await asyncio.sleep(HEAD_START)
            headers = {"content-encoding": "gzip", "cache-control": FOREVER, "vary": "Accept-Encoding"}
            await Response(body, headers=headers, media_type="text/javascript")(scope, receive, send)
            return

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message["headers"])
                if headers.get("content-type", "").startswith("text/html"):
                    headers["link"] = preloads()
            await send(message)

        await self.app(scope, receive, named)


@cache
def scripts() -> frozenset[str]:
    """Names of the script files that this Streamlit ships; nothing else is ever opened."""
    return frozenset(path.name for path in SCRIPTS.glob("*.js"))


@cache
def packed(name: str) -> bytes:
    """Compress a script, once."""
    return gzip.compress((SCRIPTS / name).read_bytes(), compresslevel=6, mtime=0)


@cache
def preloads() -> str:
    """Write the Link header: the needed scripts and what they import, each once, imports first."""
    wanted: dict[str, None] = {}
    for kind in NEEDED:
        for name in sorted(name for name in scripts() if name.startswith(f"{kind}.")):
            _add(name, wanted)
    return ", ".join(f"<.{ROUTE}{name}>; rel=modulepreload; crossorigin" for name in wanted)


def _add(name: str, wanted: dict[str, None]) -> None:
    if name in wanted or name not in scripts():
        return
    for imported in IMPORT.findall((SCRIPTS / name).read_text(encoding="utf-8")):
        if not imported.startswith("index."):
            _add(imported, wanted)
    wanted[name] = None
