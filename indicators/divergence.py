"""Divergence: months in which money left the crypto funds while it went into stock funds.

No free series of stock-fund flows can be asked by a program: what went into stocks is known for the months for which a
figure was quoted, and for no other.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from indicators import flows
from indicators.quotes import QUOTES, Quote

STOCKS = "Net inflow of stock ETFs worldwide, month to date"
"""Name of the quotes that the months are stood against."""


@dataclass(frozen=True)
class Named:
    """Months that somebody named on a day as months of selling by private investors; ``months`` are first days, ISO."""

    months: tuple[str, ...]
    date: str
    publisher: str

    @property
    def day(self) -> pd.Timestamp:
        """The day on which it was said, 00:00 UTC."""
        return pd.Timestamp(self.date, tz="UTC")


NAMED = Named(("2025-02-01", "2025-03-01", "2025-11-01"), "2025-11-20", "JPMorgan, by way of the press")
"""Months in which, it said, private investors sold their crypto funds."""


@dataclass(frozen=True)
class Month:
    """One month of both sides.

    Attributes
    ----------
    start : Timestamp
        First day, UTC.
    flow : float, USD
        Net flow of the bitcoin and ether funds: of the whole month, or so far.
    running, record : bool
        Not over yet; more money left than in any completed month before.
    quote : Quote or None
        What went into stock funds, where anybody was quoted on it.
    by_quote : float, USD
        Net flow of the crypto funds up to the quote's day; NaN without a quote, or without a day reported by then.
    """

    start: pd.Timestamp
    flow: float
    running: bool
    record: bool
    quote: Quote | None = None
    by_quote: float = float("nan")

    @property
    def diverges(self) -> bool:
        """Whether crypto was sold while stocks were bought: False, too, where no figure for stocks was quoted."""
        return self.quote is not None and self.quote.value > 0 and self.by_quote < 0


def months(net_flow: pd.Series, as_of: pd.Timestamp, quotes: Sequence[Quote] = QUOTES) -> list[Month]:
    """Stand the crypto funds' months against what was quoted of stock funds.

    Parameters
    ----------
    net_flow : Series of shape (n_days,), USD per day
        Crypto funds together; positive is money in.
    as_of : Timestamp
        A quote published later is not known yet.
    quotes : sequence of Quote
        Of those named ``STOCKS``, the last of a month is its own.

    Returns
    -------
    list of Month, oldest first
    """
    by_month: dict[pd.Timestamp, Quote] = {}
    for quote in sorted((one for one in quotes if one.name == STOCKS and one.known <= as_of), key=lambda one: one.day):
        by_month[quote.day.replace(day=1)] = quote
    to_date = flows.month_to_date(net_flow)
    told = []
    table = flows.monthly(net_flow)
    for start, flow, running, record in zip(table.index, table["net_flow"], table["running"], table["record"], strict=True):
        mine = by_month.get(start)
        so_far = to_date[start : mine.day] if mine is not None else to_date[:0]
        by_quote = float(so_far.iloc[-1]) if len(so_far) else np.nan
        told.append(Month(start, float(flow), bool(running), bool(record and flow < 0), mine, by_quote))
    return told


def named(told: Sequence[Month], as_of: pd.Timestamp) -> list[Month]:
    """The months that were named by then, oldest first."""
    first_days = {pd.Timestamp(day, tz="UTC") for day in NAMED.months} if NAMED.day <= as_of else set()
    return [month for month in told if month.start in first_days]
