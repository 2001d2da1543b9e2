"""The archive of notes: each kept whole with the numbers it was written from, and what changed between any two."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from components.sentences import NO_VALUE, reading
from data_sources import load, pins
from data_sources.errors import StoreUnavailable
from data_sources.store import Store
from indicators.readings import READINGS, Value
from notes import proof
from notes.note import Note, clean
from notes.render_json import data
from notes.words import label

KIND, SENT, DRAWN = "note", "sent", "picture"
LISTED = 90
"""Notes that are listed, the newest first: a quarter of mornings and what was kept by hand."""


@dataclass(frozen=True)
class Kept:
    """One note of the archive: its id, the morning it was sent on ("" when kept by hand), its title and all of it."""

    id: str
    slot: str
    created: pd.Timestamp
    title: str
    body: Mapping[str, Any]


@dataclass(frozen=True)
class Difference:
    """What two notes say otherwise.

    Attributes
    ----------
    headlines : (str, str)
        Their verdicts.
    readings : tuple of (label, from, to, state)
        Readings that print otherwise, those whose state is another one first.
    gone, come : tuple of str
        Sentences of the topics that only the first note has, and only the second.
    """

    headlines: tuple[str, str]
    readings: tuple[tuple[str, str, str, str], ...]
    gone: tuple[str, ...]
    come: tuple[str, ...]


def keep(store: Store, note: Note, values: Mapping[str, Value], slot: date | None = None, faults: Sequence[str] = ()) -> str:
    """Keep a note and give its id; the same note is kept once.

    Parameters
    ----------
    store : Store
    note : Note
    values : mapping of Value
        Every reading as of the note's day.
    slot : date, optional
        The morning for which the schedule sent it.
    faults : sequence of str
        What could not be sent with it.

    Raises
    ------
    StoreUnavailable
        When there is no store yet, or it cannot be written.
    """
    content = dict(note.content)
    body = {"content": content, "slot": "" if slot is None else slot.isoformat(), "faults": list(faults)} | data(note, values)
    kept = pins.keep(store, KIND, body, proof.digest(content))
    if slot is not None:
        pins.keep(store, SENT, _morning(slot), proof.digest(_morning(slot)))
    return kept


def linked(note: Note, base: str) -> str:
    """Give a short link to the board as the note speaks of it, for a picture to print; "" where none can be kept."""
    digest, arrived = proof.digest(note.content), note.content.get("known")
    path = replace(note, arrived=None if arrived is None else pd.Timestamp(arrived)).link(KIND).partition("#")[0]
    body = {
        "content": dict(note.content), "path": f"{path}&n={proof.short(digest)}",
        "sentence": note.headline.text, "described": note.known,
    }  # fmt: skip
    try:
        return f"{base.rstrip('/')}/s/{pins.keep(load.opened(), DRAWN, body, digest)}" if base else ""
    except StoreUnavailable:
        return ""


def listed(store: Store | None = None) -> list[Kept]:
    """List the notes kept, the newest first; what cannot be read is left out."""
    found = pins.listed(store or load.opened(), KIND, LISTED)
    return [_read(pin) for pin in found if isinstance(pin.body, Mapping) and isinstance(pin.body.get("note"), Mapping)]


def sent(store: Store, slot: date) -> bool:
    """Whether the note of a morning has been sent."""
    return pins.by_digest(store, proof.digest(_morning(slot))) is not None


def _morning(slot: date) -> dict[str, str]:
    return {"sent": slot.isoformat()}


def keep_here(note: Note, values: Mapping[str, Value]) -> str:
    """Keep a note in the store that the settings name, and say in a sentence what came of it."""
    try:
        return f"Kept in the archive as {keep(load.opened(), note, values)}."
    except StoreUnavailable as refusal:
        return str(refusal)


def difference(one: Mapping[str, Any], other: Mapping[str, Any]) -> Difference:
    """Compare two notes as they were kept: pure, and of anything that JSON can hold."""
    before, after = (_readings(body) for body in (one, other))
    changed = []
    for name in READINGS:
        then, now = before.get(name, (np.nan, "unknown")), after.get(name, (np.nan, "unknown"))
        printed = [reading(value, name) if np.isfinite(value) else NO_VALUE for value, _ in (then, now)]
        if printed[0] != printed[1] or then[1] != now[1]:
            state = now[1] if then[1] == now[1] else f"{then[1]} → {now[1]}"
            changed.append((label(name), printed[0], printed[1], state))
    changed.sort(key=lambda row: "→" not in row[3])
    gone, come = (_sentences(body) for body in (one, other))
    return Difference(
        (_headline(one), _headline(other)),
        tuple(changed),
        tuple(told for told in gone if told not in come),
        tuple(told for told in come if told not in gone),
    )


def _read(pin: pins.Pin) -> Kept:
    return Kept(pin.id, str(pin.body.get("slot", "")), pin.created, clean(str(pin.body["note"].get("title", pin.id))), pin.body)


def _headline(body: Mapping[str, Any]) -> str:
    return _text(_part(_part(body, "note"), "headline"))


def _sentences(body: Mapping[str, Any]) -> list[str]:
    topics = _part(body, "note").get("topics")
    told = []
    for topic in topics if isinstance(topics, list) else []:
        lines = _part({"topic": topic}, "topic").get("lines")
        parts = [_part({"topic": topic}, "topic").get("verdict"), *(lines if isinstance(lines, list) else [])]
        told += [_text(part) for part in parts if isinstance(part, Mapping)]
    return told


def _readings(body: Mapping[str, Any]) -> dict[str, tuple[float, str]]:
    """Value and state of each reading; NaN where none is known."""
    rows = body.get("readings")
    found = {}
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, Mapping) and row.get("id") in READINGS:
            value = row.get("value")
            number = float(value) if isinstance(value, int | float) and not isinstance(value, bool) else float("nan")
            found[str(row["id"])] = number, clean(str(row.get("state", "unknown")), 20)
    return found


def _part(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = body.get(name)
    return part if isinstance(part, Mapping) else {}


def _text(told: Mapping[str, Any]) -> str:
    return clean(str(told.get("text", "")), 600)
