"""The stress index on the screen and as CSV: its pillars, what each adds, what is left out and why, and the day's arithmetic."""

import csv
from collections.abc import Iterable
from html import escape
from io import StringIO
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from components import sentences, tiles
from indicators.readings import READINGS, Value

if TYPE_CHECKING:
    from data_sources.cached import Source
    from indicators.stress_day import Made, StressDay

PILLARS = {
    "price": "Prices",
    "volatility": "Volatility",
    "flows": "Fund flows",
    "leverage": "Leverage",
    "miners": "Miners",
    "treasury": "Strategy's treasury",
    "macro": "Macro",
}
YEARS = "two years"
METHOD = (
    "Each series is ranked among its own past (1 is the most stress there was; at least two years), a pillar is the mean of its "
    "series, and pillars are put together with their correlations, as in the ECB's CISS: covariances keep 0.93 of a week before. "
    "Stress everywhere at once counts for more than the same stress in one place. A pillar that is not known is left out and the "
    "others weigh more; a rank stands for three days after its own, five for what is told on working days only. Its place in its "
    "year is told of the pillars known on both days, so that a new pillar is no stress. Ranks are among what is held here: a board "
    "with a longer past ranks otherwise."
)
COLUMNS = ("part", "name", "other", "value", "unit", "time", "rank", "observations", "counts", "board")


def now(value: Value, apart: "StressDay", before: "StressDay | None", run: str, history: str) -> str:
    """Write the index beside its pillars, the one that adds most first.

    Parameters
    ----------
    value : Value
        Of the reading ``stress_index``.
    apart, before : StressDay
        The day and, where known, the day before.
    run, history : str
        Since when its state lasts, and where it stands in all of its past.
    """
    order = apart.pillars["contribution"].where(apart.pillars["weight"] > 0).sort_values(ascending=False, na_position="last").index
    rows = "".join(_pillar(str(name), apart, before) for name in order)
    head = (
        f'<div class="fl-stress-index"><div class="fl-label">Stress index, 0–1{tiles.state_chip(value.state)}</div>'
        f'<div class="fl-stress-value">{escape(sentences.reading(value.value, value.id))}</div>'
        f'<div class="fl-change">{escape(sentences.change(value))}</div>{tiles.rank_bar(value.percentile_1y)}'
        f'<div class="fl-stress-told">{escape(run)}</div><div class="fl-stress-told">{escape(history)}</div>'
        f'<div class="fl-age">{escape(sentences.age(value))}{tiles.feed_chip(value)}</div></div>'
    )
    names = '<div class="fl-pillar fl-pillar-head"><span></span><span>rank among its own past; 1 is most stress</span>'
    names += "<b></b><small>since yesterday</small><small>to the index</small></div>"
    term = f"{abs(apart.correlation_term):.3f}"
    sums = f"Together {apart.bound:.3f} if all pillars moved as one, less {term} because they do not: {apart.index:.3f}."
    if before is not None and (known := set(_known(apart))) != (then := set(_known(before))):
        moved = [f"{PILLARS[name]} {'entered' if name in known else 'left'}" for name in PILLARS if name in known ^ then]
        sums += f" {sentences.listed(moved)} since the day before: the change is not one of stress alone."
    return (
        f'<div class="fl-stress-now fl-{escape(value.state)}">{head}<div class="fl-stress-pillars">{names}{rows}'
        f'<p class="fl-note">{escape(sums)}</p></div></div>'
    )


def _known(apart: "StressDay") -> list[str]:
    return [str(name) for name in apart.pillars.index if apart.pillars["weight"][name] > 0]


def _pillar(name: str, apart: "StressDay", before: "StressDay | None") -> str:
    row = apart.pillars.loc[name]
    label = f"<span>{escape(PILLARS[name])}</span>"
    if not row["weight"] > 0:
        reasons = "; ".join(lacking(made) for made in apart.members if made.member.pillar == name)
        return f'<div class="fl-pillar fl-unknown">{label}<small class="fl-pillar-why">left out: {escape(reasons)}</small></div>'
    then = np.nan if before is None else before.pillars["rank"][name]
    rank, moved = row["rank"], row["rank"] - then
    change = f"{sentences.ARROWS[int(np.sign(moved))]} {abs(moved):.2f}" if np.isfinite(moved) and abs(moved) >= 0.005 else ""
    title = "; ".join(told(made) for made in apart.members if made.member.pillar == name)
    return (
        f'<div class="fl-pillar" title="{escape(title)}">{label}<span class="fl-pillar-bar"><i style="width:{rank:.0%}"></i></span>'
        f'<b>{rank:.2f}</b><small>{escape(change)}</small><small>adds {row["contribution"]:.3f}</small></div>'
    )


def told(made: "Made") -> str:
    """Say where one series stands: its value and how much of its past was less stressed."""
    label = READINGS[made.member.reading].label
    if made.lacks:
        return f"not counted: {lacking(made)}"
    return f"{label} {sentences.reading(made.value, made.member.reading)}, rank {made.rank:.2f} of {made.observations}"


def lacking(made: "Made") -> str:
    """Say why one series does not count."""
    label = READINGS[made.member.reading].label
    return {
        "": "",
        "held": f"{label} is not held",
        "short": f"{label} has {made.observations} of the {made.member.first} observations that {YEARS} are",
        "old": f"{label} ended on {sentences.day(made.time)}",
        "still": f"{label} has not moved in all its past",
    }[made.lacks]


