"""The command that asks the publishers: progress for a person on standard error, the result on standard output."""

import argparse
import json
import sys
from typing import Any

from tqdm import tqdm

from data_sources import live
from data_sources.attempts import Outcome
from data_sources.store import Store

SUMMARY = "{need:<30} {asset:<10} {word:<12} {served:<24} {newest:<17} {added:>8}"


def refresh(chosen: argparse.Namespace, store: Store) -> int:
    """Ask for all that is due and print what came of it.

    Returns
    -------
    int
        0 when every number that is due is held; 1 when one is not.
    """
    wrong = sorted(set(chosen.sources) - _names())
    if wrong:
        print(f"There is no source {wrong[0]!r}; there are {', '.join(sorted(_names()))}.", file=sys.stderr)
        return 2
    with tqdm(total=0, unit="question", leave=False, file=sys.stderr, disable=not sys.stderr.isatty()) as bar:

        def show(done: int, total: int, outcome: Outcome) -> None:
            bar.total = total
            bar.set_postfix_str(f"{outcome.need} {outcome.asset}", refresh=False)
            bar.update(done - bar.n)

        outcomes = live.refresh(store, chosen.sources, show)
    rows = [_row(outcome) for outcome in outcomes]
    if chosen.json:
        json.dump(rows, sys.stdout, indent=1)
        print()
    else:
        _print(rows)
    return 0 if all(row["fresh"] for row in rows) else 1


def _names() -> set[str]:
    return {name for need in live.table() for source in need.sources for name in (source.name, source.publisher)}


def _row(outcome: Outcome) -> dict[str, Any]:
    last = outcome.attempts[-1] if outcome.attempts else None
    newest = next((attempt.newest for attempt in reversed(outcome.attempts) if attempt.newest is not None), None)
    return {
        "need": outcome.need,
        "asset": outcome.asset,
        "outcome": "not due" if last is None else last.outcome,
        "fresh": outcome.fresh,
        "served_by": outcome.served_by,
        "newest": None if newest is None else newest.isoformat(),
        "added": sum(attempt.added for attempt in outcome.attempts),
        "requests": sum(attempt.requests for attempt in outcome.attempts),
        "reasons": [attempt.reason for attempt in outcome.attempts if attempt.reason],
    }


def _print(rows: list[dict[str, Any]]) -> None:
    """Print one line per need and asset, and under it why it is not fresh."""
    print(SUMMARY.format(need="need", asset="asset", word="outcome", served="served by", newest="newest", added="added"))
    for row in rows:
        newest = (row["newest"] or "–")[:16].replace("T", " ")
        line = row | {"word": row["outcome"], "served": row["served_by"] or "nobody", "newest": newest}
        print(SUMMARY.format(**line))
        for reason in () if row["fresh"] else dict.fromkeys(row["reasons"]):
            print(f"    {reason}")
    fresh, added = sum(row["fresh"] for row in rows), sum(row["added"] for row in rows)
    print(f"{fresh} of {len(rows)} fresh, {added:,} rows added, {sum(row['requests'] for row in rows)} requests.")
