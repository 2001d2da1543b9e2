"""The board's data from the command line: list what is held, ask the publishers, import tidy files, export a measure.

Exit status: 0 when all went well; 1 when something was refused, failed or is not there; 2 when the command is wrong.
"""

import argparse
import os
import sys
import threading
from collections.abc import Callable, Iterable
from contextlib import closing, nullcontext
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from data_sources.contract import COLUMNS
from data_sources.errors import SourceError
from data_sources.files import SIMULATED, NotTidy
from data_sources.load import day
from data_sources.rows import day_end, from_frame, last_instants, microseconds
from data_sources.store import Store
from measures import MEASURES

if TYPE_CHECKING:
    from data_sources.importing import Judged

SHOWN = 50
"""Refused rows of one file that are printed one by one."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit status."""
    if sys.stdout is None:  # closed by the caller, who does not want to hear anything
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")
    chosen = _parser().parse_args(arguments)
    try:
        status = _run(chosen)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as fault:
        print(f"{fault.filename or 'The output'} cannot be written: {fault.strerror}.", file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left cannot be written either
        return 1
    return status


def _run(chosen: argparse.Namespace) -> int:
    try:
        with closing(Store()) as store:
            status: int = chosen.run(chosen, store)
            return status
    except SourceError as fault:
        print(fault.in_full, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped; files that were complete are kept.", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m data_sources", description="The data that the board is made of.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace, Store], int], purpose: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=purpose, description=f"{purpose[0].upper()}{purpose[1:]}.")
        made.set_defaults(run=run)
        return made

    command("list", _list, "print what is held, one line per series")
    ask = command("refresh", _refresh, "ask the publishers for all that is due; status 1 when a number that is due is not held")
    ask.add_argument("sources", nargs="*", metavar="SOURCE", help="sources or publishers to keep to, such as kraken_daily or cboe")
    ask.add_argument("--json", action="store_true", help="print the result as JSON")
    bring = command("import", _import, "keep what is new in tidy files: CSV, gzipped CSV or Parquet")
    bring.add_argument("files", nargs="+", type=Path, metavar="FILE")
    bring.add_argument("--refused", type=Path, metavar="FILE", help="list every refused row with its reason in this CSV file")
    take = command("export", _export, "print one measure as tidy CSV")
    take.add_argument("--measure", required=True, type=_measure, metavar="M", help="a measure of the dictionary, such as close")
    take.add_argument("--asset", type=_printable, metavar="A", help="one asset instead of all")
    take.add_argument("--as-of", type=day, metavar="D", help="as known at the end of this UTC day, such as 2025-11-20")
    return parser


def _measure(name: str) -> str:
    if name not in MEASURES:
        raise argparse.ArgumentTypeError(f"there is no measure {name!r}; there are {', '.join(MEASURES)}")
    return name


def _printable(name: object) -> str:
    """Show a name of which some bytes are not UTF-8, as a file's may be; no output and no database takes them."""
    return str(name).encode(errors="replace").decode()


def _list(_: argparse.Namespace, store: Store) -> int:
    """Print the board's kind, then one line per series."""
    kind, held = ("live", store.held()) if store.version() else ("sample", _held_by_sample())
    print(f"{kind} board: {len(held):,} series, {held['rows'].sum():,} rows; store {_printable(store.name)}")
    lines = [tuple(held.columns)]
    for measure, asset, entity, first, last, rows in held.itertuples(index=False):
        lines.append((measure, asset, entity, f"{first:%Y-%m-%d %H:%M}", f"{last:%Y-%m-%d %H:%M}", f"{rows:,}"))
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for *texts, rows in lines:
        print(*(text.ljust(width) for text, width in zip(texts, widths, strict=False)), rows.rjust(widths[-1]), sep="  ")
    return 0


def _held_by_sample() -> pd.DataFrame:
    from data_sources import sample  # only a board without data needs it

    by_series = sample.read().groupby(["measure", "asset", "entity"], observed=True)["time"]
    return by_series.agg(first="min", last="max", rows="count").reset_index()


def _export(chosen: argparse.Namespace, store: Store) -> int:
    """Print tidy CSV that imports again to the last digit."""
    live = store.version() > 0
    frame = store.read(chosen.as_of, chosen.measure, chosen.asset) if live else _from_sample(chosen)
    if frame.empty:
        asked = " ".join(str(part) for part in (chosen.measure, chosen.asset, chosen.as_of) if part)
        print(f"Nothing is held for {asked}.", file=sys.stderr)
        return 1
    stamps = microseconds(frame["time"]).view("M8[us]")
    whole = bool((stamps == stamps.astype("M8[s]")).all())
    texts = np.char.add(np.datetime_as_string(stamps, unit="s" if whole else "us"), "Z")
    frame.assign(time=texts).to_csv(sys.stdout, index=False, lineterminator="\n")  # floats as their shortest exact text
    return 0


def _from_sample(chosen: argparse.Namespace) -> pd.DataFrame:
    """Read what was asked for from the sample board, marked row by row."""
    from data_sources import sample

    frame = sample.read()
    asked = (frame["measure"] == chosen.measure) & ((frame["asset"] == chosen.asset) | (chosen.asset is None))
    frame = frame.loc[asked, [*COLUMNS, SIMULATED]]
    if chosen.as_of is not None:
        frame = frame[last_instants(from_frame(frame)) < day_end(chosen.as_of)]
    return frame.assign(simulated=frame[SIMULATED].map({True: "true", False: "false"}))


def _refresh(chosen: argparse.Namespace, store: Store) -> int:
    from data_sources import refreshing  # brings every adapter along

    return refreshing.refresh(chosen, store)


def _import(chosen: argparse.Namespace, store: Store) -> int:
    """Keep file by file what is new; a file that fails does not keep the others from being read."""
    from data_sources import importing  # reads CSV and Parquet, which the other commands do not

    try:
        report = chosen.refused.open("w", encoding="utf-8", newline="") if chosen.refused else None
    except OSError as fault:
        print(f"{_printable(chosen.refused)}: cannot be written: {fault.strerror}.", file=sys.stderr)
        return 2
    total, failed = 0, False
    with report or nullcontext():
        if report:
            report.write("file,place,column,reason\n")
        for path in _progress(chosen.files):
            name = _printable(path)
            try:
                judged = importing.read(path)
            except NotTidy as fault:
                print(f"{name}: {fault}.", file=sys.stderr)
                failed = True
                continue
            added = store.keep(judged.rows, f"import {_printable(path.name)}")
            refused = judged.refused["place"].nunique()
            said = [f"{judged.read:,} rows", f"{added:,} added" if added else "nothing new"]
            print(f"{name}: {', '.join([*said, f'{refused:,} refused'] if refused else said)}")
            _complain(name, judged)
            if report:
                table = judged.refused.assign(file=name)[["file", "place", "column", "reason"]]
                table.to_csv(report, index=False, header=False, lineterminator="\n")
            total, failed = total + added, failed or refused > 0
    print(f"{total:,} rows added." if total else "Nothing new: no row was added.")
    return 1 if failed else 0


def _progress(files: list[Path]) -> Iterable[Path]:
    """Show how far it is, where there is somebody to see it and something to wait for."""
    if len(files) < 2 or not sys.stderr.isatty():
        return files
    from tqdm import tqdm

    return tqdm(files, unit="file", leave=False)


def _complain(name: str, judged: "Judged") -> None:
    """Say of each refused row why; after many, how many more and why."""
    if judged.ignored:
        print(f"{name}: ignored the columns {', '.join(judged.ignored)}.", file=sys.stderr)
    by_place = judged.refused.groupby("place", sort=True)["reason"]
    for place, reasons in islice(by_place, SHOWN):
        print(f"{name}, {judged.unit} {place}: {'; '.join(reasons)}", file=sys.stderr)
    if by_place.ngroups > SHOWN:
        counts = ", ".join(f"{reason} ({count:,})" for reason, count in judged.refused["reason"].value_counts().items())
        print(f"{name}: {by_place.ngroups - SHOWN:,} more were refused; in all: {counts}.", file=sys.stderr)


if __name__ == "__main__":
    ended = main()
    # a question that was given up, such as a look-up of a name that hangs, does not keep the command from ending
    if any(not thread.daemon for thread in threading.enumerate() if thread is not threading.main_thread()):
        sys.stdout.flush()
        os._exit(ended)
    sys.exit(ended)
