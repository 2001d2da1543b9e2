"""Dated events that charts mark: few, certain, and each with the reason it is there."""

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Event:
    """One line on a chart.

    Parameters
    ----------
    date : Timestamp
        UTC day on which it happened.
    label : str
        At most fourteen characters, for the chart.
    kind : str
        halving, crash, collapse, policy or product.
    meaning : str
        One sentence, for the tooltip.
    link : str
        Where to read about it.
    """

    date: pd.Timestamp
    label: str
    kind: str
    meaning: str
    link: str


def _event(date: str, label: str, kind: str, meaning: str, link: str) -> Event:
    return Event(pd.Timestamp(date, tz="UTC"), label, kind, meaning, link)


_HALVING = "https://en.bitcoin.it/wiki/Controlled_supply"

EVENTS: tuple[Event, ...] = (
    _event("2012-11-28", "Halving 25", "halving", "Block 210,000: the subsidy falls to 25 BTC.", _HALVING),
    _event("2016-07-09", "Halving 12.5", "halving", "Block 420,000: the subsidy falls to 12.5 BTC.", _HALVING),
    _event(
        "2020-03-12",
        "COVID crash",
        "crash",
        "Shares and coins fall together; bitcoin loses more than a third in a day.",
        "https://en.wikipedia.org/wiki/2020_stock_market_crash",
    ),
    _event("2020-05-11", "Halving 6.25", "halving", "Block 630,000: the subsidy falls to 6.25 BTC.", _HALVING),
    _event(
        "2021-05-21",
        "China ban",
        "policy",
        "China's State Council calls for a crackdown on mining; by July difficulty falls 28 % at once.",
        "https://ccaf.io/cbnsi/cbeci/mining_map",
    ),
    _event(
        "2022-05-09",
        "Luna",
        "collapse",
        "The TerraUSD peg breaks for good; Luna is worthless within days.",
        "https://en.wikipedia.org/wiki/Terra_(blockchain)",
    ),
    _event(
        "2022-11-08",
        "FTX",
        "collapse",
        "FTX stops withdrawals; it files for bankruptcy on November 11.",
        "https://en.wikipedia.org/wiki/Bankruptcy_of_FTX",
    ),
    _event(
        "2024-01-11",
        "BTC ETFs",
        "product",
        "First trading day of the US spot bitcoin funds.",
        "https://farside.co.uk/btc/",
    ),
    _event("2024-04-20", "Halving 3.125", "halving", "Block 840,000: the subsidy falls to 3.125 BTC.", _HALVING),
    _event(
        "2024-07-23",
        "ETH ETFs",
        "product",
        "First trading day of the US spot ether funds.",
        "https://farside.co.uk/eth/",
    ),
    _event(
        "2024-08-05",
        "Yen carry",
        "crash",
        "Yen-funded positions unwind; the Nikkei has its worst day since 1987.",
        "https://indexes.nikkei.co.jp/en/nkave",
    ),
    _event(
        "2025-04-02",
        "Tariffs",
        "policy",
        "The United States announce tariffs on nearly all imports; shares fall from the next day.",
        "https://en.wikipedia.org/wiki/2025_stock_market_crash",
    ),
    _event(
        "2025-10-10",
        "Liquidations",
        "crash",
        "Tariff news on a Friday evening: more than 19 bn USD of positions are liquidated.",
        "https://www.coinglass.com/LiquidationData",
    ),
    _event(
        "2025-11-20",
        "Nov 20 fall",
        "crash",
        "Shares turn from a gain to a loss within the session; bitcoin closes below 87,000 USD.",
        "https://finance.yahoo.com/quote/%5EGSPC/history/",
    ),
    _event(
        "2026-01-06",
        "MSCI decision",
        "policy",
        "MSCI does not exclude companies that hold coins from its indices.",
        "https://www.msci.com",
    ),
    _event(
        "2026-02-05",
        "Feb 5 fall",
        "crash",
        "Bitcoin loses 14 % in a day and closes below 63,000 USD.",
        "https://finance.yahoo.com/quote/BTC-USD/history/",
    ),
)
"""Oldest first."""


def between(first: pd.Timestamp, last: pd.Timestamp) -> list[Event]:
    """Events on the days from `first` to `last`, both included: nothing dated after the day shown."""
    return [event for event in EVENTS if first <= event.date <= last]
