"""Quoted facts: figures that no free series gives, each with its date, publisher and link. Shown as quotes, never mixed in."""

from dataclasses import dataclass

import pandas as pd

from indicators.facts import (
    ALL_OUTFLOW,
    ETHER_SUPPLY,
    MSCI_OUTFLOW,
    MSTR_MARKET_VALUE,
    MSTR_PASSIVE,
    QUOTES,
    SPX_MARKET_VALUE,
)
from indicators.quote import Quote

__all__ = [
    "ALL_OUTFLOW", "ETHER_SUPPLY", "MSCI_OUTFLOW", "MSTR_MARKET_VALUE", "MSTR_PASSIVE", "QUOTES", "SPX_MARKET_VALUE",
    "Quote", "Step", "in_dollars", "of_page", "quoted", "track",
]


def quoted(name: str, as_of: pd.Timestamp) -> Quote | None:
    """The latest quote of a figure known on or before a day; None where there is none."""
    earlier = [quote for quote in QUOTES if quote.name == name and quote.known <= as_of]
    return max(earlier, key=lambda quote: quote.day, default=None)


def of_page(page: str, as_of: pd.Timestamp) -> list[Quote]:
    """Quotes that stand on a page and were known on a day, the newest day first."""
    known = [quote for quote in QUOTES if quote.page == page and quote.known <= as_of]
    return sorted(known, key=lambda quote: quote.day, reverse=True)


def in_dollars(fall: float, quote: Quote | None, level: pd.Series, before: pd.Timestamp) -> float:
    """What a fall of an index cost, in USD, from a quoted market value carried on by the index's own change.

    Parameters
    ----------
    fall : float
        Fraction at or below 0.
    quote : Quote or None
        Market value of the index.
    level : Series of shape (n_days,), points
        Closing levels.
    before : Timestamp
        The session of the fall; the last close before it is what fell.

    Returns
    -------
    float, USD
        At or below 0; NaN without a quote or without a level on both days.
    """
    if quote is None:
        return float("nan")
    then, last = level[: quote.day], level[: before - pd.Timedelta(days=1)]
    if then.empty or last.empty:
        return float("nan")
    return float(fall * quote.value * last.iloc[-1] / then.iloc[-1])


@dataclass(frozen=True)
class Step:
    """One dated step towards a decision.

    Parameters
    ----------
    date : str
        ISO day on which it happens.
    known : str
        ISO day from which it was known.
    text : str
        One sentence.
    publisher, link : str
    """

    date: str
    known: str
    text: str
    publisher: str
    link: str


_MSCI = "https://app2.msci.com/webapp/index_ann/DocGet?format=html&lang=en&pub_key=0bZz7Im3vZU%3D"
TRACK: tuple[Step, ...] = (
    Step(
        "2025-10-10", "2025-10-10",
        "MSCI proposes to drop companies of whose assets half or more are coins, and asks investors.", "MSCI", _MSCI,
    ),
    Step(
        "2025-11-19", "2025-11-20", "JPMorgan puts a number on what index funds would have to sell.",
        "JPMorgan, by way of CoinDesk", "https://www.aicoin.com/en/article/501637",
    ),
    Step("2025-12-31", "2025-10-10", "Last day for investors' answers.", "MSCI", _MSCI),
    Step(
        "2026-01-06", "2026-01-06",
        "MSCI decides: nobody is dropped in the review of February 2026; share counts may not grow; a wider consultation follows.",
        "MSCI, by way of AInvest",
        "https://www.ainvest.com/news/msci-maintains-inclusion-digital-asset-treasury-firms-introduces-freeze-policy-2601",
    ),
    Step("2026-01-15", "2025-10-10", "Day by which MSCI was to decide.", "MSCI", _MSCI),
)
"""Oldest first."""
DECIDED, DUE = "2026-01-06", "2026-01-15"


def track(as_of: pd.Timestamp) -> list[Step]:
    """Steps known on a day, oldest first; those to come are among them when they had been announced."""
    return [step for step in TRACK if pd.Timestamp(step.known, tz="UTC") <= as_of]
