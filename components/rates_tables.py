"""What the page rates writes: decisions ahead, the tree of target ranges, and how the range came where it is."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from components import tiles
from components.sentences import count, day, percent

if TYPE_CHECKING:
    from indicators.rates import Decision

SEEN = 0.005
"""Probability below which a target range gets no column: it would print as 0%."""
SHADE = 55
"""Share of the series' color behind a certainty, percent: the number stays readable in both themes."""
NO_FUTURES = (
    "No fed funds futures are held as of this day, and without their prices nobody's odds can be computed. The target range, "
    "shares and bitcoin stand below; prices of futures arrive from the publishers as the board runs."
)
METHOD = (
    "CME's rule: a contract settles at 100 less its month's average effective rate. A month without a meeting says the rate around "
    "it. Where the month behind a decision has one too, the decision's own month is solved for the rate after it: the days before "
    "the meeting at the old rate, with the rate fixed so far in place of its estimate. Decisions count as independent: the tree "
    "multiplies their odds. They are prices of a market that is paid for bearing risk, not a forecast."
)
UNGROWN = "Where the target range may stand cannot be said: the next decision has no odds, or no range is held."
UNTOLD = "No change of the target range is held as of this day."
UNQUOTED = "As of this day nobody's odds are quoted here."


def _whole(moment: pd.Timestamp) -> str:
    """Print a day that no narrow column breaks apart."""
    return day(moment).replace(" ", "\N{NO-BREAK SPACE}")


def target(lower: float, step: float) -> str:
    """Print a target range from its lower bound: 3.50–3.75%."""
    return f"{lower * 100:.2f}–{(lower + step) * 100:.2f}%".replace("-", "−")


def decisions(found: Sequence["Decision"], odds: Sequence[Mapping[int, float]], last: pd.Timestamp) -> str:
    """Write one row per decision ahead: hold, cut and hike, and the rate before and after it."""
    rows = []
    for one, chances in zip(found, odds, strict=True):
        if not chances:
            continue
        cut = sum(chance for moves, chance in chances.items() if moves < 0)
        hike = sum(chance for moves, chance in chances.items() if moves > 0)
        ahead = count((one.day - last.normalize()).days, "day")
        shares = (percent(cut), percent(chances.get(0, 0.0)), percent(hike))
        rows.append((_whole(one.day), ahead, *shares, percent(one.before, 3), percent(one.after, 3), f"{one.change * 25:+.1f} bp"))
    head = ("Decision", "ahead", "cut", "hold", "hike", "rate before", "rate after", "expected")
    return tiles.table(head, [[cell.replace("-", "−") for cell in row] for row in rows],
                       caption=f"What each decision is expected to bring, as of the close of {day(last)}") + _unpriced(found)


def _unpriced(found: Sequence["Decision"]) -> str:
    """Say which decisions have no odds, and why."""
    why: dict[str, list[str]] = {}
    for one in found:
        if not np.isfinite(one.change):
            why.setdefault(one.why or "a price is missing", []).append(day(one.day))
    told = ". ".join(f"{', '.join(days)}: {reason}" for reason, days in why.items())
    return tiles.note(f"Without odds: {told}.") if told else ""


def tree(days: Sequence[pd.Timestamp], after: Sequence[Mapping[int, float]], lower: float, step: float) -> str:
    """Write the distribution of the target range after each decision, from the highest range down, the likelier the darker.

    Parameters
    ----------
    days : sequence of Timestamp
        Decisions; those beyond the end of the tree are left out.
    after : sequence of dict of int to float
        Probability by moves of a step, behind each decision.
    lower, step : float
        Lower bound of the range now in force and the size of a move, fractions per year.
    """
    if not after or not np.isfinite(lower):
        return tiles.note(UNGROWN)
    columns = sorted({moves for row in after for moves, chance in row.items() if chance >= SEEN}, reverse=True)
    now = ' <span class="fl-gray">now</span>'
    head = "".join(f"<th class=fl-num>{target(lower + moves * step, step)}{now * (moves == 0)}</th>" for moves in columns)
    body = "".join(
        f"<tr><td>{_whole(one)}</td>{''.join(_cell(row.get(moves, 0.0)) for moves in columns)}</tr>"
        for one, row in zip(days, after, strict=False)
    )
    title = tiles.caption("Where the target range may stand after each decision")
    return f'{title}<div class="fl-scroll"><table class="fl-table"><thead><tr><th>After</th>{head}</tr></thead>' \
        f"<tbody>{body}</tbody></table></div>"


def _cell(chance: float) -> str:
    if chance < SEEN:
        return '<td class="fl-num fl-gray">·</td>'
    shade = f"background: color-mix(in srgb, var(--fl-series) {chance * SHADE:.0f}%, transparent)"
    return f'<td class="fl-num" style="{escape(shade)}">{percent(chance)}</td>'


def history(changes: pd.DataFrame, rows: int) -> str:
    """Write the last changes of the target range, the newest first."""
    newest = changes[::-1][:rows]
    cells = [
        (day(first), f"{lower * 100:.2f}–{upper * 100:.2f}%", f"{change * 1e4:+.0f} bp".replace("-", "−"))
        for first, (lower, upper, change) in zip(pd.DatetimeIndex(newest.index), newest.to_numpy(), strict=True)
    ]
    heads = ("In force from", "target range", "change")
    return tiles.table(heads, cells, caption="How the target range came here") if cells else tiles.note(UNTOLD)


def decision(move: float) -> tuple[str, str, str]:
    """Name a decision on a chart: its label, its kind and its meaning."""
    if not move:
        return "Fed holds", "policy", "The Fed leaves its target range where it is."
    size = f"{move * 1e4:+.0f} bp".replace("-", "−")
    return f"Fed {size}", "policy", f"The Fed moves its target range by {size}."
