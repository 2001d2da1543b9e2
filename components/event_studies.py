"""A dated event on the page contagion: whether shares, leverage or coins left their ordinary bands first."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st

from components import charts, tiles
from components.charts import Line, Panel
from components.marks import COLORS, Figure
from components.sentences import NO_VALUE, day, listed, percent
from components.window import chosen, hold

if TYPE_CHECKING:
    from indicators.event_study import Path
    from indicators.events import Event

KEPT, CONTROL = "event", "event_choice"
"""The address's key of an event's day, and the session's of the control."""
FALLS = ("crash", "collapse")
"""Kinds of event of which the newest is shown first."""
STUDIED = (
    "Moves since the eve, each over its own band: 1.96 standard deviations of the 250 daily moves before the days shown, times the "
    "root of the days. Gray: inside it. An ordinary series, too, leaves its band on some day of about one fortnight "
    "in five, so that one of nine leaving first says little by itself. Daily closes do not order what left on the same day; "
    "stocks close before the coins' day ends."
)


@dataclass(frozen=True)
class Followed:
    """One series that is followed around an event: what it is called, and how many of its own days are shown."""

    key: str
    group: str
    name: str
    role: str
    unit: str = ""
    before: int = 7
    after: int = 14


FOLLOWED = (
    Followed("SPX", "Equities", "S&P 500", "main", before=5, after=10),
    Followed("IXIC", "Equities", "Nasdaq", "third", before=5, after=10),
    Followed("BTC open", "Leverage", "bitcoin in open futures", "main"),
    Followed("ETH open", "Leverage", "ether in open futures", "fourth"),
    Followed("funding", "Leverage", "bitcoin funding per 8 h", "third", "bp"),
    Followed("liquidations", "Leverage", "sampled liquidations", "fifth", "times"),
    Followed("BTC", "Coins", "bitcoin", "main"),
    Followed("ETH", "Coins", "ether", "fourth"),
    Followed("BNB", "Coins", "BNB", "fifth"),
)
"""In the order of the loop: shares, leverage, coins. Two weeks of each one's own days."""


@dataclass(frozen=True)
class Moved:
    """One series around an event, by calendar day."""

    what: Followed
    path: "Path"
    days: pd.DatetimeIndex
    """Its own days, one for each relative day of the path that is held."""
    newest: pd.Timestamp | None
    """Last day held as of the day shown."""

    @property
    def ratio(self) -> pd.Series:
        """Moves since the eve over half the band's width, by calendar day; 0 on the eve."""
        moves = self.path.moves.dropna()
        band = self.path.band.reindex(moves.index)
        shares = (moves / band).where(band != 0, 0.0)
        return pd.Series(shares.to_numpy(), index=self.days)

    @property
    def left(self) -> pd.Timestamp | None:
        """Day on which it was first outside its band; None when it was not, or is not known."""
        if self.path.beyond is None:
            return None
        return self.days[list(self.path.moves.dropna().index).index(self.path.beyond)]


def moved(
    held: Mapping[str, pd.Series], event: "Event", by_price: "Callable[..., Path]", by_level: "Callable[..., Path]"
) -> list[Moved]:
    """Follow every series that is held around an event: prices by returns, rates by differences."""
    return [
        placed(
            what, (by_level if what.unit == "bp" else by_price)(held[what.key], event.date, what.before, what.after), held, event
        )
        for what in FOLLOWED
    ]


def placed(what: Followed, path: "Path", series: Mapping[str, pd.Series], event: "Event") -> Moved:
    """Put a path's relative days on the calendar of its series."""
    known = pd.DatetimeIndex(series[what.key].dropna().index)
    held = path.moves.dropna().index.to_numpy()
    zero = int(known.searchsorted(event.date.floor("D")))
    return Moved(what, path, known[zero + held] if len(held) else known[:0], known[-1] if len(known) else None)


def figure(moved: Sequence["Moved"], chosen: "Event") -> Figure | None:
    """Draw how far each market moved since the eve of an event, in its own band's widths; None where nothing is known."""
    strips = []
    days = [day for one in moved for day in one.ratio.dropna().index]
    if not days:
        return None
    for group in dict.fromkeys(one.what.group for one in moved):
        held = [one for one in moved if one.what.group == group and one.ratio.notna().any()]
        lines = tuple(Line(one.what.name, one.ratio, one.what.role, "+.2f", suffix="× its band") for one in held)
        strips.append(Panel(f"{group}: outside the band?", "× own band", lines, height=120))
    drawn = charts.linked(strips, min(days), max(days), [chosen])
    layout = drawn.to_dict()["layout"]
    layout["shapes"] += [_inside(axis) for axis in ("y", "y2", "y3") if f"yaxis{axis[1:]}" in layout]
    return drawn


