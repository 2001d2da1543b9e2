"""Overview: all readings at a glance, grouped by page, worst first; what changed since yesterday."""

from functools import partial

import streamlit as st

from components import charts, frame, sentences, tiles, verdicts
from components.charts import Panel, Threshold
from components.window import choose
from data_sources import cached
from indicators.events import EVENTS
from indicators.readings import READINGS

HEADLINES = (
    "btc_price_to_cost", "btc_etf_net_flow", "spx_drawdown", "btc_drawdown", "crypto_fear_greed", "vix", "btc_dvol",
    "connectedness_total",
)
COLUMNS = (("production_cost", "drawdowns"), ("etf_flows", "fear", "contagion"))
INPUTS = (
    ("close", "BTC"), ("difficulty", "BTC"), ("net_flow", "BTC"), ("net_flow", "ETH"), ("level", "SPX"), ("level", "IXIC"),
    ("level", "VIX"), ("fear_greed", "CRYPTO"), ("fear_greed", "US_EQUITY"), ("dvol", "BTC"), ("close", "BNB"),
    ("holdings", "MSTR"), ("bar_low", "SPY"), ("funding_rate", "BTC"), ("open_interest", "BTC"),
)
MILLION = 1e6

row = frame.enter("overview")
window = choose(*cached.limits())
view = cached.view(window.as_of)
frame.notices(sentences.notices(view.board))
values, series = view.values, view.series
tiles.verdict(row.question, verdicts.overview(values), sentences.worst(values.values()))
tiles.row(values, HEADLINES, series)

line = partial(charts.of, series)
strips = (
    Panel(
        "Is bitcoin below its production cost?", "price / cost", (line("btc_price_to_cost"),), (Threshold(1, "cost", "stress"),),
        height=110,
    ),
    Panel(
        "Is money leaving the funds?", "USD m, 20 days",
        (line("btc_etf_flow_20d", name="bitcoin funds, 20 days", scale=MILLION, suffix=" m"),),
        (Threshold(0, "outflow below", "stress"),), height=110, tickformat=",.0f",
    ),
    Panel(
        "How far below the peak?", "below peak",
        (line("spx_drawdown", "second", name="S&P 500"), line("btc_drawdown", name="bitcoin")),
        (Threshold(-0.2, "bear market", "extreme"),), height=130, tickformat=".0%",
    ),
    Panel(
        "How afraid is the market?", "points", (line("crypto_fear_greed", name="crypto fear & greed"), line("vix", "second")),
        (Threshold(25, "extreme fear below", "extreme"),), height=120,
    ),
    Panel("Is it spreading?", "connectedness", (line("connectedness_total"),), height=110, tickformat=".0%"),
)
st.plotly_chart(charts.linked(strips, window.start, window.end, EVENTS), key="overview", config=charts.CONFIG)

tiles.changes("What changed since the day before", sentences.changes(values, view.before))
for column, names in zip(st.columns(2), COLUMNS, strict=True):
    with column:
        for page in (frame.BY_NAME[name] for name in names):
            label = f"**{page.title}**: {page.question}"
            st.page_link(frame.file_of(page.name), label=label, query_params=window.address)
            tiles.readings(sentences.worst_first(value for value in values.values() if READINGS[value.id].page == page.name))
tiles.caption("Also read: Strategy's treasury and futures leverage")
tiles.readings(sentences.worst_first(value for value in values.values() if READINGS[value.id].page not in frame.BY_NAME))
tiles.ages(view.ages(INPUTS))
