"""Quoted facts: figures that no free series gives, each with its date, publisher and link. Shown as quotes, never mixed in."""

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Quote:
    """A figure somebody published, as they published it.

    Parameters
    ----------
    name : str
        What it is the value of.
    value : float
        In ``unit``.
    unit : str
    date : str
        ISO day the figure is about.
    publisher, link : str
    """

    name: str
    value: float
    unit: str
    date: str
    publisher: str
    link: str

    @property
    def day(self) -> pd.Timestamp:
        """The day the figure is about, 00:00 UTC."""
        return pd.Timestamp(self.date, tz="UTC")


SPX_MARKET_VALUE = "Market value of the S&P 500"
QUOTES: tuple[Quote, ...] = (
    Quote(
        SPX_MARKET_VALUE,
        50.57e12,
        "USD",
        "2024-09-30",
        "S&P Dow Jones Indices, by way of Political Calculations",
        "https://seekingalpha.com/article/4724847-fall-2024-snapshot-of-sp500-market-cap",
    ),
    Quote(
        SPX_MARKET_VALUE,
        59.32e12,
        "USD",
        "2025-09-30",
        "S&P Dow Jones Indices, by way of Political Calculations",
        "https://politicalcalculations.blogspot.com/2025/10/fall-2025-snapshot-of-s-500s-market-cap.html",
    ),
)


def quoted(name: str, as_of: pd.Timestamp) -> Quote | None:
    """The latest quote of a figure dated on or before a day; None where there is none."""
    earlier = [quote for quote in QUOTES if quote.name == name and quote.day <= as_of]
    return max(earlier, key=lambda quote: quote.day, default=None)


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
