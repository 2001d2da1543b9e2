"""What a picture, a page or a note says, as bytes that anybody can hash: the numbers, where they stand and as of when.

The digest binds these bytes. Whoever holds the content can write the bytes again and find the same digest, or another one if a
single number differs: https://www.rfc-editor.org/rfc/rfc8785 has the same idea; floats here are written as Python's repr does, the
shortest text that reads back as the same number. Readings have ten significant digits, the same on every processor.
"""

import hashlib
import json
import math
import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from indicators.readings import READINGS, Value

VERSION = 1
SHORT = 12
"""Hex digits of a digest in a link or under a picture."""
STEP = "1D"
DIGEST = re.compile(r"[0-9a-f]{64}")
TICK = pd.Timedelta(1, "us")
DAY = pd.Timedelta(days=1)


def numbers(
    page: str,
    board: str,
    as_of: pd.Timestamp,
    start: pd.Timestamp,
    end: pd.Timestamp,
    values: Mapping[str, Value],
    series: Mapping[str, tuple[str, pd.Series]] | None = None,
    chosen: Mapping[str, str] | None = None,
    known: pd.Timestamp | None = None,
) -> dict[str, Any]:
    """Gather what is said, as content to be hashed or kept.

    Parameters
    ----------
    page : str
        The page's name; "note" for a note.
    board : str
        live or sample.
    as_of : Timestamp
        A day at 00:00 UTC, of which the last instant is written, or a moment of a day: everything known by then.
    start, end : Timestamp
        First and last day of the window.
    values : mapping of Value
        The readings shown; `of_page` picks those of a page.
    series : mapping of (unit, Series), optional
        Lines of a picture, one value a day: the last of each day; a day without one is None.
    chosen : mapping of str, optional
        Numbers that a reader set, as the address has them.
    known : Timestamp, optional
        The moment by which what is said of a day had arrived.

    Returns
    -------
    dict
        page, board, as_of (ISO instant, UTC), from, to (days), version, readings (id to value, unit and time; None where no
        value is known), and series, chosen and known where there are any. Nothing in it but what JSON can hold.
    """
    content: dict[str, Any] = {
        "page": page,
        "board": board,
        "as_of": instant(as_of + DAY - TICK if as_of == as_of.normalize() else as_of),
        "from": f"{start:%Y-%m-%d}",
        "to": f"{end:%Y-%m-%d}",
        "version": VERSION,
        "readings": {name: _told(value) for name, value in values.items()},
    }
    if series:
        content["series"] = {name: _daily(unit, line) for name, (unit, line) in series.items()}
    if known is not None:
        content["known"] = instant(known)
    if chosen:
        content["chosen"] = {name: str(value) for name, value in chosen.items()}
    return content


def of_page(page: str, values: Mapping[str, Value]) -> dict[str, Value]:
    """Pick the readings that a page speaks of: its own; all of them for the overview and for a page that has none."""
    own = {name: value for name, value in values.items() if READINGS[name].page == page}
    return dict(values) if page == "overview" or not own else own


def canonical(content: Any) -> bytes:
    """Write content as the bytes that are hashed: UTF-8 JSON, keys sorted, no spaces; what is not finite is null.

    Raises
    ------
    ValueError, TypeError
        Where it holds what JSON cannot.
    """
    text = json.dumps(_plain(content), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8")


def digest(content: Any) -> str:
    """SHA-256 of the canonical bytes, 64 hex digits."""
    return hashlib.sha256(canonical(content)).hexdigest()


def short(digest: str) -> str:
    """Abbreviate a digest to what a link or a picture's foot shows."""
    return digest[:SHORT]


def as_of(content: Mapping[str, Any]) -> pd.Timestamp:
    """Read what content stands as of: a day at 00:00 UTC, meaning its end, or a moment of a day.

    Raises
    ------
    ValueError
        Where it names none.
    """
    moment = pd.to_datetime(str(content.get("as_of")), format="ISO8601", utc=True)
    if pd.isna(moment):
        raise ValueError("The content names no instant that it stands as of.")
    moment = moment.as_unit("us")
    ended: pd.Timestamp = moment.normalize() if moment + TICK == (moment + TICK).normalize() else moment
    return ended


def instant(moment: pd.Timestamp) -> str:
    """Write a moment as ISO, UTC, with Z."""
    return moment.isoformat().replace("+00:00", "Z")


def differences(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[tuple[str, float | None, float | None]]:
    """Compare the readings of two contents.

    Returns
    -------
    list of (id, from, to)
        Those whose value is not the same number, in the order of the first; None where one of the two has no value.
    """
    before, after = (_values(content) for content in (then, now))
    names = [*before, *(name for name in after if name not in before)]
    return [(name, before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)]


def altered(told: Mapping[str, Any], known: Mapping[str, Any]) -> list[str]:
    """Name the readings of which one content says another value, unit or time than another; only those that it has."""
    there = known["readings"]
    return [name for name, one in told["readings"].items() if name not in there or _parts(one) != _parts(there[name])]


def number(told: Any) -> float | None:
    """Read the value of a reading as content has it; None where it is no finite number, or too large to be one."""
    value = told[0] if isinstance(told, list | tuple) and told else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:
        return None


def _parts(told: Any) -> Any:
    """A reading's value, unit and time, to be compared; what is no such thing, as it is."""
    value = number(told)
    return told if value is None else [value, *told[1:]]


def _values(content: Mapping[str, Any]) -> dict[str, float | None]:
    readings = content.get("readings")
    found = {} if not isinstance(readings, Mapping) else readings
    return {str(name): number(told) for name, told in found.items()}


def _told(value: Value) -> list[Any] | None:
    if not math.isfinite(value.value):
        return None
    return [float(value.value), READINGS[value.id].unit, instant(value.time)]


def _daily(unit: str, line: pd.Series) -> dict[str, Any]:
    known = line.dropna()
    if known.empty:
        return {"unit": unit, "first": None, "step": STEP, "values": []}
    last = known.groupby(pd.DatetimeIndex(known.index).normalize()).last()
    days = pd.date_range(last.index[0], last.index[-1], freq=STEP)
    return {"unit": unit, "first": f"{days[0]:%Y-%m-%d}", "step": STEP, "values": _plain(last.reindex(days).tolist())}


def _plain(content: Any) -> Any:
    """Replace what is not finite by None, in any depth."""
    if isinstance(content, float):
        return float(content) if math.isfinite(content) else None
    if isinstance(content, Mapping):
        return {str(name): _plain(part) for name, part in content.items()}
    return [_plain(part) for part in content] if isinstance(content, list | tuple) else content
