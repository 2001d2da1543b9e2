"""Print the readings as of a day: ``python -m notes --as-of 2025-11-20 --format json``."""

import argparse
import json
import os
import sys
from collections.abc import Sequence

from data_sources import load
from data_sources.errors import SourceError
from indicators.readings import evaluate_all
from notes.export import as_data

FAILED = 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Print every reading; 0 when printed, 1 when the store or the output fails, 2 when the question is wrong."""
    if sys.stdout is None:  # closed by the caller, who does not want to hear anything
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")
    parser = argparse.ArgumentParser(prog="python -m notes", description="Print what the board says as of a day.")
    parser.add_argument(
        "--as-of", type=load.day, metavar="DAY", help="UTC day, YYYY-MM-DD; the newest day held when not given"
    )
    parser.add_argument("--format", choices=["json"], default="json", help="how to print it")
    asked = parser.parse_args(arguments)
    try:
        board = load.board(asked.as_of)
    except SourceError as failure:
        print(failure, file=sys.stderr)
        return FAILED
    data = as_data(board.kind, board.as_of, evaluate_all(board.panels, board.as_of))
    try:
        print(json.dumps(data, indent=1, allow_nan=False, ensure_ascii=False))
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
