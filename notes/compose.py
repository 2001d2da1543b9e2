"""The morning note of a day, composed from its board: pure, so that the same board always gives the same note."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from components import sentences, verdicts, verdicts_overview
from components.sentences import worst
from components.stress_figures import state as board_state
from components.stress_figures import under_stress
from indicators.readings import READINGS, Value
from indicators.rows.overview import MEMBERS
from indicators.stress_day import StressDay, taken_apart
from indicators.stretches import run_since
from notes import facts, proof
from notes.changes import INDEX, RANKED, since
from notes.late import late
from notes.note import Mover, Note, Told, Topic, clean
from notes.words import foot, label, sentence

if TYPE_CHECKING:
    from data_sources.views import View

DAY, YEAR = pd.Timedelta(days=1), pd.DateOffset(years=1)
SOON = pd.Timedelta(days=8)
"""After the beginning of a day: what arrives later was imported."""
SESSIONS = 21
"""Sessions in a month, over which connectedness is compared."""
EXTREMES = 8
"""Extreme readings told in full; further ones are named."""


@dataclass(frozen=True)
class Row:
    """One topic of the note: its page and question, its verdict, the readings in the verdict, and what is told under it.

    Attributes
    ----------
    lines : tuple
        Names of readings, each told by its row, and functions of the view, which tell what takes more than a reading.
    """

    page: str
    question: str
    verdict: Callable[[Mapping[str, Value]], str]
    readings: tuple[str, ...]
    lines: tuple["str | Callable[[View], Told | None]", ...]


TOPICS = (
    Row(
        "production_cost", "Is bitcoin below what it costs to make?", verdicts.production_cost,
        ("btc_close", "btc_production_cost", "btc_price_to_cost", "btc_days_below_cost", "miner_margin"),
        ("btc_change_1d", "hashprice", "hash_rate_under_water"),
    ),
    Row(
        "etf_flows", "Who is selling the funds?", verdicts.etf_flows,
        ("btc_etf_net_flow", "btc_etf_outflow_streak", "crypto_etf_flow_mtd"),
        (facts.ibit, facts.months, "eth_etf_net_flow"),
    ),
    Row(
        "drawdowns", "How far, and how fast, did stocks fall?", verdicts.drawdowns,
        ("spx_drawdown", "ixic_drawdown", "btc_drawdown"),
        ("spx_change_1d", "ixic_change_1d", facts.worst_minutes),
    ),
    Row(
        "fear", "How afraid is the market?", verdicts.fear,
        ("crypto_fear_greed", "equity_fear_greed", "vix", "btc_dvol"),
        (facts.fear_moved, "btc_dvol_rank_1y"),
    ),
    Row(
        "contagion", "Does BNB fall with bitcoin, and is it spreading?", verdicts.contagion,
        ("bnb_btc_beta_30d", "bnb_btc_correlation_30d", "coins_down_5pct", "connectedness_total", "bnb_net"),
        ("bnb_close", "bnb_change_1d", "btc_spx_correlation_60d"),
    ),
)  # fmt: skip
"""The five topics, in the order of the note."""
BESIDE = (facts.strategy, "mstr_unrealised", "cut_odds_next", "cut_odds_change_5d", "btc_funding_apr", "liquidation_stress")
"""What is told every day beside the topics, where it is known and no older than its row allows."""


def compose(view: "View", eve: "View | None" = None) -> Note:
    """Compose the note of a board's day.

    Parameters
    ----------
    view : View
        The board as of the day.
    eve : View, optional
        The board as of the day before, as it was known then; without it nothing is said about revisions.

    Returns
    -------
    Note
        Nothing in it has markup, and nothing from outside is longer than a line; formats escape what they give a meaning to.
    """
    values, day = view.values, view.board.as_of
    apart, before = _apart(view, 0), _apart(view, 1)
    topics = tuple(_topic(row, view) for row in TOPICS)
    beside = tuple(told for told in (_line(one, view) for one in BESIDE) if told is not None)
    said = {name for topic in topics for told in (topic.verdict, *topic.lines) for name in told.readings} | {INDEX, RANKED}
    said |= {name for told in beside for name in told.readings}
    said |= {f"{name}_percentile_1y" for name in said}  # what is told already says its place in the year, too
    extreme = [value for value in sentences.worst_first(values.values()) if value.state == "extreme" and value.id not in said]
    return Note(
        view.board.kind,
        view.board.known,
        day - YEAR,
        tuple(clean(line, 400) for _, line in sentences.notices(view, day + view.behind, None if view.behind else day)),
        headline(view),
        _index(view, apart),
        tuple(_movers(apart, before)),
        topics,
        beside,
        tuple(sentence(values, value.id) for value in extreme[:EXTREMES]),
        tuple(label(value.id) for value in extreme[EXTREMES:]),
        since(view, eve),
        *late(view),
        tuple(dict.fromkeys(clean(name) for value in values.values() for name in value.publishers)),
        _soon(_arrived(view), day),
        _content(view),
    )


def _content(view: "View") -> dict[str, Any]:
    """Gather the note's numbers, over the days that the board has of its year."""
    board = view.board
    start = max(board.as_of - YEAR, min(board.first, board.as_of - DAY))
    return proof.numbers("note", board.kind, board.known, start, board.known, view.values, known=_arrived(view))


