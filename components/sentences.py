"""All copy that repeats: numbers, changes, ages and lists in words. Pure text; nothing here draws or reads."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from indicators.readings import READINGS, Value
from measures import MEASURES

if TYPE_CHECKING:
    from data_sources.cached import Source, View
    from data_sources.feeds import Asking
    from indicators.drawdowns import Fall
    from indicators.fear import Standing
    from indicators.quotes import Quote

NO_VALUE = "—"
SCALES = ((1e12, "tn"), (1e9, "bn"), (1e6, "m"))
ARROWS = {1: "▲", -1: "▼"}
DAY = pd.Timedelta(days=1)
STATES = ("extreme", "stress", "calm", "unknown")
"""Worst first."""
NOTABLE = 0.10
"""A move of a one-year percentile worth a line: a tenth of the year's days."""
MOVES_TOLD = 6
FEEDS = ("provisional", "late", "empty", "disputed", "frozen", "down")
"""States of a feed that a reader is told of, the worst last."""
WHY = 160
"""Characters of a reason that a notice repeats."""


def number(value: float, form: str) -> str:
    """Print one value in a reading's format; a gap is a dash, never "nan"."""
    if not np.isfinite(value):
        return NO_VALUE
    text = form.format(value).replace("-", "−")
    return text.lstrip("−+") if not any(digit in text for digit in "123456789") else text


def money(value: float, *, signed: bool = False) -> str:
    """Print US dollars in the largest unit that leaves at least one digit: −$903.2 m."""
    if not np.isfinite(value):
        return NO_VALUE
    size = abs(value)
    sign = "−" if value < 0 else "+" if signed and value > 0 else ""
    for scale, unit in SCALES:
        if size >= scale:
            scaled = size / scale
            return f"{sign}${scaled:,.{1 if scaled >= 100 else 2}f} {unit}"
    return f"{sign}${size:,.0f}" if size >= 1 or size == 0 else f"{sign}${size:,.2f}"


def percent(value: float, digits: int = 1, *, signed: bool = False) -> str:
    """Print a fraction as percent, with a real minus."""
    if not np.isfinite(value):
        return NO_VALUE
    return f"{value * 100:{'+' if signed else ''}.{digits}f}%".replace("-", "−")


def reading(amount: float, name: str) -> str:
    """Print a reading's value with its unit where the unit is not plain: dollars as $62,910 or −$903.2 m."""
    row = READINGS[name]
    if row.unit.startswith("USD"):
        return money(amount) if abs(amount) >= 1e6 else f"${number(amount, row.format)}".replace("$−", "−$").replace("$+", "+$")
    return number(amount, row.format)


def change(value: Value) -> str:
    """Say how a reading moved since its previous observation, in its own unit; a price also in percent."""
    moved = value.change_1d
    if not np.isfinite(moved):
        return "no previous value"
    row = READINGS[value.id]
    size = reading(abs(moved), value.id).replace("+", "")
    if not any(digit in size for digit in "123456789"):
        # One digit more than the value has: an arrow beside a zero says two things at once.
        finer = re.sub(r"\.?(\d*)([f%])\}$", lambda form: f".{int(form[1] or 0) + 1}{form[2]}}}", row.format)
        size = number(abs(moved), finer).replace("+", "")
    if not any(digit in size for digit in "123456789"):
        return "unchanged"
    text = f"{ARROWS[int(np.sign(moved))]} {size.replace('%', 'pp') if '%' in row.format else size}"
    is_price = row.unit == "USD" and "close" in value.id
    return f"{text} · {percent(moved / value.previous, signed=True)}" if is_price and value.previous > 0 else text


def percentile(fraction: float) -> str:
    """Print a rank as a whole number; 0 and 100 only where nothing in the year was lower or nothing was higher."""
    if not np.isfinite(fraction):
        return NO_VALUE
    return f"{round(fraction * 100) if fraction in (0, 1) else min(max(round(fraction * 100), 1), 99)}"


def age(value: Value) -> str:
    """Say what day a reading is about, how old it was, and who published it; of many publishers the first ones."""
    names, more = value.publishers[:4], len(value.publishers) - 4
    return f"{value.time:%d %b %Y} · {old(value.age)} · {', '.join(names) or 'computed'}{f' and {more} more' if more > 0 else ''}"


def old(length: pd.Timedelta) -> str:
    """Say an age in the largest whole unit a reader needs."""
    days = length / DAY
    if days < 1:
        return "same day"
    return f"{int(days)} d old" if days < 730 else f"{days / 365.25:.1f} y old"


