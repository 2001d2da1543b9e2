"""The note as HTML: a fragment for the board's own page, a page of its own for a mail or paper, and a card for a picture."""

import re
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path

from notes import proof
from notes.note import Note, Told, Topic
from notes.render_markdown import moved

STYLE = Path(__file__).with_name("note.css")
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
"""The page needs no script, no host and no frame, and may have none."""
MONEY = re.compile(r"[−+]?\$[\d.,]*\d( (tn|bn|m)\b)?")
"""Amounts that no line may break apart."""
Pictures = Mapping[str, bytes | str]
"""By page, PNG or the sentence that says why there is none."""
NONE: Pictures = {}
NAMED = 4
"""Changes of each kind that a card has room for."""


def document(note: Note, base: str = "", pictures: Pictures = NONE, size: float = 8.0, link: str = "") -> str:
    """Write the whole note as a page of its own; its pictures are in it.

    Parameters
    ----------
    note : Note
    base : str
        Address at which the board is reached; "" for links that begin with a slash.
    pictures : mapping of bytes or str
        By page, PNG, or why there is none.
    size : float
        Pixels of its letters on paper.
    link : str
        Short link to what the note speaks of; "" prints none.
    """
    written = "".join(
        f'<section class="fl-note-topic">{topic(one, note, base)}{_picture(one, pictures)}</section>' for one in note.topics
    )
    written += f'<section class="fl-note-topic">{_source(note)}{_lists(_else(note, base))}</section>'
    below = _lists((_since(note, base), _late(note, base)))
    return _page(note, "fl-paper", f'{head(note, base)}<div class="fl-note-topics">{written}</div>{below}{_end(note, link)}', size)


def card(note: Note, pictures: Pictures = NONE, link: str = "") -> str:
    """Write the headline, the index and the five topics with their pictures, to be made a picture itself."""
    parts = [f"{_question(one)}{_picture(one, pictures)}{_sentence(one.verdict, note, None)}" for one in note.topics]
    changes = [("Thresholds crossed", note.changes.crossed), ("Streaks", note.changes.streaks)]
    parts.append(_source(note) + _lists([_section("Since yesterday's note", _changes(changes, note, None, NAMED))]))
    topics = "".join(f'<section class="fl-note-topic">{part}</section>' for part in parts)
    return _page(note, "fl-card", f'{head(note, None)}<div class="fl-note-topics">{topics}</div>{_end(note, link)}')


def head(note: Note, base: str | None) -> str:
    """Write the title, what holds for the whole note, the verdict and the stress index."""
    notices = "".join(f'<p class="fl-note-notice">{escape(line)}</p>' for line in note.notices)
    verdict = f'<p class="fl-note-verdict fl-{escape(note.headline.state)}">{_linked(note.headline, note, base)}</p>'
    return (
        f'<header class="fl-note-head"><h1>{escape(note.title)}</h1>{notices}{verdict}{_foot(note.headline, note)}'
        f"{index(note, base)}</header>"
    )


def index(note: Note, base: str | None = "") -> str:
    """Write the stress index: where it stands and how it moved."""
    return _sentence(note.index, note, base)


def movers(note: Note) -> str:
    """Write the pillars of the stress index, the one that moved most first; empty where none is known."""
    rows = "".join(
        f"<tr><td>{escape(one.name)}</td><td>{one.rank:.2f}</td><td>{escape(moved(one))}</td><td>{one.adds:.3f}</td></tr>"
        for one in note.movers
    )
    columns = "<tr><th>pillar</th><th>rank, 0–1</th><th>moved in a day</th><th>adds</th></tr>"
    return f'<table class="fl-note-movers"><thead>{columns}</thead><tbody>{rows}</tbody></table>' if rows else ""


def topic(told: Topic, note: Note, base: str | None = "") -> str:
    """Write one topic: its question, its verdict and the sentences under it."""
    lines = "".join(f"<li>{_told(line, note, base)}</li>" for line in told.lines)
    return f"{_question(told)}{_sentence(told.verdict, note, base)}{f'<ul>{lines}</ul>' if lines else ''}"


def rest(note: Note, base: str | None = "") -> str:
    """Write what stands under the topics: what is told beside them, what else is extreme, what changed, what is late."""
    return _lists((*_else(note, base), _since(note, base), _late(note, base))) + _end(note)


