"""Figures of the page contagion: co-movement over time, calm against crisis, who moves first, and a dated event."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from components import charts, tiles
from components.charts import Line, Panel, Threshold, levels
from components.marks import COLORS, Figure, level, ms
from components.network import label, named

if TYPE_CHECKING:
    from components.spread_tables import Compared
    from components.window import Window
    from indicators.connectedness_bands import Band
    from indicators.events import Event
    from indicators.lead_lag import LeadLag

SHOWN_BEFORE = pd.Timedelta(days=30)
"""Days drawn before the earliest calm window."""
ROLES = {"SPX": "second", "IXIC": "third", "BTC": "main", "ETH": "fourth", "BNB": "fifth"}
"""Colors of the markets."""


def linked(
    series: Mapping[str, pd.Series],
    closes: Mapping[str, pd.Series],
    band: "Band | None",
    window: "Window",
    events: Iterable["Event"],
) -> Figure:
    """Draw BNB with bitcoin, correlation, beta, breadth and connectedness with its bootstrap band over the window."""

    def line(reading: str, role: str, kind: str = "line") -> Line:
        return charts.of(series, reading, role, kind)

    both = pd.concat([closes["BNB"], closes["BTC"]], axis=1, sort=True, keys=["BNB", "BTC"])[window.start : window.end].dropna()
    both = both / both.iloc[0] * 100 if len(both) else both
    edges = () if band is None else (Line("", band.low, "third", kind="edge"), Line("", band.high, "third", kind="band"))
    title = "How much comes from others? Band: 5–95%" if edges else "How much volatility comes from the others?"
    strips = (
        Panel(
            "Does BNB fall with bitcoin? Both 100 at start", "rebased",
            (Line("BNB", both["BNB"], "fifth", ".1f"), Line("bitcoin", both["BTC"], "main", ".1f")), height=170,
        ),
        Panel(
            "How closely? Correlation of daily returns", "correlation",
            (line("bnb_btc_correlation_30d", "fifth"), line("bnb_btc_correlation_90d", "third"),
             line("btc_spx_correlation_60d", "second")),
        ),
        Panel(
            "How much per 1% of bitcoin?", "beta", (line("bnb_btc_beta_90d", "fifth"), line("bnb_btc_downside_beta_90d", "fourth")),
            (Threshold(1, "one for one", "faint"),), height=120,
        ),
        Panel("How broad is it?", "share of coins", (line("coins_down_5pct", "third", "bar"),), levels("coins_down_5pct"), 110,
              tickformat=".0%", limits=(0, 1)),
        Panel(title, "connectedness", (*edges, line("connectedness_total", "third"), line("bnb_received", "fifth")), height=140,
              tickformat=".0%"),
        Panel("Does BNB send or receive?", "sent − received", (line("bnb_net", "fifth"),), (Threshold(0, "sends above", "faint"),),
              height=100, tickformat=".0%"),
    )  # fmt: skip
    return charts.linked(strips, window.start, window.end, events)


def calm_and_crisis(
    found: Sequence["Compared"], rolling: Mapping[tuple[str, str], pd.Series], as_of: pd.Timestamp, events: Sequence["Event"]
) -> Figure | None:
    """Draw each pair's correlation with its source's calm and crisis shaded; None where no source has a crisis.

    Parameters
    ----------
    found : sequence of Compared
    rolling : mapping of Series
        Rolling correlation by (source, target).
    as_of : Timestamp
        Last day drawn.
    events : sequence of Event
    """
    by_source: dict[str, list[Compared]] = {}
    for one in found:
        if one.windows is not None and len(rolling[one.source, one.target].dropna()):
            by_source.setdefault(one.source, []).append(one)
    if not by_source:
        return None
    strips, shades = [], []
    for pairs in by_source.values():
        windows = pairs[0].windows
        assert windows is not None
        lines = tuple(
            Line(f"{label(one.source)} and {named(one.target)}", rolling[one.source, one.target], ROLES[one.target], ".2f")
            for one in pairs
        )
        title = f"Closer to {named(pairs[0].source)} since its high of {windows.calm[1]:%d %b %Y}?"
        strips.append(Panel(title, "correlation, 30 d", lines, height=110))
        axis = "y" if len(strips) == 1 else f"y{len(strips)}"
        shades += [_shade(windows.calm, axis, "calm"), _shade(windows.crisis, axis, "stress")]
    start = min(one.windows.calm[0] for pairs in by_source.values() for one in pairs if one.windows) - SHOWN_BEFORE
    figure = charts.linked(strips, start, as_of, events)
    figure.to_dict()["layout"]["shapes"] += shades
    return figure


def _shade(days: tuple[pd.Timestamp, pd.Timestamp], axis: str, role: str) -> dict[str, object]:
    return {
        "type": "rect", "xref": "x", "x0": ms(days[0]), "x1": ms(days[1]), "yref": f"{axis} domain", "y0": 0, "y1": 1,
        "fillcolor": COLORS[role], "opacity": 0.13, "line": {"width": 0}, "layer": "below",
    }  # fmt: skip


def lags(first: str, second: str, found: "LeadLag") -> Figure:
    """Draw the correlation of two markets' returns by lag, with the band within which unrelated markets lie."""
    values = found.correlations
    names = [f"{lag:+d}".replace("-", "−") if lag else "0" for lag in values.index]
    marks = ["main" if abs(value) > found.band else "faint" for value in values.fillna(0)]
    figure = charts.bars(
        f"Who moves first, {named(first)} or {named(second)}?", "correlation", names,
        [("outside the band", values.tolist(), "main")], height=250, form=".2f", marks=marks,
        notes=(
            f"Left: {named(second)} first. Right: {named(first)} first.",
            f"Band ±{found.band:.2f}: 95 of 100 if unrelated; {found.n} days",
        ),
    )  # fmt: skip
    layout = figure.to_dict()["layout"]
    layout["xaxis"]["nticks"] = len(values)
    layout["shapes"] += [level(Threshold(side * found.band, "", "faint"), "y") for side in (1, -1)]
    return figure


def beside(figure: Figure | None, key: str, told: str) -> None:
    """Put a figure and what is told of it side by side; the words alone where there is no figure."""
    if figure is None:
        tiles.show(told)
        return
    left, right = st.columns(2)
    with left:
        charts.draw(figure, key)
    with right:
        tiles.show(told)
