"""Leverage: how large open futures are, in dollars and in coins, what they cost, and who has been forced out."""

from functools import partial

import pandas as pd
import streamlit as st

from components import charts, frame, leverage_tables, sentences, take, tiles, verdicts_leverage, zoom
from components import quotes as shown_quotes
from components.charts import Line, Panel, Threshold, levels
from components.window import choose
from data_sources import cached
from indicators import deleveraging, leverage, quotes
from indicators.events import EVENTS

TILES = (
    "oi_to_market_cap_btc", "oi_to_market_cap_eth", "oi_coins_change_7d_btc", "oi_coins_change_7d_eth", "btc_funding_apr",
    "liquidations_24h", "liquidation_stress", "long_share",
)
COINS = (("BTC", "bitcoin"), ("ETH", "ether"))
INPUTS = tuple((name, asset) for name in ("open_interest", "close", "funding_rate", "liquidations_long") for asset, _ in COINS)

row = frame.enter("leverage")
window = choose(*cached.limits())
view = cached.view(window.as_of, window.known)
frame.notices(sentences.notices(view, cached.today(), window.as_of, window.known))
values, series, panels = view.values, view.series, view.panels
now = {asset: float(held.iloc[-1]) for asset, _ in COINS for held in (panels.series("open_interest", asset),) if len(held)}
worst = sentences.worst(values[name] for name in TILES)
tiles.show(tiles.verdict(row.question, verdicts_leverage.leverage(values, now), worst))
tiles.show(view.keep((row.name, "tiles"), partial(tiles.row, values, TILES, series)))
interest = {asset: panels.entities("open_interest", asset) for asset, _ in COINS}
closes = {asset: panels.series("close", asset) for asset, _ in COINS}
main = {asset: leverage.followed(interest[asset]) for asset, _ in COINS}
dollars = {asset: interest[asset][whose].dropna() if whose else closes[asset].iloc[:0] for asset, whose in main.items()}


def rebased(asset: str, name: str) -> Panel:
    """Price against open futures of one asset, from 100 at the window's start."""
    whose = main[asset]
    shown = leverage.rebased(dollars[asset], closes[asset], window.start, window.end)
    drawn = (Line(f"{asset} coins, {leverage_tables.venue(whose)}", shown["coins"], "main", ".1f"),
             Line(f"{asset} dollars", shown["dollars"], "second", ".1f", "dash")) if whose else ()
    price = Line(f"{asset} price", shown["price"], "third", ".1f")
    return Panel(f"Did {name}'s price fall, or were futures closed?", "100 at start", (*drawn, price), height=170)


def sizes() -> Panel:
    """Each publisher's open interest in bitcoin, and ether's share of its market value where that is known."""
    known, of_value = leverage.sizes(interest["BTC"], closes["BTC"], panels.series("supply", "BTC"))
    unit, form, ticks = ("of market value", ".2%", ".1%") if of_value else ("USD bn", ",.2f", "")
    lines = [Line(f"bitcoin, {leverage_tables.venue(whose)}", size, role, form)
             for (whose, size), role in zip(known.items(), charts.SERIES, strict=False)]
    ether = series["oi_to_market_cap_eth"] if of_value else ()
    lines += [Line("ether", ether, "seventh", form)] if len(ether) else []
    return Panel("How large are open futures?", unit, lines, height=130, tickformat=ticks)


def fundings() -> tuple[Line, ...]:
    """Bitcoin's funding per year at every venue that is held, and ether's at the first of its own."""
    held, ether = panels.entities("funding_rate", "BTC"), panels.series("funding_rate", "ETH")
    lines = [
        Line(f"bitcoin, {leverage_tables.venue(whose)}", leverage.funding_apr(held[whose].dropna()), role, "+.1%")
        for whose, role in zip(held, charts.SERIES, strict=False)
    ]
    named = f"ether, {leverage_tables.venue(panels.publisher('funding_rate', 'ETH') or '')}"
    return (*lines, *([Line(named, leverage.funding_apr(ether), "seventh", "+.1%")] if len(ether) else []))


def figure() -> charts.Figure:
    """Price against positions, size, cost and forced closings over the window."""
    sides = {side: [panels.series(f"liquidations_{side}", asset) for asset, _ in COINS] for side in ("long", "short")}
    forced = {side: pd.concat(both, axis=1, join="inner").sum(axis=1, skipna=False) / 1e6 for side, both in sides.items()}
    strips = (
        *(rebased(asset, name) for asset, name in COINS),
        sizes(),
        Panel("What do longs pay?", "per year", fundings(), (*levels("btc_funding_apr"), Threshold(0.3, "longs crowd", "stress")),
              130, tickformat=".0%"),
        Panel("How much was closed by force? BTC and ETH, sampled", "USD m per day",
              (Line("longs", forced["long"], "main", ",.1f", "bar", "$", " m"),
               Line("shorts", forced["short"], "fifth", ",.1f", "bar", "$", " m")), height=130),
        Panel("How unusual was that?", "× median day", (charts.of(series, "liquidation_stress", "third"),),
              levels("liquidation_stress"), 120, log=True),
    )
    linked = charts.linked(strips, window.start, window.end, EVENTS, stacked=True)
    return charts.footed(linked, sentences.oldest(view.ages(INPUTS)), window)


zoom.draw(view.keep((row.name, window.start, window.end), figure), row.name, charts.CONFIG)


def details(asset: str) -> str:
    """Open interest and funding by venue, and the deleveragings, of one asset."""
    close, rates, whose = closes[asset], panels.entities("funding_rate", asset), main[asset]
    caps = panels.series("market_cap", "ETH") if asset == "ETH" else (panels.series("supply", "BTC") * close).dropna()
    stood = leverage.by_venue(interest[asset], close)
    held = [(by, one, leverage.funding_apr(one), leverage.funding_compounded(one)) for by in rates for one in (rates[by].dropna(),)]
    forced = (panels.series(f"liquidations_{side}", asset) for side in ("long", "short"))
    found = sorted(deleveraging.deleveragings(dollars[asset], close, *forced), key=lambda one: one.coins)
    coins = leverage.open_coins(dollars[asset], close)
    told = leverage_tables.counted(stood, panels.publisher("open_interest", asset), asset, view.board.as_of)
    if asset == "ETH" and len(coins) and coins.index[-1] not in caps.index:
        told += leverage_tables.ether_share(coins.iloc[-1], whose or "", quotes.quoted(quotes.ETHER_SUPPLY, view.board.as_of))
    return "".join((
        leverage_tables.venues(stood, asset, caps),
        tiles.note(told),
        leverage_tables.funding(held, asset),
        leverage_tables.episodes(found, asset, leverage_tables.venue(whose or ""), deleveraging.FLUSH,
                                 coins.index[0] if len(coins) else None),
    ))


for tab, (asset, _) in zip(st.tabs([name for _, name in COINS]), COINS, strict=True):
    with tab:
        tiles.show(view.keep(("leverage", asset), partial(details, asset)))
quoted = shown_quotes.table(quotes.of_page(row.name, view.board.as_of), series)
reported = panels.entities("liquidations_long", "BTC")
ends = {str(name): reported[name].dropna().index[-1] for name in reported}
tiles.show(tiles.note(leverage_tables.reported(ends, panels.publisher("liquidations_long", "BTC"), view.board.as_of)) + quoted)
take.foot(row, view, INPUTS)
