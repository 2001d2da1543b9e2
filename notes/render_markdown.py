"""The note as Markdown, one page: every sentence links to its chart; what came from outside is escaped."""

import re
from collections.abc import Iterable

import numpy as np

from notes.note import Mover, Note, Told

MARKS = re.compile(r"([\\`*_{}\[\]<>#|~@$]|&(?=[#\w]))")
"""Signs that Markdown, and what builds on it, gives a meaning to wherever they stand."""
LEADING = re.compile(r"^(?:([-+=])|(\d+)([.)]))")
"""Signs that begin a list or a heading when they stand first."""
ADDRESSES = re.compile(r"(?i)\b(https?|ftp|mailto)(:)|\b(www)(\.)")
"""What some readers turn into a link by themselves."""


def escaped(text: str) -> str:
    """Escape text so that Markdown shows it as it is."""
    shown = MARKS.sub(r"\\\1", text)
    shown = ADDRESSES.sub(lambda found: f"{found[1] or found[3]}\\{found[2] or found[4]}", shown)
    return LEADING.sub(lambda found: f"\\{found[1]}" if found[1] else f"{found[2]}\\{found[3]}", shown)


def markdown(note: Note, base: str = "") -> str:
    """Write the note as Markdown.

    Parameters
    ----------
    note : Note
    base : str
        Address at which the board is reached; "" for links that begin with a slash.

    Returns
    -------
    str
        Ends with a line break.
    """
    lines = [f"# {escaped(note.title)}", ""]
    for notice in note.notices:
        lines += [f"> {escaped(notice)}", ""]
    lines += [f"**{_linked(note.headline, note, base)}**", "", *_foot(note.headline), ""]
    lines += ["## Stress index", "", _line(note.index, note, base), *_movers(note.movers), ""]
    for topic in note.topics:
        lines += [f"## {escaped(topic.question)}", "", f"**{_linked(topic.verdict, note, base)}**{_told_foot(topic.verdict)}", ""]
        lines += [f"![{escaped(topic.question)}]({note.picture(topic.page, base)})", ""]
        lines += [*(f"- {_line(told, note, base)}" for told in topic.lines), *([""] if topic.lines else [])]
    lines += _section("Beside the five", note.beside, note, base)
    lines += _section("What else is extreme", note.extremes, note, base)
    if note.more:
        lines += [f"And {len(note.more)} more: {escaped('; '.join(note.more))}.", ""]
    lines += _changes(note, base)
    lines += _section("Late or not known", (*note.late, *note.missing), note, base)
    lines += ["---", "", escaped(note.known)]
    return "\n".join(lines) + "\n"


def _section(title: str, told: Iterable[Told], note: Note, base: str) -> list[str]:
    items = [f"- {_line(one, note, base)}" for one in told]
    return [f"## {title}", "", *items, ""] if items else []


def _changes(note: Note, base: str) -> list[str]:
    lines = ["## Since yesterday's note", ""]
    if not note.changes.groups:
        lines += ["No threshold was crossed, no rank moved by a tenth of its year, no streak changed.", ""]
    for title, told in note.changes.groups:
        lines += [f"**{title}**", "", *(f"- {_line(one, note, base)}" for one in told), ""]
    return lines


def _movers(movers: Iterable[Mover]) -> list[str]:
    rows = [f"| {escaped(one.name)} | {one.rank:.2f} | {moved(one)} | {one.adds:.3f} |" for one in movers]
    head = ["", "| pillar | rank among its own past, 0–1 | since the day before | adds to the index |", "|---|---:|---:|---:|"]
    return [*head, *rows] if rows else []


def moved(mover: Mover) -> str:
    """Print how a pillar's rank moved."""
    if not np.isfinite(mover.moved):
        return "not known"
    return f"{mover.moved:+.2f}".replace("-", "−") if abs(mover.moved) >= 0.005 else "unchanged"


def _line(told: Told, note: Note, base: str) -> str:
    return f"{_linked(told, note, base)}{_told_foot(told)}"


def _linked(told: Told, note: Note, base: str) -> str:
    return f"[{escaped(told.text)}]({note.link(told.page, base)})" if told.page else escaped(told.text)


def _told_foot(told: Told) -> str:
    return f" *{escaped(told.foot)}*" if told.foot else ""


def _foot(told: Told) -> list[str]:
    return [f"*{escaped(told.foot)}*"] if told.foot else []
