"""ETF flows: who is selling the spot funds, for how many days, and how the month compares with every other."""

from functools import partial

import pandas as pd
import streamlit as st

from components import charts, frame, sentences, tiles, verdicts
from components.charts import Line, Panel, Threshold
from components.window import choose
from data_sources import cached
from indicators import flows
from indicators.events import EVENTS

TILES = (
    "btc_etf_net_flow", "eth_etf_net_flow", "ibit_net_flow", "btc_etf_outflow_streak", "crypto_etf_flow_mtd", "btc_etf_flow_20d",
)
INPUTS = (("net_flow", "BTC"), ("net_flow", "ETH"))
MILLION = 1e6
# So many funds have a color of their own; the others are one bar.
NAMED = 5
WORST = 10


def by_fund(funds: pd.DataFrame) -> tuple[Line, ...]:
    """One bar for each of the funds that move most, one for all others, in millions."""
    largest = funds.abs().sum().sort_values(ascending=False).index
    bar = {"form": "+,.1f", "kind": "bar", "suffix": " m"}
    named = [Line(fund, funds[fund] / MILLION, role, **bar) for fund, role in zip(largest[:NAMED], charts.SERIES, strict=False)]
    rest = funds[largest[NAMED:]]
    others = Line(f"{rest.shape[1]} others", rest.sum(axis=1, min_count=1) / MILLION, "faint", **bar)
    return (*named, others) if rest.shape[1] else tuple(named)


row = frame.enter("etf_flows")
window = choose(*cached.limits())
view = cached.view(window.as_of)
frame.notices(sentences.notices(view.board))
values, series = view.values, view.series
tiles.show(tiles.verdict(row.question, verdicts.etf_flows(values), sentences.worst(values[name] for name in TILES)))
tiles.show(view.keep((row.name, "tiles"), partial(tiles.row, values, TILES, series)))

funds = {"bitcoin": view.panels.entities("net_flow", "BTC"), "ether": view.panels.entities("net_flow", "ETH")}
told = view.keep("told flows", lambda: {name: flows.reported(market) for name, market in funds.items()})
both = view.keep("both flows", lambda: told["bitcoin"].add(told["ether"], fill_value=0))


def figure() -> charts.Figure:
    """Flows by fund, since launch, over 20 days and in a row, over the window."""
    line = partial(charts.of, series)
    strips = (
        Panel("Who sells the bitcoin funds?", "USD m per day", by_fund(funds["bitcoin"]), height=190, tickformat=",.0f"),
        Panel("Who sells the ether funds?", "USD m per day", by_fund(funds["ether"]), height=120, tickformat=",.0f"),
        Panel(
            "Is money leaving for good? Since launch", "USD m",
            tuple(
                Line(name, flows.cumulative(flow) / MILLION, role, ",.0f", suffix=" m")
                for (name, flow), role in zip(told.items(), charts.SERIES, strict=False)
            ),
            height=130, tickformat=",.0f",
        ),
        Panel(
            "How do the last 20 days add up?", "USD m", (line("btc_etf_flow_20d", name="bitcoin", scale=MILLION, suffix=" m"),),
            (Threshold(0, "outflow below", "stress"),), height=110, tickformat=",.0f",
        ),
        Panel("How many days in a row?", "days", (line("btc_etf_outflow_streak", "main", "bar"),), height=90),
    )
    return charts.linked(strips, window.start, window.end, EVENTS, stacked=True)


shown = view.keep((row.name, window.start, window.end), figure)
st.plotly_chart(shown, key="flows", config=charts.CONFIG)


def months() -> charts.Figure:
    """Every month since launch, the running one with its pace."""
    table = flows.monthly(both)
    now = table.iloc[-1]
    pace = flows.pace_calendar(flows.month_to_date(both)).iloc[-1]
    stand = f"{table.index[-1]:%B %Y}: {sentences.money(now.net_flow, signed=True)}"
    stand += f" in {int(now.days)} days, pace {sentences.money(pace, signed=True)}" * bool(now.running)
    latest = ["faint"] * (len(table) - 1) + ["main"]
    roles = ["extreme" if record else role for record, role in zip(table["record"], latest, strict=True)]
    bars = [("red: more left than in any month before", list(table["net_flow"] / MILLION), "faint")]
    return charts.bars(
        "How does the month compare? Both markets", "USD m", [f"{month:%b %y}" for month in table.index], bars,
        marks=roles, notes=[stand], tickformat=",.0f", form="+,.0f",
    )


def worst_days() -> str:
    """The days on which most money left both markets."""
    return tiles.table(
        ("Day", "both", *told),
        (
            (sentences.day(day), sentences.money(flow), *(sentences.money(one.get(day, float("nan"))) for one in told.values()))
            for day, flow in both.sort_values().head(WORST).items()
        ),
        caption="The worst days, bitcoin and ether funds together",
    )


def fund_by_fund() -> str:
    """What each fund took in or lost lately and since its launch."""
    held = [market for market in funds.values() if not market.empty]
    return tiles.table(
        ("Fund", "last day", "5 days", "20 days", "since launch"),
        ((fund, *map(sentences.money, sums)) for market in held for fund, *sums in flows.by_fund(market).itertuples()),
        caption="Fund by fund, up to the last day on which all have reported",
    )


if not both.empty:
    st.plotly_chart(view.keep("months", months), key="months", config=charts.CONFIG)
    left, right = st.columns(2)
    with left:
        tiles.show(view.keep("worst days", worst_days))
    with right:
        tiles.show(view.keep("fund by fund", fund_by_fund))
tiles.show(view.keep((row.name, "ages"), lambda: tiles.ages(view.ages(INPUTS))))
