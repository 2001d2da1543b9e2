"""Contagion: whether BNB and the other coins fall with bitcoin, and who passes stress on to whom."""

from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from components import charts, frame, sentences, tiles, verdicts
from components.charts import Line, Panel, Threshold
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
frame.notices(sentences.notices(view.board))
values, series, panels = view.values, view.series, view.panels
tiles.verdict(row.question, verdicts.contagion(values), sentences.worst(values[name] for name in TILES))
tiles.row(values, TILES, series)


def rebased(asset: str) -> pd.Series:
    """A coin's close over its first close in the window, so that both start at 100."""
    close = panels.series("close", asset)[window.start : window.end]
    return close / close.iloc[0] * 100 if len(close) else close


line = partial(charts.of, series)
half, par = Threshold(0.5, "half of them", "stress"), Threshold(1, "one for one", "faint")
strips = (
    Panel(
        "Does BNB fall with bitcoin? Both 100 at the window's start", "rebased",
        (Line("BNB", rebased("BNB"), "main", ".1f"), Line("bitcoin", rebased("BTC"), "second", ".1f")), height=170,
    ),
    Panel(
        "How closely? Correlation of daily returns", "correlation",
        (line("bnb_btc_correlation_30d"), line("bnb_btc_correlation_90d", "third"), line("btc_spx_correlation_60d", "second")),
    ),
    Panel(
        "How much per 1 % of bitcoin?", "beta", (line("bnb_btc_beta_90d"), line("bnb_btc_downside_beta_90d", "fourth")), (par,),
        height=120,
    ),
    Panel("How broad is the fall?", "share of coins", (line("coins_down_5pct", "main", "bar"),), (half,), 110, tickformat=".0%"),
    Panel(
        "How much of each market's volatility comes from the others?", "connectedness",
        (line("connectedness_total"), line("bnb_received", "third")), height=120, tickformat=".0%",
    ),
    Panel(
        "Does BNB send or receive?", "sent − received", (line("bnb_net"),), (Threshold(0, "sends above", "faint"),), 100,
        tickformat=".0%",
    ),
)
st.plotly_chart(charts.linked(strips, window.start, window.end, EVENTS), key="contagion", config=charts.CONFIG)


def of_the_day() -> connectedness.Connectedness:
    """Who sends to whom, over the last 250 days on which all five markets have a range."""
    ranges = log_ranges(*(panels.series(measure, asset) for measure, asset in RANGES)).dropna()
    return connectedness.connectedness(ranges.tail(connectedness.WINDOW))


if not np.isfinite(values["connectedness_total"].value):
    tiles.note(sentences.missing(values["connectedness_total"]))
else:
    estimate = view.keep("connectedness", of_the_day)
    last = sentences.day(values["connectedness_total"].time)
    left, right = st.columns(2)
    with left:
        title = f"Who sends to whom? {last}, last {connectedness.WINDOW} common days"
        st.plotly_chart(charts.matrix(title, estimate.table), key="matrix", config=charts.CONFIG)
    with right:
        ranked = estimate.net.sort_values(ascending=False)
        tiles.table(
            ("Market", "sent", "received", "net", "role"),
            (
                (market, *map(sentences.percent, (estimate.sent[market], estimate.received[market], net)),
                 "sends stress" if net > 0 else "receives stress")
                for market, net in ranked.items()
            ),
            caption="Who sends stress, who receives it",
        )
        tiles.note(sentences.CONNECTEDNESS)
tiles.ages(view.ages(INPUTS))
