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
tiles.show(tiles.verdict(row.question, verdicts.overview(values), sentences.worst(values.values())))
tiles.show(view.keep((row.name, "tiles"), partial(tiles.row, values, HEADLINES, series)))


def figure() -> charts.Figure:
    """One line or two of each page's question over the window."""
    line = partial(charts.of, series)
    strips = (
        Panel(
            "Is bitcoin below its production cost?", "price / cost", (line("btc_price_to_cost"),),
            (Threshold(1, "cost", "stress"),), height=110,
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
    return charts.linked(strips, window.start, window.end, EVENTS)


shown = view.keep((row.name, window.start, window.end), figure)
st.plotly_chart(shown, key="overview", config=charts.CONFIG)


def readings(*pages: str) -> str:
    """Readings of some pages, worst first."""
    return tiles.readings(sentences.worst_first(value for value in values.values() if READINGS[value.id].page in pages))


tiles.show(view.keep("changes", lambda: tiles.changes("What changed since the day before", sentences.changes(values, view.before))))
for column, names in zip(st.columns(2), COLUMNS, strict=True):
    with column:
        for page in (frame.BY_NAME[name] for name in names):
            label = f"**{page.title}**: {page.question}"
            st.page_link(frame.file_of(page.name), label=label, query_params=window.address)
            tiles.show(view.keep(("readings", page.name), partial(readings, page.name)))
tiles.show(tiles.caption("Also read: Strategy's treasury and futures leverage"))
tiles.show(view.keep("other readings", partial(readings, "treasuries", "leverage")))
tiles.show(view.keep((row.name, "ages"), lambda: tiles.ages(view.ages(INPUTS))))