def day(moment: pd.Timestamp | None, otherwise: str = NO_VALUE) -> str:
    """Print a day, or what stands for a day that is not there."""
    return otherwise if moment is None or pd.isna(moment) else f"{moment:%d %b %Y}"


def count(amount: float, noun: str, nouns: str = "") -> str:
    """Print a count with its noun in the right number."""
    return f"{int(amount)} {noun if int(amount) == 1 else nouns or noun + 's'}"


def listed(names: Sequence[str]) -> str:
    """Join names as a sentence does: a, b and c."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else "none"


def worst(values: Iterable[Value]) -> str:
    """Name the worst state among readings; unknown only when nothing is known."""
    states = {value.state for value in values}
    return next((state for state in ("extreme", "stress", "calm") if state in states), "unknown")


SAMPLE = (
    "Sample board: dated public figures stand exactly, the days between them are simulated. It ends on 6 Feb 2026; "
    "import or refresh real data to leave it."
)
LATER = "As published later: some of what is shown for this day was learned after it."
ARRIVED = "The day is shown as it had arrived by {:%d %b %Y, %H:%M:%S} UTC; what came after that is left out."
COST_LINES = (
    "JPMorgan-style: electricity alone, $0.05/kWh and 31.8 J/TH, a constant read off five of its published estimates. "
    "Cambridge-style: the same formula with Cambridge's monthly fleet efficiency, site overhead included. Difficulty regression: "
    "market value on difficulty, refitted every day on the days before it. The lines differ by a third and more: a price between "
    "them is cheap for some miners and dear for others."
)


def notices(
    view: "View", today: pd.Timestamp, as_of: pd.Timestamp | None = None, known: pd.Timestamp | None = None
) -> list[tuple[str, str]]:
    """Say what holds for everything on the page: a sample board, an empty day, a board that ended, numbers published later.

    Parameters
    ----------
    view : View
    today : Timestamp
        00:00 UTC.
    as_of, known : Timestamp or None
        As `Window` has them; without an as-of day the board speaks of now and has to say when it is behind.

    Returns
    -------
    list of (kind, sentence)
        The kind is sample, empty, ended, down or later.
    """
    board = view.board
    lines = [("sample", f"{SAMPLE} {unanswered(view.asking)}".strip())] if board.kind == "sample" else []
    behind = today - board.as_of
    if board.as_of < board.first:
        lines.append(("empty", f"Nothing is known as of {day(board.as_of)}: the board begins on {day(board.first)}."))
    elif board.kind == "live" and as_of is None and behind > DAY:
        lines.append(("ended", f"The board ends on {day(board.as_of)}, {behind.days} days ago: nothing newer has arrived."))
    elif board.published_later:
        lines.append(("later", LATER))
    if known is not None:
        lines.append(("later", ARRIVED.format(known)))
    if board.kind == "live" and view.asking is not None and view.asking.attempts and not view.asking.answering:
        lines.append(("down", f"No publisher answers: what is shown was kept before. {unanswered(view.asking)}".strip()))
    return lines


def unanswered(asking: "Asking | None") -> str:
    """Say why nothing has come from the publishers; empty where nobody has been asked yet."""
    reasons = [] if asking is None or not asking.attempts else [one.reason for one in asking.standings if one.state == "down"]
    if not reasons:
        return ""
    told = reasons[0] if len(reasons[0]) < WHY else f"{reasons[0][: WHY - 2].rsplit(' ', 1)[0]} …"
    return f"Publishers were asked and none could be used. The first: {told} The Sources page has the rest."


def oldest(sources: Iterable["Source"]) -> str:
    """Name the input of a chart that is to be trusted least: the worst feed, of equals the oldest number."""
    held = list(sources)
    if not held:
        return ""
    worst_one = max(held, key=lambda one: (FEEDS.index(one.feed) if one.feed in FEEDS else -1, one.age or pd.Timedelta(0)))
    word, state = ("Weakest", f" · {worst_one.feed}") if worst_one.feed in FEEDS else ("Oldest", "")
    return f"{word} input: {freshness(worst_one)}{f' · {worst_one.publisher}' if worst_one.publisher else ''}{state}"


def freshness(source: "Source") -> str:
    """Say what a publisher gave, up to which day, and how old that is."""
    name = f"{MEASURES[source.measure].label.lower()} {source.asset}"
    if source.newest is None or source.age is None:
        return f"{name}: nothing held as of this day"
    text = f"{name}: {source.newest:%d %b %Y}, {old(source.age)}"
    return text + f", {source.simulated:.0%} of days simulated" * (source.simulated > 0)


def whole(amount: float) -> str:
    """Print a count that may not be known yet."""
    return f"{amount:,.0f}" if np.isfinite(amount) else NO_VALUE


def worst_minutes(fall: "Fall", session: pd.Timestamp, quote: "Quote | None", dollars: float) -> str:
    """Say the worst 80 minutes of a session in percent and, where an index value is quoted, in dollars."""
    start, end = (moment.tz_convert("America/New_York") for moment in (fall.start, fall.end))
    text = (
        f"On {day(session)} SPY fell {percent(-fall.fall, 2)}, from {fall.high:,.2f} in the bar of {start:%H:%M} to "
        f"{fall.low:,.2f} in the bar of {end:%H:%M}, New York time"
    )
    if quote is None or not np.isfinite(dollars):
        return text + "; no market value is quoted for that time, so the fall in dollars is not known."
    return (
        f"{text}: about {money(-dollars)} of the S&P 500's market value, reckoned from {money(quote.value)} quoted for "
        f"{day(quote.day)} ({quote.publisher}) and the index's change since."
    )


def standing(name: str, index: "Standing") -> tuple[str, ...]:
    """One row of how low or high an index stands: by percentile and by rank of its year, and against all its history."""
    return (
        name,
        f"{index.value:.1f}",
        percentile(index.percentile_1y),
        percent(index.rank_1y, 0),
        percentile(index.percentile_all),
        day(index.since),
        f"{index.low:.1f}",
        day(index.low_day),
        f"{index.high:.1f}",
        day(index.high_day),
    )


def worst_first(values: Iterable[Value]) -> list[Value]:
    """Order readings by state, then by how far they lie on their stressed side of the year."""
    return sorted(values, key=lambda value: (STATES.index(value.state), -stressed_rank(value)))


def stressed_rank(value: Value) -> float:
    """Turn a one-year percentile so that 1 is stress; -1 where there is none."""
    rank = value.percentile_1y
    if not np.isfinite(rank):
        return -1.0
    return {"high": rank, "low": 1 - rank, "both": abs(rank - 0.5) * 2}.get(READINGS[value.id].stress, 0.0)


def changes(values: Mapping[str, Value], before: Mapping[str, Value]) -> tuple[list[tuple[str, str]], list[str]]:
    """Say what changed since the day before, told apart into worse and better.

    Returns
    -------
    worse : list of (state, sentence)
        States crossed for the worse, the worst first, then ranks that moved towards stress.
    better : list of str
        States crossed for the better, then ranks that moved away from it.
    """
    worse: list[tuple[str, str]] = []
    better: list[str] = []
    both = [(value, before[name]) for name, value in values.items() if "unknown" not in (value.state, before[name].state)]
    for now, then in (pair for pair in both if pair[0].state != pair[1].state):
        numbers = f"{reading(then.value, now.id)} → {reading(now.value, now.id)}"
        told = f"{READINGS[now.id].label}: {then.state} → {now.state} ({numbers})"
        if STATES.index(now.state) < STATES.index(then.state):
            worse.append((now.state, told))
        else:
            better.append(told)
    worse.sort(key=lambda line: STATES.index(line[0]))
    moves = [(now, then, stressed_rank(now) - stressed_rank(then)) for now, then in both if now.state == then.state]
    large = [move for move in moves if np.isfinite(move[0].percentile_1y - move[1].percentile_1y) and abs(move[2]) >= NOTABLE]
    for now, then, move in sorted(large, key=lambda one: -abs(one[2]))[:MOVES_TOLD]:
        ranks = f"{percentile(then.percentile_1y)} → {percentile(now.percentile_1y)}"
        told = f"{READINGS[now.id].label}: percentile of its year {ranks}"
        if move > 0:
            worse.append(("calm", told))
        else:
            better.append(told)
    return worse, better


def meaning(name: str) -> str:
    """Say what a reading is, which way is stress and why there, for a tooltip."""
    row = READINGS[name]
    text = f"{row.label}, {row.unit}."
    return f"{text} {row.thresholds.reason}" if row.thresholds else text


def missing(value: Value) -> str:
    """Say why a reading has no value."""
    return f"{READINGS[value.id].label}: {value.why}"
