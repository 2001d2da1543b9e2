"""What is found of numbers whose digest is right: whether the store knew them then and what it knows now, in words and as facts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from components import frame, links, sentences, window
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
STRANGE = "Refused: the content names readings that this board does not have: {names}."
ELSEWHERE = "Refused: the days in the content are not those of a page that it could be of."
LINES = "Its lines were not compared."
HUGE = 1e15
"""From here on a number is written by its size: no reading has so many digits."""


@dataclass(frozen=True)
class Change:
    """A reading, the values it had and has, None where there is none, and what differs, in words."""

    id: str
    then: float | None
    now: float | None
    words: tuple[str, str]


@dataclass(frozen=True)
class Answer:
    """What was found: whether it holds, one sentence, and the facts behind it."""

    ok: bool
    sentence: str
    facts: dict[str, Any] = field(default_factory=dict)


def compared(content: Any, digest: str, kept: cached.Pin | None) -> Answer:
    """Hold content whose digest is right against what the store knew then, and against what it knows now."""
    place = _place(content)
    view = cached.seen(place.window.as_of, place.window.known)
    if "known" in content:  # a note's does not say by when its numbers had arrived
        place = links.arrived(place, view.board.arrived)
    known = places.says(place, view, view.values)
    if any(content.get(name) != known.get(name) for name in ("as_of", "known", "from", "to")):
        raise Said(422, ELSEWHERE)
    told = {name: content["readings"][name] for name in READINGS if name in content["readings"]}
    wrong = [_change(name, told[name], known["readings"].get(name)) for name in proof.altered(content, known)]
    now = places.says(place, view, cached.since(view))
    revised = [
        _change(name, known["readings"].get(name), now["readings"].get(name))
        for name, _, _ in proof.differences(known, now)
        if name in told
    ]
    ok = not wrong and content.get("board") == known["board"]
    facts: dict[str, Any] = {
        "digest": digest,
        "page": place.page,
        "title": frame.BY_NAME[place.page].title if place.page in frame.BY_NAME else place.page,
        "board": known["board"],
        "as_of": known["as_of"],
        "known": known.get("known"),
        "from": known["from"],
        "to": known["to"],
        "kept": None if kept is None else proof.instant(kept.created),
        "path": links.address(place) if place.page in frame.BY_NAME else None,
        "numbers": [_number(name, one) for name, one in told.items()],
        "binds": PIXELS,
        "differences": [_fact(one) for one in wrong],
        "revised": [_fact(one) | {"known": _learned(one.id, view)} for one in revised],
        "lines": sorted(map(shown, content["series"])) if isinstance(content.get("series"), dict) else [],
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
        query |= {"known": str(content["known"])} if "known" in content else {}
        chosen = dict(content.get("chosen", {}))
        query |= {name: str(chosen[name]) for name in window.SET if name in chosen}
    except (TypeError, ValueError, OverflowError):
        raise Said(422, NO_DAYS) from None
    if strange := [name for name in content["readings"] if name not in READINGS]:
        named = [shown(name) for name in strange[:NAMED]] + [f"{len(strange) - NAMED} more"] * (len(strange) > NAMED)
        raise Said(422, STRANGE.format(names=sentences.listed(named)))
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
            f"Not what this store knew {when}: {len(wrong)} of {sentences.count(len(content['readings']), 'number')} "
            f"differ{'s' * (len(wrong) == 1)} ({_listed(wrong, 'the store says')})."
        )
    lines = f" {LINES}" if content.get("series") else ""
    if not count:
        return f"{ALONE} {when}.{lines}"
    made = " on the sample board, where numbers are partly made" if known["board"] == "sample" else ""
    text = f"The same numbers: {sentences.count(count, 'number')} as known {when}{made}.{lines}"
    if revised:
        text += f" The store knows more now: {len(revised)} differ{'s' * (len(revised) == 1)} ({_listed(revised, '→')})."
    return text


def _listed(changes: Sequence[Change], between: str) -> str:
    told = [f"{label(one.id)} {one.words[0]} {between} {one.words[1]}" for one in changes[:NAMED]]
    return "; ".join(told) + (f" and {len(changes) - NAMED} more" if len(changes) > NAMED else "")


def _change(name: str, then: Any, now: Any) -> Change:
    """Say what differs between two readings as content has them: the value; where it is the same, unit and time."""
    values = proof.number(then), proof.number(now)
    if values[0] == values[1]:
        return Change(name, *values, (_beside(then), _beside(now)))
    both = _written(values[0], name), _written(values[1], name)
    return Change(name, *values, both if both[0] != both[1] else (repr(values[0]), repr(values[1])))


def _beside(told: Any) -> str:
    """Write what a reading says beside its value, or what stands in place of a reading."""
    if told is None:
        return "not known"
    parts = told[proof.number(told) is not None :][:NAMED] if isinstance(told, list) else [told]
    return f"“{' '.join(shown(str(part)) for part in parts)}”"


def _written(value: float | None, name: str) -> str:
    if value is not None and abs(value) >= HUGE:
        return f"{value:g}".replace("-", "−")
    return places.written(value, name)


def label(name: str) -> str:
    """Name a reading for a person; one that the board no longer has, by its id."""
    return READINGS[name].label if name in READINGS else shown(name)


def _number(name: str, told: Any) -> dict[str, Any]:
    value = proof.number(told)
    rest = [str(part) for part in told[1:3]] if isinstance(told, list) else []
    unit, time = [*rest, "", ""][:2]
    return {"id": name, "label": label(name), "value": value, "unit": unit, "time": time, "text": _written(value, name)}


def _fact(change: Change) -> dict[str, Any]:
    text = " → ".join(change.words)
    return {"id": change.id, "label": label(change.id), "from": change.then, "to": change.now, "text": text}


def _learned(name: str, view: cached.View) -> str | None:
    learned = cached.revised_at(READINGS[name].inputs, view) if name in READINGS else None
    return None if learned is None else proof.instant(learned)


def written(answer: Answer) -> str:
    """Write an answer for a person."""
    facts = answer.facts
    text = f"<h1>Are these our numbers?</h1>{sheets.said(answer.sentence, refused=not answer.ok)}"
    about = [f"{facts['title']}, {facts['from']} to {facts['to']}", f"as of {facts['as_of']}"]
    about += [f"arrived by {facts['known']}"] if facts["known"] else []
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
    lines = f" The digest binds lines, too ({', '.join(facts['lines'])}); they were not compared." if facts["lines"] else ""
    return f'{text}<p class="gray">{escape(PIXELS + lines)}</p>'


def _table(title: str, heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in heads)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<h2>{escape(title)}</h2><div class="scroll"><table><tr>{head}</tr>{body}</table></div>'
