"""The schedule: on the mornings that the settings name, one of all servers writes the note into the archive, and as files."""

import json
import os
import sys
import tempfile
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import anyio.to_thread
import pandas as pd

from data_sources import load
from data_sources.errors import SourceError
from data_sources.ledger import Ledger
from data_sources.settings import settings
from notes import archive, desk, paper, printer
from notes.note import Note
from notes.render_html import Pictures
from notes.render_json import data
from notes.render_markdown import markdown
from notes.render_text import text

if TYPE_CHECKING:
    from data_sources.views import View

LOOKS = 30.0
"""Seconds between two looks at the clock."""
LEASE = 600.0
"""Seconds for which one server may take to send a note; another one tries after that."""
Lifespan = Callable[[object], AbstractAsyncContextManager[dict[str, Any]]]


@dataclass(frozen=True)
class Plan:
    """When notes are sent: a time of day in a zone, on some weekdays (Monday is 0), but not on holidays; never without a time."""

    at: time | None
    zone: ZoneInfo
    days: frozenset[int]
    holidays: frozenset[date] = frozenset()


def plan() -> Plan:
    """Read the plan as the settings have it now."""
    chosen = settings()
    return Plan(chosen.note_at, ZoneInfo(chosen.note_zone), chosen.note_days, chosen.note_holidays)


def due(now: datetime, plan: Plan) -> date | None:
    """Say for which morning a note is due at a moment; None where none is.

    A server that starts late sends the note of the same day. A clock that is put forward over the time sends it when it has jumped.
    """
    local = now.astimezone(plan.zone)
    if plan.at is None or local.weekday() not in plan.days or local.date() in plan.holidays or local.time() < plan.at:
        return None
    return local.date()


def next_due(now: datetime, plan: Plan) -> datetime | None:
    """When the next note is due, in the plan's zone; None where none is within a year."""
    if plan.at is None:
        return None
    local = now.astimezone(plan.zone)
    for ahead in range(366):
        moment = datetime.combine(local.date() + timedelta(days=ahead), plan.at, plan.zone)
        if moment > local and moment.weekday() in plan.days and moment.date() not in plan.holidays:
            return moment
    return None


def as_of(morning: date, plan: Plan) -> date:
    """The day that a morning's note is about: the last one, in UTC, that was over when it was due."""
    begun = datetime.combine(morning, plan.at or time(), plan.zone)
    return (pd.Timestamp(begun).tz_convert("UTC").normalize() - pd.Timedelta(days=1)).date()


def send(morning: date, plan: Plan) -> str:
    """Send the note of a morning, once however many servers try.

    Returns
    -------
    str
        Id of the kept note; "" where there is nothing to send, another server sends it, or it has been sent.

    Raises
    ------
    StoreUnavailable
        When the store cannot be read or written.
    """
    store = load.opened()
    if not store.version() or archive.sent(store, morning):
        return ""  # the sample board sends nothing
    ledger, name = Ledger(store), f"note {morning:%Y-%m-%d}"
    if not ledger.take(name, LEASE):
        return ""
    try:
        if archive.sent(store, morning):
            return ""
        note, view = desk.noted(as_of(morning, plan))
        folder = settings().note_folder
        faults = files(note, view, Path(folder)) if folder else []
        return archive.keep(store, note, view.values, morning, faults)
    finally:
        ledger.release(name)


def files(note: Note, view: "View", folder: Path) -> list[str]:
    """Write the note in every format into a folder, the plain ones first; give a sentence for each that could not be written.

    Pictures are drawn once for all that show them, and only when the words are out. A file takes the place of an earlier one of
    the same name at once: nobody reads half a note.
    """
    base = desk.base()

    @cache
    def link() -> str:
        return archive.linked(note, base)

    @cache
    def shown() -> Pictures:
        return paper.pictures(note, view)

    made: dict[str, Callable[[], bytes]] = {
        "md": lambda: markdown(note, base).encode(),
        "txt": lambda: text(note, base).encode(),
        "json": lambda: json.dumps(data(note, view.values, base), indent=1, allow_nan=False, ensure_ascii=False).encode(),
        **{form: lambda form=form: paper.printed(form, note, shown(), base, link()) for form in ("html", "pdf", "png")},  # type: ignore[misc]
    }
    faults = []
    for ending, make in made.items():
        try:
            _replace(folder / f"{note.name}.{ending}", make())
        except (*paper.FAILURES, RuntimeError, ValueError) as failure:  # one form that fails keeps no other from going out
            faults.append(f"{note.name}.{ending}: {failure}")
        except OSError as failure:
            faults.append(f"{note.name}.{ending} cannot be written: {failure.strerror}.")
    return faults


def beside(lifespan: Lifespan) -> Lifespan:
    """Run the schedule for as long as a server runs, and end the browser that prints with it: a signal leaves no other time."""

    @asynccontextmanager
    async def both(app: object) -> AsyncIterator[dict[str, Any]]:
        async with lifespan(app) as state:
            stop = threading.Event()
            threading.Thread(target=run, args=(stop,), name="schedule", daemon=True).start()
            yield state
            stop.set()
            await anyio.to_thread.run_sync(printer.shared().close)

    return both


def run(stop: threading.Event, clock: Callable[[], datetime] = lambda: pd.Timestamp.now("UTC").to_pydatetime()) -> None:
    """Send each note when it is due, until told to stop; what goes wrong is said once and tried again."""
    done: date | None = None
    said = ""
    while not stop.is_set():
        try:
            chosen = plan()
            morning = due(clock(), chosen)
            if morning is not None and morning != done:
                send(morning, chosen)
                done = morning if archive.sent(load.opened(), morning) else done
            said = ""
        except (SourceError, RuntimeError, ValueError, OSError) as failure:
            told = failure.in_full if isinstance(failure, SourceError) else str(failure)
            if told != said:
                said = told
                print(f"The morning note was not sent: {said}", file=sys.stderr)
        stop.wait(LOOKS)


def _replace(path: Path, written: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=path.suffix)
    with os.fdopen(handle, "wb") as file:
        file.write(written)
    Path(beside).chmod(0o644)
    Path(beside).replace(path)
