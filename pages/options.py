"""Options: what insurance against a fall costs, who buys it, and at which prices it would hurt."""

from functools import partial

import pandas as pd
import streamlit as st

from components import charts, frame, options_figures, options_tables, quotes, sentences, take, tiles, verdicts_options, zoom
from components.charts import Line, Panel, Threshold, levels
from components.window import choose
from data_sources import cached
from indicators import fear, options
from indicators.events import EVENTS
from indicators.quotes import of_page

TILES = (
    "btc_dvol", "btc_dvol_percentile_1y", "btc_dvol_rank_1y", "btc_realized_volatility_30d", "btc_implied_less_realized",
    "btc_put_call_oi", "btc_put_call_volume", "btc_skew_25d", "btc_iv_term_slope", "eth_dvol", "eth_put_call_oi", "eth_skew_25d",
    "eth_iv_term_slope",
)
COINS = ("BTC", "ETH")
INPUTS = (
    ("close", "BTC"), ("put_call_volume_24h", "BTC"),
    *((measure, coin) for measure in ("dvol", "put_call_oi", "skew_25d", "iv_7d", "iv_180d") for coin in COINS),
)

row = frame.enter("options")
window = choose(*cached.limits())
view = cached.view(window.as_of, window.known)
frame.notices(sentences.notices(view, cached.today(), window.as_of, window.known))
values, series, panels = view.values, view.series, view.panels
tiles.show(tiles.verdict(row.question, verdicts_options.options(values), sentences.worst(values[name] for name in TILES)))
tiles.show(view.keep((row.name, "tiles"), partial(tiles.row, values, TILES, series)))


def figure() -> charts.Figure:
    """Implied and realized volatility, their place in the year, put/call, skew and the term structure's slope over the window."""
    line = partial(charts.of, series)
    ether = series["eth_dvol"]
    strips = (
        Panel(
            "What do options price, what happened?", "vol points",
            (line("btc_realized_volatility_30d", "third", name="bitcoin realized"), line("eth_dvol", "second", name="ether DVOL"),
             line("btc_dvol", name="bitcoin DVOL")),
            levels("btc_dvol"), height=180,
        ),
        Panel(
            "On how many days was it lower? Percentile", "share of year",
            (Line("ether percentile", fear.percentile_of_year(ether, fear.CRYPTO_YEAR), "second", ".0%"),
             line("btc_dvol_percentile_1y", name="bitcoin percentile")),
            levels("btc_dvol_percentile_1y"), height=105, tickformat=".0%", limits=(0, 1.02),
        ),
        Panel(
            "Where between the year's low and high? Rank", "share of range",
            (Line("ether rank", fear.rank_of_year(ether, fear.CRYPTO_YEAR), "second", ".0%"),
             line("btc_dvol_rank_1y", name="bitcoin rank")),
            height=105, tickformat=".0%",
        ),
        Panel(
            "Is insurance dear? DVOL less realized", "vol points", (line("btc_implied_less_realized", name="bitcoin"),),
            (Threshold(0, "dear above", "faint"),), height=105,
        ),
        Panel(
            "How many puts per call?", "ratio",
            (line("eth_put_call_oi", "second", name="ether, open"), line("btc_put_call_oi", name="bitcoin, open"),
             line("btc_put_call_volume", "third", name="bitcoin, traded")),
            levels("btc_put_call_oi"), height=120,
        ),
        Panel(
            "Whose side is dear? Calls less puts, 25 delta", "vol points",
            (line("eth_skew_25d", "second", name="ether skew"), line("btc_skew_25d", name="bitcoin skew")),
            (Threshold(0, "puts bid below", "faint"), *levels("btc_skew_25d")), height=120,
        ),
        Panel(
            "Is the near dearer than the far? 180 days less 7", "vol points",
            (line("eth_iv_term_slope", "second", name="ether slope"), line("btc_iv_term_slope", name="bitcoin slope")),
            (Threshold(0, "inverted below", "stress"),), height=120,
        ),
    )
    linked = charts.linked(strips, window.start, window.end, EVENTS)
    few = {line.name for panel in strips[4:] for line in panel.lines}
    return charts.footed(options_figures.pointed(linked, few), sentences.oldest(view.ages(INPUTS)), window)


zoom.draw(view.keep((row.name, window.start, window.end), figure), row.name, charts.CONFIG)
days = series["btc_put_call_oi"].index
tiles.show(options_tables.kept(len(days), days[0] if len(days) else None))

tiles.show(tiles.caption("Where are options open, and where would it hurt?"))
with st.container(horizontal=True, vertical_alignment="center", gap="small"):
    coin = options_tables.choice("coin", "Coin", COINS, COINS[0], options_tables.NAMES.__getitem__)
    listed, taken = cached.chain(coin, view)
    chain = options.open_options(listed, taken)
    table = view.keep((row.name, "by expiry", coin), partial(options.by_expiry, chain))
    expiry = options_tables.expiry(table, options.nearest_large(table, taken))
if taken is None or expiry is None:
    tiles.show(options_tables.no_chain(coin, window.end))
else:
    (source,) = view.ages([("option_open_interest", coin)])
    age = max(view.board.as_of - taken.normalize(), pd.Timedelta(0)) + view.behind
    foot = options_tables.snapshot(coin, taken, age, source.publisher)
    strikes = options.by_strike(chain[chain["expiry"] == expiry])
    terms = pd.concat({f"{days} d": panels.series(f"iv_{days}d", coin) for days in options.TENORS}, axis=1).dropna(how="all")
    left, right = st.columns((3, 2))
    drawn = options_figures.strikes(expiry, coin, strikes, options.payout(strikes), table.loc[expiry])
    with left:
        charts.draw(charts.footed(drawn, foot, window), "strikes")
    drawn = options_figures.expiries("How much expires when?", coin, table)
    with right:
        charts.draw(charts.footed(drawn, foot, window), "expiries")
    drawn = options_figures.tenors("Is the near dearer? Implied volatility", terms)
    with right:
        charts.draw(charts.footed(drawn, foot, window), "tenors")
    tiles.show(options_tables.expiries(coin, table, taken, options.long_dated_share(table, taken)))
tiles.show(quotes.table(of_page("options", view.board.as_of), series) + options_tables.notes())
take.foot(row, view, INPUTS)
