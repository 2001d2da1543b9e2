"""The note as plain data, beside every reading of the board: one dictionary that JSON can hold."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

from indicators.readings import Value
from notes.export import as_data
from notes.note import Note, Told

VERSION = 1


def data(note: Note, values: Mapping[str, Value], base: str = "") -> dict[str, Any]:
    """Put the readings and the note into one dictionary.

    Parameters
    ----------
    note : Note
    values : mapping of Value
        Every reading as of the note's day.
    base : str
        Address at which the board is reached; "" for links that begin with a slash.

    Returns
    -------
    dict
        as_of, board and readings as `as_data` has them; note: version, title, notices, headline, stress_index, pillars, topics,
        beside, extremes, more_extremes, changes, late, missing, sources and link. A sentence is its text, its readings, its state,
        its foot (day, age and publishers) and its link.
    """
    return as_data(note.board, note.as_of, values) | {"note": noted(note, base)}


def noted(note: Note, base: str = "") -> dict[str, Any]:
    """Put the note alone into a dictionary; see `data`."""

    def told(one: Told) -> dict[str, Any]:
        return {
            "text": one.text, "readings": list(one.readings), "state": one.state, "foot": one.foot,
            "link": note.link(one.page, base) if one.page else None,
        }  # fmt: skip

    def each(many: Iterable[Told]) -> list[dict[str, Any]]:
        return [told(one) for one in many]

    return {
        "version": VERSION,
        "title": note.title,
        "sample": note.sample,
        "notices": list(note.notices),
        "headline": told(note.headline),
        "stress_index": told(note.index),
        "pillars": [
            {"name": one.name, "rank": _number(one.rank), "moved": _number(one.moved), "adds": _number(one.adds)}
            for one in note.movers
        ],
        "topics": [
            {
                "page": one.page, "question": one.question, "verdict": told(one.verdict), "lines": each(one.lines),
                "picture": note.picture(one.page, base),
            }
            for one in note.topics
        ],
        "beside": each(note.beside),
        "extremes": each(note.extremes),
        "more_extremes": list(note.more),
        "changes": {
            "crossed": each(note.changes.crossed), "ranks": each(note.changes.ranks), "streaks": each(note.changes.streaks),
            "revised": each(note.changes.revised),
        },
        "late": each(note.late),
        "missing": each(note.missing),
        "sources": list(note.sources),
        "link": note.link("note", base),
    }  # fmt: skip


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
