"""A picture for every page that has readings: panels of their histories under one time axis. Rows, not branches."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd

from components import charts
from components.charts import Figure, Panel, Threshold
from indicators.events import EVENTS, Event
from indicators.readings import READINGS

MILLION = 1e6


@dataclass(frozen=True)
class Line:
    """One reading of a panel: its role, how it is drawn, and what it is called there; by its row's label when not named."""

    reading: str
    role: str = "main"
    kind: str = "line"
    name: str = ""
    scale: float = 1.0
    suffix: str = ""


@dataclass(frozen=True)
class Strip:
    """One panel of a picture.

    Attributes
    ----------
    title, unit : str
        The question it answers, and the unit of its axis.
    lines : tuple of Line
    level : str
        The reading whose thresholds are drawn; "" draws none.
    zero : str
        What a line at 0 is called; "" draws none.
    height : int
        Pixels.
    log : bool
        Logarithmic where the range is wide.
    tickformat, prefix : str
        Of the axis.
    limits : (float, float) or None
    """

    title: str
    unit: str
    lines: tuple[Line, ...]
    level: str = ""
    zero: str = ""
    height: int = 150
    log: bool = False
    tickformat: str = ""
    prefix: str = ""
    limits: tuple[float, float] | None = None


INDEX = Strip("Is there stress? The stress index", "index, 0–1", (Line("stress_index"),), tickformat=".2f")
FELL = Strip(
    "How far below the peak?", "below peak",
    (Line("spx_drawdown", "second", name="S&P 500"), Line("ixic_drawdown", "third", name="Nasdaq"),
     Line("btc_drawdown", name="bitcoin")),
    tickformat=".0%",
)  # fmt: skip
AFRAID = Strip(
    "How afraid is the crowd? Fear & greed", "0–100, low is fear",
    (Line("crypto_fear_greed", name="crypto"), Line("equity_fear_greed", "second", name="US equities")),
    "crypto_fear_greed", height=120, limits=(0, 100),
)  # fmt: skip
SPREADS = Strip("Is it spreading?", "connectedness", (Line("connectedness_total"),), height=110, tickformat=".0%")
COST = Strip(
    "Is bitcoin below what it costs to make?", "USD per BTC",
    (Line("btc_production_cost", "second", name="production cost"), Line("btc_close", name="bitcoin")),
    prefix="$", tickformat=",.0f", log=True,
)  # fmt: skip

