"""Sentences that take more than one reading: a fund's month, the months since launch, the worst minutes, moods since yesterday."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from components.sentences import day, money, reading, worst
from components.sentences import worst_minutes as minutes_told
from indicators import drawdowns, flows, quotes
from indicators.readings import READINGS, Value
from notes.note import Told
from notes.words import foot, sentence, unsigned

if TYPE_CHECKING:
    from data_sources.views import View

MOODS = (
    ("crypto_fear_greed", "crypto fear & greed"), ("equity_fear_greed", "CNN's"), ("vix", "the VIX"), ("btc_dvol", "DVOL"),
)  # fmt: skip
FUND = "IBIT"


def ibit(view: "View") -> Told | None:
    """What the largest fund did on its last day, and since its month began."""
    value = _recent(view, "ibit_net_flow")
    if value is None:
        return None
    told = sentence(view.values, value.id)
    funds = view.panels.entities("net_flow", "BTC")
    month = flows.month_to_date(funds[FUND].dropna()[: value.time]) if FUND in funds else pd.Series(dtype="float64")
    if month.empty:
        return told
    total = float(month.iloc[-1])
    text = f"{told.text.rstrip('.')}; since {value.time:%B} began it has {'lost' if total < 0 else 'taken in'} {money(abs(total))}."
    return Told(text, told.page, told.readings, told.foot, told.state)


def months(view: "View") -> Told | None:
    """How the running month of both markets' funds stands among all months since launch."""
    value = _recent(view, "crypto_etf_flow_mtd")
    if value is None:
        return None
    market = [flows.reported(view.panels.entities("net_flow", asset)) for asset in ("BTC", "ETH")]
    table = flows.monthly(market[0].add(market[1], fill_value=0)[: value.time])["net_flow"]
    earlier = table.iloc[:-1]
    if len(earlier) < 2:
        return None
    ahead = int((earlier < table.iloc[-1]).sum())
    low = pd.DatetimeIndex(earlier.index)[int(earlier.to_numpy().argmin())]
    place = f"the {_nth(ahead + 1)}lowest month"
    text = (
        f"With ether funds, {value.time:%B} stands at {money(float(table.iloc[-1]), signed=True)}: {place} of {len(table)} since "
        f"launch; the lowest before it was {low:%B %Y}, {money(float(earlier.min()), signed=True)}."
    )
    return Told(text, "etf_flows", (value.id,), foot([value]), value.state)


def _nth(place: int) -> str:
    """Write a place before what it is a place in; the first one needs no number."""
    ending = "th" if place % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
    return f"{place}{ending}-" if place > 1 else ""


def worst_minutes(view: "View") -> Told | None:
    """The worst 80 minutes of the last session of which five-minute bars are held, in percent and dollars."""
    value = view.values["spx_worst_fall_80m"]
    if not np.isfinite(value.value):
        return None
    session = value.time.normalize()
    if value.age > READINGS[value.id].oldest:
        text = f"The worst 80 minutes of the session are not known: the last five-minute bars of SPY are of {day(session)}."
        return Told(text, "drawdowns", (value.id,), foot([value]), "unknown")
    high, low = (view.panels.series(measure, "SPY") for measure in ("bar_high", "bar_low"))
    fall = drawdowns.worst_fall_path(high, low, session)
    if fall is None:
        return None
    quote = quotes.quoted(quotes.SPX_MARKET_VALUE, session)
    dollars = quotes.in_dollars(fall.fall, quote, view.panels.series("level", "SPX"), session)
    told = minutes_told(fall, session, quote, dollars)
    return Told(f"The worst 80 minutes: {told[0].lower()}{told[1:]}", "drawdowns", (value.id,), foot([value]), value.state)


def fear_moved(view: "View") -> Told | None:
    """How the fear indices and implied volatility moved since their observations before."""
    found = ((_recent(view, name), told) for name, told in MOODS)
    moved = [(value, told) for value, told in found if value is not None and np.isfinite(value.previous)]
    if not moved:
        return None
    told = "; ".join(f"{name} {reading(value.previous, value.id)} → {reading(value.value, value.id)}" for value, name in moved)
    held = [value for value, _ in moved]
    return Told(f"Against the observation before: {told}.", "fear", tuple(value.id for value in held), foot(held), worst(held))


def strategy(view: "View") -> Told | None:
    """What Strategy holds, what it paid, and what that is worth at the day's close."""
    coins, cost, close = (_recent(view, name) for name in ("mstr_holdings", "mstr_average_cost", "btc_close"))
    if coins is None or cost is None or close is None:
        return None
    text = (
        f"Strategy holds {reading(coins.value, coins.id)} BTC, bought at {unsigned(cost.value, cost.id)} on average; at the day's "
        f"close they are worth {money(coins.value * close.value)}."
    )
    held = (coins, cost, close)
    return Told(text, "treasuries", tuple(value.id for value in held), foot(held), worst(held[:2]))


def _recent(view: "View", name: str) -> Value | None:
    """A reading that is known and no older than its row allows."""
    value = view.values[name]
    return value if np.isfinite(value.value) and value.age <= READINGS[name].oldest else None