def run_told(state: str, under: pd.Series, since: pd.Timestamp | None) -> str:
    """Say since when the last day's state lasts; nothing where the state is not known.

    Parameters
    ----------
    state : str
        Of the index on the day.
    under : Series of bool
        Whether each day of the index was under stress.
    since : Timestamp or None
        First day of the run that its last day belongs to.
    """
    if since is None or state == "unknown":
        return ""
    last = pd.DatetimeIndex(under.index)[-1]
    word = "under stress" if under.iloc[-1] else "calm"
    return f"{word} since {sentences.day(since)}, {sentences.count((last - since).days + 1, 'day')}"


def history_told(index: pd.Series) -> str:
    """Say where the last day stands among all before it."""
    if len(index) < 2:
        return ""
    lower = float((index.iloc[:-1] < index.iloc[-1]).mean())
    return f"higher than on {sentences.percentile(lower)}% of all days since {pd.DatetimeIndex(index.index)[0]:%b %Y}"


def members(apart: "StressDay") -> str:
    """Write every series of the index: its value, its rank, how much of a past it has, and whether it counts."""
    rows = (
        (
            PILLARS[made.member.pillar],
            READINGS[made.member.reading].label,
            sentences.reading(made.value, made.member.reading),
            "low" if made.member.stress == "low" else "high",
            f"{made.rank:.3f}" if np.isfinite(made.rank) else sentences.NO_VALUE,
            f"{made.observations:,}",
            sentences.day(made.time),
            lacking(made) or "yes",
        )
        for made in apart.members
    )
    columns = ("Pillar", "Series", "value", "stress is", "rank", "of", "as of", "counts")
    return tiles.table(columns, rows, caption="What the index is made of", numeric=2)


def correlations(apart: "StressDay") -> str:
    """Write how the known pillars move together, pair by pair."""
    names = _known(apart)
    rows = (
        (PILLARS[one], f"{apart.pillars['rank'][one]:.3f}", f"{apart.pillars['weight'][one]:.3f}",
         f"{apart.pillars['contribution'][one]:.3f}", *(f"{apart.correlations[other][one]:.2f}" for other in names))
        for one in names
    )  # fmt: skip
    columns = ("Pillar", "rank", "weight", "adds", *(PILLARS[name] for name in names))
    return tiles.table(columns, rows, caption="How the pillars move together: correlations of their ranks")


def stretches_table(found: Iterable[tuple[str, ...]]) -> str:
    """Write the stretches of high stress, the newest first."""
    columns = ("Worst day", "from", "to", "days of high stress", "highest index", "average of pillars, squared")
    return tiles.table(columns, found, caption="Stretches of high stress (above 95% of the year before), named by their worst day")


def arithmetic(apart: "StressDay", board: str, sources: Iterable["Source"]) -> str:
    """Write as CSV all that the index of a day is reckoned from, so that it can be reckoned again by hand.

    Returns
    -------
    str
        Lines of comment that begin with #, then the members' values and ranks, the pillars' ranks, weights and contributions,
        every correlation, and the sums. On the sample board every line of it says so.
    """
    published = dict.fromkeys(source.publisher for source in sources if source.publisher)
    lines = StringIO()
    lines.write(
        f"# Faultline stress index as of {apart.day:%Y-%m-%d}, {board} board{': SAMPLE DATA' * (board == 'sample')}\n"
        "# rank of a pillar = mean rank of its members that count; weight = 1 / number of known pillars\n"
        "# contribution = weight * rank * sum(weight * rank); bound = sum of contributions\n"
        "# index = sum over all pairs of correlation * weight * rank * weight * rank; correlation_term = index - bound\n"
        "# ranks, weights, contributions and the index are fractions; a member's value is in its unit\n"
        f"# published by: {', '.join(published)}\n"
    )
    table = csv.DictWriter(lines, COLUMNS, restval="", lineterminator="\n")
    table.writeheader()
    for row in _rows(apart):
        known = {name: "" if isinstance(value, float) and not np.isfinite(value) else value for name, value in row.items()}
        table.writerow(known | {"board": board})
    return lines.getvalue()


def _rows(apart: "StressDay") -> Iterable[dict[str, object]]:
    for made in apart.members:
        row = READINGS[made.member.reading]
        yield {
            "part": "member", "name": row.id, "other": made.member.pillar, "value": made.value, "unit": row.unit,
            "time": "" if pd.isna(made.time) else f"{made.time:%Y-%m-%d}", "rank": made.rank, "observations": made.observations,
            "counts": lacking(made) or "yes",
        }  # fmt: skip
    for name, pillar in apart.pillars.iterrows():
        for part in ("rank", "weight", "contribution"):
            yield {"part": part, "name": name, "value": pillar[part], "unit": "fraction"}
    for one, following in apart.correlations.iterrows():
        for other, correlation in following.items():
            yield {"part": "correlation", "name": one, "other": other, "value": correlation, "unit": "fraction"}
    for part in ("bound", "correlation_term", "index"):
        yield {"part": part, "value": getattr(apart, part), "unit": "fraction", "time": f"{apart.day:%Y-%m-%d}"}
