"""Cards and tables of the page of easing signals: each signal with its rule and its numbers, the watch list, what followed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from components import sentences, tiles
from components import verdicts_resonance as verdicts
from components.charts import Line, Panel, Threshold
from components.sentences import day, listed, number, percent

if TYPE_CHECKING:
    from data_sources.cached import Source
    from indicators.easing import Easing
    from indicators.signals import Signal

MARKS = {"lit": "✓", "unlit": "✗", "unknown": "?"}
CHIPS = {"lit": "lit", "unlit": "not lit", "unknown": "unknown"}
ROLES = {"strong_hands": "second", "volatility": "third", "miners": "fifth", "leverage": "fourth", "flows": "main"}
WATCHED = {"flows": "Flows stabilize", "institutions": "Institutions return", "leverage": "Leverage is cleared"}
"""The watch list of early December 2025, by the signal that judges each item."""
SMALL = (
    "n is small, spells overlap with the same few months, and lowest and highest lie far apart: this says what was, and how often. "
    "A start counts when no earlier one that counts lies within 60 days before it, and for a horizon only when that is over. "
    "Any day: every day since the signal is first known, windows overlapping."
)
MADE = "Most days of the sample board are simulated: on it this table shows how to read the real one, and says nothing of the past."


def _state(value: float) -> str:
    return "unknown" if np.isnan(value) else "lit" if value == 1 else "unlit"


def card(title: str, signal: "Signal", as_of: pd.Timestamp, sources: Sequence["Source"] = (), rule: bool = True) -> str:
    """Write one signal: lit or not and since when, its conditions with their numbers, its rule, and how old its inputs are."""
    state, since = verdicts.standing(signal, as_of)
    told = escape(since or verdicts.unknown(signal, as_of))
    held = any(source.newest is not None for source in sources)
    lines = "".join(
        f'<li class="fl-{_state(value)}"><i>{MARKS[_state(value)]}</i> {escape(text)}</li>'
        for text, value in (verdicts.evidence(signal) if held or not sources else ())
    )
    known = [one for one in sources if one.newest is not None]
    parts = (
        f'<div class="fl-label">{escape(title)}<span class="fl-chip fl-{state}">{CHIPS[state]}</span></div>',
        f'<p class="fl-since">{told}</p>',
        f"<ul>{lines}</ul>" if lines else "",
        f'<p class="fl-why">{escape(signal.rule)}</p>' if rule else "",
        f'<p class="fl-age">{escape(sentences.oldest(known))}</p>' if known else "",
    )
    return f'<div class="fl-signal fl-{state}">{"".join(parts)}</div>'


def cards(easing: "Easing", as_of: pd.Timestamp, sources: Mapping[str, Sequence["Source"]]) -> str:
    """Write the five signals side by side."""
    written = (card(verdicts.TITLES[name], signal, as_of, sources[name]) for name, signal in easing.signals.items())
    return f'<div class="fl-signals">{"".join(written)}</div>'


def watched(easing: "Easing", as_of: pd.Timestamp, sources: Mapping[str, Sequence["Source"]]) -> str:
    """Write the three things that were to be watched in December 2025, judged by the same rules."""
    judged = {**easing.signals, "institutions": easing.institutions}
    told = {**sources, "institutions": sources["flows"]}
    written = (card(title, judged[name], as_of, told[name], rule=name == "institutions") for name, title in WATCHED.items())
    title = tiles.caption("What the articles of December 2025 said to watch, by the same rules")
    return f'{title}<div class="fl-signals fl-watched">{"".join(written)}</div>'


@dataclass(frozen=True)
class Followed:
    """What a price did after the starts of one signal, and after any day since the signal is known.

    Attributes
    ----------
    name : str
    starts : DatetimeIndex
    since : Timestamp or None
        First day on which the signal is known.
    after, base : DataFrame
        As ``aftermath.after`` gives them.
    """

    name: str
    starts: pd.DatetimeIndex
    since: pd.Timestamp | None
    after: pd.DataFrame
    base: pd.DataFrame


def followed(rows: Iterable[Followed], *, made: bool) -> str:
    """Write what bitcoin did after each signal was first lit, with n, beside the same after any day.

    ``made`` when most days are simulated.
    """
    held = list(rows)
    table = tiles.table(
        (
            "Bitcoin after a signal was first lit", "calendar days", "n", "median", "lowest", "highest", "above 0",
            "any day: n", "median", "above 0",
        ),
        [cells for one in held for cells in _followed(one)],
        caption="What followed in the past, and what followed any day",
        numeric=1,
    )  # fmt: skip
    lists = [f"{one.name}: {listed([day(start) for start in one.starts])}" for one in held if len(one.starts)]
    return table + tiles.note(f"{MADE} {SMALL}" if made else SMALL) + (tiles.note(f"Starts. {'; '.join(lists)}.") if lists else "")


def _followed(one: Followed) -> list[tuple[str, ...]]:
    dash = sentences.NO_VALUE
    if one.since is None:
        return [(f"{one.name}, never known", *[dash] * 9)]
    rows = []
    for place, horizon in enumerate(one.after.index):
        moves, base = one.after.loc[horizon], one.base.loc[horizon]
        told = [number(moves[name], "{:+.1%}") for name in ("median", "lowest", "highest")]
        any_day = (f"{base['n']:,.0f}", number(base["median"], "{:+.1%}"), percent(base["above"], 0))
        name = f"{one.name}, known since {day(one.since)}" if place == 0 else ""
        rows.append((name, f"{horizon}", f"{moves['n']:.0f}", *told, percent(moves["above"], 0), *any_day))
    return rows


def panels(easing: "Easing", close: pd.Series) -> tuple[Panel, ...]:
    """Make the strips of the page's figure: the price, the signals lit, and what each of them looks at."""
    volatility, miners, leverage, flows = (easing.signals[name] for name in ("volatility", "miners", "leverage", "flows"))
    lit = [
        Line(verdicts.SUBJECTS[name], signal.lit.where(signal.lit == 1), ROLES[name], ".0f", "bar")
        for name, signal in easing.signals.items()
        if signal.lit.notna().any()
    ]
    week = flows.parts["week"] / 1e9
    billions = {"form": "+,.2f", "kind": "bar", "prefix": "$", "suffix": " bn"}
    return (
        Panel("Where was bitcoin?", "USD", (Line("bitcoin", close, "main", ",.0f", prefix="$"),), height=150, log=True,
              tickformat=",.0f", prefix="$"),
        Panel("Which signals were lit?", "signals", (*lit, Line("known", easing.known, "faint", ".0f", "step")), height=120,
              limits=(0, 5.2), extra={"nticks": 6}),
        Panel("Has volatility fallen from high?", "DVOL, points",
              (*_lit(volatility, "dvol", ",.1f"), Line("DVOL", volatility.parts["dvol"], "main", ",.1f"),
               Line("highest of 30 days", volatility.parts["peak"], "second", ",.1f", "dash")), height=120),
        Panel("Are machines switched off? Hash ribbon", "30 over 60 d",
              (*_lit(miners, "ribbon", "+.1%"), Line("hash ribbon", miners.parts["ribbon"], "main", "+.1%")),
              (Threshold(0, "switched off below", "faint"),), height=110, tickformat=".0%"),
        Panel("Does hashprice pay for electricity?", "$/PH/s/day",
              (Line("hashprice", miners.parts["hashprice"], "main", ",.2f", prefix="$"),
               Line("electricity", miners.parts["cost"].where(miners.parts["hashprice"].notna()), "second", ",.2f", "dash",
                    prefix="$")), height=100, log=True, prefix="$", tickformat=",.0f"),
        Panel("Are open futures small for their year?", "of market value",
              (*_lit(leverage, "share", ".2%"), Line("open futures", leverage.parts["share"], "main", ".2%"),
               Line("lowest quarter of the year", leverage.parts["quartile"], "second", ".2%", "dash")), height=110,
              tickformat=".1%"),
        Panel("Does money come back? Funds, 5 days", "USD bn",
              (Line("lit", week.where(flows.lit == 1), "calm", **billions),
               Line("not lit", week.where(flows.lit != 1), "faint", **billions)), height=120),
    )  # fmt: skip


def _lit(signal: "Signal", part: str, form: str) -> tuple[Line, ...]:
    """Mark the days on which a signal is lit by bars up to its line."""
    shown = signal.parts[part].where(signal.lit == 1)
    return (Line("on days lit", shown, "calm", form, "bar"),) if shown.notna().any() else ()
