"""What a page has put on the screen in this run, in order: what is taken away from it is exactly that.

Kept per thread and run, never in the session: a page that is drawn again starts an empty record. What a fragment draws again by
itself after the page has ended is not added; the record says what stood there when the page was drawn.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from components.marks import Figure


@dataclass(frozen=True)
class Part:
    """One thing on the screen: written HTML, a figure with its key, or what the network of markets is drawn from.

    ``numbers`` are those that the network shows, in the columns of `exports`; a figure holds its own.
    """

    html: str = ""
    figure: Figure | None = None
    key: str = ""
    network: Mapping[str, Any] | None = None
    numbers: pd.DataFrame | None = field(default=None, compare=False)


@dataclass
class _Run:
    parts: list[Part] = field(default_factory=list)
    open: bool = False


_RUN = threading.local()


def begin() -> None:
    """Start the record of a page."""
    _RUN.run = _Run(open=True)


def html(text: str) -> None:
    """Add written HTML."""
    _add(Part(html=text))


def figure(figure: Figure, key: str) -> None:
    """Add a figure, under the key that Streamlit knows it by."""
    _add(Part(figure=figure, key=key))


def network(drawing: Mapping[str, Any], numbers: pd.DataFrame) -> None:
    """Add the network of markets: what its script is given, days, shares and places; and the numbers of the day it shows."""
    _add(Part(network=drawing, numbers=numbers))


def parts() -> list[Part]:
    """Give what has been recorded so far, in order."""
    return list(_run().parts)


def end() -> tuple[Part, ...]:
    """Close the record of a page and give it; what is drawn after that is not part of it."""
    run = _run()
    run.open = False
    return tuple(run.parts)


def _run() -> _Run:
    known: _Run = _RUN.__dict__.setdefault("run", _Run())
    return known


def _add(part: Part) -> None:
    run = _run()
    if run.open:
        run.parts.append(part)
