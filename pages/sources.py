"""Sources: whether every number is as new as it should be; who was asked, when, and what came of it."""

from dataclasses import replace
from functools import partial

import pandas as pd
import streamlit as st

from components import feed_rows, feeds, frame, sentences, take, tiles
from data_sources import cached

CLOCKS, RUNNING = 20.0, 1.0
"""Seconds between two looks at the clocks, and at a refresh that is under way."""


def now() -> pd.Timestamp:
    """The moment at which clocks are read, UTC."""
    return pd.Timestamp.now("UTC")


def drilled_here() -> None:
    """Take for down what is chosen, on this server."""
    cached.drill(st.session_state["drilled"])


row = frame.enter("sources")
view = cached.view(None)
asking, needs, run, off = cached.asking(), cached.needs(), cached.progress(), cached.drilled()
# This page says itself, and in full, what a notice elsewhere only hints at: why nobody could be used.
told = sentences.notices(replace(view, asking=None), cached.today())
asked_for = [("later", feeds.NOW_ONLY)] if "as_of" in st.query_params else []
frame.notices([*feeds.drill_notices(off, asking), *told, *asked_for])
tiles.show(tiles.verdict(row.question, *feeds.verdict(asking, needs, run, live=view.board.kind == "live")))


@st.fragment(run_every=CLOCKS)
def asked() -> None:
    """When somebody was asked last; goes on while the page stays open."""
    tiles.show(tiles.note(feeds.asked(cached.asking(), cached.progress(), now())))


with st.container(horizontal=True, vertical_alignment="center", gap="small", key="fl-feed-controls"):
    st.button("Ask now", on_click=cached.refresh, disabled=run.running, key="ask", icon=":material/sync:")
    st.download_button(
        "CSV", partial(feed_rows.table_csv, asking, needs), feeds.file_name(now()), "text/csv", key="csv", on_click="ignore",
        icon=":material/download:",
    )
    asked()


@st.fragment(run_every=RUNNING)
def follow_run() -> None:
    """How far the refresh is; the page is drawn again when it has ended."""
    running = cached.progress()
    if not running.running:
        st.rerun()
    tiles.show(feed_rows.progress(running))


if run.running:
    follow_run()

if cached.drills():
    choices = feeds.drillable(needs)
    st.session_state["drilled"] = [name for name in choices if name in off]  # the server's list, whoever changed it
    st.multiselect(
        "Pretend these are down", choices, key="drilled", on_change=drilled_here, format_func=partial(feeds.publisher, asking),
        placeholder="publishers or single sources", width=760,
    )
else:
    tiles.show(tiles.note(feeds.DRILLS_OFF))


@st.fragment(run_every=CLOCKS)
def table() -> None:
    """Every feed, worst first; its clocks go on while the page stays open."""
    if cached.progress().running != run.running:
        st.rerun()
    tiles.show(feed_rows.table(cached.asking(), needs, now()))


tiles.show(feed_rows.states(asking))
table()
tiles.show(feed_rows.publishers(asking, needs, now()))
tiles.show(feed_rows.foot())
take.foot(row, view, ())
