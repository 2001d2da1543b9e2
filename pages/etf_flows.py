"""ETF flows: who is selling the spot funds, for how many days, and how the month compares with every other."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from components import charts, frame, sentences, tiles, verdicts, zoom
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
NAMED, WORST = 5, 10
ROLES = {"bitcoin": "main", "ether": "seventh"}
Statistic = Callable[[pd.Series], pd.Series]


row = frame.enter("etf_flows")
window = choose(*cached.limits())
view = cached.view(window.as_of)
frame.notices(sentences.notices(view, cached.today(), pinned=window.as_of is not None))
values, series = view.values, view.series
tiles.show(tiles.verdict(row.question, verdicts.etf_flows(values), sentences.worst(values[name] for name in TILES)))
tiles.show(view.keep((row.name, "tiles"), lambda: tiles.row(values, TILES, series)))

funds = {"bitcoin": view.panels.entities("net_flow", "BTC"), "ether": view.panels.entities("net_flow", "ETH")}


def both_flows() -> pd.Series:
    """Flows of both markets together, up to the last day on which the month to date is known."""
    known = series["crypto_etf_flow_mtd"].index
    return told["bitcoin"].add(told["ether"], fill_value=0)[: known[-1]] if len(known) else told["bitcoin"][:0]


told = view.keep("told flows", lambda: {name: flows.reported(market) for name, market in funds.items()})
both = view.keep("both flows", both_flows)


def since_start(flow: pd.Series) -> pd.Series:
    """What came in since the window's start; before it, nothing."""
    return flows.cumulative(flow[window.start :])


def of_both(statistic: Statistic, unit: float = MILLION, form: str = "+,.0f", suffix: str = " m") -> tuple[Line, ...]:
    """A running statistic of both markets' flows."""
    return tuple(Line(name, statistic(told[name]) / unit, role, form, suffix=suffix) for name, role in ROLES.items())


def figure() -> charts.Figure:
    """Flows by fund, since the window's start, over 20 days and in a row."""
    zero = (Threshold(0, "outflow below", "faint"),)
    streaks = of_both(flows.outflow_streak, unit=1, form=".0f", suffix=" d")
    bitcoin, ether = (charts.stack(market / MILLION, NAMED) for market in funds.values())
    strips = (
        Panel("Who sells the bitcoin funds?", "USD m per day", bitcoin, height=190, tickformat=",.0f"),
        Panel("Who sells the ether funds?", "USD m per day", ether, height=120, tickformat=",.0f"),
        Panel("How much since the window's start?", "USD m, cumulative", of_both(since_start), height=120, tickformat=",.0f"),
        Panel("How do the last 20 days add up?", "USD m", of_both(flows.rolling_sum), zero, height=120, tickformat=",.0f"),
        Panel("How many days of outflows in a row?", "days", streaks, height=90),
    )
    linked = charts.linked(strips, window.start, window.end, EVENTS, stacked=True)
    return charts.footed(linked, sentences.oldest(view.ages(INPUTS)), window)


shown = view.keep((row.name, window.start, window.end), figure)
zoom.draw(shown, row.name, charts.CONFIG)


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
    drawn = charts.bars(
        "How does the month compare? Both markets", "USD m", [f"{month:%b %y}" for month in table.index], bars,
        marks=roles, notes=[stand], tickformat=",.0f", form="+,.0f",
    )
    return charts.footed(drawn, sentences.oldest(view.ages(INPUTS)), window)


def worst_days() -> str:
    """The days on which most money left both markets."""
    return tiles.table(
        ("Day", "both", *told),
        (
            (sentences.day(day), *map(sentences.money, (flow, *(one.get(day, float("nan")) for one in told.values()))))
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
    for column, name, table in zip(st.columns(2), ("worst days", "fund by fund"), (worst_days, fund_by_fund), strict=True):
        with column:
            tiles.show(view.keep(name, table))
tiles.show(view.keep((row.name, "ages"), lambda: tiles.ages(view.ages(INPUTS))))
