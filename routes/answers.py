"""What is found of numbers whose digest is right: whether the store knew them then and what it knows now, in words and as facts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

import numpy as np

from components import frame, links, sentences
from components.days import shown
from components.links import Place
from data_sources import cached
from indicators.readings import READINGS
from notes import proof
from routes import places, sheets
from routes.sheets import Said

NAMED = 3
"""Numbers that a sentence names."""
NO_DAYS = "Refused: the content names no readings, or no instant that they were known at."
ALONE = "Intact: nothing was changed since the digest was made. No reading is among the numbers, to be held against what was known"
PIXELS = "A digest binds numbers, not pixels: compare these with those in the picture."
Change = tuple[str, float | None, float | None]
"""A reading, what it said and what it says."""


@dataclass(frozen=True)
class Answer:
    """What was found: whether it holds, one sentence, and the facts behind it."""

    ok: bool
    sentence: str
    facts: dict[str, Any] = field(default_factory=dict)


def compared(content: Any, digest: str, kept: cached.Pin | None) -> Answer:
    """Hold content whose digest is right against what the store knew then, and against what it knows now."""
    place = _place(content)
    view = cached.seen(place.window.as_of)
    known = places.says(place, view, view.values)
    told = {name: content["readings"][name] for name in (*READINGS, *sorted(content["readings"])) if name in content["readings"]}
    wrong = [one for one in proof.differences(content, known) if one[0] in told]
    now = places.says(place, view, cached.since(view))
    revised = [one for one in proof.differences(known, now) if one[0] in told]
    ok = not wrong and content.get("board") == known["board"]
    facts: dict[str, Any] = {
        "digest": digest,
        "page": place.page,
        "title": frame.BY_NAME[place.page].title if place.page in frame.BY_NAME else place.page,
        "board": known["board"],
        "as_of": content["as_of"],
        "from": content.get("from"),
        "to": content.get("to"),
        "kept": None if kept is None else proof.instant(kept.created),
        "path": links.address(place) if place.page in frame.BY_NAME else None,
        "numbers": [_number(name, one) for name, one in told.items()],
        "differences": [_change(*one) for one in wrong],
        "revised": [_change(*one) | {"known": _learned(one[0], place)} for one in revised],
        "lines": sorted(map(str, content["series"])) if isinstance(content.get("series"), dict) else [],
    }
    return Answer(ok, _sentence(content, place, known, wrong, revised), facts)


def _place(content: Any) -> Place:
    """Read the place that content speaks of; a note's is the overview's days under its own name."""
    try:
        if not isinstance(content, dict) or not isinstance(content.get("readings"), dict):
            raise TypeError
        as_of = proof.as_of(content)
        query = {name: str(content.get(name, "")) for name in ("from", "to")}
        query |= {"as_of": proof.instant(as_of) if as_of != as_of.normalize() else f"{as_of:%Y-%m-%d}"}
        query |= {str(name): str(value) for name, value in dict(content.get("chosen", {})).items()}
    except (TypeError, ValueError, OverflowError):
        raise Said(422, NO_DAYS) from None
    name = str(content.get("page", ""))
    place = links.of_query(query | {"page": name if name in frame.BY_NAME else frame.PAGES[0].name}, places.span())
    if place.window.as_of != as_of or place.complaints:
        raise Said(422, " ".join(("Refused: the content names days that cannot be shown.", *place.complaints)))
    return Place(name, place.window, place.chosen, version=links.VERSION)


def _sentence(
    content: dict[str, Any], place: Place, known: dict[str, Any], wrong: Sequence[Change], revised: Sequence[Change]
) -> str:
    count, when = sum(told is not None for told in content["readings"].values()), places.when(place)
    if content.get("board") != known["board"]:
        board = shown(str(content.get("board")))
        return f"Not the same board: these are numbers of a {board} board, and this is a {known['board']} one."
    if wrong:
        return (
            f"Not what this store knew {when}: {len(wrong)} of {sentences.count(len(content['readings']), 'number')} differ "
            f"({_listed(wrong, 'the store says')})."
        )
    if not count:
        return f"{ALONE} {when}."
    made = " on the sample board, where numbers are partly made" if known["board"] == "sample" else ""
    text = f"The same numbers: {sentences.count(count, 'number')} as known {when}{made}."
    if revised:
        text += f" The store knows more now: {len(revised)} differ{'s' * (len(revised) == 1)} ({_listed(revised, '→')})."
    return text


def _listed(changes: Sequence[Change], between: str) -> str:
    told = [f"{label(name)} {_pair(name, then, now, between)}" for name, then, now in changes[:NAMED]]
    return "; ".join(told) + (f" and {len(changes) - NAMED} more" if len(changes) > NAMED else "")


def _pair(name: str, then: float | None, now: float | None, between: str) -> str:
    """Write two values of a reading; as they are where rounding makes them look the same."""
    both = places.written(then, name), places.written(now, name)
    both = both if both[0] != both[1] else (repr(then), repr(now))
    return f"{both[0]} {between} {both[1]}"


def label(name: str) -> str:
    """Name a reading for a person; one that the board no longer has, by its id."""
    return READINGS[name].label if name in READINGS else shown(name)


def _number(name: str, told: Any) -> dict[str, Any]:
    value = told[0] if isinstance(told, list) and told and isinstance(told[0], int | float) and np.isfinite(told[0]) else None
    rest = [str(part) for part in told[1:3]] if isinstance(told, list) else []
    unit, time = [*rest, "", ""][:2]
    text = places.written(None if value is None else float(value), name)
    return {"id": name, "label": label(name), "value": value, "unit": unit, "time": time, "text": text}


def _change(name: str, then: float | None, now: float | None) -> dict[str, Any]:
    text = _pair(name, then, now, "→")
    return {"id": name, "label": label(name), "from": then, "to": now, "text": text}


def _learned(name: str, place: Place) -> str | None:
    assert place.window.as_of is not None
    learned = cached.revised_at(READINGS[name].inputs, place.window.as_of) if name in READINGS else None
    return None if learned is None else proof.instant(learned)


def written(answer: Answer) -> str:
    """Write an answer for a person."""
    facts = answer.facts
    text = f"<h1>Are these our numbers?</h1>{sheets.said(answer.sentence, refused=not answer.ok)}"
    about = [f"{facts['title']}, {facts['from']} to {facts['to']}", f"as of {facts['as_of']}"]
    about += [f"kept {facts['kept']}"] if facts["kept"] else []
    text += f'<p class="gray">{escape(" · ".join(about))}<br>Digest <code>{escape(facts["digest"])}</code></p>'
    if facts["path"]:
        text += f'<p><a href=".{escape(facts["path"])}">Open the board there</a></p>'
    for title, key in (("What this store knew then is another number", "differences"), ("Revised since", "revised")):
        rows = [(one["label"], one["text"], one.get("known") or "") for one in facts[key]]
        text += _table(title, ("Reading", "from → to", "learned"), rows) if rows else ""
    text += _table(
        "The numbers", ("Reading", "value", "time"), [(one["label"], one["text"], one["time"]) for one in facts["numbers"]]
    )
    lines = f" The lines of the picture ({', '.join(facts['lines'])}) are bound by the digest, too." if facts["lines"] else ""
    return f'{text}<p class="gray">{escape(PIXELS + lines)}</p>'


def _table(title: str, heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in heads)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<h2>{escape(title)}</h2><div class="scroll"><table><tr>{head}</tr>{body}</table></div>'