def _arrived(view: "View") -> pd.Timestamp | None:
    """Say by when the numbers had arrived: what the day's last ones bring later is not what the note says."""
    board = view.board
    own = board.arrived is None or (board.moment is not None and board.arrived <= board.moment)
    return None if own else board.arrived


def _soon(arrived: pd.Timestamp | None, day: pd.Timestamp) -> pd.Timestamp | None:
    """The same for links, which are alike wherever a history was imported: of what came long after, the first thing told stands."""
    return None if arrived is None or arrived > day + SOON else arrived


def headline(view: "View") -> Told:
    """Tell the verdict of a board's day: the overview's own, which heads the note."""
    index, connected = view.series[INDEX], view.series["connectedness_total"]
    month_ago = float(connected.iloc[-1 - SESSIONS]) if len(connected) > SESSIONS else float("nan")
    run = run_since(under_stress(index, view.work(INDEX).percentiles))
    text = verdicts_overview.overview(view.values, view.before, month_ago, _apart(view, 0), run)
    numbers = [view.values[name] for name in (INDEX, "connectedness_total")]
    return Told(text, "overview", (INDEX, "connectedness_total"), foot(numbers), board_state(view.values))


def _index(view: "View", apart: StressDay | None) -> Told:
    """The stress index, how it moved and where it stands in all its past; without it, why."""
    value, index = view.values[INDEX], view.series[INDEX]
    if apart is None or not np.isfinite(value.value):
        return Told(f"{sentences.missing(value)}.", "overview", (INDEX,), "", "unknown")
    moved = f"{sentences.change(value)} since the day before"
    text = f"The stress index stands at {sentences.reading(value.value, INDEX)} of 1 ({moved})"
    if len(index) > 1:
        lower = float((index.iloc[:-1] < index.iloc[-1]).mean())
        first = pd.DatetimeIndex(index.index)[0]
        text += f", higher than on {sentences.percentile(lower)}% of all days since {first:%b %Y}"
    left_out = [verdicts_overview.PILLARS[str(name)] for name, weight in apart.pillars["weight"].items() if not weight > 0]
    if left_out:
        text += f"; left out, for want of numbers or of two years of them: {sentences.listed(left_out)}"
    return Told(_dated(f"{text}.", [value]), "overview", (INDEX,), foot([value]), value.state)


def _apart(view: "View", days: int) -> StressDay | None:
    """The index of the day, or of so many days before, taken apart; None where it is not known."""
    day = view.values[INDEX].time
    return None if pd.isna(day) else taken_apart(view.work(INDEX), MEMBERS, view.series, day - days * DAY)


def _movers(apart: StressDay | None, before: StressDay | None) -> Iterable[Mover]:
    """Known pillars; the one whose rank moved most comes first."""
    if apart is None:
        return []
    movers = []
    then: Mapping[Hashable, float] = {} if before is None else before.pillars["rank"].to_dict()
    for name, row in apart.pillars[apart.pillars["weight"] > 0].iterrows():
        told, rank = verdicts_overview.PILLARS[str(name)], float(row["rank"])
        movers.append(Mover(told[0].upper() + told[1:], rank, rank - then.get(name, np.nan), float(row["contribution"])))
    return sorted(movers, key=lambda one: -abs(np.nan_to_num(one.moved)))


def _topic(row: Row, view: "View") -> Topic:
    numbers = [view.values[name] for name in row.readings]
    told = clean(row.verdict(view.values), 600)
    verdict = Told(_dated(told, numbers), row.page, row.readings, foot(numbers), worst(numbers))
    lines: Sequence[Told | None] = [_line(one, view) for one in row.lines]
    return Topic(row.page, row.question, verdict, tuple(line for line in lines if line is not None))


def _dated(text: str, numbers: Sequence[Value]) -> str:
    """Say first that a sentence is about an earlier day, where every number in it is too old to judge this one by."""
    known = [value for value in numbers if np.isfinite(value.value)]
    if not known or any(value.age <= READINGS[value.id].oldest for value in known):
        return text
    return f"Last known for {sentences.day(max(value.time for value in known))}: {text}"


def _line(what: "str | Callable[[View], Told | None]", view: "View") -> Told | None:
    """Tell a reading that is known and recent enough, or what a function finds."""
    if not isinstance(what, str):
        return what(view)
    value = view.values[what]
    return None if not np.isfinite(value.value) or value.age > READINGS[what].oldest else sentence(view.values, what)
