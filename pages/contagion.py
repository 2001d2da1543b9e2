"""Contagion: whether BNB and the other coins fall with bitcoin, and who passes stress on to whom."""

from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from components import charts, event_studies, frame, network, sentences, spread_figures, spread_tables, take, tiles, verdicts, zoom
from components.window import choose
from data_sources import cached
from indicators import connectedness_bands, contagion, event_study, events, fear, forbes_rigobon, lead_lag, leverage, tails
from indicators.readings import READINGS
from indicators.rows.contagion import NETWORK, RANGES, log_ranges

TILES = (
    "bnb_close", "bnb_change_1d", "bnb_change_24h", "bnb_btc_correlation_30d", "bnb_btc_correlation_90d", "bnb_btc_beta_30d",
    "bnb_btc_beta_90d", "bnb_btc_downside_beta_90d", "btc_spx_correlation_60d", "coins_down_5pct", "connectedness_total",
    "bnb_received", "bnb_net",
)
COINS = NETWORK[:3]
MARKETS = {asset: ("close" if asset in COINS else "level", asset) for asset in NETWORK}
STUDIED = (("funding_rate", "BTC"), ("open_interest", "BTC"), ("open_interest", "ETH"), *READINGS["liquidations_24h"].inputs)
INPUTS = (*(MARKETS[asset] for asset in ("BNB", "BTC", "ETH", "SPX", "IXIC")), *RANGES)
SHIFTED = (("BTC", "BNB"), ("BTC", "ETH"), ("SPX", "BTC"), ("IXIC", "BTC"))
LAGGED = (("BTC", "SPX"), ("BTC", "BNB"))
TAILED = (("BNB", "BTC"), ("ETH", "BTC"), ("BTC", "SPX"), ("SPX", "BTC"))
YEARS, CORRELATED, BANDS = 3, 30, 27
"""Years of days for the tails; returns in the correlation beside the windows; most bootstrap bands of a figure."""

row = frame.enter("contagion")
window = choose(*cached.limits())
view = cached.view(window.as_of, window.known)
frame.notices(sentences.notices(view, cached.today(), window.as_of, window.known))
values, series, panels, as_of = view.values, view.series, view.panels, view.board.as_of
foot = view.keep((row.name, "foot"), lambda: sentences.oldest(view.ages(INPUTS)))
closes = {asset: panels.series(*market) for asset, market in MARKETS.items()}
estimates = view.work("connectedness_total")
ranks = view.keep("ranks", lambda: fear.percentile_of_year(estimates.total.dropna(), READINGS["connectedness_total"].year))
verdict = verdicts.contagion(values, *network.ends(estimates, as_of))
tiles.show(tiles.verdict(row.question, verdict, sentences.worst(values[name] for name in TILES)))
tiles.show(view.keep((row.name, "tiles"), partial(tiles.row, values, TILES, series)))


def figure() -> charts.Figure:
    """BNB with bitcoin, correlation, beta, breadth and connectedness over the window."""
    weeks = connectedness_bands.week_ends(network.days_of(estimates, window.start, window.end))
    every = max(-(-len(weeks) // BANDS), 1)
    some = weeks[(weeks.to_julian_date() // 7 % every == 0) | (weeks == weeks.max())]
    band = connectedness_bands.bands(log_ranges(*(panels.series(*one) for one in RANGES)), some) if len(some) else None
    return charts.footed(spread_figures.linked(series, closes, band, window, events.EVENTS), foot, window)


def shifts() -> tuple[str, charts.Figure | None]:
    """Correlation in calm and crisis, raw and freed of the source's variance: the table, and the figure of the windows."""
    found = spread_tables.compared(SHIFTED, closes, partial(forbes_rigobon.windows, as_of=as_of), forbes_rigobon.compare)
    rolling = {(one, other): contagion.rolling_correlation(closes[one], closes[other], CORRELATED) for one, other in SHIFTED}
    drawn = spread_figures.calm_and_crisis(found, rolling, as_of, events.EVENTS)
    return spread_tables.shifts(found, closes, as_of), drawn


def bad_days() -> str:
    """ΔCoVaR and tail dependence of each pair on the days that all markets held have."""
    held = pd.DataFrame(closes).drop(columns="IXIC").dropna(axis=1, how="all")
    common = held.dropna()[as_of - pd.DateOffset(years=YEARS) :]
    pairs = [(one, other, tails.covar(common[one], common[other]), tails.lower_tail(common[other], common[one]))
             if one in common and other in common else (one, other, None, None) for one, other in TAILED]
    return spread_tables.tails(pairs, f"Common days of the {YEARS} years to {sentences.day(as_of)}")


def moved(event: events.Event) -> list[event_studies.Moved]:
    """Shares, leverage and coins around an event, each by its own days."""
    held = closes | {"funding": panels.series("funding_rate", "BTC"), "liquidations": series["liquidations_24h"]}
    for one in COINS[:2]:
        counted = panels.entities("open_interest", one)
        whose = leverage.followed(counted)
        held[f"{one} open"] = leverage.open_coins(counted[whose].dropna(), closes[one]) if whose else closes[one].iloc[:0]
    return event_studies.moved(held, event, event_study.price_path, event_study.level_path)


def lagged(first: str, second: str) -> None:
    """Draw who of two markets moves first, with the answer in a sentence."""
    found = view.keep(("lags", first, second), lambda: lead_lag.lead_lag(closes[first], closes[second]))
    if np.isfinite(found.band):
        drawn = view.keep(("lags", first, second, "figure"), lambda: spread_figures.lags(first, second, found))
        charts.draw(charts.footed(drawn, foot, window), f"lags_{second}")
    tiles.show(tiles.note(spread_tables.led(first, second, found)))


def study() -> None:
    """Draw a dated event of the reader's choice."""
    event = event_studies.choice(events.between(closes["BTC"].index[0], as_of) if len(closes["BTC"]) else [])
    if event is not None:
        drawn, told = view.keep(("event", event.date), lambda: event_studies.shown(moved(event), event))
        spread_figures.beside(drawn and charts.footed(drawn, sentences.oldest(view.ages(STUDIED)), window), "event", told)


left, right = st.columns([3, 2])
with left:
    zoom.draw(view.keep((row.name, window.start, window.end), figure), row.name, charts.CONFIG)
with right:
    shown = network.panel(estimates, ranks, window, COINS, foot, view.keep)
    tiles.show(tiles.note(network.METHOD if shown else sentences.missing(values["connectedness_total"])))
compared, windows = view.keep("shifts", shifts)
spread_figures.beside(windows and charts.footed(windows, foot, window), "shifts", compared)
for column, pair in zip(st.columns(2), LAGGED, strict=True):
    with column:
        lagged(*pair)
tiles.show(tiles.note(f"{spread_tables.BY_CHANCE} {spread_tables.LATER_CLOSE}"))
tiles.show(view.keep("tails", bad_days))
study()
take.foot(row, view, (*INPUTS, *STUDIED))
