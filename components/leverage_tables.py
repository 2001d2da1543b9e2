"""Tables and sentences of the page leverage: open interest and funding by venue, deleveragings, quotes."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from components import tiles
from components.sentences import NO_VALUE, day, listed, money, number, percent

if TYPE_CHECKING:
    from indicators.deleveraging import Deleveraging
    from indicators.leverage import Standing
    from indicators.quotes import Quote

ALL_VENUES, TOGETHER = "all_venues", "together"
VENUES = {
    ALL_VENUES: "all venues (CoinGlass)",
    "binance": "Binance",
    "bybit": "Bybit",
    "okx": "OKX",
    "deribit": "Deribit",
    "gate": "Gate",
}
COINS = {"BTC": "bitcoin", "ETH": "ether"}
NARROW = "\N{NO-BREAK SPACE}"
"""Between the parts of a day that stands in a column a phone may break."""
SHOWN = 8
"""Deleveragings in the table."""
OLD = pd.Timedelta(days=3)
"""Days after which a publisher's newest number no longer describes the board's day."""
APART = (
    "Dollars fall with the price when nobody closes anything, so each change in dollars is told apart: what the price did to the "
    "positions that stayed, and what traders opened or closed, each coin at the mean of both days' prices."
)
SAMPLED = (
    "Liquidations are a sample: venues publish some of their orders, at most one a second, so that the level says little and "
    "only the comparison with the same feed's own year tells."
)
ONE_VENUE = (
    "Each venue counts every contract once. Venues are parts of the market: their share of its value is not comparable with that "
    "of all venues."
)


def venue(entity: str) -> str:
    """Name who counts open interest or charges funding."""
    return VENUES.get(entity, entity)


def venues(stood: Sequence["Standing"], asset: str, market_value: pd.Series) -> str:
    """Write open interest by publisher with its change over a day and a week, in dollars and in coins.

    ``market_value`` of the asset in USD by day; a day without one leaves the share of it out.
    """
    rows = [_venue_row(one, market_value, stood) for one in stood]
    if not stood:
        return ""
    return tiles.table(
        (
            "Open futures", "day", "notional", f"in {asset}", "of market value", "1 day, USD", "1 day, coins", "7 days, USD",
            "of it price", "of it positions", "7 days, coins",
        ),
        rows,
        caption=f"Who holds open futures on {COINS[asset]}?",
    )  # fmt: skip


def _venue_row(one: "Standing", market_value: pd.Series, stood: Sequence["Standing"]) -> tuple[str, ...]:
    name = venue(one.entity)[0].upper() + venue(one.entity)[1:]
    if one.entity == TOGETHER:
        parts = [venue(part.entity) for part in stood if part.entity not in (ALL_VENUES, TOGETHER) and part.day == one.day]
        name = f"{listed(parts)} together"
    share = one.notional / float(market_value.get(one.day, np.nan))
    return (
        name,
        day(one.day),
        money(one.notional),
        f"{one.coins:,.0f}",
        percent(share, 2),
        money(one.day_move.dollars, signed=True),
        percent(one.day_coins, signed=True),
        money(one.week_move.dollars, signed=True),
        money(one.week_move.by_price, signed=True),
        money(one.week_move.by_positions, signed=True),
        percent(one.week_coins, signed=True),
    )


def counted(stood: Sequence["Standing"], taken: str | None, asset: str, as_of: pd.Timestamp) -> str:
    """Say who counts open interest as of the day, whose series the readings take, and who has ended."""
    if not stood:
        return f"Open interest of {COINS[asset]}: nobody's is held as of this day."
    venues_held = [one for one in stood if one.entity not in (ALL_VENUES, TOGETHER)]
    live = [venue(one.entity) for one in venues_held if as_of - one.day <= OLD]
    whole = next((one for one in stood if one.entity == ALL_VENUES), None)
    told = []
    if whole is not None and as_of - whole.day > OLD:
        told.append(
            f"CoinGlass's count of all venues ended on {day(whole.day)}, {(as_of - whole.day).days} days before. Readings take one "
            "publisher for a whole series and never join two, so that they end with it"
        )
        if live:
            told.append(f"what {listed(live)} publish{'es' if len(live) == 1 else ''} since stands in this table and on the figure")
    elif whole is not None:
        told.append("CoinGlass counts all venues; single venues are parts of it and never added to it")
    else:
        named = f"from {listed(live)}" if live else "up to the days in the table"
        told.append(f"Open interest of {COINS[asset]} is held {named}; readings take one publisher, {venue(taken or '')}")
        return f"{'; '.join(told)}. {ONE_VENUE}"
    return f"{'; '.join(told)}."


def reported(ends: Mapping[str, pd.Timestamp], taken: str | None, as_of: pd.Timestamp) -> str:
    """Say whose liquidations are held, up to which day, whose the readings take, and what a sample of them is.

    ``ends`` is the newest day by venue.
    """
    if not ends:
        return f"{APART} Liquidations: nobody's are held as of this day."
    held = listed([f"{venue(whose)} to {day(last)}" for whose, last in ends.items()])
    text = f"{APART} {SAMPLED} Held: {held}"
    ended = taken in ends and as_of - ends[taken or ""] > OLD and len(ends) > 1
    return f"{text}; readings take one of them, {venue(taken or '')}{', and end with it' if ended else ''}."


def ether_share(coins: float, whose: str, quote: "Quote | None") -> str:
    """Say what ether's open futures would be of its market value at a quoted supply; nothing where none is quoted yet."""
    if quote is None:
        return ""
    return (
        f" Nobody's market value of ether is held for that day. At the {quote.value / 1e6:.2f} million coins that "
        f"{quote.publisher} counted on {day(quote.day)}, a number that has moved by about 1% since, open futures on "
        f"{venue(whose)} would be {percent(coins / quote.value)} of it."
    )
