"""Overview: whether there is stress, how much and from where; all readings, worst first; what changed since yesterday."""

from collections import Counter
from functools import partial

import pandas as pd
import streamlit as st

from components import charts, frame, sentences, stress_figures, stress_tables, take, tiles, verdicts_overview, zoom
from components.charts import Panel, Threshold, levels
from components.window import choose
from data_sources import cached
from indicators.events import EVENTS
from indicators.readings import READINGS
from indicators.rows.contagion import RANGES
from indicators.rows.overview import MEMBERS
from indicators.stress_day import taken_apart
from indicators.stretches import run_since, stretches

HEADLINES = (
    "btc_price_to_cost", "btc_etf_net_flow", "spx_drawdown", "btc_drawdown", "crypto_fear_greed", "vix", "connectedness_total",
    "resonance",
)
OFFICIAL = (("ciss", "EURO_AREA"), ("ofr_fsi", "GLOBAL"), ("stlfsi", "US"))
INPUTS = tuple(dict.fromkeys((
    *(pair for pair in READINGS["stress_index"].inputs if not pair[1].endswith("*")), ("net_flow", "ETH"), ("level", "IXIC"),
    ("fear_greed", "CRYPTO"), ("fear_greed", "US_EQUITY"), ("bar_low", "SPY"), *RANGES, *OFFICIAL,
)))  # fmt: skip
CHARTED = (
    "stress_index", "btc_price_to_cost", "btc_etf_flow_20d", "spx_drawdown", "btc_drawdown", "crypto_fear_greed", "vix",
    "connectedness_total",
)
MILLION = 1e6
SESSIONS = 21
DAY = pd.Timedelta(days=1)

row = frame.enter("overview")
window = choose(*cached.limits())
view = cached.view(window.as_of, window.known)
frame.notices(sentences.notices(view, cached.today(), window.as_of, window.known))
values, series = view.values, view.series
whole, index = view.work("stress_index"), series["stress_index"]
today = values["stress_index"].time
apart, before = (view.keep(("apart", n), lambda n=n: taken_apart(whole, MEMBERS, series, today - n * DAY)) for n in (0, 1))
extremes = view.keep("stretches", lambda: stretches(whole.index, whole.bound, whole.percentiles))
connected = series["connectedness_total"]
month_ago = float(connected.iloc[-1 - SESSIONS]) if len(connected) > SESSIONS else float("nan")
under = view.keep("under stress", lambda: stress_figures.under_stress(index, whole.percentiles))
since = run_since(under)
verdict = verdicts_overview.overview(values, view.before, month_ago, apart, since)
tiles.show(tiles.verdict(row.question, verdict, stress_figures.state(values)))
if apart is None:
    tiles.show(tiles.note(sentences.missing(values["stress_index"])))
else:
    run, history = stress_tables.run_told(values["stress_index"].state, under, since), stress_tables.history_told(index)
    tiles.show(stress_tables.now(values["stress_index"], apart, before, run, history))
tiles.show(view.keep((row.name, "tiles"), partial(tiles.row, values, HEADLINES, series)))


def figure() -> charts.Figure:
    """The stress index and what it is made of, then one line or two of each page's question, over the window."""
    line = partial(charts.of, series)
    official = {key: view.panels.series(*key) for key in OFFICIAL}
    strips = (
        *stress_figures.panels(whole, extremes, official, window.start, window.end),
        Panel(
            "Is bitcoin below its production cost?", "price / cost", (line("btc_price_to_cost"),), levels("btc_price_to_cost"),
            height=110, log=True,
        ),
        Panel(
            "Is money leaving the funds?", "USD m, 20 days",
            (line("btc_etf_flow_20d", name="bitcoin funds, 20 days", scale=MILLION, suffix=" m"),),
            (Threshold(0, "outflow below", "faint"),), height=110, tickformat=",.0f",
        ),
        Panel(
            "How far below the peak?", "below peak",
            (line("spx_drawdown", "second", name="S&P 500"), line("btc_drawdown", name="bitcoin")),
            height=130, tickformat=".0%",
        ),
        Panel(
            "How afraid is the crowd? Fear & greed", "0–100, low is fear", (line("crypto_fear_greed", name="crypto"),),
            levels("crypto_fear_greed"), height=110, limits=(0, 100),
        ),
        Panel("What do S&P options price?", "VIX, points", (line("vix", "second"),), levels("vix"), 110),
        Panel("Is it spreading?", "connectedness", (line("connectedness_total"),), height=110, tickformat=".1%"),
    )
    linked = charts.linked(strips, window.start, window.end, EVENTS, stacked=True)
    drawn = dict.fromkeys(pair for name in CHARTED for pair in READINGS[name].inputs)
    return charts.footed(linked, sentences.oldest(view.ages(drawn)), window)


shown = view.keep((row.name, window.start, window.end), figure)
zoom.draw(shown, row.name, charts.CONFIG)
if apart is not None:
    with st.expander(f"How {apart.index:.3f} is made on {sentences.day(today)}, and the stretches of high stress"):
        tiles.show(tiles.note(stress_tables.METHOD))
        tiles.show(stress_tables.members(apart))
        tiles.show(stress_tables.correlations(apart))
        tiles.show(stress_tables.stretches_table(stress_figures.stretch_rows(extremes)))
        told = partial(stress_tables.arithmetic, apart, view.board.kind, view.ages(READINGS["stress_index"].inputs))
        st.download_button("The day's arithmetic, CSV", told, f"faultline_stress_index_{today:%Y-%m-%d}.csv", "text/csv")


def readings(page: str) -> str:
    """Readings of a page, worst first."""
    return tiles.readings(sentences.worst_first(value for value in values.values() if READINGS[value.id].page == page))


tiles.show(view.keep("changes", lambda: tiles.changes(*sentences.changes(values, view.before))))
lengths = Counter(READINGS[name].page for name in values)
stacks: tuple[list[str], list[str]] = ([], [])
for name in verdicts_overview.worst_pages(values, [page.name for page in frame.PAGES[1:] if lengths[page.name]]):
    min(stacks, key=lambda stack: sum(lengths[page] for page in stack)).append(name)
for column, names in zip(st.columns(2), stacks, strict=True):
    with column:
        for page in (frame.BY_NAME[name] for name in names):
            label = f"**{page.title}**: {page.question}"
            st.page_link(frame.file_of(page.name), label=label, query_params=window.address)
            tiles.show(view.keep(("readings", page.name), partial(readings, page.name)))
take.foot(row, view, INPUTS)
