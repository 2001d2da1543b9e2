"""Rates: what futures expect the Fed to decide, how that moved, and what shares and bitcoin did meanwhile."""

from functools import partial

import pandas as pd
import streamlit as st

from components import charts, frame, quotes, rates_tables, sentences, take, tiles, verdicts_rates, zoom
from components.charts import Line, Panel, levels
from components.window import choose
from data_sources import cached
from indicators import cut_odds, rates
from indicators.events import EVENTS, Event
from indicators.fomc import LINK
from indicators.quotes import of_page
from indicators.rates_day import MARKETS, rates_day
from indicators.rows.rates import ROWS

TILES = tuple(reading.id for reading in ROWS)
CHANGES, DENSE = 12, pd.Timedelta(days=800)

row = frame.enter("rates")
window = choose(*cached.limits())
view = cached.view(window.as_of, window.known)
frame.notices(sentences.notices(view, cached.today(), window.as_of, window.known))
values, series, panels, as_of = view.values, view.series, view.panels, view.board.as_of

found = view.work("cut_odds_next")
day = view.keep("rates day", lambda: rates_day(found, panels, as_of))
priced, changes, sessions = day.priced, day.changes, day.sessions
lower, upper, effr = (panels.series(name, "USD") for name in ("fed_target_lower", "fed_target_upper", "effr"))
decided = cut_odds.decided(panels.series("fomc_meeting", "FOMC"), changes, as_of)
months = dict.fromkeys([rates.month_of(as_of), *(rates.month_of(one.day) for one in priced[:1])])
DRAWN = (
    *(("futures_price", rates.contract(month)) for month in months),
    ("effr", "USD"), ("fed_target_lower", "USD"), ("fed_target_upper", "USD"), *MARKETS.values(),
)
INPUTS = (*DRAWN, ("fomc_meeting", "FOMC"), ("fomc_days_ahead", "FOMC1"))

sentence = verdicts_rates.rates(values, day.decision, day.unchanged_since, day.beside)
tiles.show(tiles.verdict(row.question, sentence, sentences.worst(values[name] for name in TILES)))
tiles.show(view.keep((row.name, "tiles"), partial(tiles.row, values, TILES, series)))
if found.changes.empty:
    tiles.show(tiles.note(rates_tables.NO_FUTURES))


def events() -> list[Event]:
    """Decisions of the Fed, in a long window only those that moved, and the market's own dates."""
    told = decided if window.end - window.start < DENSE else decided[decided != 0]
    return [Event(one, *rates_tables.decision(float(move)), LINK) for one, move in told.items()] + list(EVENTS)


def figure() -> charts.Figure:
    """Odds of the next meeting and of the one that is next now, their moves, markets, and the rate itself."""
    odds = series["cut_odds_next"]
    same = found.changes[priced[0].day].dropna() if priced else odds[:0]
    begins = max(window.start, min([window.end, *odds.index[:1], *same.index[:1]])) if len(odds) else window.start
    likely = (
        Panel(
            "How likely is a cut?", "probability",
            (charts.of(series, "cut_odds_next", name="next meeting of the day"),
             Line(f"meeting of {priced[0].day:%d %b %Y}" if priced else "next", rates.cut_odds(same), "third", ".1%", "dash")),
            height=170, tickformat=".0%",
        ),
        Panel("How fast did the odds move? 5 sessions", "points", (charts.of(series, "cut_odds_change_5d", kind="bar"),),
              levels("cut_odds_change_5d"), height=100, tickformat=".0%"),
    )
    moves = [Line(name, cut_odds.rebased(closes, begins, window.end), role, ".1f")
             for (name, closes), role in zip(day.markets.items(), ("second", "main"), strict=True)]
    strips = (
        Panel("Do shares and bitcoin follow? Both 100 at start", "rebased", moves, height=150),
        Panel("Where is the rate?", "per year",
              (Line("target, upper", upper, "faint", ".2%", "step"), Line("target, lower", lower, "faint", ".2%", "step"),
               Line("effective", effr, "fifth", ".2%")), height=150, tickformat=".2%"),
    )
    linked = charts.linked((*likely, *strips) if len(odds) else strips[::-1], window.start, window.end, events())
    return charts.footed(linked, sentences.oldest(view.ages(DRAWN if len(odds) else DRAWN[1:])), window)


zoom.draw(view.keep((row.name, window.start, window.end), figure), row.name, charts.CONFIG)


def grown() -> str:
    """The tree of target ranges, from the one now in force."""
    floor = cut_odds.floor_in_force(lower, priced[0].before, decided[: sessions[-1]], sessions[-1])
    return rates_tables.tree([one.day for one in priced], rates.tree([one.change for one in priced]), floor, rates.STEP)


if priced:
    left, right = st.columns(2)
    with left:
        chances = [rates.distribution(one.change) for one in priced]
        tiles.show(rates_tables.decisions(priced, chances, sessions[-1]))
    with right:
        tiles.show(view.keep((row.name, "tree"), grown))
    tiles.show(tiles.note(rates_tables.METHOD))
left, right = st.columns(2)
with left:
    tiles.show(rates_tables.history(changes, CHANGES))
with right:
    tiles.show(quotes.table(of_page(row.name, as_of), series) or tiles.note(rates_tables.UNQUOTED))
take.foot(row, view, INPUTS)