PANELS: Mapping[str, tuple[Strip, ...]] = {
    "overview": (INDEX, FELL, AFRAID, SPREADS),
    "production_cost": (
        COST,
        Strip("How far below? Price over cost", "ratio", (Line("btc_price_to_cost"),), "btc_price_to_cost", height=110),
    ),
    "etf_flows": (
        Strip(
            "Who is selling? Bitcoin funds by the day", "USD m per day",
            (Line("btc_etf_net_flow", kind="bar", name="bitcoin funds", scale=MILLION, suffix=" m"),), tickformat=",.0f",
        ),
        Strip(
            "How do the last 20 days add up?", "USD m", (Line("btc_etf_flow_20d", name="20 days", scale=MILLION, suffix=" m"),),
            zero="outflow below", height=110, tickformat=",.0f",
        ),
    ),
    "drawdowns": (
        FELL,
        Strip(
            "How fast? Worst 80 minutes of each session", "fall", (Line("spx_worst_fall_80m", "second", "bar", "S&P 500"),),
            "spx_worst_fall_80m", height=110, tickformat=".1%",
        ),
    ),
    "fear": (
        AFRAID,
        Strip(
            "What do options price? VIX and DVOL", "points",
            (Line("vix", "second", name="VIX, S&P 500"), Line("btc_dvol", name="DVOL, bitcoin")), height=120,
        ),
    ),
    "contagion": (
        Strip(
            "How far does BNB move with bitcoin?", "beta, 30 days", (Line("bnb_btc_beta_30d", name="BNB beta"),), height=110,
        ),
        Strip(
            "How closely? Correlations", "correlation",
            (Line("bnb_btc_correlation_30d", name="BNB–BTC, 30 days"),
             Line("btc_spx_correlation_60d", "second", name="BTC–S&P 500, 60 days")),
            height=110,
        ),
        SPREADS,
    ),
    "leverage": (
        Strip("How much is open against market value?", "open / value", (Line("oi_to_market_cap_btc"),), tickformat=".1%"),
        Strip(
            "What do longs pay?", "per year", (Line("btc_funding_apr"),), "btc_funding_apr", "shorts pay below", 110,
            tickformat=".0%",
        ),
        Strip("Was anyone forced out?", "× usual day", (Line("liquidation_stress", kind="bar"),), "liquidation_stress", height=110),
    ),
    "options": (
        Strip(
            "What do options price, what did bitcoin do?", "vol points",
            (Line("btc_dvol", name="DVOL"), Line("btc_realized_volatility_30d", "second", name="realized, 30 days")),
        ),
        Strip(
            "Who pays for insurance? 25-delta skew", "vol points",
            (Line("btc_skew_25d", name="BTC"), Line("eth_skew_25d", "second", name="ETH")), zero="puts dearer below", height=110,
        ),
        Strip("How many puts per call?", "ratio", (Line("btc_put_call_oi", name="BTC, open"),), "btc_put_call_oi", height=110),
    ),
    "treasuries": (
        Strip(
            "What is Strategy's gain on paper?", "USD bn", (Line("mstr_unrealised", name="unrealized", scale=1e9, suffix=" bn"),),
            zero="loss below", tickformat=",.0f",
        ),
        Strip("What does the market pay for a coin?", "multiple", (Line("mstr_mnav"),), "mstr_mnav", height=110),
    ),
    "rates": (
        Strip("How sure is the market of a cut?", "probability", (Line("cut_odds_next"),), tickformat=".0%", limits=(0, 1)),
        Strip(
            "What is priced in for six months?", "per year", (Line("fed_path_6m"),), zero="cuts below", height=110,
            tickformat=".2%",
        ),
        Strip("What does junk cost over good credit?", "per year", (Line("high_yield_spread"),), height=110, tickformat=".1%"),
    ),
    "resonance": (Strip("How many easing signals are lit?", "of five", (Line("resonance", kind="step"),), limits=(0, 5)), COST),
    "analogues": (INDEX, FELL),
    "note": (INDEX, FELL, AFRAID, SPREADS),
}  # fmt: skip
"""By page, its picture from top to bottom."""


def figure(
    page: str, series: Mapping[str, pd.Series], start: pd.Timestamp, end: pd.Timestamp, events: Iterable[Event] = EVENTS
) -> Figure:
    """Draw a page's picture.

    Parameters
    ----------
    page : str
        A key of PANELS.
    series : mapping of Series
        Each reading's history, cut at the day shown.
    start, end : Timestamp, UTC
        The window.
    events : iterable of Event
        Those inside the window are named above the first panel.

    Raises
    ------
    KeyError
        When the page has no readings.
    """
    return charts.linked([_panel(strip, series) for strip in PANELS[page]], start, end, events)


def readings(page: str) -> tuple[str, ...]:
    """Name the readings in a page's picture, each once."""
    return tuple(dict.fromkeys(line.reading for strip in PANELS[page] for line in strip.lines))


def inputs(page: str) -> tuple[tuple[str, str], ...]:
    """Name what a page's picture is computed from, as (measure, asset), each once: what its foot tells the age of."""
    return tuple(dict.fromkeys(pair for name in readings(page) for pair in READINGS[name].inputs))


def _panel(strip: Strip, series: Mapping[str, pd.Series]) -> Panel:
    line = partial(charts.of, series)
    lines: Sequence[charts.Line] = [
        line(one.reading, one.role, one.kind, name=one.name, scale=one.scale, suffix=one.suffix) for one in strip.lines
    ]
    levels = (*(charts.levels(strip.level) if strip.level else ()), *((Threshold(0, strip.zero, "faint"),) if strip.zero else ()))
    return Panel(strip.title, strip.unit, lines, levels, strip.height, strip.log, strip.tickformat, strip.prefix, strip.limits)
