"""Contagion: whether BNB and the other coins fall with bitcoin, and who passes stress on to whom."""

from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from components import charts, frame, sentences, tiles, verdicts, zoom
from components.charts import Line, Panel, Threshold, levels
from components.window import choose
from data_sources import cached
from indicators import connectedness
from indicators.events import EVENTS
from indicators.rows.contagion import RANGES, log_ranges

TILES = (
    "bnb_close", "bnb_change_1d", "bnb_change_24h", "bnb_btc_correlation_30d", "bnb_btc_correlation_90d", "bnb_btc_beta_30d",
    "bnb_btc_beta_90d", "bnb_btc_downside_beta_90d", "btc_spx_correlation_60d", "coins_down_5pct", "connectedness_total",
    "bnb_received", "bnb_net",
)
INPUTS = (("close", "BNB"), ("close", "BTC"), ("close", "ETH"), ("level", "SPX"), ("level", "IXIC"))

row = frame.enter("contagion")
window = choose(*cached.limits())
view = cached.view(window.as_of)
frame.notices(sentences.notices(view, cached.today(), pinned=window.as_of is not None))
values, series, panels = view.values, view.series, view.panels
tiles.show(tiles.verdict(row.question, verdicts.contagion(values), sentences.worst(values[name] for name in TILES)))
tiles.show(view.keep((row.name, "tiles"), partial(tiles.row, values, TILES, series)))


def rebased() -> pd.DataFrame:
    """Both coins' closes over their closes on the first day of the window that has both."""
    closes = pd.concat([panels.series("close", asset) for asset in ("BNB", "BTC")], axis=1, sort=True, keys=["BNB", "BTC"])
    closes = closes[window.start : window.end].dropna()
    return closes / closes.iloc[0] * 100 if len(closes) else closes


def figure() -> charts.Figure:
    """BNB with bitcoin, correlation, beta, breadth and connectedness over the window."""
    line, both = partial(charts.of, series), rebased()
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
            (Threshold(1, "one for one", "faint"),),
            height=120,
        ),
        Panel("How broad is it?", "share of coins", (line("coins_down_5pct", "third", "bar"),), levels("coins_down_5pct"), 110,
              tickformat=".0%", limits=(0, 1)),
        Panel(
            "How much volatility comes from the others?", "connectedness",
            (line("connectedness_total", "third"), line("bnb_received", "fifth")), height=120, tickformat=".0%",
        ),
        Panel(
            "Does BNB send or receive?", "sent − received", (line("bnb_net", "fifth"),), (Threshold(0, "sends above", "faint"),),
            height=100, tickformat=".0%",
        ),
    )
    linked = charts.linked(strips, window.start, window.end, EVENTS)
    return charts.footed(linked, sentences.oldest(view.ages(INPUTS)), window)


shown = view.keep((row.name, window.start, window.end), figure)
zoom.draw(shown, row.name, charts.CONFIG)


def estimate() -> connectedness.Connectedness:
    """Who sends to whom, over the last 250 days on which all five markets have a range."""
    ranges = log_ranges(*(panels.series(measure, asset) for measure, asset in RANGES)).dropna()
    return connectedness.connectedness(ranges.tail(connectedness.WINDOW))


def roles(network: connectedness.Connectedness) -> str:
    """Sent, received and net of each market, the greatest sender first."""
    return tiles.table(
        ("Market", "sent", "received", "net", "role"),
        (
            (market, *map(sentences.percent, (network.sent[market], network.received[market], net)),
             "sends stress" if net > 0 else "receives stress")
            for market, net in network.net.sort_values(ascending=False).items()
        ),
        caption="Who sends stress, who receives it",
    )


if not np.isfinite(values["connectedness_total"].value):
    tiles.show(tiles.note(sentences.missing(values["connectedness_total"])))
else:
    network = view.keep("network", estimate)
    left, right = st.columns(2)
    with left:
        title = f"Who sends to whom? Last {connectedness.WINDOW} common days"
        drawn = charts.footed(charts.matrix(title, network.table), sentences.oldest(view.ages(INPUTS)), window)
        st.plotly_chart(drawn, key="matrix", config=charts.CONFIG)
    with right:
        tiles.show(roles(network))
        tiles.show(tiles.note(sentences.CONNECTEDNESS))
tiles.show(view.keep((row.name, "ages"), lambda: tiles.ages(view.ages(INPUTS))))
