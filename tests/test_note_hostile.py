"""Whoever imports numbers may name anything anything: no format of the note takes a name for more than a name."""

import dataclasses
import json
from functools import cache
from html.parser import HTMLParser

import pandas as pd
import pytest

from notes import desk
from notes.note import Note, Told, clean
from notes.render_html import card, document
from notes.render_json import noted
from notes.render_markdown import escaped, markdown
from notes.render_text import text

NAMES = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "[click](javascript:alert(1))",
    "![x](https://evil.example/x.png)",
    "</title><svg/onload=alert(1)>",
    "a\n# heading\n| cell | cell |",
    "<!channel> @everyone <https://evil.example|here>",
    "`code` **bold** $x^2$ ~~gone~~ &lt;b&gt;",
    "\u202ethgir ot tfel\x1b[31m",
    "https://evil.example www.evil.example mailto:a@b.example",
    "javascript:alert(1)",
    "=cmd|' /C calc'!A0",
)
ALLOWED = {
    "html", "head", "meta", "title", "style", "body", "header", "h1", "h2", "h3", "p", "a", "small", "span", "div", "section", "ul",
    "li", "table", "thead", "tbody", "tr", "th", "td", "img", "footer",
}  # fmt: skip


class Seen(HTMLParser):
    """Collects the tags, links and attributes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links |= {value or "" for name, value in attrs if name in ("href", "src")}


@cache
def ordinary() -> Note:
    return desk.noted(pd.Timestamp("2025-11-20").date())[0]


def hostile(name: str) -> Note:
    note = ordinary()
    told = Told(clean(name), "fear", ("vix",), f"20 Nov 2025 · same day · {clean(name)}", "extreme")
    topics = tuple(dataclasses.replace(topic, verdict=told, lines=(told,)) for topic in note.topics)
    changes = dataclasses.replace(note.changes, crossed=(told,), revised=(told,))
    return dataclasses.replace(
        note, notices=(clean(name),), headline=told, index=told, topics=topics, beside=(told,), extremes=(told,),
        more=(clean(name),), changes=changes, late=(told,), missing=(told,), sources=(clean(name),),
    )  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_html_shows_a_hostile_name_as_text(name: str) -> None:
    note = hostile(name)
    for written in (document(note, "", {"fear": name}), card(note, {"fear": name})):
        seen = Seen()
        seen.feed(written)
        assert seen.tags <= ALLOWED
        assert not any(attribute.startswith("on") for attribute in seen.attributes)
        assert all(link.startswith("/") for link in seen.links)
        assert "default-src &#x27;none&#x27;" in written


@pytest.mark.parametrize("name", NAMES)
def test_markdown_shows_a_hostile_name_as_text(name: str) -> None:
    written = markdown(hostile(name))
    opened = written.replace("\\\\", "")
    for sign in (
        "<script",
        "<img",
        "<svg",
        "](javascript",
        "](https",
        "![x",
        "<!channel",
        "@everyone",
        "`code",
        "**bold",
        "~~gone",
    ):
        assert sign not in opened.replace(f"\\{sign[0]}", "")
    assert "\n# heading" not in written
    assert "https://evil" not in written
    assert "www.evil" not in written
    assert "\u202e" not in written
    assert "\x1b" not in written


@pytest.mark.parametrize("name", NAMES)
def test_plain_text_calls_nobody_and_controls_no_terminal(name: str) -> None:
    written = text(hostile(name))
    assert not set("<>@`\x1b\u202e") & set(written)
    assert "\n# heading" not in written


@pytest.mark.parametrize("name", NAMES)
def test_json_reads_back_as_it_was_written(name: str) -> None:
    note = hostile(name)
    written = json.dumps(noted(note), allow_nan=False, ensure_ascii=False).encode()
    assert json.loads(written)["headline"]["text"] == clean(name)


@pytest.mark.parametrize(
    ("plain", "shown"),
    [
        ("a_b*c", r"a\_b\*c"),
        ("- item", r"\- item"),
        ("1. item", r"1\. item"),
        ("S&P 500", r"S\&P 500"),
        ("fear & greed", "fear & greed"),
        ("−$5.57 bn (5 days)", r"−\$5.57 bn (5 days)"),
        ("back\\slash", r"back\\slash"),
    ],
)
def test_what_markdown_gives_a_meaning_to_is_escaped(plain: str, shown: str) -> None:
    assert escaped(plain) == shown