def _inside(axis: str) -> dict[str, object]:
    """Shade what is inside the band: at most one of its widths to either side."""
    return {
        "type": "rect", "xref": "paper", "x0": 0, "x1": 1, "yref": axis, "y0": -1, "y1": 1,
        "fillcolor": COLORS["faint"], "opacity": 0.16, "line": {"width": 0}, "layer": "below",
    }  # fmt: skip


def shown(moved: Sequence[Moved], event: "Event") -> tuple[Figure | None, str]:
    """Draw the figure, where anything is held, and write its table."""
    return figure(moved, event), studied(moved, event)


def studied(moved: Sequence[Moved], event: "Event") -> str:
    """Write who left its band on which day, how far each moved, and what is not held on the event's days."""
    known = [one for one in moved if one.ratio.notna().any()]
    ordered = sorted(known, key=lambda one: (one.left is None, one.left or event.date))
    table = tiles.table(
        ("Left its band", "day", "on the day", "its band", "by the last day", "shown to"),
        [
            (
                one.what.name, day(one.left, "stayed inside"),
                move(_at(one.path.moves, 0), one.what.unit),
                move(_at(one.path.band, 0), one.what.unit, width=True),
                move(float(one.path.moves.dropna().iloc[-1]), one.what.unit), day(one.days[-1]),
            )
            for one in ordered
        ],
        caption="Who left its band first?",
    )  # fmt: skip
    return tiles.note(order(ordered, event)) + table + tiles.note(f"{not_held(moved, event)} {STUDIED}".strip())


def order(ordered: Sequence[Moved], event: "Event") -> str:
    """Tell in one sentence the order in which series left their bands."""
    if not ordered:
        return f"Nothing is held around {day(event.date)} with the 250 days before it that a band needs."
    days: dict[pd.Timestamp, list[str]] = {}
    for one in ordered:
        if one.left is not None:
            days.setdefault(one.left, []).append(one.what.name)
    inside = [one.what.name for one in ordered if one.left is None]
    stayed = f" {listed(inside)} stayed inside." if inside else ""
    if not days:
        return f"{day(event.date)}: nothing left its band in the days shown."
    told = "; then on ".join(f"{day(when)} {listed(names)}" for when, names in days.items())
    return f"Outside their own bands: first on {told}.{stayed}"


def not_held(moved: Sequence[Moved], event: "Event") -> str:
    """Say of which series the event's days, or the history for a band, are not held."""
    told = []
    for one in moved:
        if one.ratio.notna().any():
            continue
        if one.path.moves.notna().any():
            told.append(f"{one.what.name}: {one.path.n} of the 250 moves before it that a band needs")
        elif one.newest is None:
            told.append(f"{one.what.name}: nothing held")
        else:
            told.append(f"{one.what.name}: {f'held to {day(one.newest)}' if one.newest < event.date else 'begins later'}")
    return f"Not held for {day(event.date)}: {'; '.join(told)}." if told else ""


def move(value: float, unit: str, *, width: bool = False) -> str:
    """Print a cumulative move, or a band's width, in its unit: percent of a price, basis points of a rate, times of a sum."""
    if unit == "bp":
        told = f"{value * 1e4:+.2f} bp".replace("-", "−") if np.isfinite(value) else NO_VALUE
    elif unit == "times":
        return f"{'÷ or ' * width}×{np.exp(value):,.1f}" if np.isfinite(value) else NO_VALUE
    else:
        told = percent(float(np.expm1(value)), signed=True)
    return told.replace("+", "±") if width else told


def _at(values: pd.Series, relative: int) -> float:
    return float(values.get(relative, np.nan))


def choice(events: Sequence["Event"]) -> "Event | None":
    """Ask for one of the events, oldest first; the newest fall unless another is chosen, None where there is no event."""
    tiles.show(tiles.caption("Did shares, leverage or coins move first? A dated event"))
    if not events:
        tiles.show(tiles.note("No dated event lies between the first close of bitcoin and this day."))
        return None
    known = {f"{event.date:%Y-%m-%d}": event for event in reversed(events)}
    default = next((told for told, event in known.items() if event.kind in FALLS), next(iter(known)))
    wanted = chosen(KEPT) or default
    if wanted not in known:
        told = f"No dated event of {wanted} is known on the day shown; showing that of {default}."
        st.warning(told, icon=":material/link_off:")
        wanted = default
    st.session_state[CONTROL] = wanted
    st.selectbox(
        "Event", list(known), key=CONTROL, width=320, label_visibility="collapsed", on_change=_chosen, args=(default,),
        format_func=lambda told: f"{day(known[told].date)} · {known[told].label}",
    )  # fmt: skip
    tiles.show(tiles.note(known[wanted].meaning))
    return known[wanted]


def _chosen(default: str) -> None:
    told = st.session_state[CONTROL]
    hold(KEPT, None if told == default else told)
