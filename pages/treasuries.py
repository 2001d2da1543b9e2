"""Treasuries: Strategy's coins, what they cost and what the market adds; and what index funds would have to sell."""

from functools import partial

import streamlit as st

from components import charts, frame, sentences, take, tiles, zoom
from components import quotes as quote_table
from components import treasuries_tables as tables
from components import verdicts_treasuries as verdicts
from components import window as address
from components.charts import Line, Panel, Threshold, levels
from data_sources import cached
from indicators import forced_flow, quotes, treasuries
from indicators.events import EVENTS

TILES = (
    "mstr_holdings", "mstr_average_cost", "mstr_unrealised", "mstr_price_to_cost", "mstr_mnav", "mstr_premium", "mstr_mnav_market",
    "mstr_coverage",
)
INPUTS = (*((measure, "MSTR") for measure in treasuries.FILED), ("close", "MSTR"), ("volume", "MSTR"), ("close", "BTC"))
FALLS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)
BILLION = tables.BILLION

row = frame.enter("treasuries")
window = address.choose(*cached.limits())
view = cached.view(window.as_of, window.known)
frame.notices(sentences.notices(view, cached.today(), window.as_of, window.known))
values, series, panels, today = view.values, view.series, view.panels, view.board.as_of
steps = quotes.track(today)
verdict = verdicts.treasuries(values, tables.standing(steps, quotes.DECIDED, quotes.DUE))
tiles.show(tiles.verdict(row.question, verdict, sentences.worst(values[name] for name in TILES)))
tiles.show(view.keep((row.name, "tiles"), partial(tiles.row, values, TILES, series)))

share, coin = panels.series("close", "MSTR"), panels.series("close", "BTC")
filed = {measure: panels.series(measure, "MSTR") for measure in treasuries.FILED}
bought = view.keep("purchases", lambda: treasuries.purchases(filed["holdings"], filed["cost_basis"], coin))


def figure() -> charts.Figure:
    """Bitcoin against what was paid, the result, both multiples, and the share against bitcoin, over the window."""
    line = partial(charts.of, series)
    both = treasuries.against(share, coin, window.start, window.end)
    strips = (
        Panel(
            "Is bitcoin above what Strategy paid? A dot is a purchase", "USD per BTC",
            (line("btc_close", name="bitcoin"), line("mstr_average_cost", "second", "step", name="average cost")),
            height=250, log=True, prefix="$", tickformat=",.0f",
        ),
        Panel(
            "What is the result on paper?", "USD bn",
            (Line("unrealized", series["mstr_unrealised"] / BILLION, "main", "+,.2f", suffix=" bn USD"),),
            (Threshold(0, "what was paid", "faint"),), height=110,
        ),
        Panel(
            "What does the market add? mNAV", "multiple",
            (line("mstr_mnav", name="with debt and preferred"), line("mstr_mnav_market", "second", name="shares alone")),
            levels("mstr_mnav"), height=120,
        ),
        Panel(
            "Does the share fall faster than bitcoin?", "start = 1",
            (Line("MSTR", both["share"], "third"), Line("bitcoin", both["coin"], "main")), height=120,
        ),
        Panel(
            "How many coins?", "BTC", (line("mstr_holdings", "fourth", "step"),), height=90, tickformat=",.0f",
            extra={"rangemode": "tozero"},
        ),
    )
    linked = tables.marked(charts.linked(strips, window.start, window.end, EVENTS), bought, window.start, window.end)
    return charts.footed(linked, sentences.oldest(view.ages(INPUTS)), window)


zoom.draw(view.keep((row.name, window.start, window.end), figure), row.name, charts.CONFIG)

company = treasuries.company(share, coin, filed, today)
terms = forced_flow.terms(company, share, panels.series("volume", "MSTR"), today)

tiles.show(tiles.caption("Who would have to sell Strategy? Forced-flow simulator"))
with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
    acting = tables.choose("act", "Providers that drop it", tables.PROVIDERS, ["msci"], several=True)
    (reading,) = tables.choose("total", "Others follow: the quote means", tables.READINGS_OF_ALL, ["total"], several=False)
default = forced_flow.quoted_weights(terms.passive, terms.first, terms.everybody, added=reading == "added")
with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
    number = partial(tables.number, most=5000.0)
    passive = BILLION * number("passive", "Passive holdings, $ bn", terms.passive / BILLION, 0.5, "%.2f")
    weights = {name: tables.number(f"w_{name}", f"{tables.PROVIDERS[name]}, % of passive", 100 * weight, 1.0, "%.1f") / 100
               for name, weight in default.items()}
    worth = BILLION * number("cap", "Market value, $ bn", terms.market_value / BILLION, 1.0, "%.2f")
    traded = BILLION * number("turnover", "Volume a day, $ bn", terms.volume / BILLION, 0.1, "%.3f")
    pace = tables.number("pace", "Sellers' part of volume, %", 20.0, 1.0, "%.0f", least=1.0) / 100
    impact = tables.number("impact", "Assumed fall a day, %", 0.0, 0.5, "%.1f") / 100
tiles.show(tables.origin({name: quote_table.told(one) for name, one in terms.quotes.items()}, terms, company.market_value))

sell = partial(forced_flow.sale, market_value=worth, price=company.price, daily_volume=traded, participation=pace, impact=impact)
chosen = sell(forced_flow.outflow(passive, weights, acting))
quoted = {"msci": terms.first, "total": terms.everybody, "added": terms.first + terms.everybody}
sold = tables.sales(acting, chosen, {name: sell(amount) for name, amount in quoted.items() if amount > 0})
tiles.show(sold + tables.excess(chosen.outflow, passive))
falls = sorted({*FALLS, round(chosen.fall, 3)} if 0 < chosen.fall < 1 else FALLS)
par = forced_flow.fall_to_par(worth, company.coins_value, company.claims)
path = forced_flow.mnav_path(falls, company.price, worth, company.coins_value, company.claims)
falling, turning = st.columns(2, gap="medium")
with falling:
    tiles.show(tables.path(path, par, company.price))
with turning:
    tiles.show(tables.levels(forced_flow.turning_points(company, worth), company.coin))
tiles.show(tables.decision(steps, today) + quote_table.table(quotes.of_page(row.name, today), series))
tiles.show(view.keep("purchases table", lambda: tables.bought_table(bought)))
take.foot(row, view, INPUTS)
