"""The window of days that a page shows, and the moment it is shown as of: what an address may say, and where a choice leads."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

PRESETS: dict[str, pd.DateOffset | None] = {
    "3m": pd.DateOffset(months=3),
    "6m": pd.DateOffset(months=6),
    "1y": pd.DateOffset(years=1),
    "3y": pd.DateOffset(years=3),
    "5y": pd.DateOffset(years=5),
    "max": None,
}
DEFAULT = "1y"
CUSTOM = "custom"
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
INSTANT = re.compile(r"(\d{4}-\d{2}-\d{2})T(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,6})?)?Z", re.ASCII)
"""A moment of a day, UTC; to the microsecond at most."""
EARLIEST = "1990-01-01"
"""No series of the board begins earlier: the VIX does here."""
SHOWN_LENGTH = 24  # characters of a refused value that are repeated on the screen
ONE = pd.Timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """What a board holds: the limits of every choice.

    Attributes
    ----------
    first, newest, today : Timestamp
        Days at 00:00 UTC.
    arrived : Timestamp or None
        The moment by which all that is held had been learned and was over; None on the sample board.
    settled : bool
        Whether the newest day, asked for as a day, says what is known of it now: nothing was told otherwise after its end.
    """

    first: pd.Timestamp
    newest: pd.Timestamp
    today: pd.Timestamp
    arrived: pd.Timestamp | None = None
    settled: bool = True


@dataclass(frozen=True)
class Window:
    """Days shown and the moment they are shown as of.

    ``as_of`` is None for the newest day held; at 00:00 it is a day and means that day's end, at any other time it is the moment
    itself. ``known`` is the moment by which what stands on the board had arrived; None: whatever has by now. ``complaints`` are
    sentences about values that were refused.
    """

    start: pd.Timestamp
    end: pd.Timestamp
    preset: str
    as_of: pd.Timestamp | None = None
    complaints: tuple[str, ...] = ()
    known: pd.Timestamp | None = None

    @property
    def address(self) -> dict[str, str]:
        """Query parameters that reopen this window; defaults are left out."""
        pairs: dict[str, str] = {}
        if self.preset == CUSTOM:
            pairs |= {"from": f"{self.start:%Y-%m-%d}", "to": f"{self.end:%Y-%m-%d}"}
        elif self.preset != DEFAULT:
            pairs["window"] = self.preset
        if self.as_of is not None:
            pairs["as_of"] = written(self.as_of)
        if self.known is not None:
            pairs["known"] = exactly(self.known)
        return pairs


def written(as_of: pd.Timestamp) -> str:
    """Write an as-of day, or a moment of one, as the address has it."""
    if as_of == as_of.normalize():
        return f"{as_of:%Y-%m-%d}"
    return exactly(as_of) if as_of.second or as_of.microsecond else f"{as_of:%Y-%m-%dT%H:%MZ}"


def exactly(moment: pd.Timestamp) -> str:
    """Write a moment as the address has it."""
    return f"{moment:%Y-%m-%dT%H:%M:%S.%f}".removesuffix(".000000") + "Z"


def parse(query: Mapping[str, str], span: Span) -> Window:
    """Read the window from an address.

    Parameters
    ----------
    query : mapping
        Query parameters as they came; anything may be in them.
    span : Span
        What the board holds.

    Returns
    -------
    Window
        Every refused value is replaced by its default, with a sentence in ``complaints``. Never raises.
    """
    complaints: list[str] = []
    as_of = _moment(query, complaints)
    if as_of is not None and as_of.normalize() > span.today:
        complaints.append(f"{as_of:%Y-%m-%d} has not happened yet; showing the newest day, {span.newest:%Y-%m-%d}.")
        as_of = None
    known = _arrived(query, as_of, span, complaints)
    end = as_of.normalize() if as_of is not None else span.newest
    start, to = _day(query, "from", complaints), _day(query, "to", complaints)
    preset = str(query.get("window", DEFAULT)).lower()
    if preset not in PRESETS:
        complaints.append(f"There is no window “{shown(preset)}”; showing one year.")
        preset = DEFAULT
    if start is not None and start >= end:
        complaints.append(
            f"The window cannot start on {start:%Y-%m-%d}: it must begin before the day shown ({end:%Y-%m-%d}); showing one year."
        )
        start = to = None
    if start is not None and to is not None and start >= to:
        complaints.append(f"The window cannot run from {start:%Y-%m-%d} to {to:%Y-%m-%d}; showing one year.")
        start = to = None
    if to is not None and to > end:
        complaints.append(f"Nothing after {end:%Y-%m-%d} is known as of the day shown; the window ends there.")
        to = end
    if start is None and to is None:
        return Window(_start(preset, end, span), end, preset, as_of, tuple(complaints), known)
    to = end if to is None else to
    start = _start(preset, to, span) if start is None else max(start, min(span.first, to - ONE))
    return Window(start, to, CUSTOM, as_of, tuple(complaints), known)


def zoomed(base: Window, first: pd.Timestamp, last: pd.Timestamp, span: Span) -> Window:
    """Show some days, and everything as known at the end of the last of them.

    Parameters
    ----------
    base : Window
        The one whose days a reader chose from; its own end stays the end of what is known.
    first, last : Timestamp
        Days, in either order; at least two are shown, none after the base's as-of day.
    span : Span

    Returns
    -------
    Window
        As of its last day, so that every number follows; as of the base's moment where it reaches the base's last day.
    """
    limit = base.as_of.normalize() if base.as_of is not None else span.newest
    first, last = min(first, last), max(first, last)
    last = max(min(last, limit), min(span.first, limit - ONE) + ONE)
    first = max(min(first, last - ONE), min(span.first, last - ONE))
    return replace(
        base if last >= limit else Window(first, last, CUSTOM, last), start=first, end=last, preset=CUSTOM, complaints=()
    )


def moved(window: Window, as_of: pd.Timestamp | None, span: Span) -> Window:
    """Show the same as of another moment (None: the newest day).

    A window of chosen days that ends with the as-of day goes on ending with it, so that stepping on uncovers day after day; it
    moves as a whole where it would begin after the day shown. What had arrived by a moment belongs to its day, and ends with it.
    """
    limit = window.as_of.normalize() if window.as_of is not None else span.newest
    day = as_of.normalize() if as_of is not None else span.newest
    if as_of is not None and as_of == span.newest:
        as_of = None
    if window.preset != CUSTOM:
        return replace(window, start=_start(window.preset, day, span), end=day, as_of=as_of, known=None)
    end = day if window.end >= min(limit, day) else window.end
    start = window.start if window.start < end else end - (window.end - window.start)
    return replace(window, start=max(start, min(span.first, end - ONE)), end=end, as_of=as_of, known=None)


def told_day(raw: object) -> pd.Timestamp | None:
    """Read a day that a browser told; anything may have been told."""
    return _read(str(raw)) if isinstance(raw, str) and DAY.fullmatch(raw) and raw >= EARLIEST else None


def _day(query: Mapping[str, str], key: str, complaints: list[str]) -> pd.Timestamp | None:
    raw = query.get(key)
    if raw is None or raw == "":
        return None
    day = told_day(raw)
    if day is None:
        left_out = key.replace("_", "-")
        complaints.append(f"“{shown(raw)}” is not a day from {EARLIEST} on (YYYY-MM-DD); “{left_out}” was left out.")
    return day


def _moment(query: Mapping[str, str], complaints: list[str]) -> pd.Timestamp | None:
    """Read the as-of day, or the moment; the first moment of a day is the end of the day before."""
    raw = query.get("as_of")
    found = INSTANT.fullmatch(str(raw))
    if raw is None or found is None or told_day(found[1]) is None or found[1] <= EARLIEST:
        return _day(query, "as_of", complaints)
    moment = pd.Timestamp(raw).as_unit("us")
    return moment if moment != moment.normalize() else moment - ONE


def _arrived(query: Mapping[str, str], as_of: pd.Timestamp | None, span: Span, complaints: list[str]) -> pd.Timestamp | None:
    """Read by when what is shown as of a day or a moment had arrived."""
    raw = query.get("known")
    if raw is None or raw == "":
        return None
    found = INSTANT.fullmatch(str(raw))
    if found is None or told_day(found[1]) is None:
        complaints.append(f"“{shown(raw)}” is not a moment (YYYY-MM-DDTHH:MM:SSZ); “known” was left out.")
        return None
    moment = pd.Timestamp(raw).as_unit("us")
    if as_of is None or moment >= span.today + ONE:
        why = "it says something beside an as-of day only" if as_of is None else "it has not happened yet"
        complaints.append(f"“known” was left out: {why}.")
        return None
    return moment


def _read(raw: str) -> pd.Timestamp | None:
    try:
        return utc(date.fromisoformat(raw))
    except ValueError:  # the shape of a day but no day: 2025-02-30
        return None


def utc(day: date) -> pd.Timestamp:
    """Turn a date into the day at 00:00 UTC."""
    return pd.Timestamp(day, tz="UTC").as_unit("us")


def _start(preset: str, end: pd.Timestamp, span: Span) -> pd.Timestamp:
    offset = PRESETS[preset]
    earliest = min(span.first, end - ONE)
    return earliest if offset is None else max(end - offset, earliest)


def shown(raw: str) -> str:
    """Make a refused value fit for the screen: printable, short, without Markdown or HTML."""
    clean = re.sub(r"[^\w .:+/-]", "·", raw)
    return clean if len(clean) <= SHOWN_LENGTH else clean[:SHOWN_LENGTH] + "…"
