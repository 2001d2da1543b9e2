"""What the browser loads before it can show anything: scripts sent compressed, and named before they are asked for.

Documents also say who may show them in a frame.

Streamlit loads the script of each kind of element only when the first element of that kind arrives, and sends its files
uncompressed. Over a slow line that is most of what a visitor waits for; naming the scripts in the first answer lets the
browser fetch and compile them while Streamlit itself starts.
"""

import asyncio
import gzip
import re
from collections.abc import Callable
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
SELF, NONE = "self", "none"
OLD = {SELF: "SAMEORIGIN", NONE: "DENY"}
"""What the header before Content-Security-Policy says for each."""
FOREVER = "public, immutable, max-age=31536000"
"""Streamlit's files carry a digest of their content in their names."""


class Assets:
    """ASGI middleware around the board: compresses Streamlit's scripts, and names those that a page needs.

    ``ancestors`` says who may show a document in a frame, as `framing` reads it; it is asked for each document.
    """

    def __init__(self, app: ASGIApp, ancestors: Callable[[], str] = lambda: SELF) -> None:
        self.app, self.ancestors = app, ancestors

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
                # A route that writes a document of its own says by its policy that it runs nothing of Streamlit's.
                if headers.get("content-type", "").startswith("text/html") and "content-security-policy" not in headers:
                    headers["link"] = preloads()
                    headers.update(framing(self.ancestors()))
            await send(message)

        await self.app(scope, receive, named)


@cache
def framing(ancestors: str) -> dict[str, str]:
    """Write the headers that say who may show a document in a frame: ``self``, ``none`` or addresses, between spaces or commas.

    The old header knows only the first two; with addresses it is left out, or browsers that still obey it would refuse them.
    """
    named = [one.strip("'") for one in re.split(r"[ ,]+", ancestors) if one] or [SELF]
    allowed = [one for one in named if one != NONE] or [NONE]
    quoted = (f"'{one}'" if one in OLD else one for one in allowed)
    headers = {"content-security-policy": f"frame-ancestors {' '.join(quoted)}"}
    return headers | ({"x-frame-options": OLD[allowed[0]]} if len(allowed) == 1 and allowed[0] in OLD else {})


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
