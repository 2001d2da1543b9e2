"""Print the readings as of a day: ``python -m notes --as-of 2025-11-20 --format json``."""

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime

from data_sources import load
from data_sources.errors import SourceError
from indicators.readings import evaluate_all
from notes.export import as_data

FAILED = 1


def day(text: str) -> date:
    """Read a day as YYYY-MM-DD; a day that has not begun cannot be known."""
    try:
        wanted = datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day; write it as YYYY-MM-DD, such as 2025-11-20") from None
    today = datetime.now(UTC).date()
    if wanted > today:
        raise argparse.ArgumentTypeError(f"{wanted} has not come yet; the newest day is {today}")
    return wanted


def main(arguments: Sequence[str] | None = None) -> int:
    """Print every reading; 0 when printed, 1 when the store cannot be read, 2 when the question is wrong."""
    parser = argparse.ArgumentParser(prog="python -m notes", description="Print what the board says as of a day.")
    parser.add_argument(
        "--as-of", type=day, metavar="DAY", help="UTC day, YYYY-MM-DD; the newest day held when not given"
    )
    parser.add_argument("--format", choices=["json"], default="json", help="how to print it")
    asked = parser.parse_args(arguments)
    try:
        board = load.board(asked.as_of)
    except SourceError as failure:
        print(failure, file=sys.stderr)
        return FAILED
    print(
        json.dumps(
            as_data(board.kind, board.as_of, evaluate_all(board.panels, board.as_of)),
            indent=1,
            allow_nan=False,
            ensure_ascii=False,
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
