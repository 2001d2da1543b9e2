"""What the page analogues writes: each episode's ranks beside the day's, what followed, and what that cannot say."""

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from components import tiles
from components.sentences import NO_VALUE, day, percent

if TYPE_CHECKING:
    from indicators.analogues import Analogue, Analogues

CAVEAT = (
    "What followed is the past, not a forecast: n is small, markets change, and episodes are chosen by the likeness of ranks, not "
    "of causes. Days within 60 days of a chosen one belong to its episode, so that no two windows share a day, and every window "
    "ended before the day."
)
METHOD = (
    "Ranks are those of the stress index's pillars, of each day among all days before it. A day is compared when four pillars or "
    "more, and two thirds of the day's, are known on both: the fewer are compared, the easier it is near; a pillar may have had "
    "fewer members then. Far episodes are listed, and neither drawn nor counted. Whatever the window, all days compared are shown."
)
NOTHING_NEAR = (
    "Nothing is drawn of what followed: no episode is near, and what came after days unlike this one says nothing about days "
    "like it."
)
SHADE = 55
"""Share of the series' color behind the highest rank, percent: the number stays readable in both themes."""


def episodes(found: "Analogues") -> str:
    """Write the day's ranks and under them each episode's, the nearest first; empty where nothing is found."""
    if not found.found:
        return ""
    head = ("Episode", "distance", "pillars", *map(str, found.ranks.index), "near days")
    today = _row(f"The day, {_whole(found.day)}", NO_VALUE, "", str(int(found.ranks.notna().sum())), found.ranks)
    rows = "".join([today, *map(_episode, found.found)])
    names = "".join(f"<th{' class=fl-num' * (at > 0)}>{escape(name)}</th>" for at, name in enumerate(head))
    return (
        '<p class="fl-caption">How like the day was it? Rank of each pillar then and now, 100 is the most stress</p>'
        '<div class="fl-scroll"><table class="fl-table fl-analogues">'
        f"<thead><tr>{names}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _episode(one: "Analogue") -> str:
    span = _whole(one.day) if one.start == one.end else f"{_short(one.start)} – {_whole(one.end)}"
    return _row(_whole(one.day), f"{one.distance:.3f}", span if one.near else "", str(one.pillars), one.ranks, far=not one.near)


def _row(name: str, distance: str, span: str, pillars: str, ranks: pd.Series, *, far: bool = False) -> str:
    chip = ' <span class="fl-chip fl-unknown">far</span>' if far else ""
    cells = [f"<td class=fl-num>{escape(cell)}</td>" for cell in (distance, pillars, span or NO_VALUE)]
    compared = f"<td>{escape(name)}{chip}</td>{cells[0]}{cells[1]}{''.join(map(_rank, ranks))}{cells[2]}"
    return f"<tr{' class=fl-far' if far else ''}>{compared}</tr>"


def _rank(rank: float) -> str:
    """One rank as a whole number on a ground that darkens with it."""
    if not np.isfinite(rank):
        return f'<td class="fl-num fl-gray">{NO_VALUE}</td>'
    return f'<td class="fl-num fl-shaded" style="--shade:{rank * SHADE:.0f}%">{rank * 100:.0f}</td>'


def _whole(moment: pd.Timestamp) -> str:
    """Print a day that no narrow column breaks apart."""
    return day(moment).replace(" ", "\N{NO-BREAK SPACE}")


def _short(moment: pd.Timestamp) -> str:
    return f"{moment:%d %b}".replace(" ", "\N{NO-BREAK SPACE}")


def followed(after: pd.DataFrame, usual: pd.DataFrame) -> str:
    """Write what one market did after the near episodes, by horizon, beside what it did after all days.

    Parameters
    ----------
    after, usual : DataFrame by horizon
        n, median, lowest, highest, above; of the near episodes and of all days.
    """
    head = ("After", "median", "lowest", "highest", "above 0", "all days", "all above 0")
    rows = (_after(horizon, after.T.to_dict()[horizon], usual.T.to_dict()[horizon]) for horizon in after.index)
    return tiles.table(head, rows)


def _after(horizon: int, after: Mapping[str, float], usual: Mapping[str, float]) -> tuple[str, ...]:
    n = int(after["n"])
    share = f"{round(after['above'] * n)} of {n}" if n else NO_VALUE
    moved = (percent(after[name], signed=True) for name in ("median", "lowest", "highest"))
    return f"{horizon}\N{NO-BREAK SPACE}days", *moved, share, percent(usual["median"], signed=True), percent(usual["above"], 0)


def overlap(usual: pd.DataFrame, since: pd.Timestamp) -> str:
    """Say which days all days are, and why their number is not to be read as the episodes' is."""
    counts = [int(n) for n in usual["n"]]
    return (
        f"All days are those since {day(since)}: of bitcoin {max(counts):,} that {usual.index[0]} days followed and "
        f"{min(counts):,} that {usual.index[-1]} followed. Their windows overlap, so that they are not as many independent "
        "outcomes. The S&P 500's last close stands on days without a session."
    )