def funding(rows: Iterable[tuple[str, pd.Series, pd.Series, pd.Series]], asset: str) -> str:
    """Write funding by venue: each row a name, its rates per eight hours, the same per year and compounded."""
    held = list(rows)
    if not held:
        return tiles.note(f"Funding of {COINS[asset]}: no venue's is held as of this day.")
    return tiles.table(
        ("Funding", "day", "per 8 hours", "per year", "compounded", "7 days, per year", "30 days, per year", "paid by"),
        [_funding_row(name, rates, simple, compounded) for name, rates, simple, compounded in held],
        caption=f"What do longs pay to hold {COINS[asset]} perpetuals?",
        numeric=2,
    )


def _funding_row(name: str, rates: pd.Series, simple: pd.Series, compounded: pd.Series) -> tuple[str, ...]:
    last = pd.Timestamp(rates.index[-1])

    def mean(days: int) -> float:
        held = simple[last - pd.Timedelta(days=days - 1) :]
        return float(held.mean()) if len(held) == days else float("nan")

    rate = float(rates.iloc[-1])
    return (
        venue(name),
        day(last),
        number(rate, "{:+.4%}"),
        percent(float(simple.iloc[-1]), 2, signed=True),
        percent(float(compounded.iloc[-1]), 2, signed=True),
        percent(mean(7), 2, signed=True),
        percent(mean(30), 2, signed=True),
        "longs" if rate > 0 else "shorts" if rate < 0 else "nobody",
    )


def episodes(found: Sequence["Deleveraging"], asset: str, counted_by: str, flush: float, since: pd.Timestamp | None) -> str:
    """Write the deepest deleveragings, the deepest first."""
    rows = [
        (
            day(one.start).replace(" ", NARROW),
            day(one.trough),
            percent(one.coins, signed=True),
            money(one.move.dollars, signed=True),
            money(one.move.by_price, signed=True),
            money(one.move.by_positions, signed=True),
            percent(one.price, signed=True),
            money(one.liquidations),
            percent(one.long_share, 0),
            percent(one.regained, 0) if np.isfinite(one.regained) else NO_VALUE,
        )
        for one in found[:SHOWN]
    ]
    if since is None:
        return ""
    title = f"When did {percent(flush, 0)} of the coins in open {COINS[asset]} futures go within a week?"
    return tiles.table(
        (
            "from", "to", "coins", "dollars", "of it price", "of it positions", "price", "liquidations, sampled", "longs",
            "back a week later",
        ),
        rows,
        caption=f"{title} By {counted_by}, since {day(since)}",
        numeric=2,
    )  # fmt: skip
