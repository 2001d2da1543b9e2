"""Production cost: what a coin costs to make, on four reckonings, and for how long the price has been below."""

from functools import partial

import pandas as pd
import streamlit as st

from components import charts, frame, sentences, tiles, verdicts
from components.charts import Line, Panel, Threshold
from components.window import choose, figure
from data_sources import cached
from indicators import miners, mining
from indicators.events import EVENTS

TILES = (
    "btc_close", "btc_production_cost", "btc_price_to_cost", "btc_days_below_cost", "hashprice", "miner_margin", "puell_multiple",
    "hash_rate_under_water",
)
INPUTS = (("close", "BTC"), ("difficulty", "BTC"), ("supply", "BTC"), ("fleet_efficiency", "BTC"))
HORIZONS = (30, 90, 180, 365)

row = frame.enter("production_cost")
window = choose(*cached.limits())
view = cached.view(window.as_of)
frame.notices(sentences.notices(view.board))
values, series, panels = view.values, view.series, view.panels
tiles.verdict(row.question, verdicts.production_cost(values), sentences.worst(values[name] for name in TILES))
tiles.row(values, TILES, series)

with st.container(horizontal=True, vertical_alignment="center", gap="small"):
    electricity = figure("kwh", "Your electricity, $/kWh", mining.ELECTRICITY, 0.01, 0.30, 0.005, "%.3f")
    efficiency = figure("jth", "Your fleet, J/TH", mining.EFFICIENCY, 5.0, 150.0, 0.5, "%.1f")

close, difficulty = panels.series("close", "BTC"), panels.series("difficulty", "BTC")
supply, fleet = panels.series("supply", "BTC"), panels.series("fleet_efficiency", "BTC")
longest = mining.longest_history(close, panels.entities("close", "BTC"))
own = mining.production_cost(difficulty, close.index, efficiency, electricity)
jpmorgan = series["btc_production_cost"]
cambridge = view.keep("cambridge", partial(mining.cambridge_style_cost, difficulty, fleet, close.index))
regression = view.keep("regression", partial(mining.difficulty_regression, longest, supply, difficulty))
costs = pd.concat([jpmorgan, cambridge, regression], axis=1, sort=True)
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
            Line("JPMorgan", jpmorgan, "second", **dollars),
            Line("Cambridge", cambridge, "third", **dollars),
            Line("regression", regression, "fourth", **dollars),
            Line("bitcoin", close, "main", **dollars),
        ),
        height=270, log=True, prefix="$", tickformat=",.0f",
    ),
    Panel(
        "How far below? Price over JPMorgan-style cost", "ratio", (line("btc_price_to_cost"),), (Threshold(1, "cost", "stress"),),
        height=110,
    ),
    Panel(
        "What does a petahash earn, and what does it burn?", "$/PH/s/day",
        (line("hashprice"), Line("electricity", hashcost, "second", kind="dash", prefix="$")), height=110, prefix="$",
    ),
    Panel(
        "What is left after electricity?", "share of revenue", (line("miner_margin"),), (Threshold(0, "break-even", "stress"),),
        height=110, tickformat=".0%",
    ),
    Panel("Do miners earn little for their year?", "Puell", (line("puell_multiple"),), (Threshold(0.5, "low", "stress"),), 110),
)
st.plotly_chart(charts.linked(strips, window.start, window.end, EVENTS), key="production_cost", config=charts.CONFIG)

episodes = view.keep("episodes", partial(miners.episodes_below, close, jpmorgan, HORIZONS))
after = [(edge, days) for edge in ("start", "end") for days in HORIZONS]
tiles.table(
    (
        "Below JPMorgan-style cost", "until", "days", "deepest", "on", "price then",
        *(f"{days} d after {edge}" for edge, days in after),
    ),
    (
        (
            sentences.day(one.start), sentences.day(one.end, "running"), f"{one.days}", sentences.percent(one.depth),
            sentences.day(one.deepest), sentences.money(one.price_at_start),
            *(sentences.percent(getattr(one, f"after_{edge}_{days}"), 0) for edge, days in after),
        )
        for one in reversed(list(episodes.itertuples()))
    ),
    caption=f"Every time a coin cost more than it fetched: {sentences.count(len(episodes), 'episode')} since "
    f"{sentences.day(jpmorgan.first_valid_index())}, and what the price did afterwards",
)
tiles.note(sentences.COST_LINES)
tiles.ages(view.ages(INPUTS))