def _else(note: Note, base: str | None) -> tuple[str, str]:
    more = f'<p class="fl-note-more">And {len(note.more)} more: {escape("; ".join(note.more))}.</p>' if note.more else ""
    beside = _section("Beside the five", _list(note.beside, note, base))
    return beside, _section("What else is extreme", _list(note.extremes, note, base) + more)


def _since(note: Note, base: str | None) -> str:
    changed = _changes(note.changes.groups, note, base)
    changed = changed or "<p>No threshold was crossed, no rank moved by a tenth of its year, no streak changed.</p>"
    return _section("Since yesterday's note", changed)


def _late(note: Note, base: str | None) -> str:
    return _section("Late or not known", _list((*note.late, *note.missing), note, base), "fl-note-late")


def _changes(groups: Iterable[tuple[str, Sequence[Told]]], note: Note, base: str | None, most: int | None = None) -> str:
    return "".join(f"<h3>{escape(title)}</h3>{_list(told[:most], note, base)}" for title, told in groups if told)


def _lists(sections: Iterable[str]) -> str:
    return f'<div class="fl-note-rest">{"".join(sections)}</div>'


def _end(note: Note, link: str = "") -> str:
    """Say what every number is of, whose they are, on which board, by which digest and where they can be opened."""
    dated = f"They are of {note.as_of:%d %b %Y} where no other day is named."
    board = f"Board: {'SAMPLE, numbers partly made, not a market' if note.sample else note.board}."
    told = [note.known, dated, board, f"Digest {proof.short(proof.digest(note.content))}.", *([link] if link else [])]
    return f'<footer class="fl-note-foot">{escape(" ".join(told))}</footer>'


def _page(note: Note, kind: str, body: str, size: float = 8.0) -> str:
    meta = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(note.title)}</title>'
    policy = f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">'
    style = f"<style>{STYLE.read_text(encoding='utf-8')}:root {{ --paper: {size:g}px; }}</style>"
    return f'<!doctype html><html lang="en"><head>{meta}{policy}{style}</head><body class="{kind}">{body}</body></html>\n'


def _source(note: Note) -> str:
    table = movers(note)
    return f"<h2>Where does the stress come from?</h2>{table}" if table else ""


def _question(told: Topic) -> str:
    return f"<h2>{escape(told.question)}</h2>"


def _picture(told: Topic, pictures: Pictures) -> str:
    drawn = pictures.get(told.page)
    if drawn is None:
        return ""
    if isinstance(drawn, str):
        return f'<p class="fl-note-nopicture">No picture: {escape(drawn)}</p>'
    return f'<img alt="{escape(told.question)}" src="data:image/png;base64,{b64encode(drawn).decode()}">'


def _section(title: str, body: str, kind: str = "") -> str:
    return f'<section class="{kind}"><h2>{escape(title)}</h2>{body}</section>' if body else ""


def _list(told: Iterable[Told], note: Note, base: str | None) -> str:
    items = "".join(f'<li class="fl-{escape(one.state)}">{_told(one, note, base)}</li>' for one in told)
    return f"<ul>{items}</ul>" if items else ""


def _sentence(told: Told, note: Note, base: str | None) -> str:
    return f'<p class="fl-note-told fl-{escape(told.state)}">{_told(told, note, base)}</p>'


def _told(told: Told, note: Note, base: str | None) -> str:
    return f"{_linked(told, note, base)} {_foot(told, note)}" if told.foot else _linked(told, note, base)


def _linked(told: Told, note: Note, base: str | None) -> str:
    """Write a sentence as a link to its chart; without a base to link to, as text."""
    text = MONEY.sub(r'<span class="fl-whole">\g<0></span>', escape(told.text))
    return text if base is None or not told.page else f'<a href="{escape(note.link(told.page, base))}">{text}</a>'


def _foot(told: Told, note: Note) -> str:
    """Write day, age and publishers; where the day is the note's own, its part has a name, since paper says it once for all."""
    if not told.foot:
        return ""
    day = f"{note.as_of:%d %b %Y} · same day · "
    own, whose = (day, told.foot[len(day) :]) if told.foot.startswith(day) else ("", told.foot)
    return f'<small class="fl-note-age">{f"<span>{escape(own)}</span>" if own else ""}{escape(whose)}</small>'
