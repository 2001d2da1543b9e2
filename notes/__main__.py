"""The morning note from the command line: ``python -m notes --as-of 2025-11-20 --format markdown``."""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from data_sources import load
from data_sources.errors import SourceError
from notes import archive, desk, paper
from notes.note import Note
from notes.render_json import data
from notes.render_markdown import markdown
from notes.render_text import text

if TYPE_CHECKING:
    from data_sources.views import View

FAILED = 1
FORMATS = ("json", "markdown", "text", "html", "pdf", "png")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the note; 0 when printed, 1 when the store, the printer or the output fails, 2 when the question is wrong."""
    if sys.stdout is None:  # closed by the caller, who does not want to hear anything
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")
    parser = argparse.ArgumentParser(prog="python -m notes", description="Print what the board says as of a day.")
    parser.add_argument("--as-of", type=load.day, metavar="DAY", help="UTC day, YYYY-MM-DD; the newest day held when not given")
    told = "with --as-of: only what had arrived by then, YYYY-MM-DDTHH:MM:SSZ, as a note's links name it, to make that note again"
    parser.add_argument("--known", type=load.moment, metavar="MOMENT", help=told)
    parser.add_argument("--format", choices=FORMATS, default="json", help="how to print it; pdf and png need Chrome or Chromium")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write it to a file instead of printing it")
    asked = parser.parse_args(arguments)
    if asked.known is not None and asked.as_of is None:
        parser.error("--known says by when a day's numbers had arrived, and no day was named: add --as-of")
    try:
        note, view = desk.noted(asked.as_of, asked.known)
        printed = _printed(asked.format, note, view)
    except SourceError as failure:
        print(failure.in_full, file=sys.stderr)
        return FAILED
    except paper.FAILURES as failure:
        print(failure, file=sys.stderr)
        return FAILED
    return _written(asked.out, printed) if asked.out else _shown(printed)


def _printed(form: str, note: Note, view: "View") -> bytes:
    """Write the note in one format."""
    base = desk.base()
    if form == "json":
        return (json.dumps(data(note, view.values, base), indent=1, allow_nan=False, ensure_ascii=False) + "\n").encode()
    if form in ("markdown", "text"):
        return (markdown if form == "markdown" else text)(note, base).encode()
    return paper.printed(form, note, paper.pictures(note, view), base, archive.linked(note, base))


def _written(path: Path, printed: bytes) -> int:
    try:
        path.write_bytes(printed)
    except OSError as failure:
        print(f"{path} cannot be written: {failure.strerror}.", file=sys.stderr)
        return FAILED
    return 0


def _shown(printed: bytes) -> int:
    try:
        if hasattr(sys.stdout, "buffer"):
            sys.stdout.flush()
            sys.stdout.buffer.write(printed)
        else:
            sys.stdout.write(printed.decode())
        sys.stdout.flush()
    except BrokenPipeError:  # the reader, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as failure:
        print(f"The output cannot be written: {failure.strerror}.", file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left cannot be written either
        return FAILED
    return 0


if __name__ == "__main__":
    sys.exit(main())
