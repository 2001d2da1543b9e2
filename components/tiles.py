"""Tiles: a number, its change, its rank in its own year, its state, its age and its publisher; and the verdict above."""

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st

from components import record, sentences
from indicators.readings import READINGS, Value

if TYPE_CHECKING:
    from data_sources.cached import Source

MONEY = re.compile(r"[−+]?\$[\d.,]+( (tn|bn|m)\b)?")
"""Amounts that no line may break apart."""
RANKS = ("_percentile_1y", "_rank_1y")
"""Readings that are themselves a place in the year."""
SPARK = 64
"""Points of a tile's line."""


def verdict(question: str, sentence: str, state: str) -> str:
    """Write a page's question and, under it, the answer in one sentence, marked with the worst state in it."""
    told = MONEY.sub(r'<span class="fl-whole">\g<0></span>', escape(sentence))
    return f'<p class="fl-question">{escape(question)}</p><p class="fl-verdict fl-{escape(state)}">{told}</p>'


def show(html: str) -> None:
    """Put written HTML on the page and into its record; nothing where nothing was written."""
    if html:
        record.html(html)
        st.html(html)


def row(values: Mapping[str, Value], names: Sequence[str], series: Mapping[str, pd.Series]) -> str:
    """Write one tile per reading, in the given order; a reading without a value says why."""
    cells = "".join(tile(values[name], series.get(name)) for name in names)
    return f'<div class="fl-tiles">{cells}</div>'


def tile(value: Value, history: pd.Series | None = None) -> str:
    """Write one tile as HTML; everything that came from outside is escaped."""
    reading = READINGS[value.id]
    known = np.isfinite(value.value)
    head = (
        f'<div class="fl-label" title="{escape(sentences.meaning(value.id))}">'
        f"{escape(reading.label)}{state_chip(value.state)}</div>"
        f'<div class="fl-value">{escape(sentences.reading(value.value, value.id)) if known else "—"}</div>'
    )
    if not known:
        return f'<div class="fl-tile fl-unknown">{head}<div class="fl-why">{escape(value.why)}{feed_chip(value)}</div></div>'
    foot = (
        f'<div class="fl-change">{escape(sentences.change(value))}</div>{_spark(history)}{_rank_of(value)}'
        f'<div class="fl-age" title="{escape(value.why)}">{escape(sentences.age(value))}{feed_chip(value)}</div>'
    )
    return f'<div class="fl-tile fl-{escape(value.state)}">{head}{foot}</div>'


def state_chip(state: str) -> str:
    """Write a state as a small chip; calm needs none."""
    return "" if state == "calm" else f'<span class="fl-chip fl-{escape(state)}">{escape(state)}</span>'


def feed_chip(held: "Value | Source") -> str:
    """Write how a number's feed stands, where it is not as new as it should be; the reason is its title."""
    if held.feed not in sentences.FEEDS:
        return ""
    return f' <span class="fl-chip fl-feed-{escape(held.feed)}" title="{escape(held.feed_why)}">{escape(held.feed)}</span>'


def rank_bar(percentile: float) -> str:
    """Write a one-year percentile as a mark on a line, with its number."""
    if not np.isfinite(percentile):
        return '<div class="fl-rank"><small>no full year yet</small></div>'
    return (
        f'<div class="fl-rank"><span class="fl-track"><i style="left:calc({percentile:.1%} - {3 * percentile:.1f}px)"></i></span>'
        f"<small>1y pct {sentences.percentile(percentile)}</small></div>"
    )


def _rank_of(value: Value) -> str:
    """Write a reading's place in its year; of a reading that is itself such a place there is none."""
    return "" if value.id.endswith(RANKS) else rank_bar(value.percentile_1y)


