"""Pictures as arrays of their colors, what is at their edges, and a printer that has the time to draw them."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from PIL import Image

from notes import chromium, printer


@contextmanager
def patient() -> Iterator[None]:
    """Give the printer time for a machine that runs tests; without Chromium the test is reported as not run."""
    try:
        chromium.there()
    except chromium.NoPrinter as missing:
        pytest.skip(str(missing))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(printer.shared(), "_deadline", 60.0)
        patch.setattr(printer.shared(), "_patience", 120.0)
        yield
    printer.shared().close()


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Specifications that would be drawn; no browser draws them."""
    blank = io.BytesIO()
    Image.new("RGB", (4, 4)).save(blank, "PNG")
    asked: list[dict[str, Any]] = []

    def draw(spec: dict[str, Any], **_: Any) -> bytes:
        asked.append(spec)
        return blank.getvalue()

    monkeypatch.setattr(printer, "png", draw)
    return asked


def pixels(drawn: bytes) -> Any:
    """Red, green and blue of every pixel, by row and column."""
    return np.asarray(Image.open(io.BytesIO(drawn)).convert("RGB")).astype(int)


def edges(seen: Any) -> set[tuple[int, ...]]:
    """Colors of the outermost pixels: what is cut off at an edge is painted up to it."""
    rows = np.concatenate(
        [seen[:2].reshape(-1, 3), seen[-2:].reshape(-1, 3), seen[:, :2].reshape(-1, 3), seen[:, -2:].reshape(-1, 3)]
    )
    return {tuple(one) for one in rows.tolist()}
