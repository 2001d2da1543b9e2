"""The morning note: what there is to say as of a day, each topic beside its picture; to be taken away in six formats."""

import json
from collections.abc import Mapping
from functools import partial
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from components import charts, frame, handed, sentences, take, tiles, zoom
from components.window import choose
from data_sources import cached
from notes import archive, cards, desk, paper, render_html
from notes.compose import compose
from notes.note import Note, Topic
from notes.render_json import data
from notes.render_markdown import markdown
from notes.render_text import text

FORMATS = (
    ("Markdown", "md", "text/markdown"), ("HTML", "html", "text/html"), ("PDF", "pdf", "application/pdf"),
    ("PNG card", "png", "image/png"), ("Text for chat", "txt", "text/plain"), ("JSON", "json", "application/json"),
)
PRINTED = ("pdf", "png")
TILES = (
    "stress_index", "btc_price_to_cost", "btc_etf_net_flow", "spx_drawdown", "crypto_fear_greed", "vix", "bnb_btc_beta_30d",
    "connectedness_total",
)
DAY = pd.Timedelta(days=1)

row = frame.enter("note")
window = choose(*cached.limits())
view = cached.view(window.as_of, window.known)
frame.notices(sentences.notices(view, cached.today(), window.as_of, window.known))
as_of = view.board.as_of
eve = cached.view(as_of - DAY, window.known) if as_of > view.board.first else None
note: Note = view.keep("note", partial(compose, view, eve))
tiles.show(tiles.verdict(row.question, note.headline.text, note.headline.state))
tiles.show(view.keep((row.name, "tiles"), partial(tiles.row, view.values, TILES, view.series)))
base, reason = desk.base() or str(st.context.url or "").rpartition("/")[0], paper.missing()
tiles.show(f'<div class="fl-morning">{render_html.index(note, base)}{render_html.movers(note)}</div>')


def written(form: str) -> bytes:
    """The note in one format, for a file."""
    if form == "json":
        return json.dumps(data(note, view.values, base), indent=1, allow_nan=False, ensure_ascii=False).encode()
    if form in ("md", "txt"):
        return (markdown if form == "md" else text)(note, base).encode()
    return paper.printed(form, note, paper.pictures(note, view), base, archive.linked(note, base))


def figure(page: str) -> charts.Figure:
    """A topic's picture, over the window."""
    drawn = cards.figure(page, view.series, window.start, window.end, ())
    return charts.footed(drawn, sentences.oldest(view.ages(cards.inputs(page))), window)


def show(topic: Topic) -> None:
    """Put a topic beside its picture."""
    told, drawn = st.columns([2, 3])
    with told:
        tiles.show(f'<div class="fl-morning">{render_html.topic(topic, note, base)}</div>')
    with drawn:
        charts.draw(view.keep(("note", topic.page, window.start, window.end), partial(figure, topic.page)), f"note_{topic.page}")


@st.fragment
def files() -> None:
    """The note as files; why one that a browser of the server's prints could not be made is said."""
    asked = ""
    with st.container(horizontal=True, gap="small", key="fl-note-files"):
        for label, ending, kind in FORMATS:
            key, printed, make = f"note_{ending}", ending in PRINTED, partial(written, ending)
            offer = partial(st.download_button, label, file_name=f"{note.name}.{ending}", mime=kind, key=key)
            if not printed:
                offer(make, on_click="ignore")
            elif offer(handed.made(key, make, paper.FAILURES), disabled=bool(reason), help=reason or None):
                asked = key
    if asked:
        with st.spinner("The file is being printed"):
            told = handed.outcome(asked)
        if told:
            st.warning(told, icon=":material/print_disabled:")


files()
zoom.listen(row.name, every=True)
for topic in note.topics:
    show(topic)
tiles.show(f'<div class="fl-morning">{render_html.rest(note, base)}</div>')


@st.fragment
def compare() -> None:
    """Keep this note, and say what it says otherwise than one of the archive."""
    st.button("Keep this note in the archive", on_click=lambda: st.toast(archive.keep_here(note, view.values)), key="note_keep")
    kept = archive.listed()
    if not kept:
        tiles.show(tiles.note("The archive is empty: no morning note has been sent yet, and none was kept by hand."))
        return
    names = {one.id: f"{one.title} · kept {one.created:%d %b %Y %H:%M} UTC{' · sent' * bool(one.slot)}" for one in kept}
    bodies: dict[str, Mapping[str, Any]] = {one.id: one.body for one in kept}
    both = {"": f"This note: {note.title}"} | names
    left, right = st.columns(2)
    one = left.selectbox("From", names, format_func=names.__getitem__, key="note_from")
    other = right.selectbox("To", both, format_func=both.__getitem__, key="note_to")
    found = archive.difference(bodies[one], bodies[other] if other else data(note, view.values))
    told = f"{sentences.count(len(found.readings), 'reading')} told otherwise"
    tiles.show(tiles.table(("reading", "from", "to", "state"), found.readings, caption=told))
    for title, lines in (("Said only in the first", found.gone), ("Said only in the second", found.come)):
        items = "".join(f"<li>{escape(line)}</li>" for line in lines)
        tiles.show(f'<div class="fl-morning"><h3>{title}</h3><ul>{items}</ul></div>' if lines else "")


with st.expander("The archive: keep this note, compare any two"):
    compare()
take.foot(row, view, dict.fromkeys(pair for topic in note.topics for pair in cards.inputs(topic.page)))
