"""The note as plain text for a chat: short, without markup; what a chat would take for a call or a link of its own is disarmed."""

from collections.abc import Callable, Sequence
from functools import partial

import pandas as pd

from components.sentences import old
from indicators.readings import READINGS
from notes.note import Note, Told, clean
from notes.render_markdown import moved

DISARMED = str.maketrans({"@": "＠", "<": "‹", ">": "›", "`": "ʼ"})
"""Signs by which chats call people, open links of their own or begin code."""
LISTED = 3
"""Sentences of one kind; the note has the others."""
NOTHING = pd.Timedelta(0)
ROOM = 4000
"""Characters that every chat takes in one message."""


def text(note: Note, base: str = "") -> str:
    """Write the note as plain text.

    Parameters
    ----------
    note : Note
    base : str
        Address at which the board is reached; "" for links that begin with a slash.

    Returns
    -------
    str
        At most ROOM characters and a line break; what has no room is said to be on the note's page.
    """
    day = f"{note.as_of:%d %b %Y} · {old(NOTHING)} · "
    said = partial(_told, day)
    lines = [shown(note.title), *(shown(notice) for notice in note.notices), ""]
    lines += [said(note.headline), f"  {note.link('overview', base)}", said(note.index)]
    felt = [f"{shown(one.name)} {one.rank:.2f} ({moved(one)})" for one in note.movers]
    if felt:
        lines.append(f"Pillars, rank 0–1 among their own past (since the day before): {'; '.join(felt)}.")
    for topic in note.topics:
        lines += ["", f"• {said(topic.verdict)}", f"  {note.link(topic.page, base)}"]
    lines += _section("Beside the five", note.beside, said)
    lines += _section("What else is extreme", note.extremes, said, len(note.more))
    changed = ("thresholds crossed", note.changes.crossed), ("streaks", note.changes.streaks), ("revised", note.changes.revised)
    for title, told in changed:
        lines += _section(f"Since yesterday's note: {title}", told, said)
    if not note.changes.groups:
        lines += ["", "Since yesterday's note: no threshold was crossed, no streak changed."]
    lines += _section("Late", note.late, said)
    unknown = sum(len(told.readings) for told in note.missing)
    missing = f" {unknown} of {len(READINGS)} readings are not known; the note names them." if unknown else ""
    lines += ["", f"Numbers are of {note.as_of:%d %b %Y}, UTC, where no other day is named.{missing}"]
    return _fitted(lines, f"… the rest: {note.link('note', base)}")


def shown(text: str) -> str:
    """Make text fit for a chat."""
    return clean(text, ROOM).translate(DISARMED)


def _section(title: str, told: Sequence[Told], said: Callable[[Told], str], more: int = 0) -> list[str]:
    """List the first sentences under a title, and count the others."""
    items = [f"• {said(one)}" for one in told[:LISTED]]
    left = sum(_count(one) for one in told[LISTED:]) + more
    return ["", title, *items, *([f"  and {left} more in the note"] if left else [])] if items else []


def _count(told: Told) -> int:
    """How many are told: a sentence that only counts the rest stands for all of them."""
    return max(len(told.readings), 1) if told.text.startswith("And ") else 1


def _told(day: str, told: Told) -> str:
    """Write a sentence with its publishers, and with its day and age where it is not of the note's day."""
    return shown(f"{told.text} ({told.foot.removeprefix(day)})" if told.foot else told.text)


def _fitted(lines: list[str], rest: str) -> str:
    """Leave out whole lines from the end until the message fits."""
    whole = "\n".join(lines)
    if len(whole) <= ROOM:
        return whole + "\n"
    kept: list[str] = []
    room = ROOM - len(rest) - 1
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            break
        kept.append(line)
    return "\n".join([*kept, rest]) + "\n"
