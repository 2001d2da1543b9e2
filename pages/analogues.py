"""Analogues: the past episodes whose ranks were nearest to the day's, and what followed them."""

from functools import partial

import pandas as pd
import streamlit as st

from components import analogue_tables, charts, fan, frame, sentences, take, tiles, verdicts_analogues, zoom
from components.charts import Line, Panel, Threshold
from components.window import choose
from data_sources import cached
from indicators import aftermath, analogues
from indicators.events import Event
from indicators.readings import READINGS

TILES = ("stress_index", "btc_close", "btc_drawdown", "bnb_close", "bnb_drawdown", "spx_drawdown", "vix")
MARKETS = (("bitcoin", "close", "BTC"), ("BNB", "close", "BNB"), ("the S&P 500", "level", "SPX"))
CLOSES = tuple((measure, asset) for _, measure, asset in MARKETS)
STEP = 5
"""Days between two points of what all days did."""

row = frame.enter("analogues")
window = choose(*cached.limits())
view = cached.view(window.as_of, window.known)
frame.notices(sentences.notices(view, cached.today(), window.as_of, window.known))
values, series, panels = view.values, view.series, view.panels
behind = READINGS["stress_index"].inputs
inputs = (*CLOSES, *(pair for pair in behind if pair not in CLOSES and not pair[1].endswith("*")))
found = view.keep(row.name, lambda: analogues.analogues(view.work("stress_index").pillars, view.board.as_of))
starts = found.starts
names = {one.day: verdicts_analogues.month(one) for one in found.near}


def daily(measure: str, asset: str) -> pd.Series:
    """A market's closes on calendar days, since the first day compared."""
    return aftermath.daily(panels.series(measure, asset), found.compared)


def followed() -> list[tuple[str, pd.DataFrame, pd.DataFrame]]:
    """What each market did after the near episodes and after all days."""
    closes = [(market, daily(measure, asset)) for market, measure, asset in MARKETS]
    return [(market, aftermath.after(close, starts), aftermath.base_rate(close)) for market, close in closes]


told = view.keep((row.name, "followed"), followed)
tiles.show(tiles.verdict(row.question, verdicts_analogues.analogues(found, *told[0][1:]), "unknown"))
tiles.show(tiles.note(analogue_tables.CAVEAT) if found.found else "")
tiles.show(view.keep((row.name, "tiles"), partial(tiles.row, values, TILES, series)))


def distances() -> charts.Figure:
    """How near each past day was to the day, over bitcoin's price; near episodes are marked."""
    marks = [Event(one.day, names[one.day], "analogue", "", "") for one in found.near]
    strips = (
        Panel(
            "How near was each past day? Low is like the day", "distance",
            (Line("distance of the ranks", found.past, "main", ".3f"),), (Threshold(found.cut, "near up to here", "faint"),), 160,
            limits=(0, 1.05 * float(found.past.max())),
        ),
        Panel("Where was bitcoin?", "USD", (Line("bitcoin", panels.series("close", "BTC"), "second", ",.0f", prefix="$"),),
              height=100, log=True, prefix="$"),
    )  # fmt: skip
    linked = charts.linked(strips, found.past.index[0], found.past.index[-1], marks)
    return charts.footed(linked, sentences.oldest(view.ages(inputs)), window)


def fans() -> list[charts.Figure]:
    """Each market after each near episode, beside the median of all days."""
    drawn = []
    for (market, measure, asset), (_, after, _) in zip(MARKETS, told, strict=True):
        close = daily(measure, asset)
        paths = aftermath.paths(close, starts, analogues.FOLLOWED).dropna(axis=1, how="all").rename(columns=names)
        usual = aftermath.base_rate(close, range(STEP, analogues.FOLLOWED + 1, STEP))["median"]
        usual.loc[0] = 0.0
        title = f"What did {market} do next? n = {paths.shape[1]}"
        shown = fan.fan(title, paths, usual.sort_index(), tuple(after.index))
        drawn.append(charts.footed(shown, sentences.oldest(view.ages(CLOSES)), window))
    return drawn


if found.found:
    left, right = st.columns(2)
    with left:
        tiles.show(view.keep((row.name, "episodes"), partial(analogue_tables.episodes, found)))
        tiles.show(tiles.note(f"{verdicts_analogues.nearness(found)} {analogue_tables.METHOD}"))
    with right:
        zoom.draw(view.keep((row.name, "distances", window.start, window.end), distances), row.name, charts.CONFIG)
if len(starts):
    figures = view.keep((row.name, "fans", window.start, window.end), fans)
    for column, (_, _, asset), (_, after, usual), drawn in zip(st.columns(3), MARKETS, told, figures, strict=True):
        with column:
            charts.draw(drawn, f"fan_{asset}")
            tiles.show(analogue_tables.followed(after, usual))
    tiles.show(tiles.note(analogue_tables.overlap(told[0][2], found.past.index[0])))
elif found.found:
    tiles.show(tiles.note(analogue_tables.NOTHING_NEAR))
take.foot(row, view, inputs)
