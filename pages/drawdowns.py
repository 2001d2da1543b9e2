"""Drawdowns: how far stocks and coins are from their peaks, which falls were worse, and the worst 80 minutes of a day."""

from functools import partial

import pandas as pd
import streamlit as st

from components import charts, frame, sentences, take, tiles, verdicts, zoom
from components.charts import Panel, Threshold, levels
from components.window import choose
from data_sources import cached
from indicators import drawdowns, quotes
from indicators.events import EVENTS

TILES = (
    "spx_drawdown", "ixic_drawdown", "ndx_drawdown", "btc_drawdown", "eth_drawdown", "bnb_drawdown", "hsi_drawdown",
    "csi300_drawdown", "spx_change_1d", "ixic_change_1d", "ndx_change_1d", "btc_change_1d", "eth_change_1d", "bnb_change_1d",
    "spx_worst_fall_80m", "crypto_market_cap_change_1d",
)
UNDER_WATER = (
    ("spx_drawdown", "S&P 500", "second", "line"), ("ixic_drawdown", "Nasdaq Composite", "third", "line"),
    ("ndx_drawdown", "Nasdaq-100", "fourth", "line"), ("hsi_drawdown", "Hang Seng", "sixth", "line"),
    ("csi300_drawdown", "CSI 300", "sixth", "dash"), ("btc_drawdown", "bitcoin", "main", "line"),
    ("eth_drawdown", "ether", "seventh", "line"), ("bnb_drawdown", "BNB", "fifth", "line"),
)
TABLES = (
    ("S&P 500", "level", "SPX"), ("Nasdaq Composite", "level", "IXIC"), ("Nasdaq-100", "level", "NDX"),
    ("Hang Seng", "level", "HSI"), ("CSI 300", "level", "CSI300"),
    ("bitcoin", "close", "BTC"), ("ether", "close", "ETH"), ("BNB", "close", "BNB"),
)
INPUTS = (*((measure, asset) for _, measure, asset in TABLES), ("bar_low", "SPY"), ("market_cap", "CRYPTO"))
WORST = 8

row = frame.enter("drawdowns")
window = choose(*cached.limits())
view = cached.view(window.as_of, window.known)
frame.notices(sentences.notices(view, cached.today(), window.as_of, window.known))
values, series, panels = view.values, view.series, view.panels
tiles.show(tiles.verdict(row.question, verdicts.drawdowns(values), sentences.worst(values[name] for name in TILES)))
tiles.show(view.keep((row.name, "tiles"), partial(tiles.row, values, TILES, series)))


def figure() -> charts.Figure:
    """Falls from the peak, days and worst minutes over the window."""
    line = partial(charts.of, series)
    strips = (
        Panel(
            "How far below the peak? Stocks and coins", "below peak",
            tuple(line(reading, role, kind, name=name) for reading, name, role, kind in UNDER_WATER),
            (Threshold(-0.1, "correction", "faint"), Threshold(-0.2, "bear market", "faint")), height=330, tickformat=".0%",
        ),
        Panel(
            "How bad was each day?", "change on the day",
            (line("btc_change_1d", "main", "bar", name="bitcoin, day"),
             line("spx_change_1d", "second", "bar", name="S&P 500, day")),
            height=130, tickformat=".0%",
        ),
        Panel(
            "How fast? Worst 80 minutes of each session", "fall", (line("spx_worst_fall_80m", "second", "bar"),),
            levels("spx_worst_fall_80m"), height=110, tickformat=".1%",
        ),
    )
    linked = charts.linked(strips, window.start, window.end, EVENTS)
    return charts.footed(linked, sentences.oldest(view.ages(INPUTS)), window)


shown = view.keep((row.name, window.start, window.end), figure)
zoom.draw(shown, row.name, charts.CONFIG)


def worst_minutes() -> tuple[charts.Figure | None, str]:
    """The session of the window with the worst 80 minutes, and a sentence about it."""
    falls = series["spx_worst_fall_80m"][window.start : window.end]
    highs, lows, bars = (panels.series(measure, "SPY") for measure in ("bar_high", "bar_low", "bar_close"))
    day = pd.Timestamp(falls.idxmin()) if len(falls) else window.end
    fall = drawdowns.worst_fall_path(highs, lows, day)
    if fall is None:
        return None, "The worst 80 minutes of a day need five-minute bars of SPY; none are held in this window."
    quote = quotes.quoted(quotes.SPX_MARKET_VALUE, day)
    dollars = quotes.in_dollars(fall.fall, quote, panels.series("level", "SPX"), day)
    title = f"The worst 80 minutes: {sentences.day(day)}, New York"
    path = charts.path(title, "SPY, USD", bars[day : day + pd.Timedelta(days=1)], marked=(fall.start, fall.end))
    path = charts.footed(path, sentences.oldest(view.ages([("bar_low", "SPY")])), window)
    return path, sentences.worst_minutes(fall, day, quote, dollars)


path, told = view.keep(("worst minutes", window.start, window.end), worst_minutes)
if path is not None:
    charts.draw(path, "worst_minutes")
tiles.show(tiles.note(told))


def episodes(name: str, prices: pd.Series) -> str:
    """The deepest falls of one market with their peaks, troughs and recoveries."""
    return tiles.table(
        ("peak", "trough", "fall", "recovered", "days to trough", "days to recover", "days in all"),
        (
            (sentences.day(one.peak), sentences.day(one.trough), sentences.percent(one.depth, 2),
             sentences.day(one.recovery, "not yet"),
             *map(sentences.whole, (one.days_to_trough, one.days_to_recover, one.days_total)))
            for one in drawdowns.drawdown_episodes(prices, WORST).itertuples()
        ),
        caption=f"The worst falls of {name} since {sentences.day(prices.index[0])}" if len(prices) else f"{name}: nothing is held",
        numeric=2,
    )


for tab, (name, measure, asset) in zip(st.tabs([name for name, _, _ in TABLES]), TABLES, strict=True):
    with tab:
        tiles.show(view.keep(("episodes", asset), lambda name=name, of=(measure, asset): episodes(name, panels.series(*of))))
take.foot(row, view, INPUTS)
