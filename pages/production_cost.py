"""Production cost: what a coin costs to make, on four reckonings, and for how long the price has been below."""

from functools import partial

import pandas as pd
import streamlit as st

from components import charts, frame, quotes, sentences, take, tiles, verdicts, zoom
from components import window as address
from components.charts import Line, Panel, levels
from data_sources import cached
from indicators import miners, mining
from indicators.events import EVENTS
from indicators.quotes import of_page

TILES = (
    "btc_close", "btc_production_cost", "btc_price_to_cost", "btc_days_below_cost", "hashprice", "miner_margin", "puell_multiple",
    "hash_rate_under_water",
)
INPUTS = (("close", "BTC"), ("difficulty", "BTC"), ("supply", "BTC"), ("fleet_efficiency", "BTC"))
HORIZONS = (30, 90, 180, 365)

row = frame.enter("production_cost")
window = address.choose(*cached.limits())
view = cached.view(window.as_of, window.known)
frame.notices(sentences.notices(view, cached.today(), window.as_of, window.known))
values, series, panels = view.values, view.series, view.panels
tiles.show(tiles.verdict(row.question, verdicts.production_cost(values), sentences.worst(values[name] for name in TILES)))
tiles.show(view.keep((row.name, "tiles"), partial(tiles.row, values, TILES, series)))

with st.container(horizontal=True, vertical_alignment="center", gap="small"):
    electricity = address.figure("kwh", "Your electricity, $/kWh", mining.ELECTRICITY, 0.01, 0.30, 0.005, "%.3f")
    efficiency = address.figure("jth", "Your fleet, J/TH", mining.EFFICIENCY, 5.0, 150.0, 0.5, "%.1f")

close, difficulty = panels.series("close", "BTC"), panels.series("difficulty", "BTC")


def cost_lines() -> pd.DataFrame:
    """What a coin cost to make, by three reckonings that do not depend on the reader, USD."""
    longest = mining.longest_history(close, panels.entities("close", "BTC"))
    lines = {
        "JPMorgan": series["btc_production_cost"],
        "Cambridge": mining.cambridge_style_cost(difficulty, panels.series("fleet_efficiency", "BTC"), close.index),
        "regression": mining.difficulty_regression(longest, panels.series("supply", "BTC"), difficulty).reindex(close.index),
    }
    return pd.concat(lines, axis=1, sort=True)


def figure() -> charts.Figure:
    """Price and costs, and what is left for a miner, over the window."""
    costs = view.keep("cost lines", cost_lines)
    own = mining.production_cost(difficulty, close.index, efficiency, electricity)
    hashcost = pd.Series(mining.hashcost(), index=series["hashprice"].index)
    line = partial(charts.of, series)
    dollars = {"form": ",.0f", "prefix": "$"}
    strips = (
        Panel(
            "Is bitcoin below what it costs to make?", "USD per BTC",
            (
                Line("lowest cost line", costs.min(axis=1), "faint", kind="edge", **dollars),
                Line("highest cost line", costs.max(axis=1), "faint", kind="band", **dollars),
                Line("yours", own, "seventh", kind="dash", **dollars),
                Line("JPMorgan", costs["JPMorgan"], "second", **dollars),
                Line("Cambridge", costs["Cambridge"], "third", **dollars),
                Line("regression", costs["regression"], "fourth", **dollars),
                Line("bitcoin", close, "main", **dollars),
            ),
            height=270, log=True, prefix="$", tickformat=",.0f",
        ),
        Panel(
            "How far below? Price over JPMorgan-style cost", "ratio", (line("btc_price_to_cost"),),
            levels("btc_price_to_cost"), height=110, log=True,
        ),
        Panel(
            "What does a petahash earn, what does it burn?", "$/PH/s/day",
            (line("hashprice"), Line("electricity", hashcost, "second", kind="dash", prefix="$")),
            height=110, log=True, prefix="$", tickformat=",.0f",
        ),
        Panel(
            "What is left after electricity?", "share of revenue", (line("miner_margin"),), levels("miner_margin"),
            height=110, tickformat=".0%",
        ),
        Panel("Do miners earn little for their year?", "Puell", (line("puell_multiple"),), levels("puell_multiple"), 110),
    )
    linked = charts.linked(strips, window.start, window.end, EVENTS)
    return charts.footed(linked, sentences.oldest(view.ages(INPUTS)), window)


shown = view.keep((row.name, window.start, window.end, electricity, efficiency), figure)
zoom.draw(shown, row.name, charts.CONFIG)


def episodes(cost: pd.Series) -> str:
    """Every spell below a cost line, the newest first, with what the price did afterwards."""
    spells = miners.episodes_below(close, cost, HORIZONS)
    after = [(edge, days) for edge in ("start", "end") for days in HORIZONS]
    return tiles.table(
        ("Below cost since", "until", "days", "deepest", "on", "price then", *(f"{days} d after {edge}" for edge, days in after)),
        (
            (
                sentences.day(one.start), sentences.day(one.end, "running"), f"{one.days}", sentences.percent(one.depth),
                sentences.day(one.deepest), sentences.money(one.price_at_start),
                *(sentences.percent(getattr(one, f"after_{edge}_{days}"), 0) for edge, days in after),
            )
            for one in reversed(list(spells.itertuples()))
        ),
        caption=f"{sentences.count(len(spells), 'episode')} since {sentences.day(cost.first_valid_index())}, "
        "and what the price did afterwards",
    )


tiles.show(tiles.caption("Every time a coin cost more than it fetched"))
costs = view.keep("cost lines", cost_lines)
tabs = st.tabs(["JPMorgan-style, a fixed 31.8 J/TH", "Cambridge-style", "difficulty regression"])
for tab, name in zip(tabs, costs, strict=True):
    with tab:
        tiles.show(view.keep(("episodes below", name), partial(episodes, costs[name].dropna())))
tiles.show(tiles.note(sentences.COST_LINES))
tiles.show(quotes.table(of_page(row.name, view.board.as_of), view.series))
take.foot(row, view, INPUTS)