def table(columns: Sequence[str], rows: Iterable[Sequence[str]], *, caption: str = "", numeric: int = 1) -> str:
    """Write a small table of text; columns from ``numeric`` on are set flush right."""
    sides = ["" if at < numeric else " class=fl-num" for at in range(len(columns))]
    head = "".join(f"<th{side}>{escape(name)}</th>" for name, side in zip(columns, sides, strict=True))
    body = "".join(
        "<tr>" + "".join(f"<td{side}>{escape(cell)}</td>" for cell, side in zip(cells, sides, strict=True)) + "</tr>"
        for cells in rows
    )
    title = f'<p class="fl-caption">{escape(caption)}</p>' if caption else ""
    body = body or f'<tr><td colspan="{len(columns)}" class="fl-gray">none</td></tr>'
    inner = f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
    return f'{title}<div class="fl-scroll"><table class="fl-table">{inner}</table></div>'


def readings(values: Iterable[Value]) -> str:
    """Write readings as rows: value, change, place in their year, state and age; without a value, why."""
    rows = "".join(map(_reading_row, values))
    return f'<div class="fl-scroll"><table class="fl-table fl-readings"><tbody>{rows}</tbody></table></div>'


def _reading_row(value: Value) -> str:
    told = f"{escape(READINGS[value.id].label)} {state_chip(value.state)}{feed_chip(value)}"
    name = f'<td title="{escape(sentences.meaning(value.id))}">{told}</td>'
    if not np.isfinite(value.value):
        return f'<tr>{name}<td colspan="4" class="fl-why">{escape(value.why)}</td></tr>'
    return (
        f'<tr>{name}<td class="fl-num"><b>{escape(sentences.reading(value.value, value.id))}</b></td>'
        f'<td class="fl-num fl-gray">{escape(sentences.change(value))}</td><td>{_rank_of(value)}</td>'
        f'<td class="fl-num fl-gray" title="{escape(", ".join(value.publishers))}">{escape(sentences.old(value.age))}</td></tr>'
    )


def changes(worse: Sequence[tuple[str, str]], better: Sequence[str]) -> str:
    """Write what changed since the day before: worse, marked with its new state, and better, unmarked."""
    if not worse and not better:
        return caption("Since the day before") + note("No state was crossed and no rank moved by a tenth of its year.")
    groups = ""
    eased = [("better", one) for one in better]
    for title, lines in (("▼ Worse since the day before", worse), ("▲ Better since the day before", eased)):
        items = "".join(f'<li class="fl-{escape(state)}">{escape(sentence)}</li>' for state, sentence in lines)
        groups += f"{caption(title)}<ul>{items}</ul>" if lines else ""
    return f'<div class="fl-changes">{groups}</div>'


def caption(text: str) -> str:
    """Write the title of what stands under it."""
    return f'<p class="fl-caption">{escape(text)}</p>'


def note(text: str) -> str:
    """Write a paragraph of detail, quieter than the rest."""
    return f'<p class="fl-note">{escape(text)}</p>'


def ages(sources: Iterable["Source"]) -> str:
    """End a page: who published what is on it, how old it is, and whose terms apply."""
    lines = "".join(
        f'<span title="{escape(source.credit)}">{_linked(source)} {escape(sentences.freshness(source))}{feed_chip(source)}</span>'
        for source in sources
    )
    return f'<div class="fl-ages">{lines}</div>'


def _linked(source: "Source") -> str:
    return f'<a href="{escape(source.link)}" target="_blank">{escape(source.publisher)}</a>' if source.link else ""


def _spark(history: pd.Series | None) -> str:
    """Draw the last year of a reading as a thin ribbon; HTML without scripts or images, so that it arrives with the tile."""
    if history is None:
        return '<div class="fl-spark"></div>'
    values = history.dropna().to_numpy()[-366:]
    if len(values) < 2 or not np.isfinite(values).all() or np.ptp(values) == 0:
        return '<div class="fl-spark"></div>'
    thin = values[np.linspace(0, len(values) - 1, min(SPARK, len(values))).round().astype(int)]
    down = 92 - 84 * (thin - thin.min()) / (np.ptp(thin) or 1.0)
    across = np.linspace(0, 100, len(thin))
    there = ",".join(f"{x:.1f}% {y:.0f}%" for x, y in zip(across, down, strict=True))
    back = ",".join(f"{x:.1f}% {y + 7:.0f}%" for x, y in zip(across[::-1], down[::-1], strict=True))
    return f'<div class="fl-spark"><i style="clip-path:polygon({there},{back})"></i></div>'
