"""ETF flows: who is selling the spot funds, for how many days, and how the month compares with every other."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from components import charts, flows_tables, frame, sentences, take, tiles, verdicts, zoom
from components import divergence as buyers
from components.charts import Line, Panel, Threshold
from components.window import choose
from data_sources import cached
from indicators import baskets, divergence, flows, quotes
from indicators.events import EVENTS

TILES = (
    "btc_etf_net_flow", "eth_etf_net_flow", "ibit_net_flow", "btc_etf_outflow_streak", "crypto_etf_flow_mtd", "btc_etf_flow_5d",
    "btc_etf_flow_20d",
)
INPUTS = (("net_flow", "BTC"), ("net_flow", "ETH"))
MILLION = 1e6
NAMED, ROLES = 5, {"bitcoin": "main", "ether": "seventh"}
Statistic = Callable[[pd.Series], pd.Series]


row = frame.enter("etf_flows")
window = choose(*cached.limits())
view = cached.view(window.as_of, window.known)
frame.notices(sentences.notices(view, cached.today(), window.as_of, window.known))
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
    drawn = flows_tables.months(flows.monthly(both), flows.pace_calendar(flows.month_to_date(both)).iloc[-1])
    return charts.footed(drawn, sentences.oldest(view.ages(INPUTS)), window)


if not both.empty:
    charts.draw(view.keep("months", months), "months")
    worst, by_fund = st.columns(2)
    with worst:
        tiles.show(view.keep("worst days", lambda: flows_tables.worst_days(both, told)))
    with by_fund:
        held = [market for market in funds.values() if not market.empty]
        tiles.show(view.keep("fund by fund", lambda: flows_tables.fund_by_fund(map(flows.by_fund, held))))


def both_sides() -> str:
    """Crypto funds by month beside what was quoted of stock funds."""
    told_months = divergence.months(both, view.board.as_of)
    named = divergence.named(told_months, view.board.as_of)
    return buyers.sides(told_months, named, divergence.NAMED.publisher, quotes.of_page(row.name, view.board.as_of), series)


def compare() -> baskets.Comparison:
    """Both baskets and the S&P 500 over the window."""
    sessions = view.panels.series("level", "SPX")[max(window.start, baskets.FIRST) : window.end]
    return baskets.compare({share: view.panels.series("close", share) for share in baskets.SHARES}, sessions)


def basket_figure() -> charts.Figure:
    """Worth, relative strength and drawdown of both baskets."""
    drawn = buyers.figure(compared, window.start, window.end, EVENTS)
    return charts.footed(drawn, sentences.oldest(shares.values()), window)


span = (window.start, window.end)
tiles.show(view.keep("both sides", both_sides))
compared = view.keep(("baskets", *span), compare)
shares = view.keep("shares", lambda: {one.asset: one for one in view.ages([("close", share) for share in baskets.SHARES])})
tiles.show(view.keep(("beside", *span), lambda: buyers.beside(compared, baskets.FEWEST)))
if compared.known:
    charts.draw(view.keep(("basket figure", *span), basket_figure), "baskets")
tiles.show(view.keep(("members", *span), lambda: buyers.constituents(baskets.BASKETS, compared, shares, baskets.CHOSEN)))
take.foot(row, view, (*INPUTS, ("level", "SPX")))
